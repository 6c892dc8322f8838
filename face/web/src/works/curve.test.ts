import { describe, expect, it } from 'vitest'
import { roundSteps } from './curve'

describe('the scale of the S-curve', () => {
  it('has round lengths for the whole line and for a section', () => {
    expect(roundSteps(645_750)).toEqual([100_000, 200_000, 300_000, 400_000, 500_000, 600_000])
    expect(roundSteps(31_500)).toEqual([5_000, 10_000, 15_000, 20_000, 25_000, 30_000])
    expect(roundSteps(10_500)).toEqual([2_000, 4_000, 6_000, 8_000, 10_000])
  })
  it('never gives a length twice, whatever the top', () => {
    for (let top = 10_000; top < 900_000; top += 137) {
      const s = roundSteps(top)
      expect(new Set(s).size).toBe(s.length)
      expect(s.length >= 3 && s.length < 8 && s.at(-1)! <= top).toBe(true)
    }
  })
})
