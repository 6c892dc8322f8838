import { describe, expect, it } from 'vitest'
import { csv } from './table'

const columns = [{ name: 'What', text: (r: { a: string; b: string }) => r.a }, { name: 'km', text: (r: { a: string; b: string }) => r.b }]

describe('CSV', () => {
  it('carries the mark, quotes what needs it and drops isolates', () => {
    const out = csv(columns, [{ a: 'He said "go", twice', b: '\u2066371+250\u2069' }], 'SIMULATED')
    expect(out).toBe('SIMULATED\r\nWhat,km\r\n"He said ""go"", twice",371+250\r\n')
  })
  it('is never run as a formula', () => {
    expect(csv(columns, [{ a: '=HYPERLINK("x")', b: '-1' }], '')).toBe('What,km\r\n"\'=HYPERLINK(""x"")",\'-1\r\n')
  })
})
