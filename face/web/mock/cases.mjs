// Alerts and their cases in the mock: a small copy of the procedure, enough for the
// page to be walked through. The program's own state machine is in Go.

import { randomUUID } from 'node:crypto'
import { family, halted, L, now, post, sectionAt, start, T, tracks, units, where } from './world.mjs'

const path = ['open', 'acknowledged', 'verified', 'classified', 'proposed', 'approved', 'dispatched', 'on-scene', 'outcome', 'debriefed']
const iso = (ms) => new Date(ms).toISOString()
export const cases = new Map()
let revision = 1

function open(alert, more = {}) {
  const c = { alert, state: 'open', class: alert.class, steps: [], proposals: [], revision: revision++, updated: alert.updated, ...more }
  cases.set(alert.id, c)
  return c
}
const base = (ago, severity, rule, km, offset, title, reason, more = {}) => ({
  id: randomUUID(), rule, severity, opened: iso(start - ago * 1000), updated: iso(start), revision: 1, where: where(km, offset, more.from, more.to), class: 'unknown', inbound: false, outbound: false,
  crossed: false, sure: 0, title, reason, evidence: [], silent: T('', ''), steps: [], simulated: true, ...more,
})

const first = open(base(0, 'high', 'group-closing', 38_400, -1602, T('Group on foot, about 5, walking to the line', `مجموعة راجلة، نحو ${L(5)}، تسير نحو الخط الصفري`),
  T('About five people have walked straight at the line for 3 min 26 s. At this pace they reach it about 02:47 (02:44–02:52). No movement is notified here tonight.',
    `نحو خمسة أشخاص يسيرون مباشرة نحو الخط الصفري منذ ${L('3:26')} د. بهذه السرعة يبلغونه نحو ${L('02:47')} (${L('02:44–02:52')}). لا حركة مبلَّغ عنها هنا الليلة.`), {
    tracks: [family], class: 'group', count: 5, inbound: true, sure: 0.86, line_in: 2000e9, line_early: 1800e9, line_late: 2300e9,
    evidence: [
      { name: 'class', text: T('Group 0.86, unknown 0.10, animal 0.04', `مجموعة ${L('0.86')}، مجهول ${L('0.10')}، حيوان ${L('0.04')}`), value: 0.86 },
      { name: 'T38', text: T('46 of 50 frames, 1.7 km away', `${L('46')} من ${L('50')} إطاراً، على ${L('1.7')} كم`), sensor: 's-T38', at: iso(start) },
      { name: 'T39', text: T('38 of 50 frames, 1.9 km away', `${L('38')} من ${L('50')} إطاراً، على ${L('1.9')} كم`), sensor: 's-T39', at: iso(start) },
      { name: 'range', text: T('Camera range 2.5 km', `مدى الكاميرا ${L('2.5')} كم`), assumed: true },
      { name: 'pace', text: T('Pace 0.8 ± 0.1 m/s, heading 131°', `السرعة ${L('0.8 ± 0.1')} م/ث، الاتجاه ${L('131°')}`) },
    ],
    silent: T('a granted movement covered 37+500–39+500 (there is none), or the path turned 60° away for 60 s.', `حركة ممنوحة على ${L('37+500–39+500')} (لا توجد)، أو انحراف المسار ${L('60°')} لمدة ${L(60)} ث.`),
    steps: [T('Look through the nearest camera', 'انظر بأقرب كاميرا'), T('Say what it is', 'صنّف الجسم'), T('Propose who goes', 'اقترح من يذهب'), T('Ask for approval', 'اطلب المصادقة'), T('People in need first', 'من يحتاج إلى مساعدة أولاً')],
  }))
tracks.get(family).alert = first.alert.id
const second = open(base(840, 'normal', 'loitering', 51_700, -2400, T('Vehicle halted, other side', 'مركبة متوقفة، الجانب الآخر'), T('A vehicle has stood 2.4 km beyond the line for 14 minutes.', `مركبة متوقفة منذ ${L(14)} د على ${L('2.4')} كم خلف الخط الصفري.`),
  { tracks: [halted], class: 'vehicle', sure: 0.74, silent: T('it drove away.', 'لو ابتعدت.') }), { state: 'acknowledged', owner: 'Sgt. Adnan', steps: [] })
tracks.get(halted).alert = second.alert.id
open(base(2460, 'normal', 'sensors-lost', 56_000, 0, T('Three cameras silent, 1.2 km dark', `ثلاث كاميرات بلا إشارة، ${L('1.2')} كم مظلمة`), T('T55, T56 and T57 fell silent in the same second: a cut of the link is likely.', `صمتت ${L('T55, T56, T57')} في ثانية واحدة: يُرجَّح انقطاع الارتباط.`),
  { sensors: ['s-T55', 's-T56', 's-T57'], from: 54_950, to: 57_100, silent: T('a planned outage was entered.', 'لو سُجل توقف مخطط.') }))
