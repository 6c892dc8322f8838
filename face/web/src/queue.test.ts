import { describe, expect, it } from 'vitest'
import { closed, foldAfter, groups, order, unfolded } from './queue'
import type { AlertRow, Severity } from './wire'

const row = (id: string, severity: Severity, more: Partial<AlertRow> = {}) => ({ id, severity, opened: 0, updated: 0, ...more }) as AlertRow

describe('the queue', () => {
  it('goes by severity, then by time to the line, then by age', () => {
    const rows = [
      row('later', 'high', { line_at: 900 }), row('none-old', 'high', { opened: 10 }), row('soon', 'high', { line_at: 300 }),
      row('none-new', 'high', { opened: 20 }), row('crit', 'critical', { line_at: 5000 }), row('info', 'information', { line_at: 1 }),
    ]
    expect([...rows].sort(order).map((r) => r.id)).toEqual(['crit', 'soon', 'later', 'none-new', 'none-old', 'info'])
    expect([...rows].reverse().sort(order).map((r) => r.id)).toEqual(['crit', 'soon', 'later', 'none-new', 'none-old', 'info'])
  })

  it('stays calm with two hundred: a long group folds, the critical and the chosen never', () => {
    const rows = Array.from({ length: 200 }, (_, i) => row('n' + i, i % 50 ? 'normal' : 'critical', { opened: -i }))
    const [critical, , normal] = groups(rows)
    expect(unfolded(critical, false, '').rows).toHaveLength(4)
    const calm = unfolded(normal, false, '')
    expect([calm.rows.length, calm.hidden]).toEqual([foldAfter, 196 - foldAfter])
    const walked = unfolded(normal, false, normal.rows[100].id)
    expect(walked.rows.at(-1)!.id).toBe(normal.rows[100].id)
    expect(walked.rows.length + walked.hidden).toBe(196)
    expect(unfolded(normal, true, '').hidden).toBe(0)
    // Folding two rows away would hide more than it spares.
    expect(unfolded({ severity: 'normal', rows: normal.rows.slice(0, foldAfter + 2) }, false, '').hidden).toBe(0)
  })

  it('keeps every group, empty ones too, and closed ones apart', () => {
    const rows = [row('a', 'normal'), row('b', 'high', { closed: true, updated: 1 }), row('c', 'high', { closed: true, updated: 2 })]
    expect(groups(rows).map((g) => [g.severity, g.rows.length])).toEqual([['critical', 0], ['high', 0], ['normal', 1], ['information', 0]])
    expect(closed(rows).map((r) => r.id)).toEqual(['c', 'b'])
  })
})
