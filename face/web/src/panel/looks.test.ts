import { expect, test } from 'vitest'
import type { SensorRow } from '../wire'
import { lookers } from './looks'

const camera = (id: string, lat: number, more: Partial<SensorRow> = {}): SensorRow => ({
  id, name: id, kind: 'camera', health: 'good', since: 0, lat, lon: 42, km: 0, offset: 0, range: 2500, can_look_at: true, ...more,
})

test('cameras that can look at a point, nearest first', () => {
  const found = lookers([
    camera('far', 37.02), camera('near', 37.005), camera('beyond', 37.03), camera('fixed', 37.001, { can_look_at: false }),
    camera('lost', 37.001, { health: 'lost' }), camera('late', 37.01, { health: 'late' }),
  ], 37, 42)
  expect(found.map((x) => x.sensor.id)).toEqual(['near', 'late', 'far'])
  expect(Math.round(found[0].metres)).toBe(556)
})

test('what the server says of a camera goes before its distance', () => {
  const found = lookers([camera('hidden', 37.001), camera('turned', 37.01), camera('other', 37.005)], 37, 42, new Map([['hidden', 'no'], ['turned', 'if-turned']]))
  expect(found.map((x) => [x.sensor.id, x.sees])).toEqual([['other', ''], ['turned', 'if-turned'], ['hidden', 'no']])
})

test('nothing in range is an empty list', () => {
  expect(lookers([camera('a', 37)], 40, 42)).toEqual([])
})
