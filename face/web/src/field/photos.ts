// Photos that wait on the phone for the network, beside the reports that name
// them: pictures are too large for where reports are kept.

import { ApiError, upload } from '../api'

/** A photo of a report: by its key on the phone until it is sent. */
export type Taken = { key: string; name: string; nobody?: boolean; where?: { lat: number; lon: number }; at?: string }

export type Shelf = { put: (key: string, b: Blob) => Promise<void>; get: (key: string) => Promise<Blob | undefined>; drop: (key: string) => Promise<void> }

/** What the server answers to a photo: its hash, and what the photo said of itself. */
export type Kept = { sha256: string; where?: { lat: number; lon: number }; at?: string }

export const largest = 12 << 20
export const kinds = ['image/jpeg', 'image/png']

/** The phone's own database. */
export function shelf(): Shelf {
  const open = (): Promise<IDBDatabase> =>
    new Promise((yes, no) => {
      const r = indexedDB.open('marsad-field', 1)
      r.onupgradeneeded = () => r.result.createObjectStore('photos')
      r.onsuccess = () => yes(r.result)
      r.onerror = () => no(r.error)
    })
  const run = async <T>(mode: IDBTransactionMode, ask: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const db = await open()
    try {
      return await new Promise((yes, no) => {
        const t = db.transaction('photos', mode)
        const r = ask(t.objectStore('photos'))
        // A photo is kept when the transaction is done, not when it was asked for.
        t.oncomplete = () => yes(r.result)
        t.onerror = t.onabort = () => no(t.error ?? new Error('the photo was not kept'))
      })
    } finally {
      db.close()
    }
  }
  return {
    put: async (key, b) => void (await run('readwrite', (s) => s.put(b, key))),
    get: (key) => run<Blob | undefined>('readonly', (s) => s.get(key)),
    drop: async (key) => void (await run('readwrite', (s) => s.delete(key))),
  }
}

/** Where a fact keeps its evidence. */
export const evidenceOf: Record<string, string> = { diary: 'photos', inspection: 'evidence', weak_spot: 'evidence', piece: 'evidence', package: 'evidence' }

/**
 * Sends the photos of a report and gives the statement with them named. A photo
 * that is sent twice is one; one that the phone has lost, or that the server
 * refuses, is named and not held back with the rest.
 */
export async function handIn(body: Record<string, unknown>, taken: Taken[], from: Shelf, send: (b: Blob) => Promise<Kept> = (b) => upload<Kept>('/works/photos', b)): Promise<Record<string, unknown>> {
  if (!taken.length) return body
  const member = Object.keys(evidenceOf).find((m) => m in body)
  if (!member) return body
  const named: Record<string, unknown>[] = []
  for (const t of taken) {
    const b = await from.get(t.key)
    const evidence: Record<string, unknown> = { kind: 'photo', ref: t.name, ...(t.at && { at: t.at }), ...(t.where && { where: t.where }), ...(t.nobody && { nobody: true }) }
    if (!b) named.push({ ...evidence, note: 'the phone no longer had the picture' })
    else {
      try {
        const k = await send(b)
        named.push({ ...evidence, sha256: k.sha256, ...(k.where && { where: k.where }), ...(k.at && !k.at.startsWith('0001') && { at: k.at }) })
      } catch (e) {
        if (!(e instanceof ApiError) || ![413, 422].includes(e.status)) throw e
        named.push({ ...evidence, note: e.message })
      }
    }
  }
  const fact = body[member] as Record<string, unknown>
  const list = evidenceOf[member]
  return { ...body, [member]: { ...fact, [list]: [...((fact[list] as unknown[]) ?? []), ...named] } }
}
