// Draws what of a strip changes rarely: axis and lanes.

import { inDigits, post, type Digits, type Lang } from '../format'
import { tickStep, xOf, type Scale } from '../line'
import { hatch, thin, type Palette } from '../look/palette'
import type { LaneData, LanePiece, Place, Text } from '../wire'
import type { Row } from './layout'

export type Brush = {
  c: CanvasRenderingContext2D
  p: Palette
  scale: Scale
  lang: Lang
  digits: Digits
}

export const font = (p: Palette, px = 11, weight = 400): string => `${weight} ${px}px ${p.font}`

/** Axis with km posts and thin guides through all rows. */
export function drawAxis(b: Brush, row: Row, bottom: number, places: Place[]): void {
  const { c, p, scale } = b
  const step = tickStep(scale, 96)
  c.font = font(p)
  c.textBaseline = 'middle'
  c.direction = 'ltr'
  for (let m = Math.ceil(scale.from / step) * step; m <= scale.to; m += step) {
    const x = Math.round(xOf(scale, m)) + 0.5
    c.strokeStyle = p.rule
    c.lineWidth = 1
    c.beginPath()
    c.moveTo(x, row.y + 16)
    c.lineTo(x, bottom)
    c.stroke()
    c.fillStyle = p.text2
    // Labels at the ends stay inside.
    c.textAlign = x < 26 ? 'left' : x > scale.width - 26 ? 'right' : 'center'
    c.fillText(inDigits(post(m), b.digits), Math.min(scale.width - 1, Math.max(1, x)), row.y + 8)
  }
  if (row.height < 24) return
  // Places stand under the posts, as long as they do not touch.
  let last = Infinity
  c.textAlign = 'center'
  c.fillStyle = p.text3
  c.direction = b.lang === 'ar' ? 'rtl' : 'ltr'
  // A place too far to have a chainage has none here either.
  const near = places.filter((q) => (q.km !== 0 || q.offset !== 0) && Math.abs(q.offset) < 60_000)
  for (const place of near.sort((a, z) => a.km - z.km)) {
    const name = b.lang === 'ar' ? place.name.ar || place.name.en : place.name.en
    const w = c.measureText(name).width
    const x = Math.min(scale.width - w / 2, Math.max(w / 2, xOf(scale, place.km)))
    if (x + w / 2 + 8 > last || place.opposite) continue
    last = x - w / 2
    c.fillText(name, x, row.y + 20)
  }
}

const letter = (t: Text | undefined, lang: Lang, value: string): string => (t ? (lang === 'ar' && t.ar) || t.en : value)

function nameOf(l: LaneData, value: string | undefined, lang: Lang): string {
  if (value === undefined) return ''
  return letter(l.values?.find((v) => v.value === value)?.name, lang, value)
}

/** What a lane says at a piece, in words. */
export function pieceText(l: LaneData, piece: LanePiece | undefined, lang: Lang): string {
  if (!piece) return '—'
  if (l.kind === 'number') {
    const n = piece.number ?? 0
    return (Math.abs(n) >= 100 ? n.toFixed(0) : n.toFixed(Number.isInteger(n) ? 0 : 2)) + (l.unit ? '\u00a0' + l.unit : '')
  }
  return nameOf(l, piece.value, lang)
}

export function drawLane(b: Brush, row: Row): void {
  const l = row.lane
  if (!l) return
  if (l.kind === 'number') drawNumbers(b, row, l)
  else drawCategories(b, row, l)
}

function drawNumbers(b: Brush, row: Row, l: LaneData): void {
  const { c, p, scale } = b
  const pieces = (l.pieces ?? []).filter((x) => x.to > scale.from && x.from < scale.to)
  if (!pieces.length) return
  const values = pieces.map((x) => x.number ?? 0)
  // Shares keep their own scale; heights and the like use what is on screen.
  const top = row.look === 'risk' && Math.max(...values) <= 1 ? 1 : Math.max(...values)
  const low = row.look === 'relief' ? Math.min(...values) - 5 : 0
  const y = (v: number) => row.y + row.height - ((v - low) / (top - low || 1)) * (row.height - 1)
  const colour = row.look === 'risk' ? p.risk : row.look === 'relief' ? p.relief : row.look === 'seen' ? p.seen3 : p.text3
  c.beginPath()
  c.moveTo(xOf(scale, pieces[0].from), row.y + row.height)
  for (const x of pieces) {
    c.lineTo(xOf(scale, x.from), y(x.number ?? 0))
    c.lineTo(xOf(scale, x.to), y(x.number ?? 0))
  }
  c.lineTo(xOf(scale, pieces[pieces.length - 1].to), row.y + row.height)
  c.closePath()
  c.fillStyle = thin(colour, row.look === 'relief' ? 0.5 : 0.34)
  c.fill()
  c.strokeStyle = colour
  c.lineWidth = 1.1
  c.stroke()
}

