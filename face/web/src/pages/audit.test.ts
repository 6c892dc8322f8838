import { describe, expect, it } from 'vitest'
import { fill, type Key, type Params } from '../words/words'
import { act, facts, inTheWorld, type Entry } from './audit'

const bare = (s: string) => s.replace(/[\u2066-\u2069]/g, '')
const en = (k: Key, p?: Params) => fill('en', k, p)
const ar = (k: Key, p?: Params) => fill('ar', k, p)
const entry = (more: Partial<Entry>): Entry => ({ seq: 1, at: '2026-11-21T23:16:38Z', kind: 'action', actor_id: 'marsad', verb: 'x', ...more })

describe('an entry of the audit chain', () => {
  it('says who opened an alert: the rules, or a hand', () => {
    expect(act(entry({ kind: 'alert', verb: 'open', detail: { rule: 'r' } }), en)).toBe('alert raised')
    expect(act(entry({ kind: 'alert', verb: 'open', detail: { by_hand: true } }), en)).toBe('opened by hand')
    expect(act(entry({ kind: 'alert', verb: 'open' }), ar)).toBe('صدر تنبيه')
  })
  it('shows an act that no catalogue knows as it stands', () => {
    expect(bare(act(entry({ verb: 'future.verb' }), ar))).toBe('future.verb')
  })
  it('gives a place as km, name and grid, never as JSON', () => {
    const where = { point: { lat: 36.86, lon: 42.11 }, chainage: 38396.48, has_km: true, mgrs: '38S KF 43245 83827', near: { en: '7 km N of Rabia', ar: '7 كم شمال ربيعة' } }
    expect(bare(facts({ severity: 'high', class: 'group', where }, en, 'en'))).toBe('severity High · class Group · at 38+396 · 7 km N of Rabia · 38S KF 43245 83827')
    expect(bare(facts({ where }, ar, 'ar'))).toBe('عند 38+396 · 7 كم شمال ربيعة · 38S KF 43245 83827')
  })
  it('reads steps, spans, times, lists and identifiers', () => {
    expect(facts({ from: 'open', to: 'acknowledged' }, en, 'en')).toBe('from open · to acknowledged')
    expect(bare(facts({ from: 1200, to: 3000, until: '2026-11-21T23:16:38Z' }, en, 'en'))).toMatch(/^from 1\+200 · to 3\+000 · until 02:16:38 /)
    expect(bare(facts({ first: '01a1fb67-1800-8fe3-9c73-294c0d33897e', files: [{ a: 1 }, { a: 2 }], roles: ['watch', 'x'] }, en, 'en'))).toBe('first 01a1fb67 · files 2 · roles watch, x')
    expect(facts({ by_hand: true, refused: '', witness: false }, en, 'en')).toBe('by hand')
  })
  it('gives each language its own text', () => {
    expect(facts({ to: 'N. Aziz', to_ar: 'ن. عزيز' }, en, 'en')).toBe('to N. Aziz')
    expect(facts({ to: 'N. Aziz', to_ar: 'ن. عزيز' }, ar, 'ar')).toBe('إلى ن. عزيز')
  })
  it('knows which times are those of a simulated world', () => {
    const world = [entry({ kind: 'alert', verb: 'open' }), entry({ kind: 'step', verb: 'reopen' }), entry({ kind: 'conflict', verb: 'keep' }), entry({ verb: 'acknowledge' }), entry({ verb: 'give-outcome' })]
    const machine = ['access', 'export', 'refused', 'head', 'erasure', 'hold', 'backup', 'key', 'rows'].map((kind) => entry({ kind, verb: 'sign-in' }))
    expect(world.map(inTheWorld)).toEqual(world.map(() => true))
    expect([...machine, entry({ verb: 'risk.state' })].some(inTheWorld)).toBe(false)
  })
})
