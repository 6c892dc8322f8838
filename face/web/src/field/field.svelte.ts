// The patrol's phone: what it heard last, kept on the phone, and what it has to
// say, kept there until the server has taken it. It works with no network, and
// when the page is opened anew without one.

import { ApiError, get, live, post, setCsrf, uuid7 } from '../api'
import { desk } from '../desk.svelte'
import { clock } from '../format'
import { Axis } from '../line'
import { Picture } from '../picture'
import { linkState, Stream, type Link } from '../stream'
import type { AlertDetail, Case, Line, Me, Notice, Problem, Status, Text, TrackRow, UnitRow } from '../wire'
import type { Named } from '../works/wire'
import { Outbox, type Report, type Stop } from './outbox'
import { handIn, shelf, type Taken } from './photos'
import { later } from './task'
import type { Fix, Package, What } from './works'

const around = 25_000 // metres of the line that a phone keeps and listens to, to each side
const retryEvery = 5_000
const lateAfter = 60_000 // of the picture's time

type Kept = {
  me: Me | null
  unit: string
  line: Pick<Line, 'coordinates' | 'chainages' | 'length'> | null
  units: UnitRow[]
  tracks: TrackRow[]
  case: Case | null
  people: Record<string, Text> // names behind the ids of the case
  status: Status | null
  site: Site | null
  heard: number // the phone's own clock, when the server last spoke
}

/** What the barrier's forms need with no network. */
type Site = { words: Record<'kinds' | 'results' | 'weaknesses' | 'risks', Named[]>; packages: Package[] }
const nothing: Kept = { me: null, unit: '', line: null, units: [], tracks: [], case: null, people: {}, status: null, site: null, heard: 0 }

const store = (key: string) => ({ read: () => localStorage.getItem(key), write: (s: string) => localStorage.setItem(key, s) })
const keptAs = store('marsad.field')

function recall(): Kept {
  try {
    return { ...nothing, ...(JSON.parse(keptAs.read() ?? '{}') as Partial<Kept>) }
  } catch {
    return nothing
  }
}

export class Field {
  kept = $state.raw<Kept>(recall())
  who = $state<'asking' | 'nobody' | 'known'>('asking')
  link = $state<Link>('connecting')
  silent = $state(0)
  now = $state(0)
  waiting = $state.raw<readonly Report[]>([])
  notices = $state.raw<Notice[]>([])
  trouble = $state('') // the phone cannot keep what was pressed
  refused = $state.raw<Problem | null>(null)

  private readonly photos = shelf()
  private readonly outbox = new Outbox(store('marsad.field.outbox'), (items) => (this.waiting = items))
  private readonly picture = new Picture((draw) => requestAnimationFrame(draw))
  private stream: Stream | null = null
  private statusAt = 0
  private asked = ''

  readonly unit = $derived(this.kept.units.find((u) => u.id === this.kept.unit))
  readonly axis = $derived(this.kept.line ? new Axis(this.kept.line) : null)

  constructor() {
    this.waiting = this.outbox.all
    this.picture.listen((changed) => {
      const next: Partial<Kept> = { heard: Date.now() }
      if (changed.has('units')) next.units = [...this.picture.units.values()]
      if (changed.has('status')) {
        next.status = this.picture.status
        this.statusAt = performance.now()
      }
      if (changed.has('tracks')) next.tracks = this.near()
      if (changed.has('notices')) this.notices = this.picture.notices
      this.keep(next)
      void this.follow()
    })
  }

  /** Begins, and stops with the function that it gives. */
  begin(): () => void {
    void this.connect()
    const beat = setInterval(() => this.tick(), 1000)
    const again = setInterval(() => void this.retry(), retryEvery)
    const online = () => void this.retry()
    addEventListener('online', online)
    return () => {
      clearInterval(beat)
      clearInterval(again)
      removeEventListener('online', online)
      this.stream?.stop()
    }
  }

