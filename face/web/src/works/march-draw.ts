// Draws the time–chainage chart on a canvas. Solid blocks were built by the diary,
// lines are planned, hatched bands are stoppages, diamonds are clashes.

import { inDigits, post, type Digits, type Lang } from '../format'
import { hatch, thin, type Palette } from '../look/palette'
import type { LaneData, Place } from '../wire'
import { dayOf, dayTicks, kmStep, labels, textOf, x, y, type Frame, type Hit, type Label, type March } from './march'

export type Paper = { c: CanvasRenderingContext2D; p: Palette; lang: Lang; digits: Digits }

/** The strips above the chart: crossings and places, who holds our side, where mines are not cleared, relief. */
export const strip = 62
const rows = { places: 8, side: 18, mines: 32, relief: 40, low: 60 }

const font = (p: Palette, px = 11, weight = 400) => `${weight} ${px}px ${p.font}`

export function draw({ c, p, lang, digits }: Paper, f: Frame, m: March, lanes: LaneData[], places: Place[], over: Hit | null, words: { today: string; relief: string; weeks: string[] }): void {
  c.clearRect(0, 0, f.left + f.width + 60, f.top + f.height + 40)
  c.fillStyle = p.bg0
  c.fillRect(f.left, f.top, f.width, f.height)
  grid(c, p, f, digits)
  c.save()
  c.beginPath()
  c.rect(f.left, f.top, f.width, f.height)
  c.clip()
  for (const s of m.stoppages) {
    const [a, b] = [x(f, s.to), x(f, s.from)]
    c.fillStyle = hatch(c, p.high, 7)
    c.globalAlpha = 0.55
    c.fillRect(a, y(f, dayOf(s.since)), Math.max(2, b - a), Math.max(2, y(f, dayOf(s.until) + 1) - y(f, dayOf(s.since))))
    c.globalAlpha = 1
  }
  for (const b of m.built) {
    const [l, r] = [x(f, b.to), x(f, b.from)]
    const [t, u] = [y(f, dayOf(b.since)), y(f, dayOf(b.until) + 1)]
    c.fillStyle = thin(p.barrier, 0.75)
    c.fillRect(l, t, Math.max(1.5, r - l), Math.max(1.5, u - t))
    if (r - l > 4 && u - t > 4) {
      c.strokeStyle = p.bg0
      c.lineWidth = 1
      c.strokeRect(l + 0.5, t + 0.5, r - l - 1, u - t - 1)
    }
  }
  for (const s of m.planned) {
    c.strokeStyle = s.state === 'handed-over' || s.state === 'done' ? p.text3 : p.text1
    c.lineWidth = 1.5
    c.setLineDash(s.state === 'draft' ? [5, 4] : [])
    c.beginPath()
    c.moveTo(x(f, s.begins), y(f, dayOf(s.start)))
    c.lineTo(x(f, s.ends), y(f, dayOf(s.finish) + 1))
    c.stroke()
    c.setLineDash([])
  }
  const now = y(f, dayOf(m.today) + 1)
  c.font = font(p, 11)
  const todays = { left: f.left, right: f.left + 130, top: now - 18, bottom: now + 2 }
  for (const l of labels(f, m.planned, (s) => (lang === 'ar' && s.name.ar) || s.name.en, (s) => c.measureText(s).width, over, [todays])) label(c, p, l, lang)
  c.strokeStyle = p.zero
  c.lineWidth = 1
  c.setLineDash([2, 3])
  c.beginPath()
  c.moveTo(f.left, now)
  c.lineTo(f.left + f.width, now)
  c.stroke()
  c.setLineDash([])
  c.font = font(p, 11, 600)
  c.textAlign = 'left'
  c.direction = 'ltr'
  c.textBaseline = 'bottom'
  c.fillStyle = p.zero
  c.fillText(words.today + ' \u2066' + inDigits(m.today, digits) + '\u2069', f.left + 6, now - 2)
  // As far as the look-aheads reach, where there is room to tell the lines apart.
  ;[2, 6].forEach((n, i) => {
    const at = y(f, dayOf(m.today) + 1 + 7 * n)
    if (at - now < (i + 1) * 16 || at > f.top + f.height) return
    c.strokeStyle = p.text3
    c.setLineDash([1, 4])
    c.beginPath()
    c.moveTo(f.left, at)
    c.lineTo(f.left + f.width, at)
    c.stroke()
    c.setLineDash([])
    c.font = font(p, 11)
    c.fillStyle = p.text2
    c.direction = lang === 'ar' ? 'rtl' : 'ltr'
    c.fillText(words.weeks[i], f.left + 6, at - 2)
  })
  c.direction = 'ltr'
  for (const s of m.spots) cross(c, p, x(f, s.at), y(f, dayOf(s.on)))
  for (const k of m.clashes) diamond(c, p, x(f, k.at), y(f, dayOf(k.from)))
  if (over) ring(c, p, f, m, over)
  c.restore()
  beside(c, p, f, lanes, places, lang, words.relief)
}

