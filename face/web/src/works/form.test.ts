import { describe, expect, it } from 'vitest'
import { asked, blank, fields, member, metresOf, put, read, validOf } from './form'

describe('km posts', () => {
  it('are read as people write them, in either script', () => {
    expect([metresOf('371+250'), metresOf('371.25'), metresOf('٣٧١+٢٥٠'), metresOf(' 12 ')]).toEqual([371250, 371250, 371250, 12000])
  })
  it('are refused when they are something else', () => {
    expect([metresOf('wall'), metresOf(''), metresOf('-3'), metresOf('1e5'), metresOf('3+2500')].every(Number.isNaN)).toBe(true)
  })
})

describe('a statement', () => {
  it('keeps what is not touched, and leaves out what is empty', () => {
    const fact: Record<string, unknown> = { dates: { started: '2026-01-02' }, note: 'x' }
    const before = fact.dates
    put(fact, 'dates.finished', '2026-02-01')
    put(fact, 'note', '')
    expect(fact).toEqual({ dates: { started: '2026-01-02', finished: '2026-02-01' } })
    expect(before).toEqual({ started: '2026-01-02' })
    expect(read(fact, 'dates.finished')).toBe('2026-02-01')
    expect(read(fact, 'none.at.all')).toBeUndefined()
  })
  it('asks for all of a new thing, and of a step for what it needs', () => {
    expect(asked('piece', 'finish').map((f) => f.path)).toEqual(['unit', 'dates.finished', 'evidence'])
    expect(asked('weak-spot', 'close').map((f) => f.path)).toEqual(['reinspect', 'closed_how', 'evidence'])
    expect(asked('piece', 'enter').length).toBeGreaterThan(8)
  })
  it('has a blank of every subject with every field that must be given', () => {
    for (const s of Object.keys(fields) as (keyof typeof fields)[]) {
      const b = blank(s, 'id', { from: 1, to: 2 })
      for (const f of fields[s].filter((f) => f.must && f.as === 'choice')) expect(read(b, f.path), `${s} ${f.path}`).toBeTruthy()
    }
    expect(member('weak-spot')).toBe('weak_spot')
  })
  it('holds since the last day that it tells of, never in the time to come', () => {
    const now = new Date('2026-02-18T23:00:00Z')
    expect(validOf('piece', { dates: { started: '2026-01-02', finished: '2026-02-01' } }, now)).toBe('2026-02-01T00:00:00Z')
    expect(validOf('diary', { on: '2026-03-01' }, now)).toBe('2026-02-18T23:00:00.000Z')
    expect(validOf('weak-spot', {}, now)).toBe('2026-02-18T23:00:00.000Z')
  })
})
