// Symbols for canvases. People and vehicles wear the APP-6 frame of "unknown" and
// nothing else; own units wear the friendly frame; sensors are plain shapes.

import type MilSymbol from 'milsymbol'
import { thin, type Palette } from '../look/palette'
import type { SensorRow, Severity, TrackRow } from '../wire'

/** Symbol codes (APP-6D, 20 digits): identity 1 is unknown. Frames without any icon but the domain's. */
const unknownFrame = '10011000000000000000'
const unknownAir = '10010100000000000000'
const ownFrame = '10031000000000000000'

// The symbol library is large: the page draws plain shapes until
// it is here, a moment later.
let ms: typeof MilSymbol | null = null
const waiting = new Set<() => void>()
let asked = false

/** Later, when the browser has nothing more urgent: queue, strip and map come first. */
const atRest = (f: () => void): void => void (typeof requestIdleCallback === 'function' ? requestIdleCallback(f, { timeout: 4_000 }) : setTimeout(f, 500))

/** Calls back once the symbols can be drawn, if they could not yet. Returns the way to stop. */
export function whenSymbols(f: () => void): () => void {
  if (ms) return () => {}
  waiting.add(f)
  if (!asked) {
    asked = true
    atRest(() => import('milsymbol').then(
      (m) => {
        ms = m.default
        for (const tell of waiting) tell()
        waiting.clear()
      },
      () => waiting.clear(), // the plain shapes stay: they say the same
    ))
  }
  return () => waiting.delete(f)
}

export class Icons {
  private readonly kept = new Map<string, HTMLCanvasElement>()

  constructor(
    private readonly p: Palette,
    private readonly plain: boolean,
    private readonly ratio: number,
  ) {}

  private symbol(sidc: string, size: number, line: string, fill: string): HTMLCanvasElement | null {
    if (!ms) return null
    const key = sidc + size + line + fill
    let icon = this.kept.get(key)
    if (!icon) {
      const s = new ms.Symbol(sidc, {
        size: size * this.ratio,
        strokeWidth: 8,
        outlineWidth: 0,
        colorMode: { Civilian: fill, Friend: fill, Hostile: fill, Neutral: fill, Unknown: fill, Suspect: fill },
        frameColor: { Civilian: line, Friend: line, Hostile: line, Neutral: line, Unknown: line, Suspect: line },
        iconColor: { Civilian: line, Friend: line, Hostile: line, Neutral: line, Unknown: line, Suspect: line },
      } as never)
      this.kept.set(key, (icon = s.asCanvas() as HTMLCanvasElement))
    }
    return icon
  }

  private stamp(c: CanvasRenderingContext2D, icon: HTMLCanvasElement | null, x: number, y: number): void {
    if (!icon) return
    const w = icon.width / this.ratio
    const h = icon.height / this.ratio
    c.drawImage(icon, x - w / 2, y - h / 2, w, h)
  }

  /** A track: unknown frame with its count; animals are a quiet ring. */
  track(c: CanvasRenderingContext2D, t: TrackRow, x: number, y: number, size: number): void {
    const p = this.p
    if (t.class === 'animal' && !t.alert) {
      ring(c, p.text3, x, y, Math.min(4.5, size / 2))
      return
    }
    if (size < 9 || this.plain || !ms) {
      c.fillStyle = p.night ? p.unknown : p['unknown-fill']
      c.strokeStyle = p.unknown
      c.lineWidth = 1.2
      c.beginPath()
      if (t.class === 'vehicle' || t.class === 'convoy') c.rect(x - size / 2.8, y - size / 2.8, size / 1.4, size / 1.4)
      else c.arc(x, y, Math.max(2, size / 2.6), 0, 7)
      c.fill()
      c.stroke()
    } else this.stamp(c, this.symbol(t.class === 'slow-air' ? unknownAir : unknownFrame, size, p.unknown, p['unknown-fill']), x, y)
    if (size < 15) return
    const n = Math.round(t.count ?? 0)
    const text = n > 1 ? String(n) : t.class === 'vehicle' ? 'V' : ''
    if (!text) return
    c.font = `600 ${Math.round(size * 0.5)}px ${p.font}`
    c.fillStyle = this.plain && p.night ? p.bg0 : p.unknown
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.direction = 'ltr'
    c.fillText(text, x, y + 0.5)
  }