  /** Asks who is signed in; without an answer what the phone keeps stands. */
  async connect(): Promise<void> {
    try {
      const me = await get<Me>('/me')
      setCsrf(me.csrf)
      if (this.kept.me && this.kept.me.id !== me.id) this.keep({ ...nothing }) // another person's phone now
      this.keep({ me })
      this.who = 'known'
      await this.send()
      await this.learnLine()
      await this.learnSite()
      this.listen()
    } catch (e) {
      const gone = e instanceof ApiError && e.status === 401
      this.who = gone ? 'nobody' : this.kept.me ? 'known' : 'asking'
    }
  }

  choose(unit: string): void {
    this.keep({ unit, case: null })
    this.listen()
    void this.follow()
  }

  /** What a press does: kept first, then sent. False where the phone cannot keep it. */
  press(verb: string, body: Record<string, unknown> = {}, anew = false): boolean {
    const c = anew ? null : this.kept.case
    try {
      this.outbox.keep({ account: this.kept.me?.id ?? '', path: c ? `/alerts/${encodeURIComponent(c.alert.id)}/actions` : '/alerts', case: c?.alert.id ?? '', verb, body, pressed: this.now || Date.now() })
    } catch (e) {
      this.trouble = (e as Error).message
      return false
    }
    this.trouble = ''
    void this.send()
    return true
  }

  /** Keeps a statement about the barrier with its photos, then sends it. False where the phone cannot keep it. */
  async state(about: What, body: Record<string, unknown>, files: { file: File; nobody: boolean }[], fix: Fix | null): Promise<boolean> {
    const at = this.now || Date.now()
    const photos: Taken[] = []
    try {
      for (const { file, nobody } of files) {
        const key = uuid7(at)
        await this.photos.put(key, file)
        photos.push({ key, name: file.name, at: new Date(at).toISOString(), ...(nobody && { nobody }), ...(fix && { where: { lat: fix.lat, lon: fix.lon } }) })
      }
      this.outbox.keep({ account: this.kept.me?.id ?? '', path: '/works/events', case: '', verb: (body.verb as string) ?? '', body, pressed: at, about, photos })
    } catch (e) {
      for (const p of photos) void this.photos.drop(p.key).catch(() => undefined)
      this.trouble = (e as Error).message
      return false
    }
    this.trouble = ''
    void this.send()
    return true
  }

  putAway(id: string): void {
    for (const p of this.outbox.all.find((r) => r.id === id)?.photos ?? []) void this.photos.drop(p.key).catch(() => undefined)
    this.outbox.drop(id)
  }

  private async send(): Promise<Stop> {
    const stop = await this.outbox.flush(this.kept.me?.id ?? '', async (path, body, r) => post(path, r.about ? await handIn(this.late(body, r), r.photos ?? [], this.photos) : this.said(body, r)), (r, answer) => {
      for (const p of r.photos ?? []) void this.photos.drop(p.key).catch(() => undefined)
      const d = answer as Partial<AlertDetail> | undefined
      if (d?.case && (r.case === this.kept.case?.alert.id || !r.case)) this.keep({ case: later(this.kept.case, d.case), people: d.people ?? {} })
    })
    if (stop === 'signed-out') this.who = 'nobody'
    return stop
  }

  /** A report that waited says when it was pressed: the server writes when it came. */
  private said(body: Record<string, unknown>, r: Report): Record<string, unknown> {
    if (this.now - r.pressed < lateAfter) return body
    return { ...body, text: [body.text, desk.w('field.pressed', { t: clock(r.pressed) })].filter(Boolean).join(' · ') }
  }

  /** A statement about the barrier that waited says so; one without a step has no verb. */
  private late(body: Record<string, unknown>, r: Report): Record<string, unknown> {
    const { verb, ...rest } = body
    const waited = this.now - r.pressed >= lateAfter
    return { ...rest, ...(verb ? { verb } : {}), ...(waited && { why: desk.w('field.pressed', { t: clock(r.pressed) }) }) }
  }

  private async retry(): Promise<void> {
    if (this.link === 'live' && !this.outbox.all.some((r) => !r.refused)) return
    if (this.who !== 'known' || !this.stream?.connected) await this.connect()
    else await this.send()
  }

