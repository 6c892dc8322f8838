// Where things are on the number line: chainage and offset to places on the
// ground and to pixels of the strip. The server's own figures always win; this
// is for drawing between them.

import type { Line } from './wire'

const metresPerDegree = 111_195 // of latitude, mean; drawing only

export type Ground = { lat: number; lon: number }

/** Metres between two places, on a flat earth about them: for drawing and for ranges of sensors. */
export function metresBetween(lat0: number, lon0: number, lat1: number, lon1: number): number {
  const k = Math.cos((((lat0 + lat1) / 2) * Math.PI) / 180)
  return Math.hypot((lon1 - lon0) * k, lat1 - lat0) * metresPerDegree
}

/** The border as the page draws it. */
export class Axis {
  readonly length: number
  private readonly coordinates: [number, number][]
  private readonly chainages: number[]

  constructor(line: Pick<Line, 'coordinates' | 'chainages' | 'length'>) {
    if (line.coordinates.length < 2 || line.coordinates.length !== line.chainages.length)
      throw new Error('the line needs two points or more and a chainage for each')
    this.coordinates = line.coordinates
    this.chainages = line.chainages
    this.length = line.length
  }

  /** Index of the segment that holds a chainage. */
  private segment(m: number): number {
    let low = 0
    let high = this.chainages.length - 2
    while (low < high) {
      const mid = (low + high + 1) >> 1
      if (this.chainages[mid] <= m) low = mid
      else high = mid - 1
    }
    return low
  }

  /**
   * The place at a chainage and an offset in metres, positive on the home side,
   * square to a chord of the line that reaches so many metres to each side.
   */
  at(m: number, offset = 0, chord = 400): Ground {
    const i = this.segment(m)
    const [lon0, lat0] = this.coordinates[i]
    const [lon1, lat1] = this.coordinates[i + 1]
    const span = this.chainages[i + 1] - this.chainages[i]
    const t = span > 0 ? (m - this.chainages[i]) / span : 0
    const lat = lat0 + (lat1 - lat0) * t
    const lon = lon0 + (lon1 - lon0) * t
    if (offset === 0) return { lat, lon }
    // A chord, so that the normal does not jump at every vertex.
    const [east, north] = this.heading(m, chord)
    const east90 = metresPerDegree * Math.cos((lat * Math.PI) / 180)
    // Chainage grows southwards with the home side on its left hand.
    return { lat: lat + (east * offset) / metresPerDegree, lon: lon - (north * offset) / east90 }
  }

  /** Unit vector (east, north) of growing chainage. */
  heading(m: number, chord = 400): [number, number] {
    const a = this.at(Math.max(0, m - chord))
    const b = this.at(Math.min(this.length, m + chord))
    const east = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180)
    const north = b.lat - a.lat
    const n = Math.hypot(east, north) || 1
    return [east / n, north / n]
  }

  /** The line's vertices between two chainages with both ends, [lon, lat]. */
  part(from: number, to: number): [number, number][] {
    const a = this.at(from)
    const b = this.at(to)
    const inner = this.coordinates.filter((_, i) => this.chainages[i] > from && this.chainages[i] < to)
    return [[a.lon, a.lat], ...inner, [b.lon, b.lat]]
  }

  /** Chainage and distance of the vertex-chain's nearest point; for brushing, not for records. */
  near(lat: number, lon: number): { km: number; metres: number } {
    const k = Math.cos((lat * Math.PI) / 180)
    let best = { km: 0, metres: Infinity }
    for (let i = 0; i + 1 < this.coordinates.length; i++) {
      const x0 = (this.coordinates[i][0] - lon) * k
      const y0 = this.coordinates[i][1] - lat
      const dx = (this.coordinates[i + 1][0] - lon) * k - x0
      const dy = this.coordinates[i + 1][1] - lat - y0
      const d2 = dx * dx + dy * dy
      const t = d2 > 0 ? Math.min(1, Math.max(0, -(x0 * dx + y0 * dy) / d2)) : 0
      const metres = Math.hypot(x0 + t * dx, y0 + t * dy) * metresPerDegree
      if (metres < best.metres)
        best = { km: this.chainages[i] + t * (this.chainages[i + 1] - this.chainages[i]), metres }
    }
    return best
  }
}

export type Span = { from: number; to: number }

/** The narrowest and the widest view of a strip, metres. */
export const narrowest = 500

/** A strip's scale. Km 0 is at the right in every language. */
export type Scale = Span & { width: number }

/** Pixels from the left edge. */
export const xOf = (s: Scale, m: number): number => ((s.to - m) / (s.to - s.from)) * s.width

/** The metre under a pixel. */
export const mOf = (s: Scale, x: number): number => s.to - (x / s.width) * (s.to - s.from)

/** A span moved and cut so that it lies on the line and is neither too narrow nor too wide. */
export function fit(span: Span, length: number): Span {
  const size = Math.min(length, Math.max(narrowest, span.to - span.from))
  const middle = (span.from + span.to) / 2
  const from = Math.min(Math.max(0, middle - size / 2), length - size)
  return { from, to: from + size }
}

/** A span zoomed about a metre that keeps its place on screen. */
export function zoom(span: Span, about: number, factor: number, length: number): Span {
  const size = Math.min(length, Math.max(narrowest, (span.to - span.from) * factor))
  const share = (about - span.from) / (span.to - span.from)
  const from = about - share * size
  return fit({ from, to: from + size }, length)
}

/** Steps for km labels: the smallest round step that leaves `room` pixels to each label. */
export function tickStep(s: Scale, room: number): number {
  const least = ((s.to - s.from) / s.width) * room
  for (let p = 10; ; p *= 10) for (const k of [1, 2, 5]) if (k * p >= least) return k * p
}
