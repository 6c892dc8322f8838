// What moves, and the alerts about it.

import { clock, inDigits, ltr, post, whole, type Lang } from '../format'
import { thin } from '../look/palette'
import type { AlertRow, TrackRow } from '../wire'
import type { Labels } from './labels'
import { severityShape } from './symbols'
import { ellipse, onScreen, ringAt, type MapHit, type Shown, type View } from './view'

export function drawTracks(c: CanvasRenderingContext2D, v: View, s: Shown, labels: Labels, hits: MapHit[]): void {
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
    if (loud) late.push(() => labels.put([{ text: s.words.title(t), colour: p.text1, weight: 600 }, { text: inDigits(s.words.detail(t), s.digits), colour: p.text2 }, ...said(s.words.was(t), s, p.own)], x, y, 26, chosen))
    hits.push({ kind: 'track', id: t.id, x, y })
  }
  for (const f of late) f()
}

/** One more line of a label, where there is something to say. */
const said = (text: string, s: Shown, colour: string) => (text ? [{ text: inDigits(text, s.digits), colour }] : [])

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

export function drawAlerts(c: CanvasRenderingContext2D, v: View, s: Shown, alerts: AlertRow[], labels: Labels, hits: MapHit[]): void {
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

/** The words under a track's name: where, how far off, how fast. */
export function trackDetail(t: TrackRow, metres: string, pace: string, lang: Lang): string {
  const n = (s: string) => (lang === 'ar' ? ltr(s) : s)
  return `${n(post(t.km))} · ${n(whole(t.offset))}\u00a0${metres} · ${n(t.speed.toFixed(1))}\u00a0${pace}`
}
