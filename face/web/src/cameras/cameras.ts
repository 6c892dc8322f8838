// Which cameras are shown, and to whom. The shapes are those of face/api/cameras.go:
// lengths in metres, angles in degrees clockwise from true north, Unix milliseconds.

import type { SensorRow, Text } from '../wire'

/** Left, top, width and height, as shares of a picture's own. */
export type Box = [number, number, number, number]

export type CameraRow = {
  id: string; name: string; health: string; troubles: Text[] | null
  lat: number; lon: number; azimuth: number; half_width: number; range: number
  at: number; movers: number; dropped: number; suppressed: number; starts: number; drift_ms: number; min_range?: number
  zones?: { movers: number; seconds: number; suppressed: number[] | null; holding?: boolean } // twelve, four in a row
  counts?: { what: Text; n: number }[] | null; turned?: boolean
  standing?: { by: string; at: number; after: number; marks: number } // who calibrated it, and how well
  quiet?: { area: Box; until: number; held: number }[] | null // where movers are held back now
  seen?: { class: Text; p: number; why: Text[] | null; box?: Box }[] | null
  can_look_at?: boolean; simulated?: boolean; sees?: 'now' | 'if-turned' | 'no' | ''; unmasked?: number
}

export type Kept = {
  camera: string; from: number; to: number; pictures: number; simulated?: boolean
  files: { name: string; bytes: number; sha256: string }[] | null
}

/** What a wall may hold: more pictures than this nobody watches. */
export const sizes = [1, 4, 9, 16] as const
export type Size = (typeof sizes)[number]
export const most = 16

/** The server refuses the others; this spares them a way that leads nowhere. */
export const mayWatch = (roles: string[]): boolean => roles.some((r) => r === 'watch-officer' || r === 'commander' || r === 'oversight')
export const mayUnmask = (roles: string[]): boolean => roles.includes('commander')

export const mayDraw = (roles: string[]): boolean => roles.includes('commander') || roles.includes('engineer')
export const mayFind = (roles: string[]): boolean => roles.includes('engineer')

const places = (size: number): number => Math.min(most, Math.max(1, Math.floor(size) || 1))

/** In the order of the line, as they stand; cameras of no known place come last. */
export function alongTheLine(rows: CameraRow[], placeOf: ReadonlyMap<string, SensorRow>): CameraRow[] {
  const km = (r: CameraRow) => placeOf.get(r.id)?.km ?? Infinity
  return [...rows].sort((a, b) => (km(a) === km(b) ? (a.id < b.id ? -1 : 1) : km(a) - km(b)))
}

/** How many walls it takes to show all cameras, at least one. */
export const walls = (count: number, size: number): number => Math.max(1, Math.ceil(count / places(size)))

/** The cameras of one wall, counted from 0; a wall that is no more gives the last. Never above 16. */
export function wall(rows: CameraRow[], size: number, nth: number): CameraRow[] {
  const n = places(size)
  const at = Math.min(Math.max(0, Math.floor(nth) || 0), walls(rows.length, n) - 1) * n
  return rows.slice(at, at + n)
}

/**
 * The cameras of an alert: those that found what it is about, then those that see
 * its place now. One that would have to be turned first shows another place, so it
 * is not among them. Never above 16.
 */
export function ofAlert(rows: CameraRow[], found: readonly string[], upTo: number = most): CameraRow[] {
  const own = rows.filter((r) => found.includes(r.id))
  const others = rows.filter((r) => r.sees === 'now' && !found.includes(r.id))
  return [...own, ...others].slice(0, places(upTo))
}

/** How old a picture may be, in ms, before the tile says that it is not what stands there now. */
export const oldAfter = 5_000
export const isOld = (taken: number, now: number): boolean => taken > 0 && now - taken > oldAfter

/** The largest share of a picture that a mover may take for a close-up of it to help. */
const smallEnough = 0.12

/**
 * How a close-up of what moves is cut from a picture: how many times larger, where its
 * background lies (in percent, as CSS has it), and in which corner it hides nothing.
 */
export function closeUp(boxes: Box[]): { times: number; x: number; y: number; right: boolean; bottom: boolean } | null {
  if (!boxes.length) return null
  const [x, y, width, height] = boxes[0] // what has moved longest stands first
  const size = Math.max(width, height)
  if (!(size > 0 && size <= smallEnough)) return null
  const times = Math.min(8, Math.max(2, Math.round(0.3 / size)))
  const at = (middle: number) => Math.min(100, Math.max(0, ((times * middle - 0.5) / (times - 1)) * 100))
  const [cx, cy] = [x + width / 2, y + height / 2]
  return { times, x: at(cx), y: at(cy), right: cx < 0.5, bottom: cy < 0.5 }
}
