// What the framework knows: who sits here, which language, theme, page, view and
// selection, and the few live rows that are written as text. Tracks stay in the
// picture.

import * as api from './api'
import { isField, readAddress, writeAddress, type Page, type Thing } from './address'
import type { Digits, Lang } from './format'
import { Axis, fit, type Span } from './line'
import { Picture, type Trail } from './picture'
import { Siren } from './sound'
import { linkState, Stream, type Link } from './stream'
import type { AlertRow, LaneInfo, LaneList, Line, List, Me, Notice, SectionRow, SensorRow, Snapshot, Status, Text, UnitRow } from './wire'
import { fill, type Key, type Params } from './words/words'

export type Theme = 'night' | 'day'
export type Who = 'asking' | 'nobody' | 'unreachable' | Me

const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem('marsad.' + key, value)
  } catch {
    // private windows may forbid it; the choice then lasts for the visit
  }
}
const recall = (key: string): string | null => {
  try {
    return localStorage.getItem('marsad.' + key)
  } catch {
    return null
  }
}

class Desk {
  lang = $state<Lang>('en')
  theme = $state<Theme>('night')
  digits = $state<Digits>('latn')
  plain = $state(false) // plain symbols in place of APP-6

  who = $state.raw<Who>('asking')
  page = $state<Page>('live')
  /** Which of the page's own views is shown, empty for its first. */
  part = $state('')
  view = $state.raw<Span>({ from: 0, to: 30_000 })
  /** Who moved the view last: the map must not answer its own move. */
  viewBy = $state<'strip' | 'map' | 'start'>('start')
  selected = $state.raw<Thing | null>(null)
  hover = $state.raw<number | null>(null) // chainage under the pointer on a strip

  line = $state.raw<Line | null>(null)
  sections = $state.raw<SectionRow[]>([])
  lanes = $state.raw<LaneInfo[]>([])
  /** Of which change of the lanes what is shown is, as the server counts them. */
  laneTurn = $state(0)
  ready = $state(false)
  trouble = $state('')

  alerts = $state.raw<AlertRow[]>([])
  sensors = $state.raw<SensorRow[]>([])
  units = $state.raw<UnitRow[]>([])
  notices = $state.raw<Notice[]>([])
  status = $state.raw<Status | null>(null)
  trackCount = $state(0)
  link = $state<Link>('connecting')
  connected = $state(false)
  silent = $state(0) // seconds since the last word
  now = $state(0) // the picture's time, running between events, standing when frozen
  soundReady = $state(false)
  hushed = $state.raw<ReadonlySet<string>>(new Set())

  /** The event time that is looked at, null for now, and what can be looked back to. */
  past = $state<number | null>(null)
  kept = $state.raw<{ from: number; to: number } | null>(null)
  pastTrouble = $state('')
  /** The running time of the live picture, whichever is shown. */
  liveNow = $state(0)
  private asideAlerts = $state.raw<AlertRow[]>([])
  private asideStatus = $state.raw<Status | null>(null)

  dialog = $state<'' | 'help' | 'search' | 'hand' | 'need'>('')
  handPlace = $state.raw<{ lat: number; lon: number } | null>(null)
  /** What the next press on the map is for: a hand-opened alert's place, or where a camera is to look. */
  picking = $state<'' | 'hand' | 'look'>('')
  lookPlace = $state.raw<{ lat: number; lon: number } | null>(null)

  readonly picture = new Picture((draw) => requestAnimationFrame(draw))
  readonly siren = new Siren(() => (this.soundReady = this.siren.ready))
  private stream: Stream | null = null
  private statusAt = 0
  /** Where the live picture goes on while a person looks at the past. */
  private aside: Picture | null = null
  private wanted: number | null = null
  private looking = false

  readonly axis = $derived(this.line ? new Axis(this.line) : null)
  /** The section whose ends are those of the view, if one is. */
  readonly section = $derived(
    this.sections.filter((s) => s.level !== 'post' && Math.abs(s.from - this.view.from) < 60 && Math.abs(s.to - this.view.to) < 60).at(-1),
  )
  readonly me = $derived(typeof this.who === 'object' ? this.who : null)
  /** Whether the page offers something: where the server does not say, it offers it and the server decides. */
  may = (right: string): boolean => !this.me?.rights || this.me.rights.includes(right)
  /** Alerts and status as they are now, also while the past is shown: what rings, rings. */
  readonly liveAlerts = $derived(this.past === null ? this.alerts : this.asideAlerts)
  readonly liveStatus = $derived(this.past === null ? this.status : this.asideStatus)
  readonly ringing = $derived(this.liveAlerts.filter((a) => a.sound && !a.closed && !this.hushed.has(a.id + ':' + (a.escalated ?? 0))))
  readonly placeOf = $derived(new Map(this.sensors.map((s) => [s.id, s])))

