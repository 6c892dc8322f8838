// What changed from one statement about a thing to the next, field by field.

export type Change = { path: string; was: string; is: string }

const skipped = new Set(['id', 'axis', 'ends', 'marks'])

function flat(x: unknown, path: string, out: Map<string, string>): void {
  if (x === null || x === undefined || x === '') return
  if (Array.isArray(x)) {
    if (x.length) out.set(path, x.map(short).join('; '))
  } else if (typeof x === 'object') {
    for (const [k, v] of Object.entries(x)) if (path || !skipped.has(k)) flat(v, path ? `${path}.${k}` : k, out)
  } else out.set(path, String(x))
}

/** A member of a list in a few words. */
function short(x: unknown): string {
  if (x === null || typeof x !== 'object') return String(x)
  const o = x as Record<string, unknown>
  if (typeof o.ref === 'string') return o.ref
  return Object.values(o).map((v) => (v && typeof v === 'object' ? short(Object.values(v)[0]) : String(v))).filter(Boolean).join(' ')
}

/** The fields that differ, in the order of the later statement, then what is gone. */
export function changes(before: Record<string, unknown> | undefined, after: Record<string, unknown> | undefined): Change[] {
  const [a, b] = [new Map<string, string>(), new Map<string, string>()]
  flat(before ?? {}, '', a)
  flat(after ?? {}, '', b)
  const out: Change[] = []
  for (const [path, is] of b) if (a.get(path) !== is) out.push({ path, was: a.get(path) ?? '', is })
  for (const [path, was] of a) if (!b.has(path)) out.push({ path, was, is: '' })
  return out
}
