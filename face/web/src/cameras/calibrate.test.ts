import { describe, expect, it } from 'vitest'
import type { UnitRow } from '../wire'
import { marksOf, patrolsNow, ready, type Clicked } from './calibrate'

const press = (place: string, x = 0.5): Clicked => ({ x, y: 0.6, place, above: 2, error: 5, patrols: [] })

describe('marks of a calibration', () => {
  it('are sent with the place that was typed', () => {
    expect(marksOf([press('36.8081, 42.0902')])).toEqual([{ name: '1', x: 0.5, y: 0.6, lat: 36.8081, lon: 42.0902, above: 2, error: 5 }])
  })
  it('are ready when each has a place and lies in the picture', () => {
    expect(ready([])).toBe(false)
    expect(ready([press('36.8, 42.1'), press('')])).toBe(false)
    expect(ready([press('36.8, 42.1', Number.NaN)])).toBe(false)
    expect(ready([press('36.8, 42.1')])).toBe(true)
  })
  it('take the place of a patrol only while its receiver is heard', () => {
    const unit = (id: string, fix_at: number) => ({ id, fix_at }) as UnitRow
    expect(patrolsNow([unit('a', 95_000), unit('b', 60_000)], 100_000).map((u) => u.id)).toEqual(['a'])
  })
})
