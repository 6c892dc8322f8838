// Calls to /api/v1. Errors come back as problems that a person can read.

import type { Problem, Text } from './wire'

const base = '/api/v1'

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title || String(problem.status))
  }
  get status(): number {
    return this.problem.status
  }
  get hint(): string {
    return this.problem.hint ?? ''
  }
}

/** Nothing answered: the network, not the server, failed. */
export const unreachable = 0

let csrf = ''
let language = 'en'
let unreachableText: Text = { en: 'the server does not answer', ar: 'الخادم لا يجيب' }

/** While a person looks at the past, what is asked is asked as of then, and nothing may be done. */
let asOf = ''
let pastText: Text = { en: 'you look at the past: nothing can be done there', ar: 'أنتم تنظرون إلى الماضي: لا يمكن فعل شيء فيه' }
/** The moment of the past that questions are asked of, empty for now. */
export const askedOf = (): string => asOf
export const setAsOf = (at: number | null): void => void (asOf = at === null ? '' : new Date(at).toISOString())
const remembers = /^\/(tracks|alerts|sensors|units)(\/[^/?]+)?($|\?)|^\/(lanes\/[^/?]+|strip)($|\?)/

export const setCsrf = (token: string): void => void (csrf = token)
export const setLanguage = (lang: string): void => void (language = lang)

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  if (asOf && method !== 'GET' && path !== '/sign-out') throw new ApiError({ status: 409, detail: language === 'ar' ? pastText.ar : pastText.en })
  if (asOf && method === 'GET' && remembers.test(path)) path += (path.includes('?') ? '&' : '?') + 'as_of=' + encodeURIComponent(asOf)
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf
  let answer: Response
  try {
    answer = await fetch(base + path, {
      method, headers, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new ApiError({ status: unreachable, detail: language === 'ar' ? unreachableText.ar : unreachableText.en })
  }
  const text = await answer.text()
  if (!answer.ok) throw new ApiError(problem(answer.status, text))
  return (text ? JSON.parse(text) : undefined) as T
}

function problem(status: number, text: string): Problem {
  try {
    return { ...(JSON.parse(text) as Problem), status }
  } catch {
    return { status, detail: text.slice(0, 200) }
  }
}

/** A picture, and when it was taken in Unix milliseconds (0 where nobody says). Waits 10 s. */
export async function picture(path: string): Promise<{ blob: Blob; at: number }> {
  let answer: Response
  let blob: Blob
  try {
    answer = await fetch(base + path, { headers: { 'Accept-Language': language }, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(10_000) })
    blob = await answer.blob()
  } catch {
    throw new ApiError({ status: unreachable, detail: language === 'ar' ? unreachableText.ar : unreachableText.en })
  }
  if (!answer.ok) throw new ApiError(problem(answer.status, await blob.text()))
  return { blob, at: Number(answer.headers.get('X-Taken-At')) || 0 }
}

/** Sends a file as it is. Waits as long as a field network needs. */
export async function upload<T>(path: string, file: Blob): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(base + path, { method: 'POST', headers: { Accept: 'application/json', 'Accept-Language': language, 'Content-Type': file.type || 'application/octet-stream', ...(csrf && { 'X-CSRF-Token': csrf }) }, credentials: 'same-origin', body: file, signal: AbortSignal.timeout(180_000) })
  } catch {
    throw new ApiError({ status: unreachable, detail: language === 'ar' ? unreachableText.ar : unreachableText.en })
  }
  const text = await answer.text()
  if (!answer.ok) throw new ApiError(problem(answer.status, text))
  return JSON.parse(text) as T
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path)
export const post = <T>(path: string, body: unknown): Promise<T> => call<T>('POST', path, body)

export const put = <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, body)
export const remove = (path: string): Promise<void> => call<void>('DELETE', path)

/**
 * For questions of which only the last counts: what an earlier one brings after it, answer
 * or refusal, is dropped.
 */
export function lastOnly(): <T>(answer: Promise<T>, heard: (a: T) => void, refused: (e: ApiError) => void) => Promise<void> {
  let asked = 0
  return (answer, heard, refused) => {
    const n = ++asked
    return answer.then((a) => { if (n === asked) heard(a) }, (e) => { if (n === asked) refused(e as ApiError) })
  }
}

/** Opens the live stream, of a stretch of the line where one is given; the cookie signs it in. */
export const live = (span?: { from: number; to: number }): EventSource =>
  new EventSource(base + '/live' + (span ? `?from=${Math.round(span.from)}&to=${Math.round(span.to)}` : ''))

/** A UUID version 7 (RFC 9562): time first, so that records sort by when they were made. */
export function uuid7(now: number, random: Uint8Array = crypto.getRandomValues(new Uint8Array(10))): string {
  const b = new Uint8Array(16)
  for (let i = 0; i < 6; i++) b[i] = Math.floor(now / 2 ** (40 - 8 * i)) & 0xff
  b.set(random.subarray(0, 10), 6)
  b[6] = (b[6] & 0x0f) | 0x70
  b[8] = (b[8] & 0x3f) | 0x80
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * Ids of what a person means to do. The same press repeated after a lost answer
 * keeps its id, so the server does it once; another press gets another.
 */
export class Intents {
  private readonly waiting = new Map<string, string>()

  idFor(key: string, now: number): string {
    let id = this.waiting.get(key)
    if (!id) this.waiting.set(key, (id = uuid7(now)))
    return id
  }

  /** The server answered, with yes or no: the next press is a new intent. */
  settle(key: string): void {
    this.waiting.delete(key)
  }
}
