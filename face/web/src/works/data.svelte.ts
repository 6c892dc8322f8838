// What the page of the barrier shows: asked for once per view of it, again after
// every statement.

import { type ApiError, get, lastOnly, post, uuid7 } from '../api'
import { desk } from '../desk.svelte'
import type { List, Text } from '../wire'
import { blank, member, type Subject } from './form'
import { nameOf, type Named, type Summary, type Words } from './wire'

class Works {
  words = $state.raw<Words | null>(null)
  summary = $state.raw<Summary | null>(null)
  problem = $state.raw<ApiError | null>(null)
  /** As of which day, as known on which; empty for today and all that is known. */
  asOf = $state('')
  known = $state('')
  /** Counts up with every statement, so that lists ask again. */
  turn = $state(0)

  /** The query of the two times, to be put behind a path that has one already or not. */
  at(path: string): string {
    const q = [this.asOf && 'as_of=' + this.asOf + 'T00:00:00Z', this.known && 'known=' + this.known + 'T23:59:59Z'].filter(Boolean).join('&')
    return q ? path + (path.includes('?') ? '&' : '?') + q : path
  }

  private readonly latest = lastOnly()
  load(): Promise<void> {
    const ask = async () => {
      this.words ??= await get<Words>('/works/words')
      return get<Summary>(this.at('/works'))
    }
    return this.latest(ask(), (s) => ([this.summary, this.problem] = [s, null]), (e) => (this.problem = e))
  }

  async list<R>(path: string): Promise<R[]> {
    return (await get<List<R>>(this.at('/works/' + path))).items ?? []
  }

  /** Crews and calendars, for forms and names. */
  crews = $state.raw<{ id: string; name: Text }[]>([])
  calendars = $state.raw<{ id: string; name: Text }[]>([])
  async loadHands(): Promise<void> {
    const [crews, calendars] = await Promise.all([this.list<{ id: string; name: Text }>('crews?limit=500'), this.list<{ id: string; name: Text }>('calendars?limit=500')])
    this.crews = crews
    this.calendars = calendars
  }

  name(list: keyof Words, value: string | undefined): string {
    return desk.tx(nameOf(this.words?.[list] as Named[] | undefined, value)) || (value ?? '')
  }

  /** States a fact; the caller shows what went wrong. */
  async state(body: Record<string, unknown>): Promise<{ thing?: string }> {
    const answer = await post<{ thing?: string }>('/works/events', { id: uuid7(Date.now()), ...body })
    this.turn++
    return answer
  }

  /** A new thing at what is on the strip. */
  blank(s: Subject): Record<string, unknown> {
    const at = (m: number) => Math.round(m / 10) * 10
    return blank(s, uuid7(Date.now()), { from: at(desk.view.from), to: at(Math.min(desk.view.to, desk.view.from + 500)) })
  }
  member = member
}

export const works = new Works()

/** What marks say, as words on a chip. */
export const marked = (marks: string[] | undefined | null): string[] => (marks ?? []).filter((m) => ['assumed', 'simulated', 'synthetic', 'claimed'].includes(m))

export const km = (m: number, digits = 1): string => (m / 1000).toFixed(digits)
export const today = (): string => new Date(desk.now || Date.now()).toISOString().slice(0, 10)
export const both = (t: Text | undefined): string => desk.tx(t)
