// Catalogues: one file per language, the same keys in each. A value put into a
// sentence is isolated left to right unless it holds letters of the Arabic script.

import { inDigits, ltr, type Digits, type Lang } from '../format'
import { ar } from './ar'
import { en } from './en'

export type Key = keyof typeof en
export type Params = Record<string, string | number>

/** Every language the page speaks. A third (ckb) is a file beside these and a line here. */
export const catalogues: Record<Lang, Record<Key, string>> = { en, ar }

const arabicLetters = /[\u0600-\u06ff]/

export function fill(lang: Lang, key: Key, params: Params = {}, digits: Digits = 'latn'): string {
  // A word of the server that no catalogue has yet is shown as it is, never lost.
  const known: string | undefined = catalogues[lang][key]
  const text = (known ?? key.slice(key.indexOf('.') + 1)).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const v = params[name]
    if (v === undefined) return whole
    const s = String(v)
    return lang === 'en' || arabicLetters.test(s) || s.startsWith('\u2066') ? s : ltr(s)
  })
  return inDigits(text, digits)
}
