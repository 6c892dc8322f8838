// What stands and moves on the map, drawn on two canvases above MapLibre's, at most
// once a frame, straight from the picture.

import { clock, inDigits, ltr, post, whole, type Digits, type Lang } from '../format'
import type { Axis } from '../line'
import { hatch, thin, type Palette } from '../look/palette'
import type { Picture } from '../picture'
import { isDark } from '../strip/lanes-draw'
import type { AlertRow, LaneData, Place, SensorRow, TrackRow } from '../wire'
import { severityShape, towerShape, type Icons } from './symbols'

export type View = {
  width: number
  height: number
  /** Metres on the ground for a pixel at the middle. */
  perPixel: number
  middle: { lat: number; lon: number }
  project: (lat: number, lon: number) => { x: number; y: number }
}

export type Shown = {
  axis: Axis
  places: Place[]
  picture: Picture
  p: Palette
  icons: Icons
  lang: Lang
  digits: Digits
  selected: { kind: string; id: string } | null
  marked: ReadonlySet<string>
  proposal: { from: number; to: number; name: string } | null
  hover: number | null
  /** The lens: no label goes under it. */
  lens: { x: number; y: number; w: number; h: number } | null
  /** What is seen now along the line, where the server says it. */
  cover: LaneData | null
  span: { from: number; to: number }
  words: {
    title: (t: TrackRow) => string
    detail: (t: TrackRow) => string
    health: (h: string) => string
    lineAbout: (t: string) => string
    wait: string
  }
}

export type MapHit = { kind: 'alert' | 'track' | 'sensor' | 'unit' | 'place'; id: string; x: number; y: number }

/** Labels that keep off one another: first come, first drawn. */
class Labels {
  private readonly taken: [number, number, number, number][] = []
  constructor(
    private readonly c: CanvasRenderingContext2D,
    private readonly s: Shown,
  ) {}

  block(x: number, y: number, w: number, h: number): void {
    this.taken.push([x, y, x + w, y + h])
  }

  /** Draws lines of text beside a point, on the first side that is free. */
  put(lines: { text: string; colour: string; weight?: number }[], x: number, y: number, gap: number, must = false): boolean {
    const { c, s } = this
    const widths = lines.map((l) => {
      c.font = `${l.weight ?? 400} 11px ${s.p.font}`
      return c.measureText(l.text).width
    })
    const w = Math.max(...widths)
    const h = lines.length * 14
    const sides: [number, number, CanvasTextAlign][] = [[x + gap, y - h / 2, 'left'], [x - gap - w, y - h / 2, 'right'], [x - w / 2, y - gap - h, 'center'], [x - w / 2, y + gap, 'center']]
    let at = sides.find(([lx, ly]) => this.free(lx, ly, w, h))
    if (!at && !must) return false
    at ??= sides[0]
    this.block(at[0] - 2, at[1], w + 4, h)
    c.textBaseline = 'middle'
    c.direction = s.lang === 'ar' ? 'rtl' : 'ltr'
    c.textAlign = at[2]
    const tx = at[2] === 'left' ? at[0] : at[2] === 'right' ? at[0] + w : at[0] + w / 2
    lines.forEach((l, i) => {
      c.font = `${l.weight ?? 400} 11px ${s.p.font}`
      c.lineWidth = 3.2
      c.lineJoin = 'round'
      c.strokeStyle = s.p.bg0
      c.strokeText(l.text, tx, at[1] + 7 + i * 14)
      c.fillStyle = l.colour
      c.fillText(l.text, tx, at[1] + 7 + i * 14)
    })
    return true
  }

  private free(x: number, y: number, w: number, h: number): boolean {
    return !this.taken.some(([a, b, c2, d]) => x < c2 && x + w > a && y < d && y + h > b)
  }
}

/** Draws what changes only with the view or a sensor's health: reach and line. */
export function drawGround(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  drawRanges(c, v, s)
  drawLine(c, v, s)
}

