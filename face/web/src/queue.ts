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

export const closed = (alerts: AlertRow[]): AlertRow[] =>
  alerts.filter((a) => a.closed).sort((a, b) => b.updated - a.updated)
