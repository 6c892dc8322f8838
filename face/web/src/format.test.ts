import { describe, expect, it } from 'vitest'
import { at, clock, date, distance, group, howLong, inDigits, ltr, post, seconds, share, whole, zulu } from './format'
import { ar } from './words/ar'
import { en } from './words/en'
import { catalogues, fill } from './words/words'

describe('km posts', () => {
  it.each([[371_250, '371+250'], [0, '0+000'], [999, '0+999'], [38_400.4, '38+400'], [59_999.6, '60+000'], [603_711, '603+711']])('%d is %s', (m, text) => {
    expect(post(m)).toBe(text)
  })

  it('never shows 371+250 as 250+371 after Arabic letters: it is isolated', () => {
    const sentence = fill('ar', 'search.post', { km: post(371_250) })
    expect(sentence).toContain('\u2066371+250\u2069')
    // Isolating twice would be harmless on screen and ugly in exports.
    expect(fill('ar', 'search.post', { km: ltr(post(371_250)) })).toBe(sentence)
  })

  it('leaves names in Arabic letters alone', () => {
    expect(fill('ar', 'alert.with', { who: 'الملازم يوسف' })).toBe('لدى الملازم يوسف')
  })

  it('isolates every value that is put into an Arabic sentence', () => {
    for (const [key, text] of Object.entries(ar)) {
      const names = [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
      if (!names.length) continue
      const filled = fill('ar', key as keyof typeof en, Object.fromEntries(names.map((n) => [n, '371+250'])))
      expect(filled.split('\u2066371+250\u2069').length - 1, key).toBe(names.length)
    }
  })
})

describe('numbers', () => {
  it('have thousands and a true minus', () => {
    expect(whole(-1602)).toBe('−1,602')
    expect(whole(1234567)).toBe('1,234,567')
    expect(whole(-0.2)).toBe('0')
  })
  it('never call a share certain that is not', () => {
    expect(share(0.9951)).toBe('>0.99')
    expect(share(1)).toBe('1.00')
    expect(share(0.86)).toBe('0.86')
  })
  it('change digits and nothing else', () => {
    expect(inDigits('371+250 م', 'arab')).toBe('٣٧١+٢٥٠ م')
    expect(inDigits('371+250', 'latn')).toBe('371+250')
  })
  it('keep their unit on their line', () => {
    expect(distance(1602, 'en')).toBe('1,602\u00a0m')
    expect(distance(28_900, 'ar')).toBe('\u206628.9\u2069\u00a0كم')
  })
})

describe('times', () => {
  const t = Date.UTC(2026, 1, 18, 23, 14, 7)
  it('are Baghdad’s with Zulu beside them', () => {
    expect(clock(t)).toBe('02:14:07')
    expect(zulu(t)).toBe('23:14:07Z')
    expect(group(t)).toBe('190214C FEB 26')
  })
  it('have the months of Iraq', () => {
    expect(date(t, 'en')).toBe('Thu 19 February 2026')
    expect(date(t, 'ar')).toBe('الخميس \u206619\u2069 شباط \u20662026\u2069')
    expect(date(Date.UTC(2026, 0, 5), 'ar')).toContain('كانون الثاني')
  })
  it('say how long in what matters', () => {
    expect(howLong(29, 'en')).toBe('29\u00a0s')
    expect(howLong(840, 'en')).toBe('14\u00a0min')
    expect(howLong(4320, 'en')).toBe('1:12\u00a0h')
    expect(howLong(-5, 'en')).toBe('0\u00a0s')
    expect(howLong(840, 'ar')).toBe('\u206614\u2069\u00a0د')
  })
  it('read Go’s zero time as none and its durations as nanoseconds', () => {
    expect(at('0001-01-01T00:00:00Z')).toBe(0)
    expect(at(undefined)).toBe(0)
    expect(at('nonsense')).toBe(0)
    expect(at('2026-02-18T23:14:07Z')).toBe(t)
    expect(seconds(2_000_000_000)).toBe(2)
  })
})

describe('catalogues', () => {
  it('say everything in every language, with the same values', () => {
    const names = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join()
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      for (const [lang, words] of Object.entries(catalogues)) {
        expect(words[key], `${lang} ${key}`).toBeTruthy()
        expect(names(words[key]), `${lang} ${key}`).toBe(names(en[key]))
      }
    }
    expect(Object.keys(ar)).toHaveLength(Object.keys(en).length)
  })
  it('use the glossary and none of the words it avoids', () => {
    expect(ar['verb.acknowledge']).toBe('استلمت')
    expect(ar['verb.approve']).toBe('أصادق')
    expect(ar['refuse.button']).toBe('أرفض، مع ذكر السبب')
    expect(ar['strip.line']).toBe('الخط الصفري')
    // Whole words, without the article and joined particles: قطاع is no part of انقطاع.
    const avoid = new Set(['متسلل', 'متسللين', 'هدف', 'يناير', 'منشور', 'إنذار', 'اعتماد', 'اعتراف', 'إقرار', 'قطاع', 'قسم'])
    for (const [key, text] of Object.entries(ar))
      for (const word of text.match(/[\u0621-\u0652]+/g) ?? []) expect(avoid.has(word.replace(/^[وبلف]?(ال)?/, '')), `${key}: ${word}`).toBe(false)
    const english = Object.values(en).join('\n').toLowerCase()
    for (const bad of ['infiltrator', 'suspect', 'hostile', 'target', 'enemy']) expect(english, bad).not.toContain(bad)
  })
  it('shows a word that no catalogue has rather than nothing', () => {
    expect(fill('ar', 'mark.hearsay' as never)).toBe('hearsay')
  })
})
