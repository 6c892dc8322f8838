// Draws what moves on a strip, once a frame at most: tracks by their offset about
// the line, units, towers with their health, alerts.

import { clock, inDigits, post } from '../format'
import { mOf, xOf } from '../line'
import { hatch, thin } from '../look/palette'
import { severityShape, towerShape, type Icons } from '../map/symbols'
import type { Picture } from '../picture'
import type { AlertRow, SensorRow, Severity } from '../wire'
import { above, below, yOf, type Row } from './layout'
import { font, type Brush } from './lanes-draw'

/** A thing on screen that can be pressed. */
export type Hit = { kind: 'alert' | 'track' | 'sensor' | 'unit'; id: string; x: number; y: number; km: number }

export type Scene = {
  picture: Picture
  icons: Icons
  selected: string
  /** Tracks of the selected alert. */
  marked: ReadonlySet<string>
  words: { about: (n: number) => string; metres: (n: number) => string; line: string; tx: (t: { en: string; ar: string }) => string }
}

const ranks: Record<Severity, number> = { information: 0, normal: 1, high: 2, critical: 3 }

function colourOf(b: Brush, s: Severity): string {
  return s === 'critical' ? b.p.critical : s === 'high' ? b.p.high : s === 'normal' ? b.p.normal : b.p.info
}

/** The row of alerts on the whole line. */
export function drawAlerts(b: Brush, row: Row, scene: Scene, hits: Hit[]): void {
  const { c, p, scale } = b
  const y = row.y + row.height / 2
  c.strokeStyle = p.zero
  c.lineWidth = 1.4
  c.beginPath()
  c.moveTo(0, y)
  c.lineTo(scale.width, y)
  c.stroke()
  const open = [...scene.picture.alerts.values()].filter((a) => a.has_km && !a.closed).sort((a, z) => ranks[a.severity] - ranks[z.severity])
  for (const a of open) {
    if (a.from !== undefined && a.to !== undefined && a.to > a.from) {
      c.strokeStyle = colourOf(b, a.severity)
      c.lineWidth = 3
      c.beginPath()
      c.moveTo(xOf(scale, a.to), y)
      c.lineTo(xOf(scale, a.from), y)
      c.stroke()
    }
    const x = xOf(scale, a.km)
    severityShape(c, p, a.severity, x, y, a.id === scene.selected ? 6 : 4.5)
    hits.push({ kind: 'alert', id: a.id, x, y, km: a.km })
  }
}