/** Draws what lives and gives what can be pressed, the topmost last. */
export function drawLive(c: CanvasRenderingContext2D, v: View, s: Shown): MapHit[] {
  const hits: MapHit[] = []
  const labels = new Labels(c, s)
  if (s.lens) labels.block(s.lens.x, s.lens.y, s.lens.w, s.lens.h)
  drawRoute(c, v, s, labels)
  const sensors = sensorsOnScreen(v, s)
  const alerts = [...s.picture.alerts.values()].filter((a) => !a.closed)
  // Names are given out from the most to the least important; shapes are drawn
  // the other way round. So: shapes of the quiet first, then labels of the loud.
  for (const x of sensors) {
    if (v.perPixel < 110 || x.bad) towerShape(c, s.p, x.row, x.x, x.y, v.perPixel < 40 ? 5 : 3.6, s.selected?.id === x.row.id)
    hits.push({ kind: 'sensor', id: x.row.id, x: x.x, y: x.y })
  }
  drawUnits(c, v, s, labels, hits)
  drawTracks(c, v, s, labels, hits)
  drawAlerts(c, v, s, alerts, labels, hits)
  if (v.perPixel < 60) for (const x of sensors) {
    if (!x.bad && s.selected?.id !== x.row.id) continue
    labels.put([{ text: `${x.row.name} ${x.bad ? s.words.health(x.row.health) : ''}`.trim(), colour: s.p.text2 }], x.x, x.y, 9)
  }
  drawPosts(c, v, s, labels)
  drawPlaces(c, v, s, labels, hits)
  if (s.hover !== null) drawHover(c, v, s, s.hover)
  return hits
}

function onScreen(v: View, x: number, y: number, margin = 30): boolean {
  return x > -margin && y > -margin && x < v.width + margin && y < v.height + margin
}

function sensorsOnScreen(v: View, s: Shown) {
  const out: { row: SensorRow; x: number; y: number; bad: boolean }[] = []
  for (const row of s.picture.sensors.values()) {
    if (row.kind === 'own-force' || row.kind === 'human') continue
    const { x, y } = v.project(row.lat, row.lon)
    if (onScreen(v, x, y)) out.push({ row, x, y, bad: row.health === 'lost' || row.health === 'gone' || row.health === 'degraded' })
  }
  return out
}

/** Ground within the registered range of a working sensor, and hatching where none reaches. */
function drawRanges(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  if (v.perPixel > 160) return
  const reach = new Path2D()
  let any = false
  for (const r of s.picture.sensors.values()) {
    if (r.kind === 'own-force' || r.kind === 'human' || (r.health !== 'good' && r.health !== 'late') || !(r.range > 0)) continue
    const { x, y } = v.project(r.lat, r.lon)
    const radius = r.range / v.perPixel
    if (!onScreen(v, x, y, radius)) continue
    reach.moveTo(x + radius, y)
    reach.arc(x, y, radius, 0, 2 * Math.PI)
    any = true
  }
  // A band of 5 km before and 2.5 km behind the line, less what is in reach.
  const near = s.axis.near(v.middle.lat, v.middle.lon)
  const from = Math.max(0, near.km - v.perPixel * (v.width + v.height))
  const to = Math.min(s.axis.length, near.km + v.perPixel * (v.width + v.height))
  const edge: { x: number; y: number }[] = []
  const step = Math.max(400, v.perPixel * 25)
  for (let m = from; m <= to; m += step) edge.push(toPixel(v, s.axis.at(m, -5000)))
  for (let m = to; m >= from; m -= step) edge.push(toPixel(v, s.axis.at(m, 2500)))
  c.save()
  const strip = new Path2D()
  edge.forEach((q, i) => (i ? strip.lineTo(q.x, q.y) : strip.moveTo(q.x, q.y)))
  strip.closePath()
  c.fillStyle = hatch(c, thin(s.p.text3, 0.34), 7, 1)
  c.fill(strip)
  if (any) {
    // What is in reach is wiped clean, then tinted, as one shape whatever overlaps.
    c.globalCompositeOperation = 'destination-out'
    c.fillStyle = '#000'
    c.fill(reach)
    c.globalCompositeOperation = 'source-over'
    c.fillStyle = thin(s.p.seen2, s.p.night ? 0.15 : 0.24)
    c.fill(reach)
  }
  c.restore()
  const chosen = s.selected?.kind === 'sensor' ? s.picture.sensors.get(s.selected.id) : undefined
  if (chosen && chosen.range > 0) {
    const { x, y } = v.project(chosen.lat, chosen.lon)
    c.strokeStyle = s.p.text2
    c.setLineDash([5, 4])
    c.lineWidth = 1.2
    c.beginPath()
    c.arc(x, y, chosen.range / v.perPixel, 0, 7)
    c.stroke()
    c.setLineDash([])
  }
}

