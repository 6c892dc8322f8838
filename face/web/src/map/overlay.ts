// What stands and moves on the map, drawn at most once a frame, straight from the
// picture.

import { inDigits, post } from '../format'
import type { SensorRow } from '../wire'
import { Labels } from './labels'
import { drawAlerts, drawTracks } from './movers'
import { towerShape } from './symbols'
import { onScreen, ringAt, toPixel, type MapHit, type Shown, type View } from './view'

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
  if (s.pin) drawPin(c, v, s, s.pin)
  return hits
}

function sensorsOnScreen(v: View, s: Shown) {
  const out: { row: SensorRow; x: number; y: number; bad: boolean }[] = []
  for (const row of s.picture.sensors.values()) {
    if (row.kind === 'own-force' || row.kind === 'human' || row.kind === 'node') continue
    const { x, y } = v.project(row.lat, row.lon)
    if (onScreen(v, x, y)) out.push({ row, x, y, bad: row.health === 'lost' || row.health === 'gone' || row.health === 'degraded' })
  }
  return out
}

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

/** A cross with a gap in the middle, so that it hides nothing. */
function drawPin(c: CanvasRenderingContext2D, v: View, s: Shown, pin: { lat: number; lon: number }): void {
  const { x, y } = toPixel(v, pin)
  for (const [colour, width] of [[s.p.bg0, 4], [s.p.text1, 1.6]] as const) {
    c.strokeStyle = colour
    c.lineWidth = width
    c.beginPath()
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      c.moveTo(x + dx * 5, y + dy * 5)
      c.lineTo(x + dx * 14, y + dy * 14)
    }
    c.stroke()
  }
}
