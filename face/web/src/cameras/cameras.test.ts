import { describe, expect, it } from 'vitest'
import type { SensorRow } from '../wire'
import { alongTheLine, closeUp, isOld, mayUnmask, mayWatch, most, ofAlert, sizes, wall, walls, type CameraRow } from './cameras'

const camera = (id: string, sees: CameraRow['sees'] = ''): CameraRow => ({
  id, name: id, health: 'good', troubles: [], lat: 36.8, lon: 42.1, azimuth: 0, half_width: 6, range: 3000,
  at: 0, movers: 0, dropped: 0, suppressed: 0, starts: 1, drift_ms: 0, sees,
})
const many = Array.from({ length: 40 }, (_, i) => camera('c' + i, 'now'))
const ids = (rows: CameraRow[]) => rows.map((r) => r.id)

describe('a wall of cameras', () => {
  it('never holds more than 16, whatever is asked', () => {
    expect(most).toBe(16)
    expect(Math.max(...sizes)).toBe(most)
    for (const size of [...sizes, 0, -3, 17, 25, 1e9, Infinity, NaN]) {
      for (const nth of [0, 1, 2, 40, -1, NaN]) {
        const rows = wall(many, size, nth)
        expect(rows.length).toBeGreaterThan(0)
        expect(rows.length).toBeLessThanOrEqual(16)
      }
      expect(ofAlert(many, ids(many), size).length).toBeLessThanOrEqual(16)
    }
    expect(ofAlert(many, []).length).toBe(16)
  })

  it('shows every camera once over all walls', () => {
    for (const size of sizes) {
      const all = Array.from({ length: walls(many.length, size) }, (_, n) => ids(wall(many, size, n))).flat()
      expect(all).toEqual(ids(many))
    }
  })

  it('gives the last wall where cameras have gone, and one empty wall where there are none', () => {
    expect(ids(wall(many.slice(0, 5), 4, 9))).toEqual(['c4'])
    expect(wall([], 4, 0)).toEqual([])
    expect(walls(0, 4)).toBe(1)
  })

  it('stands in the order of the line', () => {
    const place = new Map([['b', { km: 100 } as SensorRow], ['a', { km: 9000 } as SensorRow], ['c', { km: 100 } as SensorRow]])
    expect(ids(alongTheLine([camera('lost'), camera('a'), camera('c'), camera('b')], place))).toEqual(['b', 'c', 'a', 'lost'])
  })
})

describe('the cameras of an alert', () => {
  it('are those that found it, then those that see its place now, and no others', () => {
    const rows = [camera('near', 'now'), camera('turn', 'if-turned'), camera('far', 'no'), camera('found', 'no'), camera('unasked')]
    expect(ids(ofAlert(rows, ['found', 'a radar']))).toEqual(['found', 'near'])
    expect(ofAlert([camera('turn', 'if-turned'), camera('far', 'no')], [])).toEqual([])
  })
})

describe('who watches', () => {
  it('watch officers, commanders and oversight watch; commanders alone lift masks', () => {
    const roles = ['watch-officer', 'commander', 'engineer', 'analyst', 'liaison', 'field', 'oversight', 'administrator']
    expect(roles.filter((r) => mayWatch([r]))).toEqual(['watch-officer', 'commander', 'oversight'])
    expect(roles.filter((r) => mayUnmask([r]))).toEqual(['commander'])
    expect(mayWatch([])).toBe(false)
  })

  it('a picture that is not of now is told', () => {
    expect(isOld(1000, 5999)).toBe(false)
    expect(isOld(1000, 6001)).toBe(true)
    expect(isOld(0, 1e12)).toBe(false)
  })
})

describe('a close-up', () => {
  // The share of the picture that a background of this size and place shows in its middle.
  const middle = (percent: number, times: number) => ((percent / 100) * (times - 1) + 0.5) / times

  it('shows what moves in its middle, and lies in the corner that hides nothing', () => {
    const c = closeUp([[0.5, 0.2, 0.04, 0.03]])!
    expect(c.times).toBe(8)
    expect(middle(c.x, c.times)).toBeCloseTo(0.52)
    expect(middle(c.y, c.times)).toBeCloseTo(0.215)
    expect([c.right, c.bottom]).toEqual([false, true])
  })
  it('does not leave the picture at its edge', () => {
    const c = closeUp([[0, 0.97, 0.03, 0.03]])!
    expect([c.x, c.y]).toEqual([0, 100])
    expect([c.right, c.bottom]).toEqual([true, false])
  })
  it('is not made of nothing, nor of what is large already', () => {
    expect(closeUp([])).toBeNull()
    expect(closeUp([[0.2, 0.2, 0.3, 0.2]])).toBeNull()
    expect(closeUp([[0.2, 0.2, 0, 0]])).toBeNull()
  })
})
