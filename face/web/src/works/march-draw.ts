// Draws the time–chainage chart on a canvas. Solid blocks were built by the diary,
// lines are planned, hatched bands are stoppages, diamonds are clashes.

import { inDigits, post, type Digits, type Lang } from '../format'
import { hatch, thin, type Palette } from '../look/palette'
import type { LaneData, Place } from '../wire'
import { dayOf, dayTicks, kmStep, textOf, x, y, type Frame, type Hit, type March } from './march'

export type Paper = { c: CanvasRenderingContext2D; p: Palette; lang: Lang; digits: Digits }

/** The strip of who holds our side and of crossings, above the chart. */
export const strip = 34

const font = (p: Palette, px = 11, weight = 400) => `${weight} ${px}px ${p.font}`

export function draw({ c, p, lang, digits }: Paper, f: Frame, m: March, lanes: LaneData[], places: Place[], over: Hit | null, words: { today: string }): void {
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
    label(c, p, f, s, lang)
  }
  const now = y(f, dayOf(m.today) + 1)
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
  c.fillText(words.today + ' ' + inDigits(m.today, digits), f.left + 6, now - 2)
  for (const s of m.spots) cross(c, p, x(f, s.at), y(f, dayOf(s.on)))
  for (const k of m.clashes) diamond(c, p, x(f, k.at), y(f, dayOf(k.from)))
  if (over) ring(c, p, f, m, over)
  c.restore()
  beside(c, p, f, lanes, places, lang)
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

function label(c: CanvasRenderingContext2D, p: Palette, f: Frame, s: March['planned'][number], lang: Lang): void {
  const text = (lang === 'ar' && s.name.ar) || s.name.en
  const [x0, y0, x1, y1] = [x(f, s.begins), y(f, dayOf(s.start)), x(f, s.ends), y(f, dayOf(s.finish) + 1)]
  const long = Math.hypot(x1 - x0, y1 - y0)
  c.font = font(p, 11)
  if (!text || c.measureText(text).width > long * 0.9) return
  c.save()
  c.translate((x0 + x1) / 2, (y0 + y1) / 2)
  let turn = Math.atan2(y1 - y0, x1 - x0)
  if (Math.abs(turn) > Math.PI / 2) turn += Math.PI
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

/** Crossings, towns and who holds our side: what restricts the works. */
function beside(c: CanvasRenderingContext2D, p: Palette, f: Frame, lanes: LaneData[], places: Place[], lang: Lang): void {
  const top = f.top - strip
  c.font = font(p, 11)
  lanes.slice(0, 1).forEach((l) => {
    const values = (l.values ?? []).map((v) => v.value)
    for (const q of l.pieces ?? []) {
      const a = Math.max(f.left, x(f, q.to))
      const b = Math.min(f.left + f.width, x(f, q.from))
      if (b <= a) continue
      c.fillStyle = p[`holder${(values.indexOf(q.value ?? '') % 3) + 1}` as 'holder1']
      c.fillRect(a, top + 18, b - a - 1, 12)
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
    c.fillRect(at, top + 16, 1, strip - 16)
    const text = (lang === 'ar' && place.name.ar) || place.name.en
    const w = c.measureText(text).width
    const mid = Math.min(f.left + f.width - w / 2, Math.max(f.left + w / 2, at))
    if (mid + w / 2 + 8 > last) continue
    last = mid - w / 2
    c.direction = lang === 'ar' ? 'rtl' : 'ltr'
    c.fillStyle = place.kind === 'crossing' ? p.text1 : p.text2
    c.fillText(text, mid, top + 8)
  }
}
