import { describe, expect, it } from 'vitest'
import { day, dayOf, dayTicks, hit, kmStep, metre, moved, textOf, things, x, y, zoomed, type Frame, type March } from './march'

const f: Frame = { from: 0, to: 1000, since: 0, until: 100, left: 50, top: 20, width: 500, height: 200 }
const none: March = { from: 0, to: 1000, since: '2026-01-01', until: '2026-04-01', today: '2026-02-18', planned: [], built: [], stoppages: [], clashes: [], spots: [], crews: [], entries: 0 }
const name = { en: 'a', ar: 'أ' }

describe('the frame', () => {
  it('has km 0 at the right and time downwards, there and back', () => {
    expect([x(f, 0), x(f, 1000), y(f, 0), y(f, 100)]).toEqual([550, 50, 20, 220])
    expect(metre(f, x(f, 321))).toBeCloseTo(321)
    expect(day(f, y(f, 42))).toBeCloseTo(42)
  })
  it('keeps the metre under the pointer where it is while zooming', () => {
    const v = zoomed(f, { m: 600, d: 30 }, { across: 0.5, down: 0.5 }, 600_000)
    expect((600 - v.from) / (v.to - v.from)).toBeCloseTo(0.6)
    expect((30 - v.since) / (v.until - v.since)).toBeCloseTo(0.3)
  })
  it('stays on the line and never shrinks to nothing', () => {
    expect(moved(f, -9, 0, 5000)).toMatchObject({ from: 0, to: 1000 })
    expect(moved(f, 9, 0, 5000)).toMatchObject({ from: 4000, to: 5000 })
    const tiny = zoomed(f, { m: 500, d: 50 }, { across: 1e-9, down: 1e-9 }, 5000)
    expect(tiny.to - tiny.from).toBe(200)
    expect(tiny.until - tiny.since).toBe(7)
  })
})

describe('ticks', () => {
  it('are days of the calendar', () => {
    expect(textOf(dayOf('2026-02-18'))).toBe('2026-02-18')
    const v = { from: 0, to: 1, since: dayOf('2022-03-01'), until: dayOf('2026-03-01') }
    expect(dayTicks(v, 10).map(textOf)).toEqual(['2022-07-01', '2023-01-01', '2023-07-01', '2024-01-01', '2024-07-01', '2025-01-01', '2025-07-01', '2026-01-01'])
    for (const d of dayTicks({ ...v, since: v.until - 20 }, 10)) expect(new Date(d * 86_400_000).getUTCDay()).toBe(0)
  })
  it('leave room for posts', () => {
    expect([kmStep({ ...f, to: 603_000 }, 12), kmStep({ ...f, to: 500 }, 5)]).toEqual([100_000, 100])
  })
})

describe('what is met', () => {
  const m: March = {
    ...none,
    planned: [{ package: 'p', name, kind: 'wall', state: 'running', begins: 0, ends: 1000, start: '2026-01-01', finish: '2026-04-10' }],
    built: [{ package: 'p', kind: 'wall', from: 0, to: 300, since: '2026-01-01', until: '2026-02-01', metres: 300, days: 20 }, { package: 'p', kind: 'wall', from: 100, to: 150, since: '2026-01-10', until: '2026-01-12', metres: 50, days: 2 }],
    clashes: [{ kind: 'crew', packages: ['p'], from: '2026-03-01', to: '2026-03-02', at: 700, text: name }],
  }
  it('is the smallest thing there', () => {
    expect(hit(m, 120, dayOf('2026-01-11'), 5, 1)).toMatchObject({ kind: 'built', index: 1 })
    expect(hit(m, 250, dayOf('2026-01-20'), 5, 1)).toMatchObject({ kind: 'built', index: 0 })
    expect(hit(m, 701, dayOf('2026-03-01'), 5, 1)).toMatchObject({ kind: 'clash' })
    expect(hit(m, 500, dayOf('2026-02-20'), 15, 1)).toMatchObject({ kind: 'planned' })
    expect(hit(m, 900, dayOf('2026-01-05'), 5, 1)).toBeNull()
  })
  it('is walked in the order of time', () => {
    expect(things(m).map((t) => t.kind)).toEqual(['planned', 'built', 'built', 'clash'])
  })
})
