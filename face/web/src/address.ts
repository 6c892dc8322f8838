// The page's address holds page, view and selection, so that a link shows a
// colleague the same picture.

import type { Span } from './line'

export const pages = ['live', 'alerts', 'incidents', 'coverage', 'suppressed', 'silences', 'units', 'sensors', 'cameras', 'works', 'handover', 'reports', 'oversight', 'administration'] as const
export type Page = (typeof pages)[number]

/** The right that a page's first list needs; a page that is not here is for everybody. */
export const needs: Partial<Record<Page, string>> = {
  alerts: 'picture', incidents: 'record', coverage: 'coverage', suppressed: 'silenced', silences: 'silenced', units: 'picture', sensors: 'sensors',
  works: 'works', handover: 'record', reports: 'record', oversight: 'audit', administration: 'manage',
}

export type ThingKind = 'alert' | 'track' | 'sensor' | 'unit' | 'place' | 'point' | 'section'
export type Thing = { kind: ThingKind; id: string }
const kinds: readonly string[] = ['alert', 'track', 'sensor', 'unit', 'place', 'point', 'section']

/** Part is which of a page's own views is shown, empty for its first; at is the time looked at, in Unix ms, absent for now. */
export type Address = { page: Page; view: Span | null; selected: Thing | null; part?: string; at?: number }

/** The patrol's page stands alone: it needs neither map nor strip. */
export const isField = (url: URL): boolean => /^\/field\/?$/.test(url.pathname)

/** Reads an address; what it cannot read it leaves out. */
export function readAddress(url: URL): Address {
  const name = url.pathname.replace(/^\/+|\/+$/g, '')
  const page = (pages as readonly string[]).includes(name) ? (name as Page) : 'live'
  let view: Span | null = null
  const span = /^(\d{1,7})-(\d{1,7})$/.exec(url.searchParams.get('view') ?? '')
  if (span && +span[1] < +span[2]) view = { from: +span[1], to: +span[2] }
  const sel = url.searchParams.get('sel') ?? ''
  const colon = sel.indexOf(':')
  const kind = sel.slice(0, colon)
  const selected = colon > 0 && kinds.includes(kind) && sel.length > colon + 1
    ? { kind: kind as ThingKind, id: sel.slice(colon + 1) } : null
  const part = /^[a-z]{1,16}$/.exec(url.searchParams.get('part') ?? '')?.[0]
  const at = Date.parse(url.searchParams.get('at') ?? '')
  return { page, view, selected, ...(part && { part }), ...(at > 0 && { at }) }
}

/** Writes an address as path and query. */
export function writeAddress(a: Address): string {
  const q: string[] = []
  if (a.view) q.push(`view=${Math.round(a.view.from)}-${Math.round(a.view.to)}`)
  if (a.part) q.push(`part=${a.part}`)
  if (a.selected) q.push(`sel=${a.selected.kind}:${encodeURIComponent(a.selected.id)}`)
  if (a.at) q.push(`at=${new Date(a.at).toISOString().slice(0, 19)}Z`)
  return '/' + (a.page === 'live' ? '' : a.page) + (q.length ? '?' + q.join('&') : '')
}
