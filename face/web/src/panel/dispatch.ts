// What is read out by radio or sent as a text: who, where, what, by whose word.
// The place stands in all three ways people use: measured km, MGRS, nearest name.

import { at, clock, group, inDigits, ltr, post, whole, type Digits, type Lang } from '../format'
import type { AlertRow, Case, Status, Text } from '../wire'
import { fill, type Key, type Params } from '../words/words'

/** Lines of the text; figures are isolated, so that they survive an Arabic line. */
export function dispatchText(c: Case, row: AlertRow, status: Status | null, lang: Lang, digits: Digits): string {
  const say = (key: Key, params?: Params) => fill(lang, key, params)
  const tx = (t: Text | undefined) => (t ? (lang === 'ar' && t.ar) || t.en : '')
  const iso = (s: string) => (lang === 'ar' ? ltr(s) : s)
  const lines: string[] = []
  if (row.simulated || status?.simulated) lines.push(say('mark.simulated') + (status?.scenario ? ` · ${iso(status.scenario)}` : ''))
  lines.push([say(`severity.${row.severity}`), tx(row.title), row.number ? say('dispatch.number', { n: row.number }) : ''].filter(Boolean).join(' · '))
  const where: string[] = []
  if (row.from !== undefined && row.to !== undefined && row.to > row.from) where.push(say('dispatch.km', { km: `${post(row.from)}–${post(row.to)}` }))
  else if (row.has_km) where.push(say('dispatch.km', { km: post(row.km) }), `${iso(whole(Math.abs(row.offset)))} ${say('unit.m')} ${say(row.offset < 0 ? 'side.other' : 'side.home')}`)
  if (row.mgrs) where.push(say('dispatch.mgrs', { mgrs: row.mgrs }))
  if (tx(row.near)) where.push(tx(row.near))
  lines.push(where.join(' · '))
  const what = [say(`class.${c.class && c.class !== 'unknown' ? c.class : row.class}` as Key)]
  if (row.count && row.count > 1.5) what.push(say('alert.about', { n: Math.round(row.count) }))
  what.push(say('affiliation.unknown'))
  if (row.line_at && !row.ended) what.push(say('alert.line-at', { t: clock(row.line_at, false) }))
  lines.push(what.join(' · '))
  if (c.task)
    lines.push(say('task.line', { unit: tx(c.task.unit_name), km: post(c.task.wait_at), who: c.task.approver, t: clock(at(c.task.approved_at), false) }))
  lines.push(say('dispatch.care'))
  lines.push(say('dispatch.as-of', { t: group(row.updated), z: new Date(row.updated).toISOString().slice(0, 16) + 'Z' }))
  return inDigits(lines.join('\n'), digits)
}