  private listen(): void {
    this.stream?.stop()
    const m = this.unit?.km
    this.stream = new Stream(this.picture, {
      open: () => (m === undefined ? live() : live({ from: Math.max(0, m - around), to: m + around })),
      now: () => performance.now(), later: (f, ms) => setTimeout(f, ms),
      refused: () => void this.connect(), heard: () => this.tick(),
    })
    this.stream.start()
  }

  /** The line about the patrol, cut so that a phone can keep it. */
  private async learnLine(): Promise<void> {
    if (this.kept.line) return
    const line = await get<Line>('/border')
    const home = this.kept.me?.home ?? [0, line.length]
    const near = line.chainages.map((m) => m > home[0] - around && m < home[1] + around)
    this.keep({ line: { length: line.length, coordinates: line.coordinates.filter((_, i) => near[i]), chainages: line.chainages.filter((_, i) => near[i]) } })
  }

  /** Whether the person may state what they find at the barrier. */
  readonly builds = $derived((this.kept.me?.roles ?? []).some((r) => r === 'field' || r === 'engineer'))

  /** What the barrier's forms are made of, kept for where there is no network. */
  private async learnSite(): Promise<void> {
    if (!this.builds) return
    try {
      const [words, packages] = await Promise.all([get<Site['words']>('/works/words'), get<{ items: Package[] | null }>('/works/packages?limit=200')])
      const { kinds, results, weaknesses, risks } = words
      this.keep({ site: { words: { kinds, results, weaknesses, risks }, packages: (packages.items ?? []).map(({ id, kind, side, from, to, name }) => ({ id, kind, side, from, to, name })) } })
    } catch (e) {
      if (e instanceof ApiError && e.status === 0) throw e // no network after all
    }
  }

  /** Reads the case of the patrol's task when there is one and it moved. */
  private async follow(): Promise<void> {
    const id = this.unit?.task ?? ''
    if (!id) {
      // The task ended, or none was given: what was closed is put away.
      if (this.link === 'live' && this.kept.case && !this.waiting.some((r) => r.case === this.kept.case?.alert.id)) this.keep({ case: null })
      return
    }
    const row = this.picture.alerts.get(id)
    const mark = id + ':' + (row?.revision ?? 0)
    if (mark === this.asked) return
    this.asked = mark
    try {
      const d = await get<AlertDetail>('/alerts/' + encodeURIComponent(id))
      this.keep({ case: later(this.kept.case, d.case), people: d.people ?? {} })
      this.refused = null
    } catch (e) {
      this.asked = ''
      if (e instanceof ApiError && e.status !== 0) this.refused = e.problem
    }
  }

  private near(): TrackRow[] {
    const ids = new Set(this.kept.case?.alert.tracks ?? [])
    return [...this.picture.tracks.values()].filter((t) => ids.has(t.id))
  }

  private tick(): void {
    const s = this.stream
    const heard = linkState(s?.lastHeard == null ? null : performance.now() - s.lastHeard, s?.connected ?? false)
    this.link = heard === 'live' && !navigator.onLine ? 'stale' : heard
    this.silent = this.kept.heard ? Math.max(0, Math.round((Date.now() - this.kept.heard) / 1000)) : 0
    const status = this.kept.status
    if (!status) return
    // With no network the clock runs on from the last word.
    const since = this.statusAt ? performance.now() - this.statusAt : Date.now() - this.kept.heard
    this.now = status.now + since * (status.speed || 1)
  }

  private written = 0
  private keep(next: Partial<Kept>): void {
    const was = this.kept
    this.kept = { ...was, ...next }
    // Five batches a second need not all be written; what a person did must be.
    const still = Object.keys(next).every((k) => k === 'heard' || k === 'tracks' || k === 'units' || k === 'status')
    if (still && Date.now() - this.written < 2000) return
    this.written = Date.now()
    try {
      keptAs.write(JSON.stringify(this.kept))
    } catch (e) {
      this.trouble = (e as Error).message
    }
  }
}
