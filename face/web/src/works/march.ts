// The time–chainage chart: which pixel is which metre on which day. Chainage runs
// as on the strip, km 0 at the right, in both languages; time runs downwards.

import type { Text } from '../wire'

export type Planned = { package: string; name: Text; kind: string; state: string; crew?: string; begins: number; ends: number; start: string; finish: string; marks?: string[] }
export type Block = { package: string; kind: string; crew?: string; from: number; to: number; since: string; until: string; metres: number; days: number; marks?: string[] }
export type Pause = { id: string; cause: string; name: Text; from: number; to: number; since: string; until: string; lasts?: boolean }
export type Clash = { kind: string; packages: string[]; from: string; to: string; at: number; text: Text }
export type March = {
  from: number; to: number; since: string; until: string; today: string; planned: Planned[]; built: Block[]; stoppages: Pause[]; clashes: Clash[]
  spots: { id: string; name: Text; at: number; on: string }[]; crews: { id: string; name: Text }[]; entries: number; marks?: string[]
}

export const dayOf = (text: string): number => Math.round(Date.parse(text + 'T00:00:00Z') / 86_400_000)
export const textOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)

/** What is on screen: metres across, days down. */
export type View = { from: number; to: number; since: number; until: number }

export type Frame = View & { left: number; top: number; width: number; height: number }

export const x = (f: Frame, m: number): number => f.left + ((f.to - m) / (f.to - f.from)) * f.width
export const y = (f: Frame, day: number): number => f.top + ((day - f.since) / (f.until - f.since)) * f.height
export const metre = (f: Frame, px: number): number => f.to - ((px - f.left) / f.width) * (f.to - f.from)
export const day = (f: Frame, py: number): number => f.since + ((py - f.top) / f.height) * (f.until - f.since)

/** Zooms about a metre and a day; never below 200 m and 7 days, never beyond the line. */
export function zoomed(v: View, at: { m: number; d: number }, by: { across: number; down: number }, length: number): View {
  const wide = Math.min(length, Math.max(200, (v.to - v.from) * by.across))
  const long = Math.min(36_525, Math.max(7, (v.until - v.since) * by.down))
  const left = (at.m - v.from) / (v.to - v.from)
  const above = (at.d - v.since) / (v.until - v.since)
  return within({ from: at.m - left * wide, to: at.m + (1 - left) * wide, since: at.d - above * long, until: at.d + (1 - above) * long }, length)
}

/** Moves by shares of what is on screen. */
export function moved(v: View, across: number, down: number, length: number): View {
  const m = (v.to - v.from) * across
  const d = (v.until - v.since) * down
  return within({ from: v.from + m, to: v.to + m, since: v.since + d, until: v.until + d }, length)
}

function within(v: View, length: number): View {
  const wide = Math.min(length, v.to - v.from)
  const from = Math.min(length - wide, Math.max(0, v.from))
  return { ...v, from, to: from + wide }
}

/** Days at which to draw a line across: by week, month, quarter or year. */
export function dayTicks(v: View, room: number): number[] {
  const days = (v.until - v.since) / Math.max(1, room)
  const out: number[] = []
  const first = new Date(v.since * 86_400_000)
  if (days <= 7) {
    for (let d = Math.ceil((v.since - 3) / 7) * 7 + 3; d <= v.until; d += 7) out.push(d) // Sundays
    return out
  }
  const months = [1, 3, 6, 12, 24, 60].find((n) => n * 30 >= days) ?? 120
  for (let n = 0, year = first.getUTCFullYear(); n < 2000; n++) {
    const d = dayOf(`${year + Math.floor((n * months) / 12)}-${String(((n * months) % 12) + 1).padStart(2, '0')}-01`)
    if (d > v.until) break
    if (d >= v.since) out.push(d)
  }
  return out
}

/** A step of metres so that so many posts have room. */
export function kmStep(v: View, room: number): number {
  const raw = (v.to - v.from) / Math.max(1, room)
  return [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000].find((s) => s >= raw) ?? 200_000
}

/** What is met on the chart. It is known again by its id, whatever else came or went. */
export type Hit = { kind: 'planned' | 'built' | 'stoppage' | 'clash' | 'spot'; id: string; index: number; from: number; to: number }

const clashId = (c: Clash) => [c.kind, ...c.packages, c.from, Math.round(c.at)].join(' ')
const blockId = (b: Block) => `${b.package} ${b.crew ?? ''} ${b.since} ${Math.round(b.from)}`

/** The same thing on a chart that was asked anew: by its id; a block that was cut otherwise, by what of its package lies there. */
export function again(m: March, h: Hit | null): Hit | null {
  if (!h) return null
  const all = things(m)
  const same = all.find((t) => t.kind === h.kind && t.id === h.id)
  if (same || h.kind !== 'built') return same ?? null
  const [id, , since] = h.id.split(' ')
  const middle = (h.from + h.to) / 2
  return all.find((t) => t.kind === 'built' && t.id.startsWith(id + ' ') && t.from <= middle && middle <= t.to && m.built[t.index].since <= since && since <= m.built[t.index].until) ?? null
}

export type Label = { index: number; text: string; x: number; y: number; turn: number; box: Box }
export type Box = { left: number; right: number; top: number; bottom: number }
const apart = (a: Box, b: Box) => a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top

