// Marks of a calibration: what a person pressed in a picture, and where it is. The
// shapes are those of face/api/calibrate.go: degrees, metres, shares of the picture.

import type { UnitRow } from '../wire'
import { corner } from './draw'

export type { CameraRow } from './cameras'

/** A press in the picture; place is "lat, lon" as typed, patrols where they stood then. */
export type Clicked = { x: number; y: number; place: string; above: number; error: number; patrols: UnitRow[] }

export type Mark = { name: string; x: number; y: number; lat: number; lon: number; above: number; error: number }

export type Calibration = {
  azimuth: number; tilt: number; roll: number; horizontal: number; vertical: number
  errors: { azimuth: number; tilt: number; roll: number; field: number }
  before: number; after: number; width: number; height: number; assumed?: boolean; accepted?: boolean
  residuals: { name: string; dx: number; dy: number; doubtful?: boolean; unseen?: boolean }[] | null
}

/** How old a patrol's place may be, in ms, to be that of the press. */
const fresh = 10_000

export const patrolsNow = (units: UnitRow[], now: number): UnitRow[] => units.filter((u) => now - u.fix_at < fresh)

export const marksOf = (clicked: Clicked[]): Mark[] =>
  clicked.map((m, i) => {
    const [lat, lon] = corner(m.place) ?? [0, 0]
    return { name: String(i + 1), x: m.x, y: m.y, lat, lon, above: m.above || 0, error: m.error }
  })

/** Whether every mark has a place and lies in the picture. */
export const ready = (clicked: Clicked[]): boolean =>
  clicked.length > 0 && clicked.every((m) => corner(m.place) && m.x >= 0 && m.x <= 1 && m.y >= 0 && m.y <= 1)
