// Where the rows of a strip stand, from top to bottom. The strip is a place:
// other side above, the tracks about the line, then what we own.

import type { LaneData } from '../wire'
import { isOther, lookOf, type Look } from './lanes.svelte'

export type Row = {
  id: string
  kind: 'axis' | 'lane' | 'alerts' | 'tracks' | 'towers'
  y: number
  height: number
  lane?: LaneData
  look?: Look
  folded?: boolean
}

const heights: Record<Look, number> = { holder: 12, seen: 13, gaps: 9, reach: 8, risk: 18, barrier: 9, works: 10, relief: 14, plain: 9 }
const gap = 3

/** Metres shown above and below the line in the row of tracks. */
export const above = 3000
export const below = 1500

/** The tracks row's pixel of an offset; things farther away stand at its edge. */
export function yOf(row: Row, offset: number): number {
  // Half a symbol of room, so that what stands at the edge is whole.
  const room = ((above + below) / row.height) * 8
  const clamped = Math.min(below - room, Math.max(room - above, offset))
  return row.y + ((clamped + above) / (above + below)) * row.height
}

/** Rows of the strip of one's own span. */
export function nearRows(lanes: LaneData[], folded: ReadonlySet<string>, tracksHeight: number): Row[] {
  const rows: Row[] = []
  let y = 0
  const put = (r: Omit<Row, 'y'>, space = gap) => {
    rows.push({ ...r, y })
    y += r.height + space
  }
  const lane = (l: LaneData) => {
    const look = lookOf(l)
    const shut = folded.has(l.id)
    put({ id: l.id, kind: 'lane', lane: l, look, folded: shut, height: shut ? 3 : l.kind === 'number' ? Math.max(14, heights[look]) : heights[look] })
  }
  put({ id: 'axis', kind: 'axis', height: 18 }, 1)
  lanes.filter(isOther).forEach(lane)
  put({ id: 'tracks', kind: 'tracks', height: tracksHeight })
  const ours = lanes.filter((l) => !isOther(l))
  // Towers stand before what they see.
  const firstSeen = ours.findIndex((l) => lookOf(l) === 'seen')
  const cut = firstSeen < 0 ? ours.length : firstSeen
  ours.slice(0, cut).forEach(lane)
  put({ id: 'towers', kind: 'towers', height: 15 })
  ours.slice(cut).forEach(lane)
  return rows
}

/** Rows of the strip of the whole line: fewer and thinner, five lanes at most. */
export function wholeRows(lanes: LaneData[]): { rows: Row[]; left: number } {
  const order: Look[] = ['holder', 'seen', 'gaps', 'reach', 'barrier', 'risk', 'works', 'plain', 'relief']
  const best = [...lanes].sort((a, b) => order.indexOf(lookOf(a)) - order.indexOf(lookOf(b))).slice(0, 5)
  const chosen = lanes.filter((l) => best.includes(l))
  const rows: Row[] = []
  let y = 0
  const put = (r: Omit<Row, 'y'>, space = 3) => {
    rows.push({ ...r, y })
    y += r.height + space
  }
  const lane = (l: LaneData) => put({ id: l.id, kind: 'lane', lane: l, look: lookOf(l), height: l.kind === 'number' ? 13 : 9 })
  put({ id: 'axis', kind: 'axis', height: 26 }, 1)
  chosen.filter(isOther).forEach(lane)
  put({ id: 'alerts', kind: 'alerts', height: 13 })
  chosen.filter((l) => !isOther(l)).forEach(lane)
  return { rows, left: lanes.length - chosen.length }
}

export const totalHeight = (rows: Row[]): number => rows.reduce((h, r) => Math.max(h, r.y + r.height), 0) + 4