function drawCategories(b: Brush, row: Row, l: LaneData): void {
  const { c, p, scale } = b
  const values = [...new Set([...(l.values ?? []).map((v) => v.value), ...(l.pieces ?? []).map((x) => x.value ?? '')])]
  const marks = (l.marks ?? []).filter((m) => m === 'claimed')
  for (const x of l.pieces ?? []) {
    if (x.to <= scale.from || x.from >= scale.to || x.value === undefined || x.value === '') continue
    const right = Math.min(scale.width, xOf(scale, x.from))
    const left = Math.max(0, xOf(scale, x.to))
    const w = Math.max(1, right - left)
    const i = values.indexOf(x.value)
    paint(b, row, l, x.value, i, left, w, marks.length > 0 || /claim/.test(x.value))
    if (row.folded || row.height < 9 || (row.look !== 'holder' && row.look !== 'plain')) continue
    const name = nameOf(l, x.value, b.lang)
    c.font = font(p, 10)
    c.direction = b.lang === 'ar' ? 'rtl' : 'ltr'
    const wide = c.measureText(name).width
    if (wide + 8 > w) continue
    // Bold ground under the name: letters must be read over any of the greys.
    c.fillStyle = thin(p.bg0, 0.78)
    c.fillRect(left + w / 2 - wide / 2 - 4, row.y, wide + 8, row.height)
    c.fillStyle = p.text1
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.fillText(name, left + w / 2, row.y + row.height / 2 + 0.5)
  }
}

/** True for values that mean "nobody sees it": the legend says so, or for lanes that do not, the word. */
export const isDark = (l: Pick<LaneData, 'values'>, value: string): boolean =>
  l.values?.find((v) => v.value === value)?.lacking ?? /^(0|none|dark|unseen|no|lost|not.?seen)$/.test(value)

function paint(b: Brush, row: Row, l: LaneData, value: string, i: number, x: number, w: number, claimed: boolean): void {
  const { c, p } = b
  const { y, height: h } = row
  switch (row.look) {
    case 'seen': {
      if (isDark(l, value)) {
        c.fillStyle = p.seen0
        c.fillRect(x, y, w, h)
        c.fillStyle = hatch(c, thin(p.night ? p.text3 : '#ffffff', 0.8), 6, 1.1)
        c.fillRect(x, y, w, h)
        if (value === 'unknown') return // hatched, not capped: nobody says that it is dark
        c.fillStyle = p.text1 // the light edge that caps dark metres
        c.fillRect(x, y - 1.5, w, 1.5)
        return
      }
      const n = /^[1-9]\d*$/.test(value) ? +value : /once|single|one/.test(value) ? 1 : /good|working|all|twice/.test(value) ? 3 : 2
      c.fillStyle = p[`seen${Math.min(4, n) as 1 | 2 | 3 | 4}`]
      c.fillRect(x, y, w, h)
      if (n === 1) {
        // Dots: one more loss would darken it.
        c.fillStyle = thin(p.text1, 0.7)
        for (let d = Math.ceil(x / 5) * 5; d < x + w - 1; d += 5) c.fillRect(d, y + h / 2 - 0.5, 1.2, 1.2)
      }
      return
    }
    case 'gaps':
      if (value === 'gap') {
        c.fillStyle = p.text2 // solid: nothing stands there that would see it
        c.fillRect(x, y, w, h)
        return
      }
      c.fillStyle = p.seen0
      c.fillRect(x, y, w, h)
      c.fillStyle = hatch(c, p.text2, value === 'dark' ? 4 : 8, 1.1) // a sensor is silent; or the ground is not known
      c.fillRect(x, y, w, h)
      return
    case 'reach':
      if (value === 'neither') {
        c.fillStyle = p.seen0
        c.fillRect(x, y, w, h)
        c.fillStyle = hatch(c, p.reach3, 6, 1.1)
        c.fillRect(x, y, w, h)
        return
      }
      c.fillStyle = p[`reach${Math.min(3, i + 1) as 1 | 2 | 3}`]
      c.fillRect(x, y, w, h)
      return
    case 'barrier':
      paintBarrier(b, y, h, value, x, w, claimed)
      return
    case 'works':
      c.fillStyle = p.works
      c.fillRect(x, y + 1, w, h - 2)
      return
    default:
      c.fillStyle = p[`holder${((i % 3) + 1) as 1 | 2 | 3}`]
      c.fillRect(x, y, w, h)
      // A hair between neighbours, so that equal greys part.
      c.fillStyle = p.bg0
      c.fillRect(x, y, 1, h)
  }
}

/** The line thickens as a layer comes to stand; what is damaged is hatched, what is only claimed is dashed. */
function paintBarrier(b: Brush, y: number, h: number, value: string, x: number, w: number, claimed: boolean): void {
  const { c, p } = b
  const middle = y + h / 2
  const dashes = (colour: string, on: number, off: number, thick: number) => {
    c.fillStyle = colour
    for (let d = x; d < x + w; d += on + off) c.fillRect(d, middle - thick / 2, Math.min(on, x + w - d), thick)
  }
  if (/^(none|no|gap|missing)$/.test(value)) dashes(p.rule, w, 1, 1)
  else if (/^(planned|surveyed|cleared)$/.test(value)) dashes(p['line-ui'], 2, 4, 1.5)
  else if (value === 'under-construction') dashes(p.works, 5, 3, 4)
  else if (/^(damaged|under-repair)$/.test(value)) {
    c.fillStyle = hatch(c, p.high, 5)
    c.fillRect(x, middle - 3, w, 6)
  } else if (claimed) dashes(p.barrier, 4, 3, 2)
  else {
    c.fillStyle = value === 'built' ? thin(p.barrier, 0.62) : p.barrier
    c.fillRect(x, middle - 2.5, w, 5)
  }
}
