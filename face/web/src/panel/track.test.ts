import { describe, expect, it } from 'vitest'
import type { SensorShare } from '../wire'
import { present, standing } from './track'

const by = (sensor: string, kind: string, count: number, last: number, more: Partial<SensorShare> = {}): SensorShare => ({ sensor, name: sensor, kind, count, last, ...more })

describe('who sees a track', () => {
  it('names who sees it now before who did', () => {
    const p = present([by('a', 'camera', 90, 0), by('b', 'camera', 2, 99_000), by('c', 'radar', 7, 95_000)], 100_000)
    expect(p.all.map((s) => s.sensor)).toEqual(['c', 'b', 'a'])
    expect(p).toMatchObject({ now: 2, alone: null, predicted: false })
  })
  it('says when one alone sees it, and when nobody does', () => {
    expect(present([by('a', 'camera', 90, 0), by('b', 'camera', 2, 99_000)], 100_000).alone?.sensor).toBe('b')
    expect(present([by('a', 'camera', 90, 0)], 100_000)).toMatchObject({ now: 0, alone: null, predicted: true })
    expect(present([], 100_000).predicted).toBe(false)
  })
  it('takes no position of our own and no other node for a sensor that knows little', () => {
    expect(present([by('gps', 'own-force', 3, 99_000)], 100_000).alone).toBeNull()
    expect(present([by('n', 'node', 3, 99_000, { node: { track: 'x' } })], 100_000).alone).toBeNull()
  })
})

describe('what became of a track', () => {
  const turn = (at: number, what: 'confirmed' | 'coasting' | 'seen' | 'merged') => ({ at, what })
  it('joins what comes and goes time and again', () => {
    const rows = standing([turn(1, 'confirmed'), turn(2, 'coasting'), turn(3, 'seen'), turn(4, 'coasting'), turn(5, 'seen'), turn(6, 'merged'), turn(7, 'coasting')])
    expect(rows).toEqual([turn(1, 'confirmed'), { ...turn(2, 'coasting'), until: 5, times: 2 }, turn(6, 'merged'), turn(7, 'coasting')])
  })
  it('leaves what happened once as it is', () => {
    const few = [turn(1, 'confirmed'), turn(2, 'coasting'), turn(3, 'seen'), turn(4, 'coasting')]
    expect(standing(few)).toEqual(few)
    expect(standing([])).toEqual([])
  })
})