/** The row of tracks with the line in it. */
export function drawTracks(b: Brush, row: Row, scene: Scene, hits: Hit[]): void {
  const { c, p, scale } = b
  const zero = yOf(row, 0)
  c.font = font(p)
  // The scale of the offsets, at the ends where nothing else stands.
  c.strokeStyle = p.rule
  c.setLineDash([1, 4])
  c.lineWidth = 1
  for (const o of [-2000, -1000, 1000]) {
    c.beginPath()
    c.moveTo(0, yOf(row, o))
    c.lineTo(scale.width, yOf(row, o))
    c.stroke()
  }
  c.setLineDash([])
  const alerts = [...scene.picture.alerts.values()].filter((a) => !a.closed && a.has_km)
  for (const a of alerts) if (a.km >= scale.from - 2000 && a.km <= scale.to + 2000) drawAlertGround(b, row, a, scene)
  c.strokeStyle = p.zero
  c.lineWidth = 1.6
  c.beginPath()
  c.moveTo(0, zero)
  c.lineTo(scale.width, zero)
  c.stroke()
  for (const u of scene.picture.units.values()) {
    if (u.km < scale.from || u.km > scale.to) continue
    const x = xOf(scale, u.km)
    const y = yOf(row, Math.max(u.offset, 250))
    const chosen = scene.selected === u.id
    c.fillStyle = p['own-fill']
    c.strokeStyle = p.own
    c.lineWidth = chosen ? 2.4 : 1.5
    c.fillRect(x - 7, y - 4.5, 14, 9)
    c.strokeRect(x - 7, y - 4.5, 14, 9)
    if ((scale.to - scale.from) / scale.width < 60) {
      c.font = font(p)
      c.fillStyle = p.own
      c.textBaseline = 'middle'
      c.textAlign = 'right'
      c.direction = b.lang === 'ar' ? 'rtl' : 'ltr'
      c.fillText(scene.words.tx(u.name), x - 11, y + 0.5)
    }
    hits.push({ kind: 'unit', id: u.id, x, y, km: u.km })
  }
  const close = (scale.to - scale.from) / scale.width < 130
  let labels = 0
  for (const t of scene.picture.tracks.values()) {
    if (t.unit || t.km < scale.from || t.km > scale.to) continue
    const x = xOf(scale, t.km)
    const y = yOf(row, t.offset)
    const chosen = t.id === scene.selected || scene.marked.has(t.id)
    const size = chosen ? 20 : t.alert ? 16 : close ? 11 : 7
    c.globalAlpha = t.status === 'coasting' ? 0.5 : 1
    scene.icons.track(c, t, x, y, size)
    c.globalAlpha = 1
    if (t.offset < -above || t.offset > below) edgeMark(b, x, y, t.offset < 0)
    if ((t.alert || chosen) && close && labels < 24) {
      labels++
      const a = t.alert ? scene.picture.alerts.get(t.alert) : undefined
      const words = [t.count && t.count > 1.5 ? scene.words.about(Math.round(t.count)) : '', a?.line_at ? clock(a.line_at, false) : '',
        Math.abs(t.offset) > above ? scene.words.metres(t.offset) : ''].filter(Boolean).join(' · ')
      c.font = font(p, 11, chosen ? 600 : 400)
      c.fillStyle = p.text1
      c.textAlign = 'left'
      c.textBaseline = 'middle'
      c.direction = b.lang === 'ar' ? 'rtl' : 'ltr'
      const text = inDigits(words, b.digits)
      c.fillStyle = thin(p.bg0, 0.8)
      c.fillRect(x + size / 2 + 3, y - 7, c.measureText(text).width + 6, 14)
      c.fillStyle = p.text1
      c.fillText(text, x + size / 2 + 6, y)
    }
    hits.push({ kind: 'track', id: t.id, x, y, km: t.km })
  }
}

function halo(c: CanvasRenderingContext2D, ground: string, text: string, x: number, y: number): void {
  c.lineJoin = 'round'
  c.lineWidth = 3
  c.strokeStyle = ground
  c.strokeText(text, x, y)
  c.fillText(text, x, y)
}

function edgeMark(b: Brush, x: number, y: number, up: boolean): void {
  const d = up ? -1 : 1
  b.c.strokeStyle = b.p.text2
  b.c.lineWidth = 1.2
  b.c.beginPath()
  b.c.moveTo(x - 4, y + d * 9)
  b.c.lineTo(x, y + d * 13)
  b.c.lineTo(x + 4, y + d * 9)
  b.c.stroke()
}

/** The ground an alert concerns: a light column, or its span for an outage. */
function drawAlertGround(b: Brush, row: Row, a: AlertRow, scene: Scene): void {
  const { c, scale } = b
  const colour = colourOf(b, a.severity)
  const chosen = a.id === scene.selected
  const span = a.from !== undefined && a.to !== undefined && a.to > a.from
  const right = xOf(scale, span ? a.from! : a.km - 600)
  const left = xOf(scale, span ? a.to! : a.km + 600)
  if (chosen || span) {
    c.fillStyle = thin(colour, chosen ? 0.16 : 0.07)
    c.fillRect(left, row.y, Math.max(2, right - left), row.height)
  }
  if (span) {
    c.strokeStyle = colour
    c.lineWidth = chosen ? 2 : 1.2
    c.strokeRect(left, row.y + 1, Math.max(2, right - left), row.height - 2)
  }
  if (a.by_hand) {
    // A report, not a track: a dashed frame about the place that was told.
    const x = xOf(scale, a.km)
    const y = yOf(row, a.offset)
    c.setLineDash([4, 3])
    c.strokeStyle = colour
    c.lineWidth = 1.4
    c.strokeRect(x - 15, y - 11, 30, 22)
    c.setLineDash([])
    severityShape(c, b.p, a.severity, x, y, 6)
  } else if (!a.tracks?.length && !span) severityShape(c, b.p, a.severity, xOf(scale, a.km), yOf(row, a.offset), 6)
}

