// What changes only with the view or a sensor's health: the two sides, what
// sensors reach, the line. Drawn by hand, so that it waits for nobody.

import type { Axis, Ground } from '../line'
import { hatch, thin } from '../look/palette'
import { isDark } from '../strip/lanes-draw'
import { onScreen, toPixel, type Shown, type View } from './view'

/** Draws what changes only with the view or a sensor's health: reach and line. */
export function drawGround(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  drawSides(c, v, s)
  drawGraticule(c, v, s)
  drawRanges(c, v, s)
  drawLine(c, v, s)
}

/** Ground within the registered range of a working sensor, and hatching where none reaches. */
function drawRanges(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  if (v.perPixel > 160) return
  const reach = new Path2D()
  let any = false
  for (const r of s.picture.sensors.values()) {
    if (r.kind === 'own-force' || r.kind === 'human' || r.kind === 'node' || (r.health !== 'good' && r.health !== 'late') || !(r.range > 0)) continue
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

const sideDepth = 12_000 // metres of each side that carry its tint

/** Both sides tinted, deeper near the line: which is which at a glance. */
function drawSides(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  const line = s.axis.part(0, s.axis.length).map(([lon, lat]) => v.project(lat, lon))
  for (const side of [-1, 1]) {
    c.fillStyle = side < 0 ? thin(s.p.text3, s.p.night ? 0.06 : 0.07) : thin(s.p.seen2, s.p.night ? 0.07 : 0.1)
    for (const depth of [sideDepth, sideDepth / 3]) {
      c.beginPath()
      line.forEach((q, i) => (i ? c.lineTo(q.x, q.y) : c.moveTo(q.x, q.y)))
      for (const q of bandEdge(s.axis, side * depth)) {
        const { x, y } = toPixel(v, q)
        c.lineTo(x, y)
      }
      c.closePath()
      c.fill()
    }
  }
}

const edges = new WeakMap<Axis, Map<number, Ground[]>>()

/** The far edge of a band beside the line, from its end back to km 0; the same as long as the line is. */
function bandEdge(axis: Axis, offset: number): Ground[] {
  let known = edges.get(axis)
  if (!known) edges.set(axis, (known = new Map()))
  let edge = known.get(offset)
  if (!edge) {
    edge = []
    // A chord as long as the band is deep and few points: the line's bends would
    // fold the edge over itself.
    for (let m = axis.length; m > 0; m -= 2_000) edge.push(axis.at(m, offset, Math.abs(offset)))
    edge.push(axis.at(0, offset, Math.abs(offset)))
    known.set(offset, edge)
  }
  return edge
}

/** Half degrees, and tenths where they stand apart on screen. */
function drawGraticule(c: CanvasRenderingContext2D, v: View, s: Shown): void {
  c.strokeStyle = s.p.rule
  const degree = 111_195 / v.perPixel
  for (const [step, width, ink] of degree * 0.1 > 40 ? [[0.5, 1, 0.8], [0.1, 0.6, 0.7]] : [[0.5, 1, 0.8]]) {
    c.lineWidth = width
    c.globalAlpha = ink
    c.beginPath()
    const rows = Math.ceil(v.height / degree / step) + 1
    const columns = Math.ceil(v.width / (degree * Math.cos((v.middle.lat * Math.PI) / 180)) / step) + 1
    const lat0 = Math.round(v.middle.lat / step)
    const lon0 = Math.round(v.middle.lon / step)
    for (let i = -rows; i <= rows; i++) {
      const { y } = v.project((lat0 + i) * step, v.middle.lon)
      c.moveTo(0, y)
      c.lineTo(v.width, y)
    }
    for (let i = -columns; i <= columns; i++) {
      const { x } = v.project(v.middle.lat, (lon0 + i) * step)
      c.moveTo(x, 0)
      c.lineTo(x, v.height)
    }
    c.stroke()
  }
  c.globalAlpha = 1
}
