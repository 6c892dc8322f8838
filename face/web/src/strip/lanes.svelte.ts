// Lanes of the two strips: asked from the API for the span on screen, again when
// the view or the sensors' health changed, and never made up here.

import { get } from '../api'
import type { Span } from '../line'
import type { LaneData, LaneInfo } from '../wire'

export const lanesNow = $state<{ near: LaneData[]; whole: LaneData[] }>({ near: [], whole: [] })

/** How a lane is drawn, from its id; a lane we do not know is drawn by its kind. */
export type Look = 'holder' | 'seen' | 'reach' | 'risk' | 'barrier' | 'works' | 'relief' | 'plain'

export function lookOf(l: Pick<LaneInfo, 'id' | 'kind'>): Look {
  const id = l.id
  if (/relief|elevation|height/.test(id)) return 'relief'
  if (/seen|cover|redundan|sensors/.test(id)) return 'seen'
  if (/reach|response/.test(id)) return 'reach'
  if (/risk|threat/.test(id)) return 'risk'
  if (/wall|trench|berm|wire|fence|barrier/.test(id)) return 'barrier'
  if (/work/.test(id)) return 'works'
  if (/hold|control|side|section|sector|region|province|district/.test(id)) return 'holder'
  return 'plain'
}

/** Lanes of the other side stand above the tracks, as on the ground. */
export const isOther = (l: Pick<LaneInfo, 'id'>): boolean => /^other|opposite|foreign/.test(l.id)

/** Fetches every lane for a span. One that fails is left out: absent, not faked. */
export async function fetchLanes(infos: LaneInfo[], span: Span, pixels: number): Promise<LaneData[]> {
  const resolution = Math.max(1, Math.round((span.to - span.from) / Math.max(200, pixels)))
  const answers = await Promise.allSettled(
    infos.map((l) => get<LaneData>(`/lanes/${encodeURIComponent(l.id)}?from=${Math.round(span.from)}&to=${Math.round(span.to)}&resolution=${resolution}`)),
  )
  const out: LaneData[] = []
  for (const a of answers) if (a.status === 'fulfilled' && a.value?.pieces?.length) out.push(a.value)
  return out
}

/** The piece of a lane at a metre. */
export const pieceAt = (l: LaneData, m: number) => l.pieces?.find((p) => m >= p.from && m < p.to)
