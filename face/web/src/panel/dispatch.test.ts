import { expect, test } from 'vitest'
import type { AlertRow, Case, Status } from '../wire'
import { dispatchText } from './dispatch'

const row: AlertRow = {
  id: 'a', number: '260219-3F2A9', rule: 'approach-inbound', severity: 'high', state: 'approved', title: { en: 'Group on foot, closing', ar: 'مجموعة راجلة تقترب' },
  km: 38_400, offset: -1602, has_km: true, lat: 37, lon: 42, mgrs: '38S KF 4316 8391', near: { en: '6 km NE of Rabia', ar: '\u20666\u2069 كم شمال شرقي ربيعة' },
  section: 'rabia', opened: 0, updated: Date.UTC(2026, 1, 18, 23, 14, 7), line_at: Date.UTC(2026, 1, 18, 23, 47), sure: 0.86, class: 'group', count: 5, simulated: true, revision: 1,
}
const c = {
  class: 'group', task: { unit_name: { en: 'Nakhla 2', ar: 'نخلة 2' }, wait_at: 38_600, approver: 'Dawood Salim', approved_at: '2026-02-18T23:20:00Z' },
} as unknown as Case
const status = { simulated: true, scenario: 'family' } as Status

test('a dispatch names the place in three ways, the approver, and what is simulated', () => {
  const text = dispatchText(c, row, status, 'en', 'latn')
  expect(text).toBe([
    'SIMULATED · family',
    'High · Group on foot, closing · No. 260219-3F2A9',
    'km 38+400 · 1,602 m other side · MGRS 38S KF 4316 8391 · 6 km NE of Rabia',
    'Group · about 5 · unknown · at the line about 02:47',
    'Nakhla 2, waits at 38+600. Approved by Dawood Salim at 02:20.',
    'Do not cross the line. There may be children or injured: water, blankets, first aid; the protection question before any decision.',
    'As of 190214C FEB 26 (2026-02-18T23:14Z)',
  ].join('\n'))
})

test('in Arabic every figure is isolated left to right', () => {
  const text = dispatchText(c, row, status, 'ar', 'latn')
  expect(text).toContain('\u206638+400\u2069')
  expect(text).toContain('\u206638S KF 4316 8391\u2069')
  expect(text.replace(/\u2066[^\u2069]*\u2069/g, '').match(/\d\+\d/)).toBeNull()
})
