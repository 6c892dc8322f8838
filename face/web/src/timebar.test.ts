import { expect, test } from 'vitest'
import { clock } from './format'
import { after, spanOf, spans, ticks } from './timebar'

test('the bar shows four, twelve or twenty-four hours, one press after the other', () => {
  expect(spans.map(after)).toEqual([12, 24, 4])
  expect(['12', '24', '7', '', null].map(spanOf)).toEqual([12, 24, 4, 4, 4])
})

test('ticks stand at whole hours of Baghdad and never crowd the end', () => {
  const now = Date.UTC(2026, 1, 18, 23, 14, 7)
  expect(ticks(now, 4).map((t) => clock(t, false))).toEqual(['22:30', '23:00', '23:30', '00:00', '00:30', '01:00', '01:30', '02:00'])
  expect(ticks(now, 12).map((t) => clock(t, false))).toEqual(['15:00', '16:00', '17:00', '18:00', '19:00', '20:00', '21:00', '22:00', '23:00', '00:00', '01:00'])
  expect(ticks(now, 24).map((t) => clock(t, false))).toEqual(['04:00', '06:00', '08:00', '10:00', '12:00', '14:00', '16:00', '18:00', '20:00', '22:00', '00:00'])
})
