// Which cameras can be had to look at a point: those that take cues, work, and
// have it within their registered range. Ground between them is not known here.

import { metresBetween } from '../line'
import type { SensorRow } from '../wire'

export type Looker = { sensor: SensorRow; metres: number }

/** Cameras for a point, nearest first. */
export function lookers(sensors: Iterable<SensorRow>, lat: number, lon: number): Looker[] {
  const out: Looker[] = []
  for (const sensor of sensors) {
    if (!sensor.can_look_at || (sensor.health !== 'good' && sensor.health !== 'late')) continue
    const metres = metresBetween(sensor.lat, sensor.lon, lat, lon)
    if (metres <= sensor.range) out.push({ sensor, metres })
  }
  return out.sort((a, b) => a.metres - b.metres || (a.sensor.id < b.sensor.id ? -1 : 1))
}
