import { expect, test } from 'vitest'
import { ApiError } from '../api'
import { Outbox, type Report, type Send } from './outbox'

function phone(text: string | null = null) {
  let kept = text
  return { store: { read: () => kept, write: (s: string) => void (kept = s) }, kept: () => kept }
}
const report = (verb: string, account = 'adnan') => ({ account, path: '/alerts/a/actions', case: 'a', verb, body: {}, pressed: 1 })
const down: Send = () => Promise.reject(new ApiError({ status: 0 }))

test('a report outlives the page and keeps its id until the server has taken it', async () => {
  const { store } = phone()
  const first = new Outbox(store)
  const kept = first.keep(report('arrive'))
  expect(await first.flush('adnan', down)).toBe('offline')
  const again = new Outbox(store) // the phone was switched off
  const ids: unknown[] = []
  expect(await again.flush('adnan', async (_, body) => void ids.push(body.id))).toBe('empty')
  expect(ids).toEqual([kept.id])
  expect(new Outbox(store).all).toEqual([])
})

test('reports go in the order in which they were pressed, one at a time', async () => {
  const box = new Outbox(phone().store)
  for (const v of ['dispatch', 'arrive', 'outcome']) box.keep(report(v))
  const log: string[] = []
  const send: Send = async (_, body) => {
    log.push('> ' + body.verb)
    await new Promise((r) => setTimeout(r, 1))
    log.push('< ' + body.verb)
  }
  await Promise.all([box.flush('adnan', send), box.flush('adnan', send)])
  expect(log).toEqual(['> dispatch', '< dispatch', '> arrive', '< arrive', '> outcome', '< outcome'])
})

test('a refusal stays in sight with its reason and does not hold up what follows', async () => {
  const box = new Outbox(phone().store)
  const bad = box.keep(report('arrive'))
  box.keep(report('note'))
  const done: string[] = []
  const send: Send = (_, b) => (b.verb === 'arrive' ? Promise.reject(new ApiError({ status: 409, detail: 'not now', hint: 'load again' })) : Promise.resolve())
  expect(await box.flush('adnan', send, (r: Report) => done.push(r.verb))).toBe('empty')
  expect(done).toEqual(['note'])
  expect(box.all).toEqual([{ ...bad, refused: 'not now · load again' }])
  box.drop(bad.id)
  expect(box.all).toEqual([])
})

test('nobody sends a report in another person’s name', async () => {
  const box = new Outbox(phone().store)
  box.keep(report('arrive', 'adnan'))
  let sent = 0
  expect(await box.flush('karim', async () => void sent++)).toBe('empty')
  expect([sent, box.all.length]).toEqual([0, 1])
})

test('signed out, reports wait for the person to sign in', async () => {
  const box = new Outbox(phone().store)
  box.keep(report('arrive'))
  expect(await box.flush('adnan', () => Promise.reject(new ApiError({ status: 401 })))).toBe('signed-out')
  expect(box.all.length).toBe(1)
})

test('a spoilt memory is an empty one, and a full one is told', () => {
  expect(new Outbox(phone('{"x":').store).all).toEqual([])
  expect(new Outbox(phone('[{"id":1},{"id":"a","path":"/x","verb":"note"}]').store).all.length).toBe(1)
  const full = new Outbox({ read: () => null, write: () => { throw new Error('full') } })
  expect(() => full.keep(report('arrive'))).toThrow('full')
  expect(full.all).toEqual([])
})