/**
 * Where the names of packages stand: along their lines, the longest line first and
 * what is met before all, in the middle or nearer to an end, and left out where
 * they would lie over another or over what is reserved.
 */
export function labels(f: Frame, planned: Planned[], name: (p: Planned) => string, width: (text: string) => number, over: Hit | null, reserved: Box[] = []): Label[] {
  const lines = planned.map((s, index) => {
    const [x0, y0, x1, y1] = [x(f, s.begins), y(f, dayOf(s.start)), x(f, s.ends), y(f, dayOf(s.finish) + 1)]
    return { s, index, x0, y0, x1, y1, long: Math.hypot(x1 - x0, y1 - y0), first: over?.kind === 'planned' && over.id === s.package ? 0 : 1 }
  })
  lines.sort((a, b) => a.first - b.first || b.long - a.long || a.index - b.index)
  const out: Label[] = []
  const taken = [...reserved]
  for (const l of lines) {
    const text = name(l.s)
    const w = text ? width(text) : Infinity
    if (w > l.long * 0.9) continue
    let turn = Math.atan2(l.y1 - l.y0, l.x1 - l.x0)
    if (Math.abs(turn) > Math.PI / 2) turn += Math.PI
    const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))]
    const [halfX, halfY] = [(w * cos + 16 * sin) / 2, (w * sin + 16 * cos) / 2]
    for (const t of [0.5, 0.3, 0.7]) {
      const [px, py] = [l.x0 + (l.x1 - l.x0) * t, l.y0 + (l.y1 - l.y0) * t]
      // The text stands on its line: its middle lies half a line of text beside it.
      const [cx, cy] = [px + 9 * Math.sin(turn), py - 9 * Math.cos(turn)]
      const box = { left: cx - halfX, right: cx + halfX, top: cy - halfY, bottom: cy + halfY }
      if (box.left < f.left || box.right > f.left + f.width || box.top < f.top || box.bottom > f.top + f.height) continue
      if (!taken.every((b) => apart(b, box))) continue
      taken.push(box)
      out.push({ index: l.index, text, x: px, y: py, turn, box })
      break
    }
  }
  return out
}

/** Everything that can be walked to, in the order of its first day. */
export function things(m: March): (Hit & { on: number })[] {
  const out: (Hit & { on: number })[] = []
  m.planned.forEach((p, index) => out.push({ kind: 'planned', id: p.package, index, from: Math.min(p.begins, p.ends), to: Math.max(p.begins, p.ends), on: dayOf(p.start) }))
  m.built.forEach((b, index) => out.push({ kind: 'built', id: blockId(b), index, from: b.from, to: b.to, on: dayOf(b.since) }))
  m.stoppages.forEach((s, index) => out.push({ kind: 'stoppage', id: s.id, index, from: s.from, to: s.to, on: dayOf(s.since) }))
  m.clashes.forEach((c, index) => out.push({ kind: 'clash', id: clashId(c), index, from: c.at, to: c.at, on: dayOf(c.from) }))
  m.spots.forEach((s, index) => out.push({ kind: 'spot', id: s.id, index, from: s.at, to: s.at, on: dayOf(s.on) }))
  return out.sort((a, b) => a.on - b.on || a.from - b.from)
}

/** What lies at a metre on a day: the smallest thing that holds it. */
export function hit(m: March, at: number, on: number, slackM: number, slackD: number): Hit | null {
  for (const [index, c] of m.clashes.entries()) if (Math.abs(c.at - at) <= slackM && on >= dayOf(c.from) - slackD && on <= dayOf(c.to) + 1 + slackD) return { kind: 'clash', id: clashId(c), index, from: c.at, to: c.at }
  for (const [index, s] of m.spots.entries()) if (Math.abs(s.at - at) <= slackM && Math.abs(dayOf(s.on) - on) <= slackD) return { kind: 'spot', id: s.id, index, from: s.at, to: s.at }
  const inside = (b: { from: number; to: number; since: string; until: string }) => at >= b.from - slackM / 2 && at <= b.to + slackM / 2 && on >= dayOf(b.since) - slackD / 2 && on <= dayOf(b.until) + 1 + slackD / 2
  let best: Hit | null = null
  let size = Infinity
  m.built.forEach((b, index) => {
    const s = (b.to - b.from) * (dayOf(b.until) - dayOf(b.since) + 1)
    if (inside(b) && s < size) { best = { kind: 'built', id: blockId(b), index, from: b.from, to: b.to }; size = s }
  })
  if (best) return best
  m.planned.forEach((p, index) => {
    const a = dayOf(p.start)
    const span = Math.max(1, dayOf(p.finish) + 1 - a)
    const t = (on - a) / span
    if (t >= 0 && t <= 1 && Math.abs(p.begins + (p.ends - p.begins) * t - at) <= slackM) best = { kind: 'planned', id: p.package, index, from: Math.min(p.begins, p.ends), to: Math.max(p.begins, p.ends) }
  })
  if (best) return best
  const i = m.stoppages.findIndex(inside)
  return i < 0 ? null : { kind: 'stoppage', id: m.stoppages[i].id, index: i, from: m.stoppages[i].from, to: m.stoppages[i].to }
}
