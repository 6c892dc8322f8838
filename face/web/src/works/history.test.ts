import { expect, test } from 'vitest'
import { changes } from './history'

test('what changed between two statements is named, field by field', () => {
  const before = { id: 'x', rate: 120, crew: 'a', name: { en: 'Lot 1', ar: 'أ' }, predecessors: [{ package: 'p', metres: 500 }], note: 'x' }
  const after = { id: 'x', rate: 150, crew: 'a', name: { en: 'Lot 1', ar: 'أ' }, predecessors: [{ package: 'p', metres: 800 }], calendar: 'c' }
  expect(changes(before, after)).toEqual([
    { path: 'rate', was: '120', is: '150' }, { path: 'predecessors', was: 'p 500', is: 'p 800' }, { path: 'calendar', was: '', is: 'c' }, { path: 'note', was: 'x', is: '' },
  ])
  expect(changes(after, { ...after, axis: 'v2' })).toEqual([])
})