function grid(c: CanvasRenderingContext2D, p: Palette, f: Frame, digits: Digits): void {
  c.font = font(p)
  c.lineWidth = 1
  c.strokeStyle = p.rule
  c.fillStyle = p.text2
  c.direction = 'ltr'
  c.textBaseline = 'middle'
  const step = kmStep(f, f.width / 90)
  c.textAlign = 'center'
  for (let m = Math.ceil(f.from / step) * step; m <= f.to; m += step) {
    const at = Math.round(x(f, m)) + 0.5
    c.beginPath()
    c.moveTo(at, f.top)
    c.lineTo(at, f.top + f.height)
    c.stroke()
    c.fillText(inDigits(post(m), digits), Math.min(f.left + f.width - 20, Math.max(f.left + 20, at)), f.top + f.height + 12)
  }
  c.textAlign = 'right'
  for (const d of dayTicks(f, f.height / 34)) {
    const at = Math.round(y(f, d)) + 0.5
    c.beginPath()
    c.moveTo(f.left, at)
    c.lineTo(f.left + f.width, at)
    c.stroke()
    c.fillText(inDigits(textOf(d), digits), f.left - 6, at)
  }
  c.strokeStyle = p['line-ui']
  c.strokeRect(f.left + 0.5, f.top + 0.5, f.width - 1, f.height - 1)
}

function label(c: CanvasRenderingContext2D, p: Palette, { text, x: at, y: on, turn }: Label, lang: Lang): void {
  c.save()
  c.font = font(p, 11)
  c.translate(at, on)
  c.rotate(turn)
  c.textAlign = 'center'
  c.textBaseline = 'bottom'
  c.direction = lang === 'ar' ? 'rtl' : 'ltr'
  c.lineWidth = 3
  c.strokeStyle = p.bg0
  c.strokeText(text, 0, -3)
  c.fillStyle = p.text1
  c.fillText(text, 0, -3)
  c.restore()
}

function diamond(c: CanvasRenderingContext2D, p: Palette, at: number, on: number): void {
  c.beginPath()
  c.moveTo(at, on - 7)
  c.lineTo(at + 7, on)
  c.lineTo(at, on + 7)
  c.lineTo(at - 7, on)
  c.closePath()
  c.fillStyle = p.bg0
  c.fill()
  c.strokeStyle = p.high
  c.lineWidth = 2
  c.stroke()
}

function cross(c: CanvasRenderingContext2D, p: Palette, at: number, on: number): void {
  c.strokeStyle = p.high
  c.lineWidth = 1.6
  c.beginPath()
  c.moveTo(at - 4, on - 4)
  c.lineTo(at + 4, on + 4)
  c.moveTo(at + 4, on - 4)
  c.lineTo(at - 4, on + 4)
  c.stroke()
}

function ring(c: CanvasRenderingContext2D, p: Palette, f: Frame, m: March, h: Hit): void {
  const [since, until] = h.kind === 'built' ? [m.built[h.index].since, m.built[h.index].until] : h.kind === 'planned' ? [m.planned[h.index].start, m.planned[h.index].finish]
    : h.kind === 'stoppage' ? [m.stoppages[h.index].since, m.stoppages[h.index].until] : h.kind === 'clash' ? [m.clashes[h.index].from, m.clashes[h.index].to] : [m.spots[h.index].on, m.spots[h.index].on]
  c.strokeStyle = p.own
  c.lineWidth = 2
  const [l, r, t, b] = [x(f, h.to) - 3, x(f, h.from) + 3, y(f, dayOf(since)) - 3, y(f, dayOf(until) + 1) + 3]
  c.strokeRect(l, t, r - l, b - t)
}

