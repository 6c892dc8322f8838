// What a track's panel says of who sees it and what became of it.

import type { SensorShare, TrackDetail } from '../wire'

/** A sensor whose last measurement is younger than this, in ms, sees the track now. */
const lately = 10_000

export type Seen = SensorShare & { now: boolean }

/**
 * Who sees a track: those that see it now before those that did, each by what it gave.
 * `alone` is the only one of several readings' worth that sees it now, own positions and
 * other nodes apart: one camera knows the direction better than the distance. `predicted`
 * says that nobody does, so that the place is where it would be by now.
 */
export function present(shares: SensorShare[], at: number): { all: Seen[]; now: number; alone: Seen | null; predicted: boolean } {
  const all = shares.map((s) => ({ ...s, now: at - s.last < lately })).sort((a, b) => Number(b.now) - Number(a.now) || b.count - a.count || a.sensor.localeCompare(b.sensor))
  const now = all.filter((s) => s.now)
  const alone = now.length === 1 && now[0].kind !== 'own-force' && !now[0].node ? now[0] : null
  return { all, now: now.length, alone, predicted: all.length > 0 && now.length === 0 }
}

type Turn = NonNullable<TrackDetail['turns']>[number]
export type Row = Turn & { until?: number; times?: number }

/** The turns as rows: what comes and goes in one's sight time and again is one of them. */
export function standing(turns: Turn[]): Row[] {
  const rows: Row[] = []
  const flits = (t: Turn) => t.what === 'coasting' || t.what === 'seen'
  for (let i = 0; i < turns.length; ) {
    let end = i
    while (end < turns.length && flits(turns[end])) end++
    if (end - i < 4) {
      rows.push(turns[i++])
      continue
    }
    rows.push({ ...turns[i], until: turns[end - 1].at, times: turns.slice(i, end).filter((t) => t.what === 'coasting').length })
    i = end
  }
  return rows
}
