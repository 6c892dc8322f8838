import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, get, Intents, lastOnly, post, setAsOf, setCsrf, setLanguage, uuid7 } from './api'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: string) {
  const calls: { url: string; init: RequestInit }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push({ url, init })
    return new Response(status === 204 ? null : body, { status })
  })
  return calls
}

describe('questions of which only the last counts', () => {
  it('drop what an earlier one brings late, answer or refusal', async () => {
    const last = lastOnly()
    const said: string[] = []
    const ask = () => {
      const q = { resolve: (_: string) => {}, reject: (_: ApiError) => {} }
      const answer = new Promise<string>((resolve, reject) => Object.assign(q, { resolve, reject }))
      return Object.assign(q, { done: last(answer, (a) => said.push(a), (e) => said.push('no: ' + e.message)) })
    }
    const [first, second, third] = [ask(), ask(), ask()]
    third.resolve('third')
    await third.done
    first.resolve('first')
    second.reject(new ApiError({ status: 500, detail: 'second' }))
    await Promise.all([first.done, second.done])
    const fourth = ask()
    fourth.reject(new ApiError({ status: 500, detail: 'fourth' }))
    await fourth.done
    expect(said).toEqual(['third', 'no: fourth'])
  })
})

describe('calls', () => {
  it('carry the language always and the token with changes only', async () => {
    const calls = answer(200, '{"ok":true}')
    setCsrf('secret')
    setLanguage('ar')
    expect(await get('/me')).toEqual({ ok: true })
    await post('/alerts', { text: 'x' })
    const headers = calls.map((c) => c.init.headers as Record<string, string>)
    expect(calls[0].url).toBe('/api/v1/me')
    expect(headers[0]['Accept-Language']).toBe('ar')
    expect(headers[0]['X-CSRF-Token']).toBeUndefined()
    expect(headers[1]['X-CSRF-Token']).toBe('secret')
    expect(calls[1].init.body).toBe('{"text":"x"}')
  })

  it('ask as of then, and do nothing, while the past is looked at', async () => {
    const calls = answer(200, '{}')
    setAsOf(Date.UTC(2026, 1, 18, 23, 14, 7))
    try {
      for (const path of ['/tracks/x', '/alerts/y', '/lanes/coverage?from=1', '/strip?from=1', '/me', '/alerts/y/evidence']) await get(path)
      expect(calls.map((c) => c.url.includes('as_of=2026-02-18T23%3A14%3A07.000Z'))).toEqual([true, true, true, true, false, false])
      expect(calls[2].url).toContain('?from=1&as_of=')
      const e = await post('/alerts/y/actions', { verb: 'approve' }).catch((x: unknown) => x)
      expect(e).toBeInstanceOf(ApiError)
      expect(calls).toHaveLength(6)
    } finally {
      setAsOf(null)
    }
    await get('/tracks/x')
    expect(calls[6].url).toBe('/api/v1/tracks/x')
  })

  it('give problems a person can read', async () => {
    answer(409, JSON.stringify({ status: 409, title: 'no unit is free', code: 'unit.none', hint: 'end a task' }))
    const e = await get('/x').catch((x: unknown) => x)
    expect(e).toBeInstanceOf(ApiError)
    expect((e as ApiError).message).toBe('no unit is free')
    expect((e as ApiError).hint).toBe('end a task')
    expect((e as ApiError).status).toBe(409)
  })

  it('survive an answer that is no problem at all', async () => {
    answer(502, '<html>bad gateway</html>')
    const e = (await get('/x').catch((x: unknown) => x)) as ApiError
    expect(e.status).toBe(502)
    expect(e.message).toContain('bad gateway')
  })

  it('say in the person’s language that nothing answered', async () => {
    vi.stubGlobal('fetch', async () => { throw new TypeError('network') })
    setLanguage('ar')
    const e = (await get('/x').catch((x: unknown) => x)) as ApiError
    expect(e.status).toBe(0)
    expect(e.message).toBe('الخادم لا يجيب')
  })

  it('take an empty answer as none', async () => {
    answer(204, '')
    expect(await post('/sign-out', {})).toBeUndefined()
  })
})

describe('ids of actions', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const a = uuid7(1_760_000_000_000)
    const b = uuid7(1_760_000_000_001)
    expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(a < b).toBe(true)
    expect(parseInt(a.replace('-', '').slice(0, 12), 16)).toBe(1_760_000_000_000)
  })

  it('stay the same until the server has answered', () => {
    const intents = new Intents()
    const first = intents.idFor('approve{}', 1)
    expect(intents.idFor('approve{}', 2)).toBe(first)
    expect(intents.idFor('refuse{}', 2)).not.toBe(first)
    intents.settle('approve{}')
    expect(intents.idFor('approve{}', 3)).not.toBe(first)
  })
})
