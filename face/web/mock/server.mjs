// Serves the committed page and a mock of /api/v1 on a loopback port.
//   node mock/server.mjs [port]
// The program itself never uses it: it is for work on the page and for its tests.
// /mock/… are levers for those tests: silence the stream, raise a critical alert.

import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomUUID } from 'node:crypto'
import { act, cases, detail, openByHand, raiseCritical, row } from './cases.mjs'
import { infos, lane } from './lanes.mjs'
import { chainages, coordinates, ground, length } from './line.mjs'
import { halted, histories, silent, L, move, now, places, post, sections, sensors, shared, start, T, tracks, units, where } from './world.mjs'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const csp = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const account = { id: 'yusuf', name: T('Yusuf', 'يوسف'), rank: T('Lt.', 'الملازم'), roles: ['watch-officer', 'commander', 'oversight'], sections: ['*'], deputy: 'dawood', csrf: 'mock-csrf', home: [30_000, 60_000] }
const by = { id: 'yusuf', name: 'Lt. Yusuf' }
const signed = new Set()
const streams = new Set()
let quiet = false
let empty = false
let revision = 1
const silences = []
const suppressed = Array.from({ length: 14 }, (_, i) => ({
  id: randomUUID(), rule: 'approach', track: [...tracks.keys()][i % 5], by: i % 3 ? 'silence' : 'own-force', first: new Date(start - i * 900e3).toISOString(), last: new Date(start - i * 900e3 + 240e3).toISOString(), times: 3 + i,
  where: where(31_000 + i * 1900, -400), why: i % 3 ? T('granted: herd of Abu Salih, corridor 31+000–58+000', `ممنوح: قطيع أبو صالح، ممر ${L('31+000–58+000')}`) : T('own patrol within 100 m, position 12 s old', `دورية صديقة ضمن ${L(100)} م، موقعها قبل ${L(12)} ث`),
}))

function status() {
  const all = [...sensors.values()]
  return {
    now: now(), wall: Date.now(), simulated: true, scenario: empty ? 'empty' : 'family', speed: 1, sensors_good: empty ? 0 : all.filter((s) => s.health === 'good').length, sensors_total: empty ? 0 : all.length,
    per_minute: Array.from({ length: 60 }, (_, i) => ((i * 7) % 11 === 3 ? 1 : 0)), ten_minutes: 1, suppressed: suppressed.length, shed: 1240, shed_lately: 0, late: 2, refused: 0, tracks: tracks.size, version: 'mock',
  }
}
const snapshot = () => empty
  ? { revision, status: status(), tracks: [], alerts: [], sensors: [], units: [] }
  : { revision, status: status(), tracks: [...tracks.values()], alerts: [...cases.values()].map(row), sensors: [...sensors.values()], units: [...units.values()] }