open(base(4320, 'information', 'sensor-degraded', 43_000, 0, T('Camera T43 blurred', `كاميرا ${L('T43')} غير واضحة`), T('Dust on the lens is likely.', 'يُرجَّح غبار على العدسة.'), { sensors: ['s-T43'] }))
const dark = [];
for (let k = 300; k < 306; k++) dark.push('s-T' + k)
open(base(9000, 'high', 'sensors-lost', 302_500, 0, T('Six cameras silent, 5.6 km dark', `ست كاميرات بلا إشارة، ${L('5.6')} كم مظلمة`), T('Power cut at mast 302 is likely.', 'يُرجَّح انقطاع الكهرباء عند السارية.'), { sensors: dark, from: 299_800, to: 305_400 }), { state: 'acknowledged', owner: 'Lt. Yusuf' })
const old = open(base(15_000, 'normal', 'approach', 44_900, -300, T('Animals', 'حيوانات'), T('A herd came near the line.', 'اقترب قطيع من الخط.'), { class: 'animal', ended: iso(start - 14_000e3) }), { state: 'debriefed', result: { counts: zero({ animal: 8 }), direction: 'along', children: 0, injured: 0, dead: 0, force: false, text: '' } })
old.updated = iso(start - 14_760e3)

function zero(more) {
  return { apprehended: 0, turned_back: 0, withdrew_alone: 0, got_away: 0, referred: 0, released: 0, animal: 0, false_alarm: 0, other_force: 0, unresolved: 0, ...more }
}

export function candidates(c) {
  const m = c.alert.where.chainage
  return [...units.values()].filter((u) => u.state === 'free').map((u) => ({ u, d: Math.abs(u.km - m) })).sort((a, b) => a.d - b.d).slice(0, 4).map(({ u, d }) => {
    const wait = m + (u.km > m ? 200 : -200)
    return {
      id: randomUUID(), unit: u.id, unit_name: u.name, people: u.people, from: u.km, wait_at: wait, straight_line: Math.round((d / 9) * 1e9), metres: d,
      why: T(`Nearest free patrol, from ${post(u.km)}, waits on the home side.`, `أقرب دورية متفرغة، من ${L(post(u.km))}، تنتظر داخل جانبنا.`),
      uncovers: T(`Leaves ${post(u.km - 1500)}–${post(u.km + 2200)} (3.7 km) without a patrol within 15 min.`, `تترك ${L(post(u.km - 1500) + '–' + post(u.km + 2200))} (${L('3.7')} كم) دون دورية خلال ${L(15)} د.`), at: iso(now()), by: 'Marsad', asked: 'dawood',
    }
  })
}

const next = { open: 'acknowledge', acknowledged: 'verify', verified: 'classify', classified: 'propose', proposed: 'approve', approved: 'dispatch', dispatched: 'arrive', 'on-scene': 'outcome', outcome: 'debrief' }
const to = { acknowledge: 'acknowledged', verify: 'verified', classify: 'classified', propose: 'proposed', approve: 'approved', refuse: 'classified', dispatch: 'dispatched', arrive: 'on-scene', outcome: 'outcome', debrief: 'debriefed' }

export function allowed(c) {
  const out = []
  if (next[c.state]) out.push({ verb: next[c.state], ok: true })
  if (c.state === 'proposed') out.push({ verb: 'refuse', ok: true }, { verb: 'propose', ok: true })
  if (c.state !== 'debriefed') {
    out.push({ verb: 'note', ok: true }, { verb: 'complaint', ok: true })
    if (c.task) out.push({ verb: 'stand-down', ok: c.state !== 'on-scene' })
    if (!c.task) out.push({ verb: 'declare-rescue', ok: true }, { verb: 'declare-self-defence', ok: true })
    out.push({ verb: 'protection', ok: c.state === 'on-scene', why_not: T('The question is put on the spot.', 'يُطرح السؤال في الموقع.') })
    out.push({ verb: 'refer', ok: !c.referral })
    if (c.referral && !c.referral.acked) out.push({ verb: 'partner-ack', ok: true })
  }
  return out
}

export function row(c) {
  const a = c.alert
  const t = a.tracks?.map((id) => tracks.get(id)).find(Boolean)
  const w = t ? where(t.km, t.offset) : a.where
  const speed = t?.speed || 0
  return {
    id: a.id, rule: a.rule, severity: a.severity, state: c.state, title: a.title, km: w.chainage, offset: w.offset, ...(a.where.to > a.where.from ? { from: a.where.from, to: a.where.to } : {}),
    has_km: true, lat: w.point.lat, lon: w.point.lon, mgrs: w.mgrs, near: w.near, section: sectionAt(w.chainage), opened: Date.parse(a.opened), updated: t ? now() : Date.parse(c.updated),
    ...(a.ended ? { ended: Date.parse(a.ended) } : {}), ...(a.inbound && speed ? { line_at: now() + (Math.abs(w.offset) / speed) * 1000 } : {}),
    sure: a.sure, class: a.class, count: a.count, owner: c.owner, tracks: a.tracks, sound: a.severity === 'critical' && c.state === 'open', proposal: c.state === 'proposed',
    by_hand: !!a.by_hand, simulated: true, closed: c.state === 'debriefed', revision: c.revision,
  }
}

