// The one live stream: snapshot, then deltas. The browser's EventSource resumes
// with Last-Event-ID by itself; this adds what it does not say: how fresh the
// picture is, and a new attempt when the server refused.

import type { Picture } from './picture'
import type { Delta, Snapshot } from './wire'

export type Link =
  | 'connecting' // nothing yet
  | 'live'
  | 'stale' // connected or not, nothing came for a while: the picture still stands
  | 'frozen' // nothing came for so long that the picture must not be trusted

/** Silence after which the picture is stale, then frozen, ms. A live server speaks every second. */
export const staleAfter = 5_000
export const frozenAfter = 15_000

/** The state of the link from the time since the last word. */
export function linkState(sinceLast: number | null, opened: boolean): Link {
  if (sinceLast === null) return opened ? 'stale' : 'connecting'
  if (sinceLast >= frozenAfter) return 'frozen'
  return sinceLast >= staleAfter ? 'stale' : 'live'
}

export type Source = {
  onopen: unknown
  onerror: unknown
  readyState: number
  addEventListener(type: string, f: (e: MessageEvent<string>) => void): void
  close(): void
}

export type StreamHooks = {
  open: () => Source
  now: () => number
  later: (f: () => void, ms: number) => void
  /** The server closed the door (401, 403): ask who we are again. */
  refused: () => void
  heard: () => void
}

/** Keeps a picture up to date until stopped. Bad events are counted, never applied by halves. */
export class Stream {
  lastHeard: number | null = null
  connected = false
  bad = 0
  private source: Source | null = null
  private stopped = false
  private wait = 1_000

  constructor(
    private readonly picture: Pick<Picture, 'snapshot' | 'delta'>,
    private readonly hooks: StreamHooks,
  ) {}

  start(): void {
    if (this.stopped) return
    const source = this.hooks.open()
    this.source = source
    source.onopen = () => {
      this.connected = true
      this.wait = 1_000
      this.hooks.heard()
    }
    source.onerror = () => {
      this.connected = false
      this.hooks.heard()
      if (source.readyState !== 2 || this.stopped) return // the browser tries again by itself
      source.close()
      this.hooks.refused()
      this.hooks.later(() => this.start(), this.wait)
      this.wait = Math.min(this.wait * 2, 15_000)
    }
    source.addEventListener('snapshot', (e) => this.take(() => this.picture.snapshot(JSON.parse(e.data) as Snapshot)))
    source.addEventListener('delta', (e) => this.take(() => this.picture.delta(JSON.parse(e.data) as Delta)))
  }

  stop(): void {
    this.stopped = true
    this.source?.close()
  }

  private take(apply: () => void): void {
    try {
      apply()
    } catch {
      this.bad++
      return
    }
    this.lastHeard = this.hooks.now()
    this.connected = true
    this.hooks.heard()
  }
}
