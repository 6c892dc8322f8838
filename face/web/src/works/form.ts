// What can be entered about the barrier, as tables of fields: the form is drawn
// from them, and the statement for the API is built from what is filled in.

import type { Words } from './wire'

export type Subject = 'piece' | 'inspection' | 'weak-spot' | 'diary' | 'package' | 'stoppage' | 'claim' | 'crew' | 'calendar'

export type Predecessor = { package: string; metres?: number; days?: number }
export type Holiday = { from: string; to: string; name: { en: string; ar: string }; lunar?: boolean }
/** What a fact holds in rows; weekend counts from Sunday, 0. */
export type Rows = { predecessors: Predecessor[]; rates: Record<string, number>; weekend: number[]; holidays: Holiday[] }

/** Subjects without steps: to state one anew is to change it from then on. */
export const restated: Subject[] = ['crew', 'calendar', 'stoppage']

/** A field: its path in the fact, its word, and how it is entered. */
export type Field = {
  path: string
  key: string // of the catalogue, after "works.field."
  as: 'text' | 'km' | 'day' | 'number' | 'count' | 'choice' | 'package' | 'photo' | 'crew' | 'calendar' | 'predecessors' | 'rates' | 'weekend' | 'holidays'
  list?: keyof Words | 'how'
  must?: boolean
  /** In a step of a thing that is there, only these verbs ask for it; unset: entering alone. */
  verbs?: string[]
}

const where: Field[] = [
  { path: 'from', key: 'from', as: 'km', must: true },
  { path: 'to', key: 'to', as: 'km', must: true },
  { path: 'side', key: 'side', as: 'choice', list: 'sides', must: true },
]
const kind: Field = { path: 'kind', key: 'kind', as: 'choice', list: 'kinds', must: true }
const note: Field = { path: 'note', key: 'note', as: 'text', verbs: ['describe'] }
const photo = (path: string, verbs?: string[]): Field => ({ path, key: 'evidence', as: 'photo', verbs })

export const fields: Record<Subject, Field[]> = {
  piece: [
    kind, ...where, { path: 'state', key: 'state', as: 'choice', list: 'states', must: true },
    { path: 'unit', key: 'unit', as: 'text', verbs: ['start', 'finish', 'repair'] },
    { path: 'dates.planned_start', key: 'planned-start', as: 'day' }, { path: 'dates.planned_finish', key: 'planned-finish', as: 'day' },
    { path: 'dates.started', key: 'started', as: 'day', verbs: ['start'] }, { path: 'dates.finished', key: 'finished', as: 'day', verbs: ['finish'] },
    { path: 'inspected_on', key: 'inspected-on', as: 'day', verbs: ['inspect'] },
    { path: 'specified.height', key: 'height-asked', as: 'number' },
    photo('evidence', ['survey', 'clear', 'finish', 'damage']), note,
  ],
  inspection: [
    kind, ...where, { path: 'on', key: 'on', as: 'day', must: true }, { path: 'result', key: 'result', as: 'choice', list: 'results', must: true },
    { path: 'measured.height', key: 'height', as: 'number' }, { path: 'measured.width', key: 'width', as: 'number' }, { path: 'measured.depth', key: 'depth', as: 'number' },
    photo('evidence'), note,
  ],
  'weak-spot': [
    { path: 'kind', key: 'weakness', as: 'choice', list: 'weaknesses', must: true }, { path: 'layer', key: 'layer', as: 'choice', list: 'kinds' }, ...where,
    { path: 'risk', key: 'risk', as: 'choice', list: 'risks', must: true }, { path: 'found.how', key: 'found-how', as: 'choice', list: 'how', must: true },
    { path: 'reinspect', key: 'reinspect', as: 'day', must: true, verbs: ['inspect', 'close', 'reopen'] },
    { path: 'closed_how', key: 'closed-how', as: 'text', verbs: ['close'] }, photo('evidence', ['close']), note,
  ],
  diary: [
    { path: 'package', key: 'package', as: 'package', must: true }, ...where.slice(0, 2), { path: 'on', key: 'on', as: 'day', must: true },
    { path: 'quantity', key: 'quantity', as: 'number', must: true }, { path: 'workers', key: 'workers', as: 'count' }, { path: 'plant', key: 'plant', as: 'count' },
    photo('photos'), note,
  ],
  package: [
    { path: 'name', key: 'name', as: 'text', must: true }, kind, ...where, { path: 'rate', key: 'rate', as: 'number', must: true, verbs: ['describe'] },
    { path: 'crew', key: 'crew', as: 'crew', verbs: ['describe'] }, { path: 'calendar', key: 'calendar', as: 'calendar', verbs: ['describe'] },
    { path: 'predecessors', key: 'predecessors', as: 'predecessors', verbs: ['describe'] },
    { path: 'start', key: 'planned-start', as: 'day', must: true }, { path: 'finish', key: 'planned-finish', as: 'day', must: true }, note,
  ],
  stoppage: [
    { path: 'cause', key: 'cause', as: 'choice', list: 'causes', must: true }, ...where, { path: 'since', key: 'since', as: 'day', must: true },
    { path: 'until', key: 'until', as: 'day' }, note,
  ],
  crew: [
    { path: 'name', key: 'name', as: 'text', must: true }, { path: 'unit', key: 'unit', as: 'text' }, { path: 'calendar', key: 'calendar', as: 'calendar' }, { path: 'rates', key: 'rates', as: 'rates' },
  ],
  calendar: [
    { path: 'name', key: 'name', as: 'text', must: true }, { path: 'weekend', key: 'weekend', as: 'weekend' }, { path: 'holidays', key: 'holidays', as: 'holidays' },
  ],
  claim: [
    { path: 'metric', key: 'metric', as: 'text', must: true }, { path: 'value', key: 'value', as: 'number', must: true }, { path: 'unit', key: 'unit-of', as: 'text', must: true },
    { path: 'scope', key: 'scope', as: 'text', must: true }, { path: 'date', key: 'on', as: 'day', must: true },
    { path: 'precision', key: 'precision', as: 'choice', list: 'precisions', must: true }, { path: 'speaker', key: 'speaker', as: 'text', must: true },
    { path: 'source', key: 'source', as: 'text', must: true }, { path: 'grade', key: 'grade', as: 'text', must: true }, note,
  ],
}

