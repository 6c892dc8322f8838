import { describe, expect, it } from 'vitest'
import { Axis, fit, mOf, narrowest, tickStep, xOf, zoom } from './line'

// Straight south along a meridian: chainage is distance by latitude.
const per = 111_195
const south = new Axis({ coordinates: [[42, 37], [42, 36], [42, 35]], chainages: [0, per, 2 * per], length: 2 * per })

describe('the axis', () => {
  it('finds places on the line', () => {
    expect(south.at(0)).toEqual({ lat: 37, lon: 42 })
    expect(south.at(per / 2).lat).toBeCloseTo(36.5, 9)
    expect(south.at(2 * per)).toEqual({ lat: 35, lon: 42 })
  })

  it('has its home side to the east of a line that runs south', () => {
    const home = south.at(per, 1000)
    const other = south.at(per, -1000)
    expect(home.lon).toBeGreaterThan(42)
    expect(other.lon).toBeLessThan(42)
    const metres = (home.lon - 42) * per * Math.cos((36 * Math.PI) / 180)
    expect(metres).toBeCloseTo(1000, 0)
  })

  it('comes back to the chainage it came from', () => {
    for (const m of [0, 1, 40_000, per, per + 1, 200_000]) {
      const g = south.at(m, m % 2 ? 400 : -400)
      const back = south.near(g.lat, g.lon)
      expect(Math.abs(back.km - m)).toBeLessThan(2)
      expect(Math.abs(back.metres - 400)).toBeLessThan(2)
    }
  })

  it('cuts parts with both ends', () => {
    const part = south.part(per - 1000, per + 1000)
    expect(part).toHaveLength(3)
    expect(part[1]).toEqual([42, 36])
  })

  it('refuses a line without a length', () => {
    expect(() => new Axis({ coordinates: [[42, 37]], chainages: [0], length: 0 })).toThrow('two points')
    expect(() => new Axis({ coordinates: [[42, 37], [42, 36]], chainages: [0], length: 1 })).toThrow('two points')
  })
})

describe('the strip’s scale', () => {
  const scale = { from: 30_000, to: 60_000, width: 1000 }

  it('has km 0 at the right: more chainage stands further left', () => {
    expect(xOf(scale, 30_000)).toBe(1000)
    expect(xOf(scale, 60_000)).toBe(0)
    expect(xOf(scale, 40_000)).toBeGreaterThan(xOf(scale, 50_000))
  })

  it('finds the metre under a pixel again', () => {
    for (let x = 0; x <= 1000; x += 37) expect(xOf(scale, mOf(scale, x))).toBeCloseTo(x, 9)
  })

  it('zooms about a metre that keeps its pixel', () => {
    const about = 42_000
    const before = xOf(scale, about)
    const after = { ...zoom(scale, about, 0.5, 600_000), width: 1000 }
    expect(after.to - after.from).toBeCloseTo(15_000, 6)
    expect(xOf(after, about)).toBeCloseTo(before, 6)
  })

  it('never leaves the line, never gets narrower than it may', () => {
    for (let i = 0; i < 200; i++) {
      const middle = (i * 7919) % 700_000 - 50_000
      const size = 10 ** (1 + (i % 6))
      const v = fit({ from: middle - size / 2, to: middle + size / 2 }, 603_711)
      expect(v.from).toBeGreaterThanOrEqual(0)
      expect(v.to).toBeLessThanOrEqual(603_711.000001)
      expect(v.to - v.from).toBeGreaterThanOrEqual(narrowest - 1e-6)
    }
  })

  it('leaves room between labels', () => {
    for (const span of [500, 6000, 30_000, 603_711]) {
      const s = { from: 0, to: span, width: 1200 }
      const step = tickStep(s, 90)
      expect((step / span) * 1200).toBeGreaterThanOrEqual(90)
      expect((step / span) * 1200).toBeLessThan(90 * 2.6)
    }
  })
})
