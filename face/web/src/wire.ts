// The shapes of /api/v1 as face/api/wire.go, respond/case.go and assess/alert.go
// give them. Lengths in metres, speeds in m/s, angles in degrees clockwise from
// true north, times in Unix milliseconds unless they are texts (RFC 3339), and
// durations of Go in nanoseconds.

export type Text = { en: string; ar: string }
export type Severity = 'information' | 'normal' | 'high' | 'critical'

export type TrackRow = {
  id: string; status: string; at: number; first: number; lat: number; lon: number
  km: number; offset: number; speed: number; heading: number
  major: number; minor: number; tilt: number; existence: number
  class: string; share: number; count?: number; sensors: number;
  unit?: string; was?: string; unit_fix?: number // the own unit that its GPS says it is, or said it was until unit_fix
  alert?: string; simulated?: boolean
}

export type SensorShare = { sensor: string; name: string; kind: string; count: number; last: number; node?: NodeShare }
// What another fusion node's track has to do with ours.
export type NodeShare = { track: string; joined?: boolean; weight?: number; ours?: boolean; lineage?: string[] }

export type TrackDetail = TrackRow & {
  where: Where
  seen: number // the last measurement; what is shown of a later instant is predicted
  classes: Record<string, number> | null
  contributions: SensorShare[] | null
  from?: string // the track that it parted from
  history: [number, number, number, number, number, number][] | null // ms, lat, lon, major, minor, tilt
  turns: { at: number; what: 'confirmed' | 'coasting' | 'seen' | 'merged' | 'split'; other?: string }[] | null
}

export type AlertRow = {
  id: string; number?: string; rule: string; severity: Severity; state: string; title: Text
  km: number; offset: number; from?: number; to?: number; has_km: boolean
  lat: number; lon: number; mgrs: string; near: Text; section: string
  opened: number; updated: number; ended?: number; line_at?: number
  sure: number; class: string; count?: number; owner?: string; tracks?: string[]
  escalated?: number; sound?: boolean; proposal?: boolean; asked?: string
  by_hand?: boolean; simulated?: boolean; closed?: boolean; revision: number
}

export type Where = {
  point: { lat: number; lon: number }
  chainage: number; offset: number; has_km: boolean; from: number; to: number
  mgrs: string; near: Text; section: string
}

export type Evidence = { name: string; text: Text; value?: number; sensor?: string; at?: string; assumed?: boolean }

export type Alert = {
  id: string; rule: string; severity: Severity; opened: string; updated: string; ended?: string; revision: number
  tracks?: string[]; sensors?: string[]; where: Where; class: string; count?: number
  inbound: boolean; outbound: boolean; crossed: boolean
  line_in?: number; line_early?: number; line_late?: number; sure: number
  title: Text; reason: Text; evidence: Evidence[] | null; silent: Text; steps: Text[] | null
  by_hand?: string; simulated?: boolean
}

export type State =
  | 'open' | 'acknowledged' | 'verified' | 'classified' | 'proposed'
  | 'approved' | 'dispatched' | 'on-scene' | 'outcome' | 'debriefed'

export type Verb =
  | 'open' | 'acknowledge' | 'verify' | 'classify' | 'propose' | 'approve' | 'refuse' | 'dispatch' | 'arrive'
  | 'declare-rescue' | 'declare-self-defence' | 'protection' | 'refer' | 'partner-ack' | 'outcome' | 'debrief'
  | 'hand-over' | 'end-custody' | 'reopen' | 'stand-down' | 'note' | 'silence' | 'end-silence' | 'release' | 'complaint'

export type Counts = {
  apprehended: number; turned_back: number; withdrew_alone: number; got_away: number; referred: number
  released: number; animal: number; false_alarm: number; other_force: number; unresolved: number
}

export type Result = {
  counts: Counts; direction: string; children: number; injured: number; dead: number; force: boolean; text: string
}

export type Step = { verb: Verb; from: State; to: State; at: string; by: string; by_id: string; text?: string; action?: string }

export type Proposal = {
  id: string; unit: string; unit_name: Text; people: number; from: number; wait_at: number
  straight_line: number; metres: number; why: Text; uncovers: Text; at: string; by: string; asked?: string; answered?: boolean
}

export type Task = {
  id: string; case: string; unit: string; unit_name: Text; section: string; wait_at: number
  approver: string; approver_id: string; approved_at: string; ground: string
  dispatched?: string; arrived?: string; ended?: string
}

export type Referral = { partner: string; at: string; by: string; acked?: string; acked_by?: string }

