import { expect, test } from 'vitest'
import { Axis } from '../line'
import type { Case, UnitRow } from '../wire'
import type { Report } from './outbox'
import { figures, later, nextOf, protectionAfter, stateAfter } from './task'

const report = (verb: string, more: Partial<Report> = {}): Report => ({ id: verb, account: 'a', path: '', case: 'c1', verb, body: {}, pressed: 0, ...more })

test('what waits to be sent already shows on the phone', () => {
  const waiting = [report('dispatch'), report('arrive'), report('outcome', { case: 'another' }), report('outcome', { refused: 'no' })]
  expect(stateAfter('approved', waiting, 'c1')).toBe('on-scene')
  expect(stateAfter('approved', [report('note')], 'c1')).toBe('approved')
  expect(protectionAfter({ alert: { id: 'c1' } } as Case, [report('protection', { body: { answer: 'no-fear' } })])).toBe('no-fear')
})

test('a reading that comes late takes back no step that was answered', () => {
  const of = (id: string, revision: number) => ({ alert: { id }, revision }) as Case
  const kept = of('c1', 4)
  expect(later(kept, of('c1', 3))).toBe(kept)
  expect(later(kept, of('c1', 5)).revision).toBe(5)
  expect(later(kept, of('c2', 1)).alert.id).toBe('c2') // another task
  expect(later(null, of('c1', 1)).revision).toBe(1)
})

test('the next step of a patrol', () => {
  expect((['approved', 'dispatched', 'on-scene', 'outcome', 'open'] as const).map(nextOf)).toEqual(['dispatch', 'arrive', 'outcome', null, null])
})

test('three figures: how far, when there by straight line, when they reach the line', () => {
  const axis = new Axis({ coordinates: [[42, 37], [42, 36]], chainages: [0, 111_195], length: 111_195 })
  const now = Date.UTC(2026, 1, 18, 23, 26)
  const c = {
    alert: { id: 'c1', where: { chainage: 40_000 }, updated: '2026-02-18T23:26:00Z', line_in: 21 * 60e9, line_early: 17 * 60e9, line_late: 25 * 60e9 },
    task: { unit: 'u', wait_at: 40_000 }, proposals: [{ unit: 'u', metres: 3000, straight_line: 300e9 }],
  } as unknown as Case
  const unit = { ...axis.at(42_400, 150), id: 'u' } as unknown as UnitRow
  const f = figures(axis, c, unit, now)
  expect(Math.round(f.metres)).toBe(2400)
  expect(Math.round((f.there - now) / 1000)).toBe(240)
  expect([f.line - now, f.spread]).toEqual([21 * 60_000, 4])
})
