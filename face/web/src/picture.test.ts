import { beforeEach, describe, expect, it } from 'vitest'
import { Picture, type Kind } from './picture'
import type { AlertRow, SensorRow, Snapshot, Status, TrackRow, UnitRow } from './wire'

const track = (id: string, at = 0, lat = 36) => ({ id, at, lat, lon: 42, km: 1, offset: 0, class: 'person' }) as TrackRow
const status = { now: 5 } as Status
const snapshot = (ids: string[]): Snapshot => ({ revision: 1, status, tracks: ids.map((i) => track(i)), alerts: [{ id: 'a' } as AlertRow], sensors: [{ id: 's' } as SensorRow], units: [{ id: 'u' } as UnitRow] })

describe('the picture', () => {
  let frames: (() => void)[]
  let told: Kind[][]
  let picture: Picture
  const flush = () => frames.splice(0).forEach((f) => f())

  beforeEach(() => {
    frames = []
    told = []
    picture = new Picture((f) => frames.push(f))
    picture.listen((k) => told.push([...k].sort()))
  })

  it('takes over another picture, whole', () => {
    const other = new Picture(() => {})
    other.snapshot(snapshot(['t2']))
    other.delta({ revision: 9, tracks: [track('t2', 5_000, 37)] })
    picture.snapshot(snapshot(['t1']))
    picture.take(other)
    expect([...picture.tracks.keys()]).toEqual(['t2'])
    expect(picture.trails.get('t2')).toHaveLength(2)
    expect(picture.trails.has('t1')).toBe(false)
    expect(picture.revision).toBe(9)
    flush()
    expect(told[0]).toContain('tracks')
  })

  it('tells once a frame, whatever came', () => {
    picture.snapshot(snapshot(['t1']))
    for (let i = 2; i < 50; i++) picture.delta({ revision: i, tracks: [track('t1', i)] })
    expect(frames).toHaveLength(1)
    flush()
    expect(told).toHaveLength(1)
    expect(told[0]).toEqual(['alerts', 'sensors', 'status', 'tracks', 'units'])
    picture.delta({ revision: 99, tracks: [track('t1', 99)] })
    flush()
    expect(told[1]).toEqual(['tracks'])
  })

  it('replaces rows of one id and drops what is gone', () => {
    picture.snapshot(snapshot(['t1', 't2']))
    picture.delta({ revision: 2, tracks: [track('t1', 7), track('t3')], gone: { tracks: ['t2'], sensors: ['s'] } })
    expect([...picture.tracks.keys()].sort()).toEqual(['t1', 't3'])
    expect(picture.tracks.get('t1')?.at).toBe(7)
    expect(picture.sensors.size).toBe(0)
    expect(picture.alerts.size).toBe(1)
    expect(picture.revision).toBe(2)
  })

  it('a snapshot replaces everything that was there', () => {
    picture.snapshot(snapshot(['old']))
    picture.snapshot({ revision: 3, status, tracks: [track('new')], alerts: null, sensors: null, units: null })
    expect([...picture.tracks.keys()]).toEqual(['new'])
    expect(picture.alerts.size + picture.sensors.size + picture.units.size).toBe(0)
    expect([...picture.trails.keys()]).toEqual(['new'])
  })

  it('shows a picture of the past with the ways that lead to it', () => {
    picture.snapshot(snapshot(['t1']))
    picture.lead({ t1: [[1, 36, 42], [2, 36.1, 42]], gone: [[1, 36, 42], [2, 36, 42]] })
    expect(picture.trails.get('t1')).toEqual([[1, 36, 42], [2, 36.1, 42]])
    expect(picture.trails.has('gone')).toBe(false)
  })

  it('does not grow: trails are short and leave with their track', () => {
    picture.snapshot(snapshot(['t1']))
    for (let i = 1; i < 3000; i++) picture.delta({ revision: i, tracks: [track('t1', i * 1000, 36 + i * 1e-5)] })
    const trail = picture.trails.get('t1')!
    expect(trail.length).toBeLessThanOrEqual(48)
    expect(trail.at(-1)![0]).toBeGreaterThan(2_990_000)
    picture.delta({ revision: 9999, gone: { tracks: ['t1'] } })
    expect(picture.trails.size).toBe(0)
    for (let i = 0; i < 300; i++) picture.delta({ revision: i, notices: [{ id: String(i), kind: 'escalation', to: [], at: '', text: { en: '', ar: '' } }] })
    expect(picture.notices).toHaveLength(100)
    expect(picture.notices.at(-1)!.id).toBe('299')
  })

  it('a listener that stopped hears nothing', () => {
    let heard = 0
    const stop = picture.listen(() => heard++)
    picture.snapshot(snapshot([]))
    flush()
    stop()
    picture.delta({ revision: 2, tracks: [track('x')] })
    flush()
    expect(heard).toBe(1)
  })
})
