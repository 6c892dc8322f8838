import { describe, expect, it } from 'vitest'
import { corner, flat } from './draw'

describe('drawing dwellings', () => {
  it('reads corners as people type them and refuses the rest', () => {
    expect(corner('36.8081, 42.0902')).toEqual([36.8081, 42.0902])
    expect(corner(' 36.8 42.1 ')).toEqual([36.8, 42.1])
    for (const bad of ['', '36.8', '96, 42', '36, 190', 'a, b', '36.8, 42.1, 3']) expect(corner(bad)).toBeNull()
  })
  it('gives back where it was pressed, north up and east right', () => {
    const m = flat([36.8, 42.1], 3000, 420)
    expect(m.xy([36.8, 42.1])).toEqual({ x: 210, y: 210 })
    const [lat, lon] = m.at(300, 100)
    expect(lat).toBeGreaterThan(36.8)
    expect(lon).toBeGreaterThan(42.1)
    const back = m.xy([lat, lon])
    expect(back.x).toBeCloseTo(300, 6)
    expect(back.y).toBeCloseTo(100, 6)
    expect(m.bar.px).toBeGreaterThan(50)
  })
})