/** The line, with the strip's span brighter about it. */
function drawLine(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  const way = (from: number, to: number) => {
    c.beginPath()
    s.axis.part(from, to).forEach(([lon, lat], i) => {
      const q = v.project(lat, lon)
      if (i) c.lineTo(q.x, q.y)
      else c.moveTo(q.x, q.y)
    })
    c.stroke()
  }
  c.lineJoin = 'round'
  c.lineCap = 'round'
  c.strokeStyle = thin(s.p['line-ui'], 0.45)
  c.lineWidth = v.perPixel < 100 ? 7 : 5
  way(s.span.from, s.span.to)
  c.strokeStyle = s.p.zero
  c.lineWidth = v.perPixel < 100 ? 2 : 1.5
  way(0, s.axis.length)
  c.lineCap = 'butt'
  drawCover(c, v, s, way)
}

/** What is seen now, along the line itself: dark metres are black between light dashes. */
function drawCover(c: CanvasRenderingContext2D, v: View, s: Shown, way: (from: number, to: number) => void): void {
  const wide = v.perPixel < 100 ? 5 : 4
  for (const x of s.cover?.pieces ?? []) {
    const lacking = isDark(s.cover!, x.value ?? '')
    c.lineWidth = lacking ? wide + 1 : wide
    c.strokeStyle = lacking ? s.p.seen0 : x.value === 'seen-once' ? s.p.seen1 : s.p.seen3
    way(x.from, x.to)
    if (!lacking) continue
    c.setLineDash(x.value === 'unknown' ? [1, 5] : [2, 3])
    c.strokeStyle = s.p.night ? s.p.text1 : '#ffffff'
    way(x.from, x.to)
    c.setLineDash([])
  }
}

const toPixel = (v: View, g: { lat: number; lon: number }) => v.project(g.lat, g.lon)

function drawRoute(c: CanvasRenderingContext2D, v: View, s: Shown, labels: Labels): void {
  const q = s.proposal
  if (!q) return
  const a = toPixel(v, s.axis.at(q.from, 150))
  const b = toPixel(v, s.axis.at(q.to, 150))
  c.strokeStyle = s.p.own
  c.lineWidth = 2
  c.lineCap = 'round'
  c.setLineDash([1, 5])
  c.beginPath()
  c.moveTo(a.x, a.y)
  c.lineTo(b.x, b.y)
  c.stroke()
  c.setLineDash([3, 2])
  c.lineWidth = 1.6
  c.fillStyle = s.p.bg0
  c.beginPath()
  c.arc(b.x, b.y, 7, 0, 7)
  c.fill()
  c.stroke()
  c.setLineDash([])
  c.lineCap = 'butt'
  labels.block(b.x - 8, b.y - 8, 16, 16)
  labels.put([{ text: s.words.wait, colour: s.p.own }], b.x, b.y, 11)
}

function drawUnits(c: CanvasRenderingContext2D, v: View, s: Shown, labels: Labels, hits: MapHit[]): void {
  if (v.perPixel > 400) return
  for (const u of s.picture.units.values()) {
    const { x, y } = v.project(u.lat, u.lon)
    if (!onScreen(v, x, y)) continue
    const size = v.perPixel < 40 ? 22 : v.perPixel < 120 ? 14 : 9
    s.icons.unit(c, x, y, size)
    labels.block(x - size * 0.7, y - size * 0.5, size * 1.4, size)
    if (s.selected?.id === u.id) ringAt(c, s.p.own, x, y, size)
    if (v.perPixel < 60) labels.put([{ text: inDigits(`${s.lang === 'ar' ? u.name.ar || u.name.en : u.name.en} · ${u.people}`, s.digits), colour: s.p.own }], x, y, size * 0.8 + 3)
    hits.push({ kind: 'unit', id: u.id, x, y })
  }
}

function ringAt(c: CanvasRenderingContext2D, colour: string, x: number, y: number, r: number): void {
  c.strokeStyle = colour
  c.lineWidth = 1.6
  c.beginPath()
  c.arc(x, y, r, 0, 7)
  c.stroke()
}

/** A 95 % ellipse at its own scale. */
export function ellipse(c: CanvasRenderingContext2D, x: number, y: number, major: number, minor: number, tilt: number, perPixel: number): void {
  c.beginPath()
  // Tilt is an azimuth: clockwise from north; the canvas turns clockwise from east.
  c.ellipse(x, y, Math.max(0.5, major / perPixel), Math.max(0.5, minor / perPixel), ((tilt - 90) * Math.PI) / 180, 0, 7)
  c.stroke()
}

