// What a patrol reported and the server has not yet taken. Each report is kept on
// the phone before anybody is told that it is kept, carries the id that it was
// given when it was pressed, and is sent in order until the server answers: sent
// twice, it is done once.

import { ApiError, unreachable, uuid7 } from '../api'
import type { Taken } from './photos'

export type Report = {
  /** UUID version 7, the action's id. */
  id: string
  /** Account of the person who pressed: nobody else sends it in another name. */
  account: string
  path: string
  /** Alert, empty for one that the report opens. */
  case: string
  verb: string
  body: Record<string, unknown>
  /** When it was pressed, Unix ms of the picture's time. */
  pressed: number
  /** What of the barrier it states, for one about the barrier; its photos lie beside. */
  about?: string
  photos?: Taken[]
  /** Why the server refused it, empty while it waits. */
  refused?: string
}

export type Store = { read: () => string | null; write: (s: string) => void }
export type Send = (path: string, body: Record<string, unknown>, report: Report) => Promise<unknown>

/** Why sending stopped: nothing left, no network, or nobody signed in. */
export type Stop = 'empty' | 'offline' | 'signed-out'

export class Outbox {
  private items: Report[]
  private sending: Promise<Stop> | null = null

  constructor(
    private readonly store: Store,
    private readonly changed: (items: readonly Report[]) => void = () => {},
  ) {
    this.items = parse(store.read())
  }

  get all(): readonly Report[] {
    return this.items
  }

  /** Keeps a report; throws where the phone cannot keep it. */
  keep(r: Omit<Report, 'id'>, now: number = Date.now()): Report {
    const report = { ...r, id: uuid7(now) }
    this.put([...this.items, report])
    return report
  }

  /** Puts a refused report away: the person has read why. */
  drop(id: string): void {
    this.put(this.items.filter((r) => r.id !== id || !r.refused))
  }

  /** Sends what waits, oldest first. A call while one runs joins it. */
  flush(account: string, send: Send, done: (r: Report, answer: unknown) => void = () => {}): Promise<Stop> {
    this.sending ??= this.run(account, send, done).finally(() => (this.sending = null))
    return this.sending
  }

  private async run(account: string, send: Send, done: (r: Report, answer: unknown) => void): Promise<Stop> {
    for (;;) {
      const next = this.items.find((r) => !r.refused && r.account === account)
      if (!next) return 'empty'
      try {
        const answer = await send(next.path, { ...next.body, id: next.id, verb: next.verb }, next)
        this.put(this.items.filter((r) => r.id !== next.id))
        done(next, answer)
      } catch (e) {
        const problem = e instanceof ApiError ? e : null
        if (!problem || problem.status === unreachable || problem.status === 429 || problem.status >= 500) return 'offline'
        if (problem.status === 401 || problem.problem.code === 'access.csrf') return 'signed-out'
        // The server has read it and says no: kept in sight with the reason.
        const why = [problem.message, problem.hint].filter(Boolean).join(' · ')
        this.put(this.items.map((r) => (r.id === next.id ? { ...r, refused: why } : r)))
      }
    }
  }

  private put(items: Report[]): void {
    this.store.write(JSON.stringify(items))
    this.items = items
    this.changed(items)
  }
}

function parse(text: string | null): Report[] {
  try {
    const items: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(items) ? items.filter((r): r is Report => typeof r?.id === 'string' && typeof r.path === 'string' && typeof r.verb === 'string') : []
  } catch {
    return []
  }
}
