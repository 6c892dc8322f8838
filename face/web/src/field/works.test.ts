import { expect, test } from 'vitest'
import { statement, type Entry, type Package } from './works'

const now = new Date('2026-02-18T09:00:00Z')
const entry: Entry = { from: '241+300', to: '241+260', day: '2026-02-18', note: ' dust ', package: 'p', quantity: '40', workers: '12', plant: '', kind: 'wall', result: 'pass', height: '3.5', weakness: 'culvert', risk: 'high', again: '2026-03-01' }
const packages: Package[] = [{ id: 'p', kind: 'wall', side: 'home', from: 0, to: 1, name: { en: 'a', ar: 'أ' } }]
const fix = { lat: 36, lon: 41, accuracy: 8, km: 241_280, offset: 30 }

test('a day of the diary, with its ends in order and the position of the phone', () => {
  expect(statement('diary', entry, 'id', packages, fix, now)).toEqual({
    body: { valid: '2026-02-18T09:00:00.000Z', diary: { id: 'id', package: 'p', on: '2026-02-18', kind: 'wall', side: 'home', from: 241_260, to: 241_300, axis: '', quantity: 40, workers: 12, note: 'dust', where: { lat: 36, lon: 41 } } },
  })
})
test('an inspection of an earlier day, without a position', () => {
  expect(statement('inspection', { ...entry, day: '2026-02-16' }, 'id', [], null, now)).toMatchObject({ body: { valid: '2026-02-16T00:00:00Z', inspection: { kind: 'wall', result: 'pass', measured: { height: 3.5 } } } })
})
test('a weak spot may be a point, and needs a day to look again', () => {
  expect(statement('weak-spot', { ...entry, to: '' }, 'id', [], fix, now)).toMatchObject({ body: { verb: 'enter', weak_spot: { from: 241_300, to: 241_300, risk: 'high', found: { how: 'patrol' } } } })
  expect(statement('weak-spot', { ...entry, again: '2026-02-18' }, 'id', [], fix, now)).toEqual({ wrong: 'reinspect' })
})
test('what is missing is named', () => {
  expect(statement('diary', { ...entry, from: 'here' }, 'id', packages, null, now)).toEqual({ wrong: 'from' })
  expect(statement('diary', { ...entry, to: '' }, 'id', packages, null, now)).toEqual({ wrong: 'to' })
  expect(statement('diary', { ...entry, package: '' }, 'id', packages, null, now)).toEqual({ wrong: 'package' })
  expect(statement('diary', { ...entry, quantity: '' }, 'id', packages, null, now)).toEqual({ wrong: 'quantity' })
  expect(statement('inspection', { ...entry, day: '' }, 'id', packages, null, now)).toEqual({ wrong: 'on' })
})
