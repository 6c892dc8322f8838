import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LaneData, SensorRow } from '../wire'
import { areOf, arranged, fetchLanes, isOther, lookOf, moved, pieceAt } from './lanes.svelte'
import { nearRows, totalHeight, wholeRows, yOf } from './layout'
import { outOfRange } from './reach'
import { hitAt } from './things-draw'

const lane = (id: string, kind = 'category') => ({ id, kind, name: { en: id, ar: id }, source: { en: '', ar: '' }, pieces: [{ from: 0, to: 10, value: 'x' }], length: 1, of: 1, from: 0, to: 10, as_of: '' }) as LaneData

describe('lanes of a span', () => {
  it('are those whose ends are the span’s to the metre', () => {
    const of = (from: number, to: number) => [{ from, to }, { from, to }]
    expect(areOf(of(30_000, 60_000), { from: 30_000.4, to: 60_000.4 })).toBe(true)
    expect(areOf(of(0, 603_710.6), { from: 0, to: 603_711 })).toBe(true) // the line ends within a metre
    expect(areOf(of(30_000, 60_000), { from: 30_000, to: 61_000 })).toBe(false)
    expect(areOf(of(30_000, 60_000), { from: 29_000, to: 60_000 })).toBe(false)
    expect(areOf([], { from: 0, to: 0 })).toBe(false)
  })
})

describe('lanes of a moment', () => {
  afterEach(() => vi.unstubAllGlobals())
  const span = { from: 0, to: 1000 }
  const serve = (...status: number[]) => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url)
      return new Response(JSON.stringify({ items: [lane('seen')] }), { status: status.shift() ?? 200 })
    })
    return asked
  }

  it('are asked for once, and anew at another moment or span', async () => {
    const asked = serve()
    const [first, second] = await Promise.all([fetchLanes(span, 500, 7), fetchLanes(span, 500, 7)])
    expect(second).toBe(first)
    expect(asked).toHaveLength(1)
    await fetchLanes({ from: 0, to: 2000 }, 500, 7)
    await fetchLanes(span, 500, 8)
    await fetchLanes(span, 500, 7)
    expect(asked).toHaveLength(4)
  })
  it('are asked for again after a refusal, and always where no moment is named', async () => {
    const asked = serve(409)
    await expect(fetchLanes(span, 500, 9)).rejects.toThrow()
    await fetchLanes(span, 500, 9)
    await fetchLanes(span, 500)
    await fetchLanes(span, 500)
    expect(asked).toHaveLength(4)
  })
})

describe('rows of the strip', () => {
  const lanes = [lane('other-side'), lane('wall'), lane('seen'), lane('risk', 'number')]

  it('stand from the other side to ours, towers before what they see', () => {
    expect(nearRows(lanes, new Set(), 90).map((r) => r.id)).toEqual(['axis', 'other-side', 'tracks', 'wall', 'towers', 'seen', 'risk'])
  })
  it('do not overlap, folded or not', () => {
    for (const folded of [new Set<string>(), new Set(['seen', 'wall'])]) {
      const rows = nearRows(lanes, folded, 90)
      for (let i = 1; i < rows.length; i++) expect(rows[i].y).toBeGreaterThanOrEqual(rows[i - 1].y + rows[i - 1].height)
      expect(totalHeight(rows)).toBeGreaterThan(rows.at(-1)!.y)
    }
    expect(totalHeight(nearRows(lanes, new Set(['risk']), 90))).toBeLessThan(totalHeight(nearRows(lanes, new Set(), 90)))
  })
  it('exist for lanes that exist: without lanes there are none', () => {
    expect(nearRows([], new Set(), 90).map((r) => r.kind)).toEqual(['axis', 'tracks', 'towers'])
    expect(wholeRows([]).rows.map((r) => r.kind)).toEqual(['axis', 'alerts'])
  })
  it('are five at most on the whole line, and the rest is counted', () => {
    const many = ['a', 'b', 'c', 'seen', 'risk', 'wall', 'reach'].map((id) => lane(id))
    const { rows, left } = wholeRows(many)
    expect(rows.filter((r) => r.kind === 'lane')).toHaveLength(5)
    expect(left).toBe(2)
    expect(rows.some((r) => r.id === 'seen')).toBe(true)
  })
  it('put the other side above the line and keep what is far at the edge', () => {
    const tracks = nearRows(lanes, new Set(), 90).find((r) => r.kind === 'tracks')!
    expect(yOf(tracks, -500)).toBeLessThan(yOf(tracks, 0))
    expect(yOf(tracks, 500)).toBeGreaterThan(yOf(tracks, 0))
    expect(yOf(tracks, -90_000)).toBeGreaterThan(tracks.y)
    expect(yOf(tracks, 90_000)).toBeLessThan(tracks.y + tracks.height)
  })
  it('know lanes by their ids and draw strange ones plainly', () => {
    expect(isOther(lane('other-side'))).toBe(true)
    expect(isOther(lane('own-side'))).toBe(false)
    expect([lookOf(lane('seen')), lookOf(lane('own-side')), lookOf(lane('wall')), lookOf(lane('moonlight'))]).toEqual(['seen', 'holder', 'barrier', 'plain'])
  })
  it('read one metre', () => {
    expect(pieceAt(lane('x'), 5)?.value).toBe('x')
    expect(pieceAt(lane('x'), 10)).toBeUndefined()
  })
})

