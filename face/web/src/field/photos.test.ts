import { expect, test } from 'vitest'
import { ApiError } from '../api'
import { handIn, type Shelf } from './photos'

const phone = (photos: Record<string, Blob>): Shelf => ({ put: async (k, b) => void (photos[k] = b), get: async (k) => photos[k], drop: async (k) => void delete photos[k] })
const one = new Blob(['a'])

test('photos are handed in before the statement that names them', async () => {
  const sent: Blob[] = []
  const body = await handIn({ diary: { quantity: 40 } }, [{ key: 'k', name: 'p.jpg', nobody: true, where: { lat: 36, lon: 41 } }], phone({ k: one }), async (b) => {
    sent.push(b)
    return { sha256: 'ab', at: '2026-02-17T08:30:05Z' }
  })
  expect(sent).toEqual([one])
  expect(body).toEqual({ diary: { quantity: 40, photos: [{ kind: 'photo', ref: 'p.jpg', nobody: true, where: { lat: 36, lon: 41 }, sha256: 'ab', at: '2026-02-17T08:30:05Z' }] } })
})

test('a photo that is lost or refused is named, and holds nothing back', async () => {
  const refuse = () => Promise.reject(new ApiError({ status: 422, detail: 'the photo is damaged' }))
  const body = await handIn({ weak_spot: { evidence: [{ kind: 'document', ref: 'sheet 1' }] } }, [{ key: 'gone', name: 'g.jpg' }, { key: 'bad', name: 'b.jpg' }], phone({ bad: one }), refuse)
  expect((body.weak_spot as { evidence: { ref: string; note?: string; sha256?: string }[] }).evidence.map((e) => [e.ref, e.note, e.sha256])).toEqual([
    ['sheet 1', undefined, undefined], ['g.jpg', 'the phone no longer had the picture', undefined], ['b.jpg', 'the photo is damaged', undefined],
  ])
})

test('without a network the statement waits with its photos', async () => {
  const down = () => Promise.reject(new ApiError({ status: 0 }))
  await expect(handIn({ inspection: {} }, [{ key: 'k', name: 'p.jpg' }], phone({ k: one }), down)).rejects.toThrow()
})
