// A plausible moving picture with the shapes of the contract, so that the page can
// be built and tested without the program behind it. Everything here is invented.

import { randomUUID } from 'node:crypto'
import { bearing, ground, length } from './line.mjs'

const T = (en, ar) => ({ en, ar })
const L = (v) => '\u2066' + v + '\u2069'
export const post = (m) => Math.floor(Math.round(m) / 1000) + '+' + String(Math.round(m) % 1000).padStart(3, '0')
const start = Date.UTC(2026, 1, 18, 23, 13, 38)
const wall0 = Date.now()

let seed = 7
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648)
const between = (a, b) => a + (b - a) * random()

export const now = () => start + (Date.now() - wall0)

export const sections = []
const section = (id, parent, level, en, ar, unitEn, unitAr, from, to) => sections.push({ id, parent, level, name: T(en, ar), unit: T(unitEn, unitAr), from, to })
section('r1', '', 'region', 'Region one', 'المنطقة الأولى', 'Falcon', 'الصقر', 0, 340_000)
section('ninawa', 'r1', 'sector', 'Ninawa sector', 'قاطع لواء نينوى', 'Palm brigade', 'لواء النخيل', 0, 216_000)
section('fish', 'ninawa', 'section', 'Fishkhabour section', 'قاطع فوج فيشخابور', 'Battalion 1', 'الفوج الأول', 0, 30_000)
section('rabia', 'ninawa', 'section', 'Rabia section', 'قاطع فوج ربيعة', 'Battalion 2', 'الفوج الثاني', 30_000, 60_000)
section('sinjar', 'ninawa', 'section', 'Sinjar section', 'قاطع فوج سنجار', 'Battalion 3', 'الفوج الثالث', 60_000, 120_000)
section('baaj', 'ninawa', 'section', "Ba'aj section", 'قاطع فوج البعاج', 'Battalion 4', 'الفوج الرابع', 120_000, 216_000)
section('r2', '', 'region', 'Region two', 'المنطقة الثانية', 'Hawk', 'الباز', 340_000, length)
section('qaim', 'r2', 'section', 'Al-Qaim section', 'قاطع فوج القائم', 'Battalion 5', 'الفوج الخامس', 340_000, 430_000)
section('waleed', 'r2', 'section', 'Waleed section', 'قاطع فوج الوليد', 'Battalion 6', 'الفوج السادس', 430_000, length)

const place = (id, kind, en, ar, km, offset) => ({ id, kind, name: T(en, ar), ...ground(km, offset), km, offset, opposite: offset < -1000 })
export const places = [
  place('fishkhabour', 'town', 'Fishkhabour', 'فيشخابور', 2_000, 1500), place('rabia', 'crossing', 'Rabia', 'ربيعة', 44_000, 700),
  place('yarubiyah', 'town', 'Al-Yarubiyah', 'اليعربية', 44_300, -1900), place('sinjar', 'town', 'Sinjar', 'سنجار', 92_000, 46_000),
  place('baaj', 'town', "Ba'aj", 'البعاج', 150_000, 30_000), place('qaim', 'crossing', 'Al-Qaim', 'القائم', 370_000, 1200), place('waleed', 'crossing', 'Waleed', 'الوليد', 560_000, 900),
]

function near(m, offset = 0) {
  const p = places.reduce((a, b) => (Math.abs(b.km - m) < Math.abs(a.km - m) ? b : a))
  const km = (Math.hypot(m - p.km, offset - p.offset) / 1000).toFixed(0)
  const north = m < p.km
  return T(`${km} km ${north ? 'NE' : 'SW'} of ${p.name.en}`, `${L(km)} كم ${north ? 'شمال شرقي' : 'جنوب غربي'} ${p.name.ar}`)
}
const mgrs = (m, offset) => `38S KF ${String(Math.floor((m * 7 + 4316) % 10000)).padStart(4, '0')} ${String(Math.abs(Math.floor((offset * 3 + 8391) % 10000))).padStart(4, '0')}`
export const sectionAt = (m) => sections.filter((s) => s.level === 'section' && m >= s.from && m < s.to)[0]?.id ?? ''
export const where = (m, offset, from = 0, to = 0) => ({ point: ground(m, offset), chainage: m, offset, has_km: true, from, to, mgrs: mgrs(m, offset), near: near(m, offset), section: sectionAt(m) })

// ---------- sensors
export const sensors = new Map()
const sensor = (name, kind, km, offset, range, more = {}) => {
  const id = `s-${name}`
  sensors.set(id, { id, name, kind, health: 'good', since: start - 6 * 3600e3, ...ground(km, offset), km, offset, range, can_look_at: kind === 'camera', simulated: true, assumed: true, ...more })
}
for (let k = 0; k * 1000 < length; k++) sensor('T' + k, 'camera', k * 1000, 60, between(2200, 2700), { link: 'fibre ' + Math.floor(k / 15), mount: 'mast ' + k })
for (let k = 5; k * 1000 < length; k += 10) sensor('R' + k, 'radar', k * 1000 + 380, 260, 4300, { link: 'fibre ' + Math.floor(k / 15) })
for (let i = 0; i < 6; i++) sensor('A' + (i + 1), 'aerostat', 47_200 + i * 98_000, 900, 9000)
for (const k of [33_400, 58_200, 97_300]) sensor('P' + Math.round(k / 100), 'presence', k, 0, 60)
for (const [n, h, ago] of [['T36', 'lost', 3100], ['T43', 'degraded', 4320], ['T55', 'lost', 2460], ['T56', 'lost', 2460], ['T57', 'lost', 2460], ['T84', 'late', 30], ['R445', 'lost', 9000]]) {
  const s = sensors.get('s-' + n)
  if (s) Object.assign(s, { health: h, since: start - ago * 1000 })
}
for (let k = 300; k < 306; k++) sensors.get('s-T' + k).health = 'lost'

