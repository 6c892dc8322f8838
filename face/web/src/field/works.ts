// What a person on site states of the barrier: a day of the diary, an inspection,
// a weak spot. Built on the phone, kept there, sent when there is a network.

import { metresOf } from '../works/form'

export type What = 'diary' | 'inspection' | 'weak-spot'
export type Fix = { lat: number; lon: number; accuracy: number; km: number; offset: number }

/** What the person filled in. */
export type Entry = {
  from: string; to: string; day: string; note: string
  package: string; quantity: string; workers: string; plant: string
  kind: string; result: string; height: string
  weakness: string; risk: string; again: string
}

export type Package = { id: string; kind: string; side: string; from: number; to: number; name: { en: string; ar: string } }

/** The statement, or the field that is missing or wrong. */
export function statement(what: What, e: Entry, id: string, packages: Package[], fix: Fix | null, now: Date): { body: Record<string, unknown> } | { wrong: string } {
  const from = metresOf(e.from)
  const to = e.to.trim() ? metresOf(e.to) : what === 'weak-spot' ? from : NaN
  if (Number.isNaN(from)) return { wrong: 'from' }
  if (Number.isNaN(to)) return { wrong: 'to' }
  if (!/^\d{4}-\d\d-\d\d$/.test(e.day)) return { wrong: 'on' }
  const place = { from: Math.min(from, to), to: Math.max(from, to), axis: '' }
  const more = { ...(e.note.trim() && { note: e.note.trim() }), ...(fix && { where: { lat: fix.lat, lon: fix.lon } }) }
  const today = now.toISOString().slice(0, 10)
  const valid = e.day >= today ? now.toISOString() : e.day + 'T00:00:00Z'
  const whole = (s: string) => Math.max(0, Math.round(Number(s) || 0))
  switch (what) {
    case 'diary': {
      const p = packages.find((x) => x.id === e.package)
      if (!p) return { wrong: 'package' }
      const quantity = Number(e.quantity)
      if (e.quantity.trim() === '' || !(quantity >= 0)) return { wrong: 'quantity' }
      return { body: { valid, diary: { id, package: p.id, on: e.day, kind: p.kind, side: p.side, ...place, quantity, ...(whole(e.workers) && { workers: whole(e.workers) }), ...(whole(e.plant) && { plant: whole(e.plant) }), ...more } } }
    }
    case 'inspection':
      return { body: { valid, inspection: { id, kind: e.kind, side: 'line', ...place, on: e.day, inspector: '', result: e.result, ...(Number(e.height) > 0 && { measured: { height: Number(e.height) } }), ...more } } }
    case 'weak-spot':
      if (!(e.again > today)) return { wrong: 'reinspect' }
      return { body: { verb: 'enter', valid, weak_spot: { id, kind: e.weakness, state: 'open', risk: e.risk, side: 'line', ...place, found: { on: e.day, by: '', how: 'patrol' }, reinspect: e.again, ...more } } }
  }
}