describe('a person’s order of lanes', () => {
  const ids = (l: { id: string }[]) => l.map((x) => x.id)
  it('goes before the server’s, which stands for what it does not name', () => {
    expect(ids(arranged([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'new' }], ['c', 'gone', 'a']))).toEqual(['c', 'a', 'b', 'new'])
    expect(ids(arranged([{ id: 'a' }, { id: 'b' }], []))).toEqual(['a', 'b'])
  })
  it('moves by one place and stops at the ends', () => {
    expect(moved(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c'])
    expect(moved(['a'], 'x', 1)).toEqual(['a'])
  })
})

describe('metres that no working sensor reaches', () => {
  const sensor = (km: number, range: number, health = 'good', more: Partial<SensorRow> = {}) => ({ id: String(km), km, offset: 0, range, health, kind: 'camera', ...more }) as SensorRow

  it('are the gaps between ranges', () => {
    expect(outOfRange([sensor(1000, 500), sensor(3000, 500)], { from: 0, to: 4000 })).toEqual([{ from: 0, to: 500 }, { from: 1500, to: 2500 }, { from: 3500, to: 4000 }])
  })
  it('are all where nothing works, and none where ranges overlap', () => {
    expect(outOfRange([sensor(1000, 5000, 'lost')], { from: 0, to: 4000 })).toEqual([{ from: 0, to: 4000 }])
    expect(outOfRange([sensor(1000, 1500), sensor(3000, 1500)], { from: 0, to: 4000 })).toEqual([])
  })
  it('do not count our own patrols, nor a sensor too far from the line', () => {
    expect(outOfRange([sensor(1000, 5000, 'good', { kind: 'own-force' }), sensor(2000, 900, 'good', { offset: 1000 })], { from: 0, to: 4000 })).toEqual([{ from: 0, to: 4000 }])
  })
  it('shrink with the distance of the sensor from the line', () => {
    expect(outOfRange([sensor(2000, 500, 'good', { offset: 300 })], { from: 0, to: 4000 })).toEqual([{ from: 0, to: 1600 }, { from: 2400, to: 4000 }])
  })
})

describe('pressing', () => {
  it('finds the nearest thing within a finger, the topmost of equals', () => {
    const at = (id: string, x: number, y: number) => ({ kind: 'track' as const, id, x, y, km: 0 })
    expect(hitAt([at('a', 0, 0), at('b', 8, 0)], 6, 0)?.id).toBe('b')
    expect(hitAt([at('a', 0, 0), at('b', 0, 0)], 1, 1)?.id).toBe('b')
    expect(hitAt([at('a', 0, 0)], 40, 0)).toBeNull()
  })
})