function drawTracks(c: CanvasRenderingContext2D, v: View, s: Shown, labels: Labels, hits: MapHit[]): void {
  const { p } = s
  const late: (() => void)[] = []
  for (const t of s.picture.tracks.values()) {
    if (t.unit) continue // drawn as the unit it is
    const { x, y } = v.project(t.lat, t.lon)
    if (!onScreen(v, x, y)) continue
    const chosen = s.selected?.id === t.id || s.marked.has(t.id)
    const loud = chosen || !!t.alert
    if (loud) labels.block(x - 14, y - 14, 28, 28)
    drawTrail(c, v, s, t, loud ? 1 : 0.5)
    if (loud || v.perPixel < 12) {
      c.strokeStyle = p.unknown
      c.lineWidth = 1
      if (t.major / v.perPixel > 4) ellipse(c, x, y, t.major, t.minor, t.tilt, v.perPixel)
    }
    if (t.speed > 0.3) {
      // A minute ahead at the present pace, at least long enough to be seen.
      const a = (t.heading * Math.PI) / 180
      const length = Math.min(60, Math.max(10, (t.speed * 60) / v.perPixel))
      c.strokeStyle = t.class === 'animal' && !loud ? p.text3 : p.unknown
      c.lineWidth = loud ? 1.6 : 1.1
      c.beginPath()
      c.moveTo(x, y)
      c.lineTo(x + Math.sin(a) * length, y - Math.cos(a) * length)
      c.stroke()
    }
    const draw = () => {
      c.globalAlpha = t.status === 'coasting' ? 0.5 : 1
      s.icons.track(c, t, x, y, chosen ? 24 : t.alert ? 20 : v.perPixel < 40 ? 13 : v.perPixel < 150 ? 9 : 6)
      c.globalAlpha = 1
    }
    if (loud) late.push(draw)
    else draw()
    if (loud) late.push(() => labels.put([{ text: s.words.title(t), colour: p.text1, weight: 600 }, { text: inDigits(s.words.detail(t), s.digits), colour: p.text2 }], x, y, 26, chosen))
    hits.push({ kind: 'track', id: t.id, x, y })
  }
  for (const f of late) f()
}

function drawTrail(c: CanvasRenderingContext2D, v: View, s: Shown, t: TrackRow, ink: number): void {
  const way = s.picture.trails.get(t.id)
  if (!way || way.length < 2) return
  c.strokeStyle = t.class === 'animal' ? s.p.text3 : s.p.unknown
  c.lineWidth = 1.2
  const points = way.map(([, lat, lon]) => v.project(lat, lon))
  points.push(v.project(t.lat, t.lon))
  // Four pieces, each fainter the older it is: fading without a stroke a step.
  const pieces = 4
  for (let k = 0; k < pieces; k++) {
    const a = Math.floor((k * (points.length - 1)) / pieces)
    const b = Math.floor(((k + 1) * (points.length - 1)) / pieces)
    if (b <= a) continue
    c.globalAlpha = ink * (0.2 + (0.6 * (k + 1)) / pieces)
    c.beginPath()
    c.moveTo(points[a].x, points[a].y)
    for (let i = a + 1; i <= b; i++) c.lineTo(points[i].x, points[i].y)
    c.stroke()
  }
  c.globalAlpha = 1
}

function drawAlerts(c: CanvasRenderingContext2D, v: View, s: Shown, alerts: AlertRow[], labels: Labels, hits: MapHit[]): void {
  const { p } = s
  for (const a of alerts) {
    const { x, y } = v.project(a.lat, a.lon)
    const colour = a.severity === 'critical' ? p.critical : a.severity === 'high' ? p.high : a.severity === 'normal' ? p.normal : p.info
    const chosen = s.selected?.id === a.id
    if (a.from !== undefined && a.to !== undefined && a.to > a.from) {
      c.strokeStyle = thin(colour, chosen ? 0.9 : 0.6)
      c.lineWidth = chosen ? 7 : 4
      c.beginPath()
      s.axis.part(a.from, a.to).forEach(([lon, lat], i) => {
        const q = v.project(lat, lon)
        if (i) c.lineTo(q.x, q.y)
        else c.moveTo(q.x, q.y)
      })
      c.stroke()
    }
    if (!onScreen(v, x, y)) continue
    const tracked = a.tracks?.some((t) => s.picture.tracks.has(t)) ?? false
    if (tracked) {
      ringAt(c, colour, x, y, chosen ? 22 : 17)
      if (a.line_at && a.has_km && !a.ended && v.perPixel < 60) drawAhead(c, v, s, a, x, y, labels)
      severityShape(c, p, a.severity, x + (chosen ? 18 : 14), y - (chosen ? 18 : 14), 5)
    } else {
      if (a.by_hand) {
        c.setLineDash([4, 3])
        c.strokeStyle = colour
        c.lineWidth = 1.4
        c.strokeRect(x - 14, y - 12, 28, 24)
        c.setLineDash([])
      }
      severityShape(c, p, a.severity, x, y, chosen ? 8 : 6)
      if (chosen || v.perPixel < 60) labels.put([{ text: s.lang === 'ar' ? a.title.ar || a.title.en : a.title.en, colour, weight: 600 }], x, y, 13, chosen)
    }
    hits.push({ kind: 'alert', id: a.id, x, y })
  }
}

