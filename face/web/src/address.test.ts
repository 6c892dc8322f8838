import { describe, expect, it } from 'vitest'
import { readAddress, writeAddress, type Address } from './address'

const read = (path: string) => readAddress(new URL(path, 'http://marsad.test'))

describe('the address', () => {
  it('carries page, view and selection there and back', () => {
    const cases: Address[] = [
      { page: 'live', view: null, selected: null },
      { page: 'alerts', view: { from: 30_000, to: 60_000 }, selected: null },
      { page: 'live', view: { from: 0, to: 603_711 }, selected: { kind: 'alert', id: '0199-x' } },
      { page: 'live', view: null, selected: null, at: Date.UTC(2026, 1, 18, 23, 14, 7) },
      { page: 'oversight', view: null, selected: { kind: 'sensor', id: 'node:7 &?' } },
    ]
    for (const c of cases) expect(read(writeAddress(c))).toEqual(c)
  })

  it('leaves out what it cannot read', () => {
    expect(read('/nothing?view=60000-30000&sel=weapon:1')).toEqual({ page: 'live', view: null, selected: null })
    expect(read('/?view=a-b&sel=alert:')).toEqual({ page: 'live', view: null, selected: null })
    expect(read('/?at=yesterday')).toEqual({ page: 'live', view: null, selected: null })
    expect(read('/?view=-5-9')).toEqual({ page: 'live', view: null, selected: null })
  })
})