const send = (res, status, body, type = 'application/json') => {
  res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', 'Content-Security-Policy': csp })
  res.end(body === undefined ? '' : JSON.stringify(body))
}
function fail(req, res, { status, code, en, ar, hintEn = '', hintAr = '' }) {
  const arabic = (req.headers['accept-language'] ?? '').startsWith('ar')
  send(res, status, { status, code, title: code, detail: arabic ? ar : en, hint: arabic ? hintAr : hintEn }, 'application/problem+json')
}
const missing = { status: 404, code: 'not_found', en: 'there is no such thing', ar: 'لا وجود لهذا' }
const event = (res, name, data) => res.write(`id: ${revision}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)

function locate(lat, lon) {
  let best = [Infinity, 0, 0]
  for (let m = 0; m < length; m += 100) {
    const g = ground(m)
    const k = Math.cos(lat * Math.PI / 180)
    const d = Math.hypot((g.lon - lon) * k, g.lat - lat) * 111195
    if (d < best[0]) best = [d, m, 0]
  }
  const other = ground(best[1], -best[0])
  const side = Math.hypot(other.lon - lon, other.lat - lat) * 111195 < best[0] ? -1 : 1
  return { km: best[1], offset: side * best[0] }
}

// What other fusion nodes report of the track that they share with us.
const gone = { id: randomUUID() }
// A patrol that one camera still sees, its own position too old.
const byOne = (at) => [['s-T48', 'T48', 'camera', 12, at - 900], ['gps-sidr-1', 'GPS of sidr-1', 'own-force', 31, start - 70_000]].map(([sensor, name, kind, count, last]) => ({ sensor, name, kind, count, last }))
const nodes = (at) => [
  { sensor: 'node-north', name: 'Northern centre', kind: 'node', count: 31, last: at - 900, node: { track: '01J8ZTRACKAA7Q', joined: true, weight: 0.34, lineage: ['n-radar-2', 'n-camera-7'] } },
  { sensor: 'node-south', name: 'Southern centre', kind: 'node', count: 12, last: at - 1500, node: { track: '01J8ZTRACKBB9R', ours: true, lineage: ['s-T38'] } },
]

async function body(req) {
  let text = ''
  for await (const part of req) {
    text += part
    if (text.length > 1e5) throw new Error('too long')
  }
  return text ? JSON.parse(text) : {}
}

async function api(req, res, url) {
  const p = url.pathname.slice('/api/v1'.length)
  const cookie = /mock=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1]
  if (p === '/sign-in') {
    if (req.method === 'POST') {
      const b = await body(req)
      if (b.password !== 'mock') return fail(req, res, { status: 401, code: 'sign_in', en: 'name or password is wrong', ar: 'الاسم أو كلمة المرور خطأ', hintEn: 'try again; after five failures one try a minute is left', hintAr: 'حاول مرة أخرى؛ بعد خمس محاولات خاطئة تبقى محاولة واحدة كل دقيقة' })
    } else if (url.searchParams.get('token') !== 'mock') return fail(req, res, { status: 401, code: 'token', en: 'this link is not valid', ar: 'هذا الرابط غير صالح' })
    const id = randomUUID()
    signed.add(id)
    res.setHeader('Set-Cookie', `mock=${id}; HttpOnly; SameSite=Strict; Path=/`)
    if (req.method === 'POST') return send(res, 200, {})
    res.writeHead(303, { Location: '/' })
    return res.end()
  }
  if (!signed.has(cookie)) return fail(req, res, { status: 401, code: 'session', en: 'sign in first', ar: 'ادخل أولاً' })
  if (req.method === 'POST' && req.headers['x-csrf-token'] !== account.csrf) return fail(req, res, { status: 403, code: 'csrf', en: 'the request does not come from this page', ar: 'الطلب ليس من هذه الصفحة' })
  const q = url.searchParams
  const parts = p.split('/').slice(1)
  if (req.method === 'POST') {
    if (p === '/sign-out') { signed.delete(cookie); return send(res, 200, {}) }
    const b = await body(req)
    const answer = p === '/alerts' ? openByHand(b, by, locate) : parts[0] === 'alerts' && parts[2] === 'actions' ? (cases.has(parts[1]) ? act(cases.get(parts[1]), b, by) : { problem: missing }) : null
    if (parts[0] === 'sensors' && parts[2] === 'look') return sensors.has(parts[1]) ? send(res, 200, { cue: randomUUID(), answer: 'accepted' }) : fail(req, res, missing)
    if (p === '/silences') { silences.push({ ...b.silence, granter: by.name, granter_id: by.id }); return send(res, 200, silences.at(-1)) }
    if (parts[0] === 'silences' && parts[2] === 'end') { const s = silences.find((x) => x.id === parts[1]); if (s) s.ended = true; return s ? send(res, 200, s) : fail(req, res, missing) }
    if (!answer) return fail(req, res, missing)
    if (answer.problem) return fail(req, res, answer.problem)
    return send(res, 200, answer)
  }
  const list = (items) => send(res, 200, { items })
  if (p === '/me') return send(res, 200, account)
  if (p === '/status') return send(res, 200, status())
  if (p === '/border') return send(res, 200, { version: 'mock-1', length, published: [600, 615, 620], attribution: '© OpenStreetMap contributors, ODbL', disclaimer: T('not a legal boundary', 'ليس حداً قانونياً'), coordinates, chainages, places })
  if (p === '/border/locate') { const at = q.has('km') ? { km: +q.get('km') * 1000, offset: 0 } : locate(+q.get('lat'), +q.get('lon')); return send(res, 200, { ...where(at.km, at.offset), side: at.offset < 0 ? 'other' : 'home' }) }
  if (p === '/sections') return list(sections)
  if (p === '/lanes') return list(infos)
  if (p === '/strip') return list(infos.map((l) => lane(l.id, +q.get('from') || 0, +q.get('to') || length, +q.get('resolution') || 100)))
  if (parts[0] === 'lanes') { const l = lane(parts[1], +q.get('from') || 0, +q.get('to') || length, +q.get('resolution') || 100); return l ? send(res, 200, l) : fail(req, res, missing) }
  if (p === '/sensors') return list([...sensors.values()])
  if (p === '/units') return list([...units.values()])
  if (p === '/tracks') return list([...tracks.values()])
  if (parts[0] === 'tracks') {
    const t = tracks.get(parts[1])
    if (parts[1] === gone.id) return fail(req, res, { status: 404, code: 'track.merged', en: `this track was the same thing as track ${shared.slice(-6)} and was merged into it`, ar: `تبيّن أن هذا المسار هو نفسه المسار ${shared.slice(-6)} فدُمج فيه` })
    return t ? send(res, 200, { ...t, seen: t.at, where: where(t.km, t.offset), classes: { [t.class]: t.share, unknown: (1 - t.share) * 0.7, animal: (1 - t.share) * 0.3 }, history: histories.get(t.id) ?? [],
      contributions: t.id === silent ? byOne(t.at) : ['T38', 'T39'].map((n, i) => ({ sensor: 's-' + n, name: n, kind: 'camera', count: 46 - i * 8, last: t.at - i * 700 })).concat(t.id === shared ? nodes(t.at) : []), ...(t.id === shared && { from: halted, turns: [
        { at: t.first, what: 'confirmed' }, { at: t.first, what: 'split', other: halted }, { at: t.first + 9000, what: 'coasting' }, { at: t.first + 14000, what: 'seen' }, { at: t.first + 31000, what: 'merged', other: gone.id }] }) }) : fail(req, res, missing)
  }
  if (p === '/alerts') return list([...cases.values()].map(row))
  if (p === '/cameras') return list([]) // as the demo: it has sensors, and no camera whose pictures it watches
  if (parts[0] === 'alerts' && parts[2] === 'evidence') return cases.has(parts[1]) ? list([]) : fail(req, res, missing)
  if (parts[0] === 'alerts') return cases.has(parts[1]) ? send(res, 200, detail(cases.get(parts[1]))) : fail(req, res, missing)
  if (p === '/incidents') return list([...cases.values()].filter((c) => c.result).map((c) => ({ id: c.alert.id, case: c.alert.id, type: 'movement', where: c.alert.where, opened: c.alert.opened, closed: c.updated, people: { met: 0, children: c.result.children, injured: c.result.injured, dead: c.result.dead }, outcome: c.result, decisions: [], evidence: [], simulated: true })))
  if (p === '/suppressed') return list(suppressed)
  if (p === '/silences') return list(silences)
  if (p === '/audit') return list([...cases.values()].flatMap((c) => c.steps.map((s) => ({ ...s, case: c.alert.id }))).map((s, i) => ({ seq: i + 1, at: s.at, kind: 'action', actor_id: s.by_id, actor: s.by, verb: s.verb, section: 'rabia', detail: { action: s.action ?? '' }, personal: s.text ? { text: s.text } : undefined })))
  if (p === '/search') {
    const s = (q.get('q') ?? '').toLowerCase()
    const hit = (t) => t.en.toLowerCase().includes(s) || t.ar.includes(s)
    return list([
      ...places.filter((x) => hit(x.name)).map((x) => ({ kind: x.kind, id: x.id, title: x.name, km: x.km })), ...[...units.values()].filter((u) => hit(u.name)).map((u) => ({ kind: 'unit', id: u.id, title: u.name, km: u.km })),
      ...[...sensors.values()].filter((x) => x.name.toLowerCase() === s).map((x) => ({ kind: 'sensor', id: x.id, title: T(x.name, x.name), km: x.km })), ...[...cases.values()].filter((c) => hit(c.alert.title)).map((c) => ({ kind: 'alert', id: c.alert.id, title: c.alert.title, km: row(c).km })),
    ].slice(0, 20))
  }
  if (p === '/live') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    event(res, 'snapshot', snapshot())
    streams.add(res)
    return req.on('close', () => streams.delete(res))
  }
  return fail(req, res, missing)
}

function lever(res, name) {
  if (name === 'quiet') quiet = true
  else if (name === 'speak') quiet = false
  else if (name === 'critical') raiseCritical()
  else if (name === 'empty' || name === 'full') {
    empty = name === 'empty'
    for (const s of streams) event(s, 'snapshot', snapshot())
  } else if (name === 'cut') for (const s of streams) s.destroy()
  send(res, 200, { streams: streams.size })
}

setInterval(() => {
  move()
  revision++
  if (quiet || empty) {
    if (empty && !quiet) for (const s of streams) event(s, 'delta', { revision, status: status() })
    return
  }
  const delta = { revision, status: status(), tracks: [...tracks.values()], alerts: [...cases.values()].map(row), units: [...units.values()].slice(0, 8) }
  for (const s of streams) event(s, 'delta', delta)
}, +(process.env.MARSAD_BEAT ?? 500))

const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost')
  if (url.pathname === '/sign-in') url.pathname = '/api/v1/sign-in'
  if (url.pathname.startsWith('/mock/')) return lever(res, url.pathname.slice(6))
  if (url.pathname.startsWith('/api/v1')) return api(req, res, url).catch(() => fail(req, res, { status: 400, code: 'body', en: 'the request cannot be read', ar: 'لا يمكن قراءة الطلب' }))
  const file = join(dist, normalize(url.pathname))
  const path = file.startsWith(dist) && extname(file) && existsSync(file) ? file : join(dist, 'index.html')
  res.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': csp })
  createReadStream(path).pipe(res)
})
server.listen(+(process.argv[2] ?? 8099), '127.0.0.1', () => console.log(`mock ready http://127.0.0.1:${server.address().port}/api/v1/sign-in?token=mock`))
