// What the API says of coverage.

import type { Text } from '../wire'

export type Share = { part: number; whole: number; text: Text; synthetic: boolean; assumed: boolean }
export type Owed = {
  as_of: string; revision: number; class: string; definition: Text; when: { day: boolean; weather: string }; ground: { source: Text; synthetic: boolean; vertical: string }
  marks: string[] | null; axis: string; of: number; weighted: boolean; watermark: Text; disclaimer: Text
}
export type Claim = {
  claim: string; date: string; says: Text; value: number; unit: string; scope: Text; speaker: Text; source?: string; grade: string; note?: string; definition: Text
  disputes?: { on: string; by: string; why: string }[]
}
export type Cause = { id: string; kind: string; span: { from: number; to: number }; weight: number; what: Text; source: Text; at?: string; until?: string; by?: string; marks?: string[] }
export type Risks = { owed: Owed; formula: Text; items: Cause[]; may_state: boolean }
export type Footprint = { sensor: string; lat: number; lon: number; arcs: [number, number, number][] }
export type Land = { half_width: number; cell: number; home: Share; other: Share }
export type Control = { value: string; name: Text; share: Share }
export type Summary = {
  owed: Owed; seen: Share; designed: Share; depths: number[]; dark: number; unknown: number; gap: number
  sensors: { working: number; total: number; flawed: number }; claims: Claim[]; land?: Land
}
export type Silent = { sensor: string; name: string; health: string; metres: number }
export type Turn = { sensor: string; name: string; azimuth: number; metres: number }
export type Gap = { rank: number; from: number; to: number; state: string; metres: number; risk: number; score: number; section: string; near: Text; silent: Silent[]; turns: Turn[]; reasons: Cause[] }
export type Outage = { by: string; on: string; names: string[]; spans: [number, number][]; metres: number; since: number; turns: Turn[]; case?: string; state?: string }
export type SinglePoint = { by: string; on: string; km: number; spans: [number, number][]; metres: number }
export type Availability = {
  owed: Owed; days: number; definition: Text
  towers: { mount: string; sensors: number; km: number; percent: number; meets_95: boolean; meets_99: boolean; simulated?: boolean }[]
  sections: { section: string; name: Text; level: string; share: Share; meets_95: boolean; meets_99: boolean }[]
}
export type Repair = { case: string; what: Text; sensors: string[]; from: number; to: number; since: number; done?: number; told: string[]; took?: string; state: string }
export type RepairOrder = { owed: Owed; now: number; steps: { sensor: string; name: string; metres: number; after: Share }[] }
export type All = Summary & { gaps: Gap[]; outages: Outage[]; single_points: SinglePoint[]; availability: Availability; repairs: Repair[]; repair_order: RepairOrder; control: Control[] }
export type Site = { km: number; lat: number; lon: number; mgrs: string; near: Text; spans: [number, number][]; metres: number; gain: number }
export type Plan = { owed: Owed; now: Share; after: Share; sites: Site[]; gain: number; bound: number; reached: Text; offered: number }
export type WhatIf = { owed: Owed; before: Share; after: Share; lit: [number, number][]; dark: [number, number][]; lit_m: number; dark_m: number; gain: number; footprints: Footprint[]; flaws?: { sensor: string; why: Text }[] }
