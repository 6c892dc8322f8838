// Which cameras can be had to look at a point: those that take cues, work, and
// have it within their registered range. Whether one sees it, over the ground
// between, the server says of the cameras that it watches, and of now alone.

import { metresBetween } from '../line'
import type { SensorRow } from '../wire'

/** Sees is what the server says of it: in its picture now, to be turned, or no; empty where it does not say. */
export type Sees = 'now' | 'if-turned' | 'no' | ''
export type Looker = { sensor: SensorRow; metres: number; sees: Sees }

/** Cameras for a point, nearest first; those that cannot see it come last. */
export function lookers(sensors: Iterable<SensorRow>, lat: number, lon: number, sees?: ReadonlyMap<string, Sees>): Looker[] {
  const out: Looker[] = []
  for (const sensor of sensors) {
    if (!sensor.can_look_at || (sensor.health !== 'good' && sensor.health !== 'late')) continue
    const metres = metresBetween(sensor.lat, sensor.lon, lat, lon)
    if (metres <= sensor.range) out.push({ sensor, metres, sees: sees?.get(sensor.id) ?? '' })
  }
  const blind = (x: Looker) => (x.sees === 'no' ? 1 : 0)
  return out.sort((a, b) => blind(a) - blind(b) || a.metres - b.metres || (a.sensor.id < b.sensor.id ? -1 : 1))
}
