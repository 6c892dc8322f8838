// The daily report's periods and shapes (face/api/reports.go).

import type { Severity, Text } from '../wire'

export type CaseLine = {
  id: string; number: string; opened: number; severity: Severity; title: Text; km: number; has_km: boolean; near: Text
  state: string; counts?: Record<string, number>; referred?: string
}
export type Figures = {
  from: number; to: number; simulated?: boolean; cut?: boolean
  alerts: number; open: number; by_hand: number; severities: Partial<Record<Severity, number>>; rules: { rule: string; n: number }[]
  escalated: number; proposals: number; approved: number; refused: number; declared: number
  steps: { step: string; n: number; median: number; worst: number }[]
  outcomes: number; counts: Record<string, number>; children: number; injured: number; dead: number; force: number
  referrals: number; partner_ack: number; asked: number; complaints: number
  outages: number; suppressed: number; silences: number; watches: number
  cases: CaseLine[]
}

/** People helped stand first, and no figure stands without them. */
export const results = ['referred', 'released', 'apprehended', 'turned_back', 'withdrew_alone', 'got_away', 'animal', 'false_alarm', 'other_force', 'unresolved'] as const

export const periods = ['today', 'day', 'yesterday', 'week'] as const
export type Period = (typeof periods)[number]

const hour = 3_600_000
const baghdad = 3 * hour

/** The stretch of a period, Unix ms; days begin at midnight in Baghdad. */
export function periodOf(p: Period, now: number): { from: number; to: number } {
  const midnight = Math.floor((now + baghdad) / (24 * hour)) * 24 * hour - baghdad
  // A second more, so that what opened just now is in it.
  const to = now + 1000
  if (p === 'today') return { from: midnight, to }
  if (p === 'yesterday') return { from: midnight - 24 * hour, to: midnight }
  return { from: now - (p === 'week' ? 7 * 24 : 24) * hour, to }
}
