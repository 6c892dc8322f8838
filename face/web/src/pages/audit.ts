// An entry of the audit chain as a person reads it. The API has it whole; left out
// here are the tails of identifiers, what is empty or false, and the coordinates of
// a place that has a km, a name and a grid reference.

import { at, clock, date, ltr, post, type Lang } from '../format'
import { catalogues, type Key, type Params } from '../words/words'

export type Entry = {
  seq: number; at: string; kind: string; actor_id: string; actor?: string; verb: string; subject?: string; section?: string
  detail?: Record<string, unknown>; personal?: Record<string, unknown>; commitment?: string; erased_by?: number
}

type Words = (key: Key, params?: Params) => string

const known = (key: string): key is Key => key in catalogues.en

/** What was done. An alert that nobody opened by hand was opened by the rules. */
export function act(e: Entry, w: Words): string {
  if (e.kind === 'alert') return w(e.detail?.by_hand ? 'past.open' : 'done.raised')
  for (const key of [`done.${e.verb}`, `past.${e.verb}`]) if (known(key)) return w(key)
  return ltr(e.verb)
}

/**
 * Whether an entry's time is that of the world that is watched, which a simulation has to
 * itself: of alerts, of the steps of cases and of what people did in them. Who came in, took
 * something away or stated a fact of the barrier did so by this machine's clock.
 */
export const inTheWorld = (e: Entry): boolean => ['alert', 'step', 'conflict'].includes(e.kind) || (e.kind === 'action' && !e.verb.includes('.'))

type Facts = Record<string, unknown>
const isRecord = (v: unknown): v is Facts => typeof v === 'object' && v !== null && !Array.isArray(v)
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+$/
const uuids = /\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g

function value(key: string, v: unknown, w: Words, lang: Lang): string {
  if (isRecord(v)) {
    if (typeof v.en === 'string' && typeof v.ar === 'string') return lang === 'ar' ? v.ar : v.en
    if (typeof v.chainage === 'number') {
      const near = isRecord(v.near) ? value('near', v.near, w, lang) : ''
      return [v.has_km === false ? '' : ltr(post(v.chainage)), near, typeof v.mgrs === 'string' ? ltr(v.mgrs) : ''].filter(Boolean).join(' · ')
    }
    return '(' + facts(v, w, lang) + ')'
  }
  if (Array.isArray(v)) return v.every((x) => !isRecord(x)) ? v.map((x) => value(key, x, w, lang)).join(', ') : String(v.length)
  if (typeof v === 'number') return ltr(key === 'from' || key === 'to' ? post(v) : String(v))
  const s = String(v)
  if (time.test(s)) return ltr(clock(at(s))) + ' ' + date(at(s), lang)
  if (uuid.test(s)) return ltr(s.slice(0, 8))
  for (const word of [`${key}.${s}`, key === 'from' || key === 'to' ? `state.${s}` : '', `result.${s}`]) if (known(word)) return w(word)
  return s.replace(uuids, '$1')
}

/** The facts of an entry, in the reader's words. */
export function facts(o: Facts | undefined, w: Words, lang: Lang): string {
  const out: string[] = []
  for (const [k, v] of Object.entries(o ?? {})) {
    if (v === '' || v === null || v === false || (k.endsWith('_ar') && lang !== 'ar')) continue
    if (lang === 'ar' && `${k}_ar` in (o ?? {})) continue
    const key = k.replace(/_ar$/, '')
    const name = known(`fact.${key}`) ? w(`fact.${key}` as Key) : ltr(key.replaceAll('_', ' '))
    out.push(v === true ? name : `${name} ${value(key, v, w, lang)}`)
  }
  return out.join(' · ')
}
