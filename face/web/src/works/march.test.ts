import { describe, expect, it } from 'vitest'
import { again, day, dayOf, dayTicks, hit, kmStep, labels, metre, moved, textOf, things, x, y, zoomed, type Frame, type March, type Planned } from './march'

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

describe('names of packages', () => {
  const lot = (n: number, begins: number, ends: number): Planned => ({ package: 'p' + n, name: { en: 'Package number ' + n, ar: '' }, kind: 'wall', state: 'running', begins, ends, start: '1970-01-05', finish: '1970-04-05' })
  const big: Frame = { ...f, width: 900, height: 500 }
  const wide = (s: string) => s.length * 6
  const put = (list: Planned[], over: Parameters<typeof labels>[4] = null) => labels(big, list, (p) => p.name.en, wide, over)
  it('never lie over one another', () => {
    const many = Array.from({ length: 24 }, (_, n) => lot(n, n * 12, 400 + n * 12))
    const out = put(many)
    expect(out.length).toBeGreaterThan(3)
    for (const [i, a] of out.entries()) for (const b of out.slice(i + 1)) expect(a.box.right < b.box.left || b.box.right < a.box.left || a.box.bottom < b.box.top || b.box.bottom < a.box.top).toBe(true)
    for (const a of out) expect(a.box.left >= big.left && a.box.right <= big.left + big.width && a.box.top >= big.top).toBe(true)
  })
  it('give way to what is met, and to what is reserved', () => {
    const two = [lot(0, 0, 500), lot(1, 4, 504)]
    expect(put(two).map((l) => l.index).sort()).toContain(0)
    expect(put(two, { kind: 'planned', id: 'p1', index: 1, from: 0, to: 0 })[0].index).toBe(1)
    expect(labels(big, two, (p) => p.name.en, wide, null, [{ left: 0, right: 2000, top: 0, bottom: 2000 }])).toEqual([])
  })
  it('are left out where a line is too short for them', () => {
    expect(put([{ ...lot(0, 0, 20), finish: '1970-01-06' }])).toEqual([])
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
  it('is known again by its id when the chart was asked anew', () => {
    const planned = { ...m.planned[0] }
    const more = { ...m, planned: [{ ...planned, package: 'new' }, planned], built: [m.built[1], m.built[0]] }
    const at = (n: number) => things(m)[n]
    expect(again(more, at(0))).toMatchObject({ kind: 'planned', id: 'p', index: 1 })
    expect(again(more, at(1))).toMatchObject({ kind: 'built', index: things(m)[1].index === 0 ? 1 : 0 })
    // Zoomed out, two blocks are one: it is the one that holds what was met.
    const joined = { ...m, built: [{ ...m.built[0], from: 0, to: 300, since: '2025-12-01' }] }
    expect(again(joined, at(1))).toMatchObject({ kind: 'built', index: 0 })
    expect(again({ ...m, planned: [] }, at(0))).toBeNull()
  })
  it('is walked in the order of time', () => {
    expect(things(m).map((t) => t.kind)).toEqual(['planned', 'built', 'built', 'clash'])
  })
})
