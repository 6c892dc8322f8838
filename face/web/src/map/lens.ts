// The same ground closer: ellipses, fading history and heading cannot be read at
// the map's scale, so a lens shows them at their own.

import { clock, inDigits, type Digits } from '../format'
import { thin, type Palette } from '../look/palette'
import type { TrackDetail } from '../wire'
import { ellipse } from './view'

export type LensWords = { title: string; metres: (n: number) => string }

const perDegree = 111_195

export function drawLens(c: CanvasRenderingContext2D, box: { x: number; y: number; w: number; h: number }, t: TrackDetail, p: Palette, digits: Digits, rtl: boolean, words: LensWords): void {
  const history = (t.history ?? []).slice(-120)
  const now: [number, number, number, number, number, number] = [t.at, t.lat, t.lon, t.major, t.minor, t.tilt]
  const points = [...history, now]
  const k = Math.cos((t.lat * Math.PI) / 180) * perDegree
  const xy = (lat: number, lon: number): [number, number] => [(lon - t.lon) * k, (lat - t.lat) * perDegree]
  const far = points.map((h) => xy(h[1], h[2]))
  const xs = far.map((q) => q[0])
  const ys = far.map((q) => q[1])
  const pad = Math.max(40, t.major)
  const spanX = Math.max(...xs) - Math.min(...xs) + 2 * pad
  const spanY = Math.max(...ys) - Math.min(...ys) + 2 * pad
  const perPixel = Math.max(0.8, spanX / (box.w - 20), spanY / (box.h - 44))
  const cx = (Math.max(...xs) + Math.min(...xs)) / 2
  const cy = (Math.max(...ys) + Math.min(...ys)) / 2
  const at = (lat: number, lon: number): [number, number] => {
    const [x, y] = xy(lat, lon)
    return [box.x + box.w / 2 + (x - cx) / perPixel, box.y + box.h / 2 - 8 - (y - cy) / perPixel]
  }
  c.save()
  c.beginPath()
  c.rect(box.x, box.y, box.w, box.h)
  c.fillStyle = p.bg1
  c.fill()
  c.strokeStyle = p['line-ui']
  c.lineWidth = 1
  c.stroke()
  c.clip()
  // Ellipses at a few instants, the older the fainter.
  const some = history.length > 3 ? [0, 0.35, 0.7].map((f) => history[Math.floor(f * (history.length - 1))]) : []
  ;[...some, now].forEach((h, i, all) => {
    const [x, y] = at(h[1], h[2])
    c.strokeStyle = thin(p.unknown, i === all.length - 1 ? 1 : 0.25 + 0.15 * i)
    c.lineWidth = i === all.length - 1 ? 1.6 : 1
    ellipse(c, x, y, h[3], h[4], h[5], perPixel)
  })
  c.lineWidth = 1.6
  for (let i = 1; i < points.length; i++) {
    c.strokeStyle = thin(p.unknown, 0.25 + (0.75 * i) / points.length)
    c.beginPath()
    c.moveTo(...at(points[i - 1][1], points[i - 1][2]))
    c.lineTo(...at(points[i][1], points[i][2]))
    c.stroke()
  }
  const [ex, ey] = at(t.lat, t.lon)
  const a = (t.heading * Math.PI) / 180
  c.strokeStyle = p.unknown
  if (t.speed > 0.1) {
    c.beginPath()
    c.moveTo(ex, ey)
    c.lineTo(ex + Math.sin(a) * 40, ey - Math.cos(a) * 40)
    c.stroke()
  }
  c.fillStyle = p.unknown
  c.beginPath()
  c.arc(ex, ey, 3.4, 0, 7)
  c.fill()
  c.font = `400 11px ${p.font}`
  c.textBaseline = 'alphabetic'
  c.fillStyle = p.text1
  c.direction = 'ltr'
  c.textAlign = ex > box.x + box.w - 70 ? 'right' : 'left'
  c.fillText(inDigits(clock(t.at), digits), ex + (c.textAlign === 'left' ? 8 : -8), ey - 8)
  if (history.length > 2) {
    const [hx, hy] = at(history[0][1], history[0][2])
    c.fillStyle = p.text3
    c.textAlign = hx > box.x + box.w - 70 ? 'right' : 'left'
    c.fillText(inDigits(clock(history[0][0]), digits), hx + (c.textAlign === 'left' ? 6 : -6), hy - 6)
  }
  // Scale bar: a round length of about 70 pixels.
  const metres = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((m) => m / perPixel > 46) ?? 10_000
  const w = metres / perPixel
  const x0 = box.x + box.w - 12 - w
  const y0 = box.y + box.h - 10
  c.strokeStyle = p.text2
  c.lineWidth = 1
  c.beginPath()
  c.moveTo(x0, y0 - 3)
  c.lineTo(x0, y0 + 3)
  c.moveTo(x0, y0)
  c.lineTo(x0 + w, y0)
  c.moveTo(x0 + w, y0 - 3)
  c.lineTo(x0 + w, y0 + 3)
  c.stroke()
  c.fillStyle = p.text2
  c.textAlign = 'center'
  c.direction = rtl ? 'rtl' : 'ltr'
  c.fillText(inDigits(words.metres(metres), digits), x0 + w / 2, y0 - 5)
  c.textAlign = 'left'
  c.fillStyle = p.text3
  c.direction = rtl ? 'rtl' : 'ltr'
  c.textAlign = 'left'
  c.fillText(words.title, box.x + 8, box.y + box.h - 8)
  c.restore()
}