export type Handover = {
  to: string; basis: string; screened: boolean; witness?: string; children: number; needed: number
  approvals: { by: string; by_id: string; at: string }[] | null; done?: string
}
export type Custody = { since: string; people: number; warned?: string; notified?: string; ended?: string; how?: string; by?: string }

export type Case = {
  alert: Alert; state: State; owner?: string; class: string; steps: Step[] | null; proposals?: Proposal[]
  task?: Task; result?: Result; protection?: string; protection_text?: string; referral?: Referral
  handover?: Handover; custody?: Custody; witness?: string
  escalated?: string[]; deputy?: string; revision: number; updated: string
}

export type Allowed = { verb: Verb; ok: boolean; why_not?: Text }
export type AlertDetail = { row: AlertRow; case: Case; allowed: Allowed[] | null; candidates: Proposal[] | null
  /** Names of the accounts that the case names by id. */
  people?: Record<string, Text>
}

export type SensorRow = {
  id: string; name: string; kind: string; health: string; since: number
  lat: number; lon: number; km: number; offset: number; range: number
  mount?: string; link?: string; can_look_at?: boolean; simulated?: boolean; assumed?: boolean
  /** Why it is late, lost or degraded. */
  why?: Text
  bias?: { azimuth: number; sigma_azimuth: number; range: number; sigma_range: number; clock: number; sigma_clock: number; applied: boolean; shifted: boolean }
}

export type CueAnswer = { cue: string; answer: 'accepted' | 'refused' | 'none'; why?: string }

export type UnitRow = {
  id: string; name: Text; people: number; lat: number; lon: number; km: number; offset: number
  fix_at: number; state: string; task?: string; section: string
}

export type Status = {
  now: number; wall: number; clock_doubt?: Text; simulated: boolean; scenario?: string; speed?: number
  lanes?: number; sensors_good: number; sensors_total: number; per_minute: number[] | null; ten_minutes: number
  suppressed: number; shed: number; shed_lately: number; late: number; refused: number; tracks: number; degraded?: Text; version: string
}

export type Notice = { id: string; case?: string; kind: string; to: string[] | null; at: string; text: Text }

export type Snapshot = {
  revision: number; status: Status
  tracks: TrackRow[] | null; alerts: AlertRow[] | null; sensors: SensorRow[] | null; units: UnitRow[] | null
}

export type Gone = { tracks?: string[]; alerts?: string[]; sensors?: string[]; units?: string[] }

export type Delta = {
  revision: number; status?: Status
  tracks?: TrackRow[]; alerts?: AlertRow[]; sensors?: SensorRow[]; units?: UnitRow[]
  gone?: Gone; notices?: Notice[]
}

export type Me = {
  id: string; name: Text; rank: Text; roles: string[] | null; sections: string[] | null
  deputy?: string; csrf: string; home: [number, number]
  /** What the page offers; the server decides each time. A server of before has none. */
  rights?: string[]
}

export type LaneInfo = {
  id: string; name: Text; kind: string; unit?: string; source: Text; marks?: string[]
  values?: { value: string; name: Text; lacking?: boolean }[]
}
export type LanePiece = { from: number; to: number; value?: string; number?: number }
/** Lanes is the status's number of their last change. */
export type LaneList = List<LaneInfo> & { lanes?: number }

export type LaneData = LaneInfo & {
  from: number; to: number; as_of: string; revision?: number; pieces: LanePiece[] | null; length: number; of: number
}

export type SectionRow = { id: string; parent?: string; level: string; name: Text; unit: Text; from: number; to: number }

export type Place = {
  id: string; kind: string; name: Text; lat: number; lon: number; km: number; offset: number; opposite?: boolean
}

export type Line = {
  version: string; length: number; published: number[] | null; attribution: string; disclaimer: Text
  coordinates: [number, number][]; chainages: number[]; places: Place[] | null
}

export type Located = Where & { side: string; ambiguous?: boolean; second?: Where; post?: string }

export type Silence = {
  id: string; movement: string; from: number; to: number; offset_min: number; offset_max: number
  starts: string; expires: string; granter: string; granter_id: string; why: string; ended?: boolean
}

export type Suppressed = {
  id: string; rule: string; track: string; by: string; silence?: string
  first: string; last: string; times: number; where: Where; why: Text
}

export type Found = { kind: string; id: string; title: Text; km?: number }
export type List<T> = { items: T[] | null; next?: string }

/** An error for people, as the server writes it (RFC 9457). */
export type Problem = { type?: string; title?: string; status: number; detail?: string; code?: string; hint?: string }