export const detail = (c) => ({ row: row(c), case: c, allowed: allowed(c), candidates: ['classified', 'proposed'].includes(c.state) ? candidates(c) : [] })

const seen = new Map()
const problem = (status, code, en, ar, hintEn = '', hintAr = '') => ({ problem: { status, code, en, ar, hintEn, hintAr } })

/** One action of a person; a repeated id answers as the first time. */
export function act(c, body, by) {
  if (!/^[0-9a-f-]{36}$/.test(body.id ?? '') || body.id[14] !== '7') return problem(422, 'action.id', 'an action needs a UUID of version 7', 'يحتاج الإجراء إلى معرّف من الإصدار السابع')
  if (seen.has(body.id)) return detail(c)
  const can = allowed(c).find((a) => a.verb === body.verb)
  if (!can?.ok) return problem(409, 'case.state', 'this step is not possible now', 'هذه الخطوة غير ممكنة الآن', 'load the case again', 'حمّل القضية من جديد')
  if (body.verb === 'refuse' && !body.text) return problem(422, 'refuse.reason', 'a refusal needs a reason', 'الرفض يحتاج إلى سبب')
  if (body.verb === 'outcome' && body.result?.counts?.turned_back > 0 && !c.protection) return problem(409, 'outcome.protection', 'the protection question comes first', 'سؤال الحماية أولاً')
  seen.set(body.id, true)
  const from = c.state
  const at = iso(now())
  if (to[body.verb]) c.state = to[body.verb]
  if (body.verb === 'acknowledge') c.owner = by.name
  if (body.verb === 'classify') c.class = body.class
  if (body.verb === 'propose' || body.verb === 'classify') {
    const found = candidates(c)
    const pick = found.find((p) => p.unit === body.unit) ?? found[0]
    if (body.verb === 'propose' && pick) c.proposals.push({ ...pick, by: by.name, at })
  }
  if (body.verb === 'approve' || body.verb === 'refuse') {
    const p = c.proposals.findLast((x) => !x.answered)
    if (p) p.answered = true
    if (body.verb === 'approve' && p) c.task = { id: randomUUID(), case: c.alert.id, unit: p.unit, unit_name: p.unit_name, section: 'rabia', wait_at: p.wait_at, approver: by.name, approver_id: by.id, approved_at: at, ground: 'approved' }
  }
  if (body.verb.startsWith('declare-')) {
    const p = candidates(c)[0]
    c.state = 'dispatched'
    c.task = { id: randomUUID(), case: c.alert.id, unit: p.unit, unit_name: p.unit_name, section: 'rabia', wait_at: p.wait_at, approver: by.name, approver_id: by.id, approved_at: at, ground: body.verb.slice(8) }
  }
  if (c.task) units.get(c.task.unit).state = c.state === 'on-scene' ? 'on-scene' : c.state === 'debriefed' ? 'free' : 'tasked'
  if (c.task) units.get(c.task.unit).task = c.state === 'debriefed' ? undefined : c.alert.id
  if (body.verb === 'protection') Object.assign(c, { protection: body.answer, protection_text: body.text })
  if (body.verb === 'refer') c.referral = { partner: body.to, at, by: by.name }
  if (body.verb === 'partner-ack') Object.assign(c.referral, { acked: at, acked_by: c.referral.partner })
  if (body.verb === 'outcome') c.result = body.result
  c.steps.push({ verb: body.verb, from, to: c.state, at, by: by.name, by_id: by.id, text: body.text, action: body.id })
  c.revision = ++revision
  c.updated = at
  return detail(c)
}

export function openByHand(body, by, locate) {
  const p = body.place ?? {}
  const at = p.by_point ? locate(p.lat, p.lon) : { km: p.chainage, offset: p.offset ?? 0 }
  if (!(at.km >= 0)) return problem(422, 'place.off', 'this place has no chainage', 'لا علامة كيلومترية لهذا المكان')
  const a = base(0, body.severity ?? 'high', 'by-hand', at.km, at.offset, T(body.text, body.text), T(body.text, body.text), { by_hand: by.name, opened: iso(now()), updated: iso(now()) })
  const c = open(a)
  c.steps.push({ verb: 'open', from: '', to: 'open', at: iso(now()), by: by.name, by_id: by.id, text: body.text })
  return detail(c)
}

/** A critical alert that nobody has acknowledged: for the test of sound and flash. */
export function raiseCritical() {
  return open(base(0, 'critical', 'crossing', 40_200, 60, T('Two persons crossed the line', `شخصان عبرا الخط الصفري`), T('Two persons crossed at 40+200 a moment ago.', `عبر شخصان عند ${L('40+200')} قبل لحظة.`), { class: 'person', count: 2, crossed: true, inbound: true, sure: 0.91, opened: iso(now()) }))
}

