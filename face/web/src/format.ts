// Numbers, km posts and times as people in Iraq write them. Everything with
// digits is isolated left to right (UAX #9), so that 371+250 can never show as
// 250+371 after Arabic letters.

export type Lang = 'en' | 'ar'
export type Digits = 'latn' | 'arab'

const lri = '\u2066'
const pdi = '\u2069'
const nbsp = '\u00a0'
const minus = '\u2212'

/** Isolates a text left to right, for places where markup cannot. */
export const ltr = (s: string): string => lri + s + pdi

/** A km post: metres of chainage as 371+250. */
export function post(m: number): string {
  const r = Math.max(0, Math.round(m))
  return Math.floor(r / 1000) + '+' + String(r % 1000).padStart(3, '0')
}

/** A whole number with thousands separated and a true minus. */
export function whole(n: number): string {
  const s = Math.abs(Math.round(n)).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return Math.round(n) < 0 ? minus + s : s
}

/** A number with fixed decimals and a true minus. */
export const fixed = (n: number, digits: number): string => n.toFixed(digits).replace('-', minus)

/** A share of one, never shown as certain when it is not. */
export const share = (n: number): string => (n > 0.994 && n < 1 ? '>0.99' : n.toFixed(2))

/** The end of a track's id, by which people tell tracks apart: its beginning is the minute it came in. */
export const short = (id: string): string => id.slice(-6)

const digitsOf = { latn: '0123456789', arab: '٠١٢٣٤٥٦٧٨٩' }

/** The same text in the digits a person prefers. */
export const inDigits = (s: string, d: Digits): string =>
  d === 'latn' ? s : s.replace(/[0-9]/g, (c) => digitsOf.arab[+c])

const baghdad = 3 * 3600_000 // UTC+3 all year since 2008

const two = (n: number): string => String(n).padStart(2, '0')

/** Wall time in Baghdad, 02:14:07. */
export function clock(ms: number, seconds = true): string {
  const d = new Date(ms + baghdad)
  return two(d.getUTCHours()) + ':' + two(d.getUTCMinutes()) + (seconds ? ':' + two(d.getUTCSeconds()) : '')
}

/** The same instant in Zulu, 23:14:07Z. */
export function zulu(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19) + 'Z'
}

const monthsEn = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const monthsAr = ['كانون الثاني', 'شباط', 'آذار', 'نيسان', 'أيار', 'حزيران', 'تموز', 'آب', 'أيلول', 'تشرين الأول', 'تشرين الثاني', 'كانون الأول']
const daysEn = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const daysAr = ['الأحد', 'الاثنين', 'الثلاثاء', 'الأربعاء', 'الخميس', 'الجمعة', 'السبت']

/** Date-time group in Baghdad's zone (Charlie): 190214C FEB 26. */
export function group(ms: number): string {
  const d = new Date(ms + baghdad)
  return `${two(d.getUTCDate())}${two(d.getUTCHours())}${two(d.getUTCMinutes())}C ${monthsEn[d.getUTCMonth()].slice(0, 3).toUpperCase()} ${two(d.getUTCFullYear() % 100)}`
}

/** The date in words: Thu 19 February 2026, الخميس 19 شباط 2026. */
export function date(ms: number, lang: Lang): string {
  const d = new Date(ms + baghdad)
  const day = String(d.getUTCDate())
  const year = String(d.getUTCFullYear())
  return lang === 'ar'
    ? `${daysAr[d.getUTCDay()]} ${ltr(day)} ${monthsAr[d.getUTCMonth()]} ${ltr(year)}`
    : `${daysEn[d.getUTCDay()]} ${day} ${monthsEn[d.getUTCMonth()]} ${year}`
}

/** A number that keeps its unit on its line. */
export const withUnit = (n: string, unit: string, lang: Lang): string => (lang === 'ar' ? ltr(n) : n) + nbsp + unit

/** How long, in the largest one or two units that matter. Seconds in, at least 0. */
export function howLong(seconds: number, lang: Lang): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 90) return withUnit(String(s), lang === 'ar' ? 'ث' : 's', lang)
  const min = Math.round(s / 60)
  if (min < 60) return withUnit(String(min), lang === 'ar' ? 'د' : 'min', lang)
  if (min < 48 * 60) {
    const text = Math.floor(min / 60) + ':' + two(min % 60)
    return withUnit(text, lang === 'ar' ? 'س' : 'h', lang)
  }
  return withUnit(String(Math.round(min / 1440)), lang === 'ar' ? 'يوم' : 'days', lang)
}

/** A distance in metres, in km from 10 km upwards. */
export function distance(m: number, lang: Lang): string {
  if (Math.abs(m) >= 10_000) return withUnit(fixed(m / 1000, 1), lang === 'ar' ? 'كم' : 'km', lang)
  return withUnit(whole(m), lang === 'ar' ? 'م' : 'm', lang)
}

/** Nanoseconds of Go to seconds. */
export const seconds = (ns: number | undefined): number => (ns ?? 0) / 1e9

/** RFC 3339 to Unix milliseconds; 0 for none, as Go's zero time. */
export function at(text: string | undefined): number {
  if (!text || text.startsWith('0001-')) return 0
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? 0 : ms
}
