// The shapes of /api/v1/works, as face/api/works*.go and package barrier give
// them. Lengths in metres, days as 2026-01-31.

import type { Text } from '../wire'

export type Named = { value: string; name: Text }
export type Words = Record<'kinds' | 'sides' | 'states' | 'weaknesses' | 'risks' | 'causes' | 'results' | 'spot_states' | 'package_states' | 'bases' | 'precisions' | 'verbs', Named[]>

export type Denominator = { basis: string; metres: number; source: Text }
export type Total = {
  kind: string; name: Text; metres: number; by_state: Record<string, number>; piece_metres: number; overlap: number
  pieces: number; count?: number; standing: number; inspected: number; counted?: boolean
}
export type Closed = {
  rule: { id: string; name: Text; when: string }; metres: number; of: Denominator; share: number
  terms: { text: Text; metres: number; alone: number }[] | null; missing?: string[]; marks?: string[]
}
export type Summary = {
  as_of: string; events: number; axis: string; denominators: Denominator[]; totals: Total[]; closed: Closed[] | null
  weak: { open: number; overdue: number; unseen: number; by_risk: Record<string, number> }
  claims: number; inspections: number; packages: number; diary: number; marks?: string[]; camera: Text
}

export type Stretch = { from: number; to: number; side: string; axis: string; ends?: unknown }
export type Evidence = { kind: string; ref: string; sha256?: string; nobody?: boolean }
export type Stoppage = Stretch & { id: string; cause: string; since: string; until?: string; note?: string; marks?: string[] }
export type Crew = { id: string; name: Text; unit?: string; rates?: Record<string, number>; calendar?: string; marks?: string[] }
export type Calendar = { id: string; name: Text; weekend: number[]; holidays?: { from: string; to: string; name: Text; lunar?: boolean; entered?: string }[]; marks?: string[] }
export type Spot = Stretch & {
  id: string; kind: string; layer?: string; state: string; risk: string; found: { on: string; by: string; how: string; alert?: string }
  closed_on?: string; closed_how?: string; reinspect?: string; note?: string; marks?: string[]; evidence?: Evidence[]; overdue: number; unseen: number
}
export type Diary = Stretch & {
  id: string; package: string; on: string; kind: string; quantity: number; workers?: number; plant?: number; by?: string; note?: string; marks?: string[]; photos?: Evidence[]
}
export type Package = Stretch & { id: string; name: Text; kind: string; state: string; rate: number; start: string; finish: string; marks?: string[]; crew?: string }
export type Piece = Stretch & { id: string; kind: string; state: string; unit?: string; inspected_on?: string; note?: string; marks?: string[]; evidence?: Evidence[]; dates?: Record<string, string> }
export type Inspection = Stretch & { id: string; kind: string; on: string; inspector: string; result: string; marks?: string[]; note?: string }
export type Claim = {
  id: string; metric: string; value: number; unit: string; numerator?: number; denominator?: number; scope: string
  date: string; precision: string; speaker: string; source: string; grade: string; note?: string
}
export type ClaimRow = Claim & { name: Text; layer?: string; metres?: number; disputes?: { on: string; by: string; why: string }[] | null }
export type Discrepancy = {
  kind: string; layer: string; a: string; b?: string; text: Text; explanations: { code: string; fits: boolean; text: Text }[] | null
}
export type Step = { verb: string; name: Text; to: string; needs?: string[] }
export type Statement = { id: string; op: string; verb?: string; valid?: string; known: string; by: string; why?: string; withdrawn?: string } & Record<string, unknown>
export type Thing = { subject: string; id: string; state?: string; statements: Statement[]; next: Step[] | null; photos?: Record<string, 'here' | 'waiting' | 'erased' | 'lost'> }
export type Flaw = { code: string; refused: boolean; text: Text; hint: Text }
export type ImportRow = { number: number; verdict: 'accepted' | 'flagged' | 'refused'; why?: Flaw[]; text: string }
export type Preview = {
  format: string; about: string; sha256: string; rows: ImportRow[] | null; accepted: number; flagged: number; refused: number
  import?: string; committed?: number
}
export type ImportNote = { id: string; known: string; by: string; events: number; held: number }

export const nameOf = (list: Named[] | undefined, value: string | undefined): Text | undefined => list?.find((n) => n.value === value)?.name
