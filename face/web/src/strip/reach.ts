// Which metres lie in the registered range of a sensor that works. Without
// terrain: good for saying what is surely not seen, not for saying what is.

import type { Span } from '../line'
import type { SensorRow } from '../wire'

export const works = (s: SensorRow): boolean => s.health === 'good' || s.health === 'late'

/** Own positions and people who report are no watching sensors. */
export const watches = (s: SensorRow): boolean => s.kind !== 'own-force' && s.kind !== 'human' && s.kind !== 'node'

/** The stretches of a view that no working sensor reaches, in order. */
export function outOfRange(sensors: SensorRow[], view: Span): Span[] {
  const reached = sensors
    .filter((s) => watches(s) && works(s) && s.range > Math.abs(s.offset))
    .map((s) => {
      const half = Math.sqrt(s.range * s.range - s.offset * s.offset)
      return { from: s.km - half, to: s.km + half }
    })
    .filter((r) => r.to > view.from && r.from < view.to)
    .sort((a, b) => a.from - b.from)
  const out: Span[] = []
  let at = view.from
  for (const r of reached) {
    if (r.from > at) out.push({ from: at, to: r.from })
    at = Math.max(at, r.to)
  }
  if (at < view.to) out.push({ from: at, to: view.to })
  return out
}
