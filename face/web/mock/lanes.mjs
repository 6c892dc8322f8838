// Lanes of the mock, computed from its sensors or invented and marked so.

import { length } from './line.mjs'
import { sensors, T } from './world.mjs'

const holders = [[0, 21_000, 'A'], [21_000, 214_000, 'B'], [214_000, 262_000, 'C'], [262_000, length, 'A']]
const own = [[0, 14_000, 'krg'], [14_000, 340_000, 'bg'], [340_000, 352_000, 'army'], [352_000, length, 'bg']]
const value = (v, en, ar) => ({ value: v, name: T(en, ar) })

function seen(from, to, step) {
  const out = []
  const working = [...sensors.values()].filter((s) => s.health === 'good' && s.kind !== 'aerostat' && s.kind !== 'presence')
  for (let m = from; m < to; m += step) {
    let n = 0
    for (const s of working) if (Math.abs(s.km - m) < s.range * 0.62) n++
    const v = String(Math.min(4, n))
    if (out.at(-1)?.value === v) out.at(-1).to = Math.min(to, m + step)
    else out.push({ from: m, to: Math.min(to, m + step), value: v })
  }
  return out
}
const cut = (pieces, from, to) => pieces.map(([a, b, v]) => ({ from: Math.max(a, from), to: Math.min(b, to), value: v })).filter((p) => p.to > p.from)
function numbers(from, to, step, f) {
  const out = []
  for (let m = from; m < to; m += step) out.push({ from: m, to: Math.min(to, m + step), number: +f(m).toFixed(3) })
  return out
}

const table = [
  { info: { id: 'other-side', name: T('Other side', 'الجانب الآخر'), kind: 'category', source: T('assumed, reported 12 Feb, grade C3', 'مفترض، أُبلغ 12 شباط، C3'), marks: ['assumed'], values: [value('A', 'A', 'A'), value('B', 'B', 'B'), value('C', 'C', 'C')] }, make: (f, t) => cut(holders, f, t) },
  { info: { id: 'own-side', name: T('Our side', 'جانبنا'), kind: 'category', source: T('configured', 'من الإعداد'), marks: ['assumed'], values: [value('bg', 'Border guard', 'حرس الحدود'), value('army', 'Army', 'الجيش'), value('krg', 'Kurdistan Region forces', 'قوات إقليم كوردستان')] }, make: (f, t) => cut(own, f, t) },
  { info: { id: 'seen', name: T('Seen now', 'مرئي الآن'), kind: 'category', source: T('computed from working sensors and their registered range', 'محسوب من المتحسسات العاملة ومداها المسجل'), marks: ['simulated'], values: ['0', '1', '2', '3', '4'].map((v) => value(v, v === '0' ? 'nobody sees it' : v + ' sensors', v === '0' ? 'لا يراه أحد' : v)) }, make: seen, good: (p) => p.value !== '0' },
  { info: { id: 'redundancy', name: T('Sensors a metre', 'متحسسات لكل متر'), kind: 'number', source: T('computed from registered ranges', 'محسوب من المدى المسجل'), marks: ['simulated'] }, make: (f, t, s) => seen(f, t, s).map((p) => ({ from: p.from, to: p.to, number: +p.value })) },
]

export const infos = table.map((l) => l.info)
export function lane(id, from, to, resolution) {
  const l = table.find((x) => x.info.id === id)
  if (!l) return null
  const pieces = l.make(from, to, Math.max(resolution, (to - from) / 1600))
  const good = l.good ?? (() => true)
  return { ...l.info, from, to, as_of: new Date().toISOString(), pieces, length: pieces.filter(good).reduce((n, p) => n + p.to - p.from, 0), of: to - from }
}

