// The live picture, outside the framework: maps of rows that the stream changes
// in place. Strip and map read them when a frame is drawn; only what is few and
// written in text (alerts, status) is handed to the framework, at most once a frame.

import type { AlertRow, Delta, Notice, SensorRow, Snapshot, Status, TrackRow, UnitRow } from './wire'

export type Kind = 'tracks' | 'alerts' | 'sensors' | 'units' | 'status' | 'notices'

/** Where a track was: [Unix ms, lat, lon], oldest first. */
export type Trail = [number, number, number][]

const trailPoints = 48
const trailGap = 4_000 // ms between kept points: three minutes of history

export class Picture {
  readonly tracks = new Map<string, TrackRow>()
  readonly alerts = new Map<string, AlertRow>()
  readonly sensors = new Map<string, SensorRow>()
  readonly units = new Map<string, UnitRow>()
  readonly trails = new Map<string, Trail>()
  status: Status | null = null
  notices: Notice[] = []
  revision = 0
  /** Changes of any kind so far: a cheap "has anything moved". */
  version = 0

  private readonly changed = new Set<Kind>()
  private readonly listeners = new Set<(changed: ReadonlySet<Kind>) => void>()
  private scheduled = false

  /** Frames are asked for through `frame`, so that tests can give their own. */
  constructor(private readonly frame: (draw: () => void) => void) {}

  /** Calls back at most once a frame with the kinds that changed. Returns the way to stop. */
  listen(f: (changed: ReadonlySet<Kind>) => void): () => void {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }

  /** Replaces everything. */
  snapshot(s: Snapshot): void {
    const keep = new Set((s.tracks ?? []).map((t) => t.id))
    for (const id of this.trails.keys()) if (!keep.has(id)) this.trails.delete(id)
    refill(this.tracks, s.tracks)
    refill(this.alerts, s.alerts)
    refill(this.sensors, s.sensors)
    refill(this.units, s.units)
    for (const t of this.tracks.values()) this.trail(t)
    this.status = s.status
    this.revision = s.revision
    this.mark('tracks', 'alerts', 'sensors', 'units', 'status')
  }

  /** Rows replace rows of the same id; what is gone leaves. */
  delta(d: Delta): void {
    this.revision = d.revision
    for (const t of d.tracks ?? []) {
      this.tracks.set(t.id, t)
      this.trail(t)
    }
    for (const id of d.gone?.tracks ?? []) {
      this.tracks.delete(id)
      this.trails.delete(id)
    }
    put(this.alerts, d.alerts, d.gone?.alerts)
    put(this.sensors, d.sensors, d.gone?.sensors)
    put(this.units, d.units, d.gone?.units)
    if (d.status) this.status = d.status
    // The last hundred are enough for a watch officer's screen.
    if (d.notices?.length) this.notices = [...this.notices, ...d.notices].slice(-100)
    if (d.tracks?.length || d.gone?.tracks?.length) this.mark('tracks')
    if (d.alerts?.length || d.gone?.alerts?.length) this.mark('alerts')
    if (d.sensors?.length || d.gone?.sensors?.length) this.mark('sensors')
    if (d.units?.length || d.gone?.units?.length) this.mark('units')
    if (d.status) this.mark('status')
    if (d.notices?.length) this.mark('notices')
  }

  /** Takes over everything that another picture holds, its trails as well. */
  take(o: Picture): void {
    for (const [mine, other] of [[this.tracks, o.tracks], [this.alerts, o.alerts], [this.sensors, o.sensors], [this.units, o.units], [this.trails, o.trails]] as [Map<string, unknown>, Map<string, unknown>][]) {
      mine.clear()
      for (const [k, v] of other) mine.set(k, v)
    }
    this.status = o.status
    this.notices = o.notices
    this.revision = o.revision
    this.mark('tracks', 'alerts', 'sensors', 'units', 'status', 'notices')
  }

  /** Gives tracks the ways that another told; those it does not name keep theirs. */
  lead(trails: Record<string, Trail>): void {
    for (const [id, way] of Object.entries(trails)) if (this.tracks.has(id)) this.trails.set(id, way.slice(-trailPoints))
    this.mark('tracks')
  }

  /** Forgets everything, as at sign-out. */
  clear(): void {
    for (const m of [this.tracks, this.alerts, this.sensors, this.units, this.trails]) m.clear()
    this.status = null
    this.notices = []
    this.mark('tracks', 'alerts', 'sensors', 'units', 'status', 'notices')
  }

  private trail(t: TrackRow): void {
    let way = this.trails.get(t.id)
    if (!way) this.trails.set(t.id, (way = []))
    const last = way[way.length - 1]
    if (last && t.at - last[0] < trailGap) return
    way.push([t.at, t.lat, t.lon])
    if (way.length > trailPoints) way.shift()
  }

  private mark(...kinds: Kind[]): void {
    for (const k of kinds) this.changed.add(k)
    this.version++
    if (this.scheduled) return
    this.scheduled = true
    this.frame(() => {
      this.scheduled = false
      const now = new Set(this.changed)
      this.changed.clear()
      for (const f of this.listeners) f(now)
    })
  }
}

function refill<T extends { id: string }>(rows: Map<string, T>, items: T[] | null): void {
  rows.clear()
  for (const r of items ?? []) rows.set(r.id, r)
}

function put<T extends { id: string }>(rows: Map<string, T>, items?: T[], gone?: string[]): void {
  for (const r of items ?? []) rows.set(r.id, r)
  for (const id of gone ?? []) rows.delete(id)
}
