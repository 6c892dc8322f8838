// What the panel needs to know about a case, apart from how it looks.

import { at } from '../format'
import type { Allowed, AlertDetail, Case, Proposal, State, Verb } from '../wire'

const path: State[] = ['open', 'acknowledged', 'verified', 'classified', 'proposed', 'approved', 'dispatched', 'on-scene', 'outcome', 'debriefed']

/** The stations shown above the keys; each is done when the case reached its state. */
export const stations: { id: 'acknowledged' | 'verified' | 'proposed' | 'decided' | 'on-scene' | 'outcome'; done: State; verbs: Verb[] }[] = [
  { id: 'acknowledged', done: 'acknowledged', verbs: ['acknowledge'] },
  { id: 'verified', done: 'classified', verbs: ['verify', 'classify'] },
  { id: 'proposed', done: 'proposed', verbs: ['propose'] },
  { id: 'decided', done: 'approved', verbs: ['approve', 'refuse'] },
  { id: 'on-scene', done: 'on-scene', verbs: ['dispatch', 'arrive'] },
  { id: 'outcome', done: 'outcome', verbs: ['outcome', 'debrief'] },
]

export type Station = { id: (typeof stations)[number]['id']; state: 'done' | 'now' | 'later'; at: number; by: string }

/** How far the case is, with the time and the person of each station. */
export function progress(c: Case): Station[] {
  const reached = path.indexOf(c.state)
  let now = false
  return stations.map((s) => {
    const done = reached >= path.indexOf(s.done)
    const step = [...(c.steps ?? [])].reverse().find((x) => s.verbs.includes(x.verb) && x.verb !== 'refuse')
    const state = done ? 'done' : now ? 'later' : 'now'
    if (!done) now = true
    return { id: s.id, state, at: done && step ? at(step.at) : 0, by: done && step ? step.by : '' }
  })
}

/** The proposal that waits for an answer, if one does. */
export const waiting = (c: Case): Proposal | undefined =>
  c.state === 'proposed' ? [...(c.proposals ?? [])].reverse().find((p) => !p.answered) : undefined

/** What the asker may do, by verb. */
export const may = (d: AlertDetail, verb: Verb): boolean => !!d.allowed?.some((a) => a.verb === verb && a.ok)

// What is offered apart from the procedure's next step.
const aside: Verb[] = ['declare-rescue', 'declare-self-defence', 'note', 'stand-down', 'release', 'complaint', 'refuse', 'protection', 'refer', 'partner-ack', 'silence', 'end-silence', 'open', 'hand-over', 'end-custody']

/** The next step of the procedure: the first of the allowed verbs that belongs to it. */
export function nextStep(d: AlertDetail): Allowed | undefined {
  return d.allowed?.find((a) => !aside.includes(a.verb))
}
