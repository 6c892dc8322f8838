import { describe, expect, it } from 'vitest'
import type { AlertDetail, Case, Proposal, State, Step, Verb } from '../wire'
import { may, nextStep, progress, waiting } from './case'

const step = (verb: Verb, from: State, to: State, at: string): Step => ({ verb, from, to, at, by: 'Lt. Yusuf', by_id: 'y' })
const of = (state: State, steps: Step[] = [], proposals: Partial<Proposal>[] = []) => ({ state, steps, proposals: proposals as Proposal[] }) as unknown as Case

describe('stations', () => {
  it('show one step as the present one', () => {
    const states: State[] = ['open', 'acknowledged', 'verified', 'classified', 'proposed', 'approved', 'dispatched', 'on-scene']
    for (const s of states) expect(progress(of(s)).filter((x) => x.state === 'now'), s).toHaveLength(1)
    expect(progress(of('debriefed')).every((x) => x.state === 'done')).toBe(true)
  })

  it('carry the time and the person of what is done', () => {
    const p = progress(of('acknowledged', [step('acknowledge', 'open', 'acknowledged', '2026-02-18T23:13:44Z')]))
    expect(p[0]).toEqual({ id: 'acknowledged', state: 'done', at: Date.UTC(2026, 1, 18, 23, 13, 44), by: 'Lt. Yusuf' })
    expect(p[1].state).toBe('now')
    expect(p[1].at).toBe(0)
  })
})

describe('what comes next', () => {
  it('is the first step of the procedure, even where somebody else must take it', () => {
    const d = { allowed: [{ verb: 'note', ok: true }, { verb: 'approve', ok: false, why_not: { en: 'a commander', ar: '' } }, { verb: 'propose', ok: true }] } as unknown as AlertDetail
    expect(nextStep(d)?.verb).toBe('approve')
    expect(may(d, 'approve')).toBe(false)
    expect(may(d, 'propose')).toBe(true)
    expect(nextStep({ allowed: [{ verb: 'note', ok: true }] } as AlertDetail)).toBeUndefined()
    expect(nextStep({ allowed: null } as AlertDetail)).toBeUndefined()
  })

  it('is an answer to the newest proposal that has none', () => {
    expect(waiting(of('proposed', [], [{ unit: 'a', answered: true }, { unit: 'b' }]))?.unit).toBe('b')
    expect(waiting(of('proposed', [], [{ unit: 'a', answered: true }]))).toBeUndefined()
    expect(waiting(of('classified', [], [{ unit: 'b' }]))).toBeUndefined()
  })
})