  /** A sentence of the catalogue in the chosen language, values isolated. */
  w = (key: Key, params?: Params): string => fill(this.lang, key, params, this.digits)
  /** A text of the server in the chosen language. */
  tx = (t: Text | undefined | null): string => (t ? (this.lang === 'ar' && t.ar) || t.en : '')

  constructor() {
    if (typeof location === 'undefined') return
    const asked = new URL(location.href).searchParams.get('lang') ?? recall('lang') ?? (isField(new URL(location.href)) ? 'ar' : navigator.language)
    this.lang = asked.startsWith('ar') ? 'ar' : 'en'
    const theme = new URL(location.href).searchParams.get('theme') ?? recall('theme')
    this.theme = theme === 'day' ? 'day' : 'night'
    this.digits = recall('digits') === 'arab' ? 'arab' : 'latn'
    this.plain = recall('plain') === 'yes'
    this.dress()
    this.picture.listen((changed) => {
      if (changed.has('alerts')) this.alerts = [...this.picture.alerts.values()]
      if (changed.has('sensors')) this.sensors = [...this.picture.sensors.values()]
      if (changed.has('units')) this.units = [...this.picture.units.values()]
      if (changed.has('notices')) this.notices = this.picture.notices
      if (changed.has('tracks')) this.trackCount = this.picture.tracks.size
      if (changed.has('status')) {
        this.status = this.picture.status
        if (this.ready && this.past === null) void this.laneTurned(this.status?.lanes ?? 0)
        if (this.past === null) this.statusAt = performance.now()
        this.tick()
      }
    })
  }

  setLang(lang: Lang): void {
    this.lang = lang
    remember('lang', lang)
    this.dress()
  }
  setTheme(theme: Theme): void {
    this.theme = theme
    remember('theme', theme)
    this.dress()
  }
  /** Onto paper in the day's colours, and back to those on screen; nothing is remembered. */
  paper(on: boolean): void {
    if (on === (this.screen !== null)) return
    const back = this.screen
    this.screen = on ? this.theme : null
    document.documentElement.dataset.theme = this.theme = back ?? 'day'
  }
  private screen: Theme | null = null
  get onPaper(): boolean {
    return this.screen !== null
  }
  setDigits(d: Digits): void {
    this.digits = d
    remember('digits', d)
  }
  setPlain(on: boolean): void {
    this.plain = on
    remember('plain', on ? 'yes' : 'no')
  }
  private dress(): void {
    const root = document.documentElement
    root.lang = this.lang === 'ar' ? 'ar-IQ' : 'en'
    root.dir = this.lang === 'ar' ? 'rtl' : 'ltr'
    root.dataset.theme = this.theme
    api.setLanguage(this.lang)
  }

  /** Asks who sits here and, if somebody does, loads the line and opens the stream. */
  async begin(): Promise<void> {
    try {
      const me = await api.get<Me>('/me')
      api.setCsrf(me.csrf)
      this.who = me
    } catch (e) {
      this.who = e instanceof api.ApiError && e.status === api.unreachable ? 'unreachable' : 'nobody'
      return
    }
    const address = readAddress(new URL(location.href))
    this.page = address.page
    this.part = address.part ?? ''
    this.selected = address.selected
    this.listen()
    try {
      const [line, sections, lanes] = await Promise.all([
        api.get<Line>('/border'), api.get<List<SectionRow>>('/sections'), api.get<LaneList>('/lanes'),
      ])
      this.line = line
      this.sections = sections.items ?? []
      this.lanes = lanes.items ?? []
      this.laneTurn = lanes.lanes ?? 0
      const home = this.me?.home ?? [0, 30_000]
      const view = address.view ?? (home[1] > home[0] ? { from: home[0], to: home[1] } : { from: 0, to: 30_000 })
      this.view = fit(view, line.length)
      this.ready = true
      void this.askKept()
      if (address.at) void this.lookBack(address.at)
    } catch (e) {
      this.trouble = (e as Error).message
    }
  }

  /** Lanes come and go: coverage is worked out after the page is there. */
  private async laneTurned(turn: number): Promise<void> {
    if (turn === this.laneTurn) return
    this.laneTurn = turn
    try {
      const items = (await api.get<LaneList>('/lanes')).items ?? []
      const same = items.length === this.lanes.length && items.every((l, i) => l.id === this.lanes[i].id)
      if (!same) this.lanes = items
    } catch {
      // the lanes that are known stay; the next change asks again
    }
  }

  private listen(): void {
    this.stream?.stop()
    const live = () => this.aside ?? this.picture
    this.stream = new Stream({ snapshot: (s) => live().snapshot(s), delta: (d) => live().delta(d) }, {
      open: api.live,
      now: () => performance.now(),
      later: (f, ms) => setTimeout(f, ms),
      refused: () => void this.stillHere(),
      heard: () => this.tick(),
    })
    this.stream.start()
  }

  private async stillHere(): Promise<void> {
    try {
      await api.get<Me>('/me')
    } catch (e) {
      if (e instanceof api.ApiError && e.status === 401) this.leave()
    }
  }

