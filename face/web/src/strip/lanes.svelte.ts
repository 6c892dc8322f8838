// Lanes of the two strips: asked from the API for the span on screen, again when
// the view or the sensors' health changed, and never made up here.

import { ApiError, askedOf, get } from '../api'
import type { Span } from '../line'
import type { LaneData, LaneInfo } from '../wire'

export const lanesNow = $state<{ near: LaneData[]; whole: LaneData[] }>({ near: [], whole: [] })

/**
 * Of which moment of coverage the lanes are. A page with figures beside them holds them
 * at the moment of its figures and brings both up to date at once, so that they never
 * contradict one another; gone is asked when that moment is forgotten.
 */
export const held = $state<{ revision: number; gone: () => void }>({ revision: 0, gone: () => {} })

type Choice = { order: string[]; folded: string[] }

/** Lanes that answer a question somebody asks now and then: folded until it is asked. */
const detail = ['coverage-vehicle', 'coverage-slow-air', 'coverage-float', 'coverage-depth', 'coverage-quality', 'coverage-least-height', 'barrier-road', 'barrier-drainage', 'barrier-wire', 'barrier-fence', 'barrier-fibre', 'barrier-power']

function remembered(): Choice {
  try {
    const kept = localStorage.getItem('marsad.lanes')
    if (kept === null) return { order: [], folded: detail }
    const c = JSON.parse(kept) as Partial<Choice>
    const texts = (x: unknown) => (Array.isArray(x) ? x.filter((t): t is string => typeof t === 'string') : [])
    return { order: texts(c.order), folded: texts(c.folded) }
  } catch {
    return { order: [], folded: detail }
  }
}
const start = typeof localStorage === 'undefined' ? { order: [], folded: detail } : remembered()

/** A person's own order of the lanes, and which of them are folded. */
export const laneChoice = $state<{ order: string[]; folded: ReadonlySet<string> }>({ order: start.order, folded: new Set(start.folded) })

function keep(): void {
  try {
    localStorage.setItem('marsad.lanes', JSON.stringify({ order: laneChoice.order, folded: [...laneChoice.folded] }))
  } catch {
    // the choice then lasts for the visit
  }
}

export function fold(id: string): void {
  const next = new Set(laneChoice.folded)
  if (!next.delete(id)) next.add(id)
  laneChoice.folded = next
  keep()
}

/** Moves a lane by one place among those shown. */
export function move(ids: string[], id: string, by: -1 | 1): void {
  laneChoice.order = moved(ids, id, by)
  keep()
}

export function moved(ids: string[], id: string, by: -1 | 1): string[] {
  const out = [...ids]
  const i = out.indexOf(id)
  const j = i + by
  if (i < 0 || j < 0 || j >= out.length) return out
  ;[out[i], out[j]] = [out[j], out[i]]
  return out
}

/** Lanes in a person's order; those it does not name keep the server's, behind. */
export function arranged<L extends Pick<LaneInfo, 'id'>>(lanes: L[], order: string[]): L[] {
  const place = new Map(order.map((id, i) => [id, i]))
  return [...lanes].sort((a, b) => (place.get(a.id) ?? order.length) - (place.get(b.id) ?? order.length))
}

/** How a lane is drawn, from its id; a lane we do not know is drawn by its kind. */
export type Look = 'holder' | 'seen' | 'gaps' | 'reach' | 'risk' | 'barrier' | 'works' | 'relief' | 'plain'

export function lookOf(l: Pick<LaneInfo, 'id' | 'kind'>): Look {
  const id = l.id
  if (id === 'coverage-gaps') return 'gaps' // where nothing is seen, and why
  if (id === 'control') return 'reach' // seen and reachable, or which of the two
  if (/relief|elevation|height/.test(id)) return 'relief'
  if (/seen|cover|redundan|sensors/.test(id)) return 'seen'
  if (/reach|response/.test(id)) return 'reach'
  if (/risk|threat/.test(id)) return 'risk'
  if (/wall|trench|berm|wire|fence|barrier/.test(id)) return 'barrier'
  if (id.includes('work')) return 'works'
  if (/hold|control|side|section|sector|region|province|district/.test(id)) return 'holder'
  return 'plain'
}

/** Lanes of the other side stand above the tracks, as on the ground. */
export const isOther = (l: Pick<LaneInfo, 'id'>): boolean => /^other|opposite|foreign/.test(l.id)

/** A moment that the server keeps no more: what is shown is to be asked for anew. */
export const isGone = (e: unknown): boolean => e instanceof ApiError && e.status === 409

/**
 * Fetches every lane for a span in one answer, as it stood at a revision of coverage
 * where one is named. One that does not remember, or says nothing there, is left out:
 * absent, not faked. Throws where the revision is forgotten, and where nothing answers.
 */
export function fetchLanes(span: Span, pixels: number, revision = 0): Promise<LaneData[]> {
  const resolution = Math.max(1, Math.round((span.to - span.from) / Math.max(200, pixels)))
  const at = revision ? `&revision=${revision}` : ''
  const path = `/strip?from=${Math.round(span.from)}&to=${Math.round(span.to)}&resolution=${resolution}${at}`
  return revision ? once(path, revision) : ask(path)
}

async function ask(path: string): Promise<LaneData[]> {
  const { items } = await get<{ items: LaneData[] }>(path)
  return items.filter((l) => l.pieces?.length)
}

// What was true at a revision stays so: it is asked for once, however often a page loads
// while it is the newest.
const mostKept = 16
const kept = new Map<string, Promise<LaneData[]>>()
let keptAt = 0

function once(path: string, revision: number): Promise<LaneData[]> {
  if (revision !== keptAt || kept.size >= mostKept) kept.clear()
  keptAt = revision
  const key = `${askedOf()} ${path}`
  const before = kept.get(key)
  if (before) return before
  const answer = ask(path)
  kept.set(key, answer)
  answer.catch(() => kept.get(key) === answer && kept.delete(key))
  return answer
}

/** Whether lanes are those of a span, whose ends the server is asked for in whole metres. */
export const areOf = (lanes: Pick<LaneData, 'from' | 'to'>[], span: Span): boolean =>
  lanes.length > 0 && Math.abs(lanes[0].from - span.from) < 1 && Math.abs(lanes[0].to - span.to) < 1

/** The piece of a lane at a metre. */
export const pieceAt = (l: LaneData, m: number) => l.pieces?.find((p) => m >= p.from && m < p.to)
