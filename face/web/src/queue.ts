// The order of the queue and its groups, apart from how it looks.

import type { AlertRow, Severity } from './wire'

export const severities: Severity[] = ['critical', 'high', 'normal', 'information']

const rank: Record<Severity, number> = { critical: 0, high: 1, normal: 2, information: 3 }

/** Severity, then time to the line (soonest first, none last), then the newest. */
export function order(a: AlertRow, b: AlertRow): number {
  return (
    rank[a.severity] - rank[b.severity] ||
    (a.line_at || Infinity) - (b.line_at || Infinity) || // both none: NaN, falls through
    b.opened - a.opened ||
    (a.id < b.id ? -1 : 1)
  )
}

export type Group = { severity: Severity; rows: AlertRow[] }

export function groups(alerts: AlertRow[]): Group[] {
  const open = alerts.filter((a) => !a.closed).sort(order)
  return severities.map((severity) => ({ severity, rows: open.filter((a) => a.severity === severity) }))
}

/** How many rows of a group stand open before the rest folds; what is critical never folds. */
export const foldAfter = 12

/** The rows of a group that are shown: those beyond the fold only when it is open, and the one that is chosen always. */
export function unfolded(g: Group, open: boolean, chosen: string): { rows: AlertRow[]; hidden: number } {
  if (open || g.severity === 'critical' || g.rows.length <= foldAfter + 2) return { rows: g.rows, hidden: 0 }
  const rows = g.rows.filter((r, i) => i < foldAfter || r.id === chosen)
  return { rows, hidden: g.rows.length - rows.length }
}

export const closed = (alerts: AlertRow[]): AlertRow[] =>
  alerts.filter((a) => a.closed).sort((a, b) => b.updated - a.updated)