/** Where it reaches the line at this pace: a fan, and the time. */
function drawAhead(c: CanvasRenderingContext2D, v: View, s: Shown, a: AlertRow, x: number, y: number, labels: Labels): void {
  const t = a.tracks?.map((id) => s.picture.tracks.get(id)).find((k) => k)
  if (!t || !a.line_at) return
  const metres = Math.max(0, ((a.line_at - a.updated) / 1000) * t.speed)
  const px = metres / v.perPixel
  const angle = (t.heading * Math.PI) / 180
  const at = (turn: number) => [x + Math.sin(angle + turn) * px, y - Math.cos(angle + turn) * px] as const
  c.fillStyle = thin(s.p.unknown, 0.1)
  c.beginPath()
  c.moveTo(x, y)
  c.lineTo(...at(-0.16))
  c.lineTo(...at(0.16))
  c.closePath()
  c.fill()
  c.strokeStyle = s.p.unknown
  c.setLineDash([3, 4])
  c.lineWidth = 1
  c.beginPath()
  c.moveTo(x, y)
  c.lineTo(...at(0))
  c.stroke()
  c.setLineDash([])
  const [hx, hy] = at(0)
  if (px > 30) labels.put([{ text: inDigits(s.words.lineAbout(clock(a.line_at, false)), s.digits), colour: s.p.unknown }], (x + hx) / 2, (y + hy) / 2, 12)
}

function drawPosts(c: CanvasRenderingContext2D, v: View, s: Shown, labels: Labels): void {
  const step = [1000, 2000, 5000, 10_000, 50_000].find((m) => m / v.perPixel > 56) ?? 100_000
  c.strokeStyle = s.p.zero
  c.lineWidth = 1
  for (let m = 0; m <= s.axis.length; m += step) {
    const a = toPixel(v, s.axis.at(m))
    if (!onScreen(v, a.x, a.y, 10)) continue
    const b = toPixel(v, s.axis.at(m, 9 * v.perPixel))
    c.beginPath()
    c.moveTo(a.x, a.y)
    c.lineTo(b.x, b.y)
    c.stroke()
    labels.put([{ text: inDigits('\u2066' + post(m) + '\u2069', s.digits), colour: s.p.text1 }], b.x, b.y, 7)
  }
}

function drawPlaces(c: CanvasRenderingContext2D, v: View, s: Shown, labels: Labels, hits: MapHit[]): void {
  for (const q of s.places) {
    const { x, y } = v.project(q.lat, q.lon)
    if (!onScreen(v, x, y)) continue
    const other = s.lang === 'ar' ? q.name.en : q.name.ar
    const lines = [{ text: s.lang === 'ar' ? q.name.ar || q.name.en : q.name.en, colour: s.p.text1, weight: 600 }]
    if (other && v.perPixel < 120) lines.push({ text: other, colour: s.p.text3, weight: 400 })
    c.fillStyle = s.p.bg0
    c.strokeStyle = s.p.text2
    c.lineWidth = 1.2
    c.beginPath()
    if (q.kind === 'crossing') c.rect(x - 4, y - 4, 8, 8)
    else c.arc(x, y, 3, 0, 7)
    c.fill()
    c.stroke()
    labels.put(lines, x, y, 8)
    hits.push({ kind: 'place', id: q.id, x, y })
  }
}

function drawHover(c: CanvasRenderingContext2D, v: View, s: Shown, m: number): void {
  const a = toPixel(v, s.axis.at(Math.min(s.axis.length, Math.max(0, m)), -30 * v.perPixel))
  const b = toPixel(v, s.axis.at(Math.min(s.axis.length, Math.max(0, m)), 30 * v.perPixel))
  c.strokeStyle = s.p.text1
  c.lineWidth = 1.4
  c.beginPath()
  c.moveTo(a.x, a.y)
  c.lineTo(b.x, b.y)
  c.stroke()
}

/** The words under a track's name: where, how far off, how fast. */
export function trackDetail(t: TrackRow, metres: string, pace: string, lang: Lang): string {
  const n = (s: string) => (lang === 'ar' ? ltr(s) : s)
  return `${n(post(t.km))} · ${n(whole(t.offset))}\u00a0${metres} · ${n(t.speed.toFixed(1))}\u00a0${pace}`
}