/** Crossings, towns, who holds our side, where mines are not cleared, and the ground: what restricts the works. */
function beside(c: CanvasRenderingContext2D, p: Palette, f: Frame, lanes: LaneData[], places: Place[], lang: Lang, relief: string): void {
  const top = f.top - strip
  c.font = font(p, 11)
  uncleared(c, p, f, lanes.find((l) => l.id === 'barrier-mine-clearance'))
  profile(c, p, f, lanes.find((l) => l.id === 'relief'), lang, relief)
  lanes.filter((l) => l.id === 'own-side').forEach((l) => {
    const values = (l.values ?? []).map((v) => v.value)
    for (const q of l.pieces ?? []) {
      const a = Math.max(f.left, x(f, q.to))
      const b = Math.min(f.left + f.width, x(f, q.from))
      if (b <= a) continue
      c.fillStyle = p[`holder${(values.indexOf(q.value ?? '') % 3) + 1}` as 'holder1']
      c.fillRect(a, top + rows.side, b - a - 1, 12)
      const name = l.values?.find((v) => v.value === q.value)?.name
      const text = name ? (lang === 'ar' && name.ar) || name.en : ''
      c.textAlign = 'center'
      c.textBaseline = 'middle'
      c.direction = lang === 'ar' ? 'rtl' : 'ltr'
      if (text && c.measureText(text).width < b - a - 6) {
        c.fillStyle = p.text1
        c.fillText(text, (a + b) / 2, top + 24.5)
      }
    }
  })
  let last = Infinity
  c.textBaseline = 'middle'
  c.textAlign = 'center'
  for (const place of [...places].filter((q) => q.kind === 'crossing' || !q.opposite).filter((q) => Math.abs(q.offset) < 60_000 && (q.km || q.offset)).sort((a, b) => a.km - b.km)) {
    if (place.km < f.from || place.km > f.to) continue
    const at = x(f, place.km)
    c.fillStyle = p.text3
    c.fillRect(at, top + 16, 1, strip - 12)
    const text = (lang === 'ar' && place.name.ar) || place.name.en
    const w = c.measureText(text).width
    const mid = Math.min(f.left + f.width - w / 2, Math.max(f.left + w / 2, at))
    if (mid + w / 2 + 8 > last) continue
    last = mid - w / 2
    c.direction = lang === 'ar' ? 'rtl' : 'ltr'
    c.fillStyle = place.kind === 'crossing' ? p.text1 : p.text2
    c.fillText(text, mid, top + rows.places)
  }
}

/** Mines that are not cleared keep crews out. */
function uncleared(c: CanvasRenderingContext2D, p: Palette, f: Frame, l: LaneData | undefined): void {
  const lacking = new Set((l?.values ?? []).filter((v) => v.lacking).map((v) => v.value))
  for (const q of l?.pieces ?? []) {
    if (!lacking.has(q.value ?? '')) continue
    const [a, b] = [Math.max(f.left, x(f, q.to)), Math.min(f.left + f.width, x(f, q.from))]
    if (b <= a) continue
    c.fillStyle = hatch(c, p.high, 5)
    c.fillRect(a, f.top - strip + rows.mines, Math.max(1, b - a), 6)
  }
}

/** The ground along the line, from its lowest to its highest on screen; what it is made of is said beside it. */
function profile(c: CanvasRenderingContext2D, p: Palette, f: Frame, l: LaneData | undefined, lang: Lang, words: string): void {
  const seen = (l?.pieces ?? []).filter((q) => q.to > f.from && q.from < f.to && q.number !== undefined)
  if (!seen.length) return
  const heights = seen.map((q) => q.number as number)
  const low = Math.min(...heights) - 5
  const high = Math.max(...heights)
  const [top, foot] = [f.top - strip + rows.relief, f.top - strip + rows.low]
  c.fillStyle = thin(p.relief, 0.55)
  for (const q of seen) {
    const [a, b] = [Math.max(f.left, x(f, q.to)), Math.min(f.left + f.width, x(f, q.from))]
    const tall = (((q.number as number) - low) / Math.max(1, high - low)) * (foot - top)
    if (b > a) c.fillRect(a, foot - tall, b - a + 0.5, tall)
  }
  c.fillStyle = p.text2
  c.font = font(p, 10)
  c.direction = lang === 'ar' ? 'rtl' : 'ltr'
  c.textAlign = 'right'
  c.textBaseline = 'middle'
  c.fillText(words, f.left - 6, (top + foot) / 2)
}