/** The name of the subject in a statement: weak-spot is weak_spot there. */
export const member = (s: Subject): string => s.replace('-', '_')

/** What is asked: all fields of a new thing, or those that a step needs. */
export const asked = (s: Subject, verb: string): Field[] =>
  verb === 'restate' ? fields[s] : verb === 'enter' ? fields[s].filter((f) => !['closed_how', 'inspected_on'].includes(f.path)) : fields[s].filter((f) => f.verbs?.includes(verb))

/** Metres of a km post or of kilometres: "371+250", "371.25". NaN when it is neither. */
export function metresOf(text: string): number {
  const t = text.trim().replace(/[٠-٩]/g, (c) => String(c.charCodeAt(0) - 0x660)).replace('٫', '.')
  const post = /^(\d{1,4})\+(\d{1,3})(\.\d+)?$/.exec(t)
  if (post) return +post[1] * 1000 + +(post[2] + (post[3] ?? ''))
  return /^\d+(\.\d+)?$/.test(t) ? Math.round(+t * 1e6) / 1e3 : NaN
}

type Tree = { [k: string]: unknown }

/** Sets a path of a copy; an empty text is left out. */
export function put(fact: Tree, path: string, value: unknown): void {
  const [head, ...rest] = path.split('.')
  if (rest.length) {
    const inner = { ...((fact[head] as Tree) ?? {}) }
    put(inner, rest.join('.'), value)
    fact[head] = inner
  } else if (value === '' || value === undefined || value === null) delete fact[head]
  else fact[head] = value
}

export const read = (fact: Tree, path: string): unknown => path.split('.').reduce<unknown>((x, k) => (x as Tree | undefined)?.[k], fact)

/** A new thing with what the schema wants and nobody enters. */
export function blank(s: Subject, id: string, view: { from: number; to: number }): Tree {
  const at = { from: view.from, to: view.to, side: 'line', axis: '' }
  switch (s) {
    case 'piece': return { id, kind: 'wall', state: 'planned', ...at }
    case 'inspection': return { id, kind: 'wall', on: '', inspector: '', result: 'pass', ...at }
    case 'weak-spot': return { id, kind: 'gap', state: 'open', risk: 'medium', found: { on: '', by: '', how: 'patrol' }, ...at, to: view.from }
    case 'diary': return { id, package: '', on: '', kind: 'wall', quantity: 0, ...at }
    case 'package': return { id, name: { en: '', ar: '' }, kind: 'wall', state: 'draft', rate: 0, start: '', finish: '', ...at }
    case 'crew': return { id, name: { en: '', ar: '' }, rates: {} }
    case 'calendar': return { id, name: { en: '', ar: '' }, weekend: [5, 6], holidays: [] }
    case 'stoppage': return { id, cause: 'weather', since: '', ...at }
    case 'claim': return { id, metric: '', value: 0, unit: 'km', scope: '', spans: [], date: '', precision: 'day', speaker: '', source: '', grade: 'F6' }
  }
}

/** Since when a fact holds: the last day that it tells of; now where it tells of none. */
export function validOf(s: Subject, fact: Tree, now: Date): string {
  const day = (['piece'].includes(s) ? [read(fact, 'inspected_on'), read(fact, 'dates.finished'), read(fact, 'dates.started')]
    : s === 'inspection' || s === 'diary' ? [fact.on] : s === 'claim' ? [fact.date] : s === 'stoppage' ? [fact.since] : []).find((d) => typeof d === 'string' && d) as string | undefined
  return day && day <= now.toISOString().slice(0, 10) ? day + 'T00:00:00Z' : now.toISOString()
}