// ---------- units
export const units = new Map()
const unit = (id, en, ar, people, km, offset) => units.set(id, { id, name: T(en, ar), people, ...ground(km, offset), km, offset, fix_at: start, state: 'free', section: sectionAt(km) })
unit('nakhla-2', 'Nakhla 2', 'نخلة 2', 4, 41_000, 190)
unit('sidr-1', 'Sidr 1', 'سدر 1', 5, 33_000, 200)
unit('zaytuna-3', 'Zaytuna 3', 'زيتونة 3', 4, 52_000, 240)
for (let i = 0; i < 56; i++) unit('p' + i, 'Patrol ' + (i + 4), 'دورية ' + (i + 4), 4, 66_000 + i * 9_500, 220)

// ---------- tracks
export const tracks = new Map()
export const histories = new Map()
const movers = []
function mover(id, cls, km, offset, vkm, voff, more = {}) {
  movers.push({ id, km, offset, vkm, voff, born: start - (more.age ?? 120) * 1000 })
  const { age, ...row } = more
  tracks.set(id, { id, status: 'confirmed', at: start, first: start - (age ?? 120) * 1000, lat: 0, lon: 0, km, offset, speed: 0, heading: 0, major: 180, minor: 60, tilt: 0,
    existence: 0.97, class: cls, share: 0.86, sensors: 2, simulated: true, ...row })
}
const family = randomUUID()
mover(family, 'group', 38_400, -1602, 0.05, 0.8, { count: 5, age: 206, existence: 0.99, share: 0.87 })
const halted = randomUUID()
mover(halted, 'vehicle', 51_700, -2400, 0, 0, { age: 860, share: 0.74, major: 60, minor: 40 })
// This one was a patrol by its GPS, whose fix is too old by now to say who it is.
const silent = randomUUID()
mover(silent, 'vehicle', 48_900, 700, 0, 0, { age: 900, share: 0.93, major: 40, minor: 30, was: 'sidr-1', unit_fix: start - 70_000 })
mover(randomUUID(), 'animal', 46_400, 1050, -0.4, 0.1, { count: 8, share: 0.8 })
mover(randomUUID(), 'animal', 35_200, -2600, 0.3, -0.2, { count: 20, share: 0.7 })
// Other fusion nodes see this one too, and another track was merged into it.
const shared = randomUUID()
mover(shared, 'person', 56_300, -2100, 0.9, 0.1, { share: 0.61, major: 140 })
for (let i = 0; i < +(process.env.MARSAD_TRACKS ?? 60); i++)
  mover(randomUUID(), ['person', 'vehicle', 'animal', 'group', 'unknown'][i % 5], between(0, length), between(-4500, 2500), between(-3, 3), between(-0.8, 0.8), { major: between(30, 220), minor: between(20, 60), count: i % 5 === 3 ? 3 : 0 })

export function move() {
  const t = now()
  const s = (t - start) / 1000
  for (const m of movers) {
    const row = tracks.get(m.id)
    // Never past the line: what goes on for long turns round before it.
    const wave = (v, span) => (v === 0 ? 0 : ((Math.abs(v) * s) % (2 * span) < span ? 1 : -1))
    const km = m.km + m.vkm * (((s + 1e6) % 3000) - (1e6 % 3000)) + Math.sin(s / 13 + m.km) * 4
    const offset = m.id === family ? Math.min(-60, m.offset + m.voff * s) : m.offset + m.voff * (s % 1500) * wave(m.voff, 2e9)
    const g = ground(Math.min(length, Math.max(0, km)), offset + Math.sin(s / 9 + m.km) * 5)
    const speed = Math.hypot(m.vkm, m.voff)
    Object.assign(row, { at: t, km: Math.min(length, Math.max(0, km)), offset, lat: g.lat, lon: g.lon, speed, heading: bearing(km, offset, m.vkm * 60, m.voff * 60), tilt: (bearing(km, offset, m.vkm, m.voff) + 12) % 180 })
    let h = histories.get(m.id)
    if (!h) {
      h = []
      for (let k = Math.min(200, (start - m.born) / 1000); k > 0; k -= 5) {
        const q = ground(m.km - m.vkm * k + Math.sin(k / 40) * 26, m.offset - m.voff * k + Math.sin(k / 9) * 9)
        h.push([start - k * 1000, q.lat, q.lon, row.major * (1 + k / 260), row.minor * (1 + k / 260), row.tilt])
      }
      histories.set(m.id, h)
    }
    if (!h.length || t - h.at(-1)[0] > 2000) h.push([t, row.lat, row.lon, row.major, row.minor, row.tilt])
    if (h.length > 200) h.shift()
  }
  for (const u of units.values()) u.fix_at = t - (u.id.charCodeAt(u.id.length - 1) % 20) * 1000
}
move()

export { family, halted, shared, silent, start, T, L, random, between }
