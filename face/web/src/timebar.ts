// The stretch of time that the bar shows, and where its ticks stand.

const hour = 3_600_000

/** Hours that the bar can show: the last hours, half a day, a whole day. */
export const spans = [4, 12, 24] as const
export type Span = (typeof spans)[number]

export const after = (s: Span): Span => spans[(spans.indexOf(s) + 1) % spans.length]

/** What the page remembers of it; anything else is four hours. */
export const spanOf = (text: string | null): Span => spans.find((s) => String(s) === text) ?? 4

const stepOf: Record<Span, number> = { 4: hour / 2, 12: hour, 24: 2 * hour }

const baghdad = 3 * hour

/** Times of the ticks between now less the span and now: whole steps of Baghdad's day. */
export function ticks(now: number, span: Span): number[] {
  const step = stepOf[span]
  const out: number[] = []
  for (let t = Math.ceil((now - span * hour + baghdad) / step) * step - baghdad; t < now - step / 3; t += step) out.push(t)
  return out
}