  /** Once a second and after every event: freshness and the running clock. */
  tick(): void {
    const s = this.stream
    const since = s?.lastHeard == null ? null : performance.now() - s.lastHeard
    this.link = linkState(since, s?.connected ?? false)
    this.connected = s?.connected ?? false
    this.silent = since === null ? 0 : Math.floor(since / 1000)
    const status = this.liveStatus
    if (status && this.link === 'live') this.liveNow = status.now + (performance.now() - this.statusAt) * (status.speed || 1)
    this.now = this.past === null ? this.liveNow : this.looking ? this.past : (this.status?.now ?? this.past)
  }

  private async askKept(): Promise<void> {
    try {
      const kept = await api.get<{ from: number; to: number }>('/picture/past')
      this.kept = kept.to > 0 ? kept : null
    } catch {
      this.kept = null // a server that remembers nothing offers no looking back
    }
  }

  /** Shows the picture as it was; the live one goes on unseen, and its alarms are heard. */
  async lookBack(at: number): Promise<void> {
    if (this.kept === null || at > this.kept.to) await this.askKept()
    if (this.kept === null) return
    if (this.liveNow && at > this.liveNow - 5_000) return this.toNow()
    if (this.aside === null) {
      const aside = (this.aside = new Picture((draw) => requestAnimationFrame(draw)))
      aside.listen((k) => {
        if (this.aside !== aside) return
        if (k.has('alerts')) this.asideAlerts = [...aside.alerts.values()]
        if (k.has('notices')) this.notices = aside.notices
        if (k.has('status')) {
          this.asideStatus = aside.status
          this.statusAt = performance.now()
        }
      })
      aside.take(this.picture)
      this.asideAlerts = this.alerts
      this.asideStatus = this.status
      this.picture.trails.clear() // they lead to where things are now
    }
    this.wanted = this.past = Math.max(this.kept.from, at)
    this.dialog = this.picking = ''
    api.setAsOf(this.past)
    this.tick()
    if (this.looking) return // the one who asks takes the newest wish next
    this.looking = true
    while (this.wanted !== null) {
      const asked: number = this.wanted
      try {
        const then = await api.get<Snapshot>('/picture?as_of=' + encodeURIComponent(new Date(asked).toISOString()))
        if (this.past !== null) {
          this.picture.trails.clear() // each moment has ways of its own
          this.picture.snapshot(then)
        }
        this.pastTrouble = ''
      } catch (e) {
        this.pastTrouble = (e as Error).message
      }
      if (this.wanted === asked) this.wanted = null
    }
    this.looking = false
    this.tick()
    void this.leadBack()
  }

  /** How the tracks of the past came to where they are, once a person rests at a time. */
  private async leadBack(): Promise<void> {
    const at = this.past
    if (at === null) return
    try {
      const { trails } = await api.get<{ trails: Record<string, Trail> }>('/picture/trails?as_of=' + encodeURIComponent(new Date(at).toISOString()))
      if (this.past === at && this.wanted === null) this.picture.lead(trails)
    } catch {
      // a picture without trails is still the picture
    }
  }

  /** Back to the live picture. */
  toNow(): void {
    this.wanted = this.past = null
    this.pastTrouble = ''
    api.setAsOf(null)
    if (!this.aside) return
    this.picture.take(this.aside)
    this.aside = null
    this.tick()
  }

  async signOut(): Promise<void> {
    try {
      await api.post('/sign-out', {})
    } finally {
      this.leave()
    }
  }
  private leave(): void {
    this.toNow()
    this.stream?.stop()
    this.stream = null
    this.siren.ring(false)
    this.picture.clear()
    this.selected = null
    this.ready = false
    this.who = 'nobody'
  }

  select(thing: Thing | null): void {
    this.selected = thing
    if (thing && this.page !== 'live' && this.page !== 'alerts') this.page = 'live'
  }
  go(page: Page): void {
    if (page !== this.page) this.part = ''
    this.page = page
  }
  look(span: Span, by: 'strip' | 'map'): void {
    if (!this.line) return
    this.viewBy = by
    this.view = fit(span, this.line.length)
  }
  /** Moves the view so that a metre lies in it, without changing its size. */
  show(m: number): void {
    const { from, to } = this.view
    const size = to - from
    if (m > from + size * 0.1 && m < to - size * 0.1) return
    this.look({ from: m - size / 2, to: m + size / 2 }, 'strip')
  }
  hush(): void {
    this.hushed = new Set(this.ringing.map((a) => a.id + ':' + (a.escalated ?? 0)))
  }

  /** Keeps the address in step; to be called from an effect. */
  writeAddress(): void {
    if (!this.ready) return
    const next = writeAddress({ page: this.page, view: this.view, selected: this.selected, part: this.part, at: this.past ?? undefined })
    if (next !== location.pathname + location.search) history.replaceState(null, '', next)
  }
}

export const desk = new Desk()
