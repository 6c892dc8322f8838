// What a patrol needs to know about its task, worked out on the phone from the
// last that it heard.

import { at, seconds } from '../format'
import type { Axis } from '../line'
import { metresBetween } from '../line'
import type { Case, State, UnitRow, Verb } from '../wire'
import type { Report } from './outbox'

const leads: Partial<Record<Verb, State>> = {
  dispatch: 'dispatched', arrive: 'on-scene', 'declare-rescue': 'on-scene', 'declare-self-defence': 'on-scene', outcome: 'outcome',
}

/** The state that a case will have when everything that waits has been taken. */
export function stateAfter(state: State, waiting: readonly Report[], id: string): State {
  let s = state
  for (const r of waiting) if (r.case === id && !r.refused) s = leads[r.verb as Verb] ?? s
  return s
}

/** The later of two readings of a case: what is read late must not take back a step that was answered. */
export const later = (kept: Case | null, read: Case): Case =>
  kept && kept.alert.id === read.alert.id && kept.revision > read.revision ? kept : read

/** The protection answer, given or waiting to be sent. */
export function protectionAfter(c: Case, waiting: readonly Report[]): string {
  const asked = waiting.findLast((r) => r.case === c.alert.id && r.verb === 'protection' && !r.refused)
  return (asked?.body.answer as string | undefined) ?? c.protection ?? ''
}

/** The next step of the patrol: moved, arrived, report; none when it is done. */
export function nextOf(state: State): 'dispatch' | 'arrive' | 'outcome' | null {
  if (state === 'approved') return 'dispatch'
  if (state === 'dispatched') return 'arrive'
  return state === 'on-scene' ? 'outcome' : null
}

export type Figures = {
  /** Straight line to the waiting point, metres. */
  metres: number
  /** Arrival at straight-line speed: not travel time. 0 where it is not known. */
  there: number
  /** When the thing is at the line, with the spread in minutes; 0 where it does not come nearer. */
  line: number
  spread: number
}

const waitsInside = 150 // metres on the home side, as the proposal has it

/** Where the patrol is to wait. */
export const waitingPoint = (axis: Axis, c: Case): { lat: number; lon: number } => axis.at(c.task?.wait_at ?? c.alert.where.chainage, waitsInside)

export function figures(axis: Axis, c: Case, unit: UnitRow | undefined, now: number): Figures {
  const wait = waitingPoint(axis, c)
  const metres = unit ? metresBetween(unit.lat, unit.lon, wait.lat, wait.lon) : 0
  const plan = c.proposals?.findLast((p) => p.unit === c.task?.unit)
  const pace = plan && seconds(plan.straight_line) > 0 ? plan.metres / seconds(plan.straight_line) : 0
  const a = c.alert
  const base = at(a.updated)
  const line = a.line_in && !a.ended && !a.crossed ? base + seconds(a.line_in) * 1000 : 0
  const spread = line && a.line_early && a.line_late ? Math.round((seconds(a.line_late) - seconds(a.line_early)) / 120) : 0
  return { metres, there: unit && pace > 0 ? now + (metres / pace) * 1000 : 0, line, spread }
}