  /** An own unit. */
  unit(c: CanvasRenderingContext2D, x: number, y: number, size: number): void {
    const { p } = this
    if (size < 12 || this.plain || !ms) {
      c.fillStyle = p['own-fill']
      c.strokeStyle = p.own
      c.lineWidth = 1.5
      c.fillRect(x - size * 0.6, y - size * 0.4, size * 1.2, size * 0.8)
      c.strokeRect(x - size * 0.6, y - size * 0.4, size * 1.2, size * 0.8)
    } else this.stamp(c, this.symbol(ownFrame, size, p.own, p['own-fill']), x, y)
    if (size < 16) return
    c.font = `600 ${Math.round(size * 0.5)}px ${p.font}`
    c.fillStyle = p.own
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.direction = 'ltr'
    c.fillText('BG', x, y + 0.5) // border guard, as on the force's own maps
  }
}

function ring(c: CanvasRenderingContext2D, colour: string, x: number, y: number, r: number): void {
  c.strokeStyle = colour
  c.lineWidth = 1.2
  c.beginPath()
  c.arc(x, y, r, 0, 7)
  c.stroke()
}

/** Severity by shape, filled by day inside its outline. */
export function severityShape(c: CanvasRenderingContext2D, p: Palette, s: Severity, x: number, y: number, r: number): void {
  c.beginPath()
  if (s === 'critical') {
    c.moveTo(x, y - r)
    c.lineTo(x + r, y + r * 0.85)
    c.lineTo(x - r, y + r * 0.85)
  } else if (s === 'high') {
    c.moveTo(x, y - r)
    c.lineTo(x + r, y)
    c.lineTo(x, y + r)
    c.lineTo(x - r, y)
  } else c.arc(x, y, r * 0.8, 0, 7)
  c.closePath()
  c.lineWidth = 1.3
  c.strokeStyle = s === 'critical' ? p.critical : s === 'high' ? p.high : s === 'normal' ? p.normal : p.info
  c.fillStyle = s === 'critical' ? p['critical-fill'] : s === 'high' ? p['high-fill'] : s === 'normal' ? p.normal : p.bg0
  c.fill()
  c.stroke()
}

/** A sensor: tower, radar, aerostat, presence. Lost ones are crossed out, doubtful ones broken. */
export function towerShape(c: CanvasRenderingContext2D, p: Palette, s: SensorRow, x: number, y: number, r: number, chosen: boolean): void {
  const lost = s.health === 'lost' || s.health === 'gone'
  const doubtful = s.health === 'degraded' || s.health === 'late' || s.health === 'unheard'
  c.fillStyle = lost ? p.bg0 : doubtful ? p.bg0 : thin(p.text2, 0.85)
  c.strokeStyle = lost ? p.text1 : p.text2
  c.lineWidth = chosen ? 2.4 : 1.2
  if (doubtful) c.setLineDash([2, 2])
  c.beginPath()
  if (s.kind === 'radar') c.arc(x, y, r * 0.9, 0, 7)
  else if (s.kind === 'aerostat' || s.kind === 'uav') c.ellipse(x, y, r * 1.3, r * 0.8, 0, 0, 7)
  else if (s.kind === 'presence') c.rect(x - r * 0.6, y - r * 0.6, r * 1.2, r * 1.2)
  else {
    c.moveTo(x, y - r)
    c.lineTo(x + r, y + r * 0.8)
    c.lineTo(x - r, y + r * 0.8)
    c.closePath()
  }
  c.fill()
  c.stroke()
  c.setLineDash([])
  if (!lost) return
  c.strokeStyle = p.text1
  c.lineWidth = 1.6
  c.beginPath()
  c.moveTo(x - r - 1, y - r - 1)
  c.lineTo(x + r + 1, y + r + 1)
  c.moveTo(x + r + 1, y - r - 1)
  c.lineTo(x - r - 1, y + r + 1)
  c.stroke()
}
