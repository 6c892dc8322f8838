import { beforeEach, describe, expect, it } from 'vitest'
import { Picture } from './picture'
import { frozenAfter, linkState, staleAfter, Stream, type Source } from './stream'
import type { Snapshot } from './wire'

class FakeSource implements Source {
  onopen: unknown = null
  onerror: unknown = null
  readyState = 1
  closed = false
  private readonly ears = new Map<string, (e: MessageEvent<string>) => void>()
  addEventListener(type: string, f: (e: MessageEvent<string>) => void) { this.ears.set(type, f) }
  close() { this.closed = true }
  say(type: string, data: string) { this.ears.get(type)!({ data } as MessageEvent<string>) }
}

const snapshot = JSON.stringify({ revision: 4, status: { now: 1 }, tracks: [{ id: 't' }], alerts: [], sensors: [], units: [] } as unknown as Snapshot)

describe('the live stream', () => {
  let sources: FakeSource[]
  let picture: Picture
  let stream: Stream
  let now: number
  let later: [() => void, number][]
  let refused: number

  beforeEach(() => {
    sources = []
    later = []
    now = 1000
    refused = 0
    picture = new Picture((f) => f())
    stream = new Stream(picture, {
      open: () => { const s = new FakeSource(); sources.push(s); return s },
      now: () => now, later: (f, ms) => later.push([f, ms]), refused: () => refused++, heard: () => {},
    })
    stream.start()
  })

  it('applies the snapshot, then deltas', () => {
    sources[0].say('snapshot', snapshot)
    sources[0].say('delta', JSON.stringify({ revision: 5, tracks: [{ id: 't', km: 7 }], gone: {} }))
    expect(picture.revision).toBe(5)
    expect(picture.tracks.get('t')?.km).toBe(7)
    expect(stream.lastHeard).toBe(1000)
  })

  it('counts an event it cannot read and keeps what it had', () => {
    sources[0].say('snapshot', snapshot)
    now = 2000
    sources[0].say('delta', '{"revision": 6, "tracks": [')
    expect(stream.bad).toBe(1)
    expect(picture.revision).toBe(4)
    expect(stream.lastHeard).toBe(1000)
  })

  it('leaves a broken line to the browser, and asks again itself when the door was closed', () => {
    const first = sources[0]
    first.readyState = 0
    ;(first.onerror as () => void)()
    expect(later).toHaveLength(0)
    expect(stream.connected).toBe(false)
    first.readyState = 2
    ;(first.onerror as () => void)()
    expect(refused).toBe(1)
    expect(later[0][1]).toBe(1000)
    later[0][0]()
    expect(sources).toHaveLength(2)
    sources[1].readyState = 2
    ;(sources[1].onerror as () => void)()
    expect(later[1][1]).toBe(2000)
  })

  it('stays silent after it was stopped', () => {
    stream.stop()
    expect(sources[0].closed).toBe(true)
    sources[0].readyState = 2
    ;(sources[0].onerror as () => void)()
    expect(later).toHaveLength(0)
    stream.start()
    expect(sources).toHaveLength(1)
  })
})

describe('freshness', () => {
  it('goes from live to stale to frozen with silence alone', () => {
    expect(linkState(null, false)).toBe('connecting')
    expect(linkState(0, true)).toBe('live')
    expect(linkState(staleAfter - 1, false)).toBe('live')
    expect(linkState(staleAfter, true)).toBe('stale')
    expect(linkState(frozenAfter - 1, true)).toBe('stale')
    expect(linkState(frozenAfter, true)).toBe('frozen')
  })
})
