// What the drawings of the map share: how the ground lies on the screen, what is
// shown, and the few shapes that more than one of them draws.

import type { Digits, Lang } from '../format'
import type { Axis } from '../line'
import type { Palette } from '../look/palette'
import type { Picture } from '../picture'
import type { LaneData, Place, TrackRow } from '../wire'
import type { Icons } from './symbols'

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
  /** A point that a person pressed: a cross on the ground. */
  pin: { lat: number; lon: number } | null
  /** The lens: no label goes under it. */
  lens: { x: number; y: number; w: number; h: number } | null
  /** What is seen now along the line, where the server says it. */
  cover: LaneData | null
  span: { from: number; to: number }
  words: {
    title: (t: TrackRow) => string
    detail: (t: TrackRow) => string
    /** Which own unit it was by GPS, and until when; empty for none. */
    was: (t: TrackRow) => string
    health: (h: string) => string
    lineAbout: (t: string) => string
    wait: string
  }
}

export type MapHit = { kind: 'alert' | 'track' | 'sensor' | 'unit' | 'place'; id: string; x: number; y: number }

export function onScreen(v: View, x: number, y: number, margin = 30): boolean {
  return x > -margin && y > -margin && x < v.width + margin && y < v.height + margin
}

export const toPixel = (v: View, g: { lat: number; lon: number }) => v.project(g.lat, g.lon)

export function ringAt(c: CanvasRenderingContext2D, colour: string, x: number, y: number, r: number): void {
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