const drawn = (s: SensorRow): boolean => s.kind !== 'own-force' && s.kind !== 'human' && s.kind !== 'node'

/** Towers, radars, aerostats and the rest; the lost ones crossed out. */
export function drawTowers(b: Brush, row: Row, scene: Scene, hits: Hit[]): void {
  const { c, scale } = b
  const perPixel = (scale.to - scale.from) / scale.width
  const y = row.y + row.height / 2
  for (const s of scene.picture.sensors.values()) {
    if (!drawn(s) || s.km < scale.from || s.km > scale.to) continue
    const x = xOf(scale, s.km)
    const lost = s.health === 'lost' || s.health === 'gone'
    // From far away only what is lacking is drawn.
    if (perPixel > 150 && !lost) continue
    towerShape(c, b.p, s, x, y, 4.6, s.id === scene.selected)
    hits.push({ kind: 'sensor', id: s.id, x, y, km: s.km })
  }
}

/** Hatching over the stretch that no working sensor stands near: an empty picture is not a quiet one. */
export function drawUnseen(b: Brush, row: Row, dark: { from: number; to: number }[], label: string): void {
  const { c, p, scale } = b
  for (const d of dark) {
    if (d.to <= scale.from || d.from >= scale.to) continue
    const left = Math.max(0, xOf(scale, d.to))
    const right = Math.min(scale.width, xOf(scale, d.from))
    c.fillStyle = hatch(c, thin(p.text3, 0.4), 7, 1)
    c.fillRect(left, row.y, right - left, row.height)
    c.font = font(p, 11, 600)
    c.direction = b.lang === 'ar' ? 'rtl' : 'ltr'
    if (right - left < c.measureText(label).width + 16) continue
    c.fillStyle = p.text1
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    halo(c, p.bg0, label, (left + right) / 2, row.y + 12)
  }
}

/** The line under the pointer with its km post. */
export function drawCursor(b: Brush, m: number, height: number): void {
  const { c, p, scale } = b
  const x = Math.round(xOf(scale, m)) + 0.5
  c.strokeStyle = thin(p.text1, 0.75)
  c.lineWidth = 1
  c.beginPath()
  c.moveTo(x, 16)
  c.lineTo(x, height)
  c.stroke()
  const text = inDigits(post(m), b.digits)
  c.font = font(p, 11, 600)
  c.direction = 'ltr'
  const w = c.measureText(text).width + 12
  const left = Math.min(scale.width - w, Math.max(0, x - w / 2))
  c.fillStyle = p.text1
  c.fillRect(left, 0, w, 16)
  c.fillStyle = p.bg0
  c.textAlign = 'center'
  c.textBaseline = 'middle'
  c.fillText(text, left + w / 2, 8.5)
}

/** The thing nearest to a pointer, within reach of a finger. */
export function hitAt(hits: Hit[], x: number, y: number): Hit | null {
  let best: Hit | null = null
  let reach = 14
  // Later ones are drawn above: they win at equal distance.
  for (const h of hits) {
    const d = Math.hypot(h.x - x, h.y - y)
    if (d <= reach) {
      reach = d
      best = h
    }
  }
  return best
}

export const metreUnder = (b: Pick<Brush, 'scale'>, x: number): number => mOf(b.scale, x)
