import { expect, test } from 'vitest'
import { periodOf, results } from './reports'

test('days begin at midnight in Baghdad, whatever the clock of the machine says', () => {
  const now = Date.UTC(2026, 1, 18, 23, 14) // 02:14 of the 19th in Baghdad
  const midnight = Date.UTC(2026, 1, 18, 21)
  expect(periodOf('today', now)).toEqual({ from: midnight, to: now + 1000 })
  expect(periodOf('yesterday', now)).toEqual({ from: midnight - 86_400_000, to: midnight })
  expect(periodOf('day', now).from).toBe(now - 86_400_000)
  expect(periodOf('week', now).from).toBe(now - 7 * 86_400_000)
  // Just before midnight the day is nearly over.
  expect(periodOf('today', midnight - 1).from).toBe(midnight - 86_400_000)
})

test('who was referred or let go stands before who was held or turned back', () => {
  expect(results.slice(0, 2)).toEqual(['referred', 'released'])
  expect(new Set(results).size).toBe(10)
})
