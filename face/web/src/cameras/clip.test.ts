import { describe, expect, it } from 'vitest'
import { clipOf } from './clip'

const bytes = (...parts: (string | number[])[]): number[] => parts.flatMap((p) => (typeof p === 'string' ? [...p].map((c) => c.charCodeAt(0)) : p))
const u32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24]
const chunk = (id: string, body: number[]): number[] => bytes(id, u32(body.length), body, body.length % 2 ? [0] : [])
const list = (kind: string, body: number[]): number[] => chunk('LIST', bytes(kind, body))
const avi = (pictures: number[][], every = 125_000): ArrayBuffer => {
  const body = bytes('AVI ', list('hdrl', chunk('avih', u32(every))), list('movi', pictures.flatMap((p) => chunk('00dc', p))), chunk('idx1', [1, 2, 3, 4]))
  return new Uint8Array(chunk('RIFF', body)).buffer as ArrayBuffer
}

describe('a clip of evidence', () => {
  it('gives its pictures in their order and how far they lie apart', async () => {
    const clip = clipOf(avi([[1, 2, 3], [4, 5]]))!
    expect(clip.every).toBe(125)
    expect(clip.pictures.length).toBe(2)
    expect([...new Uint8Array(await clip.pictures[0].arrayBuffer())]).toEqual([1, 2, 3])
    expect([...new Uint8Array(await clip.pictures[1].arrayBuffer())]).toEqual([4, 5])
  })

  it('takes what is whole of a file that is cut, and nothing of another', () => {
    const whole = avi([[1, 2, 3], [4, 5], [6]])
    for (let n = 0; n < whole.byteLength; n++) {
      const clip = clipOf(whole.slice(0, n))
      expect(clip === null || clip.pictures.length <= 3).toBe(true)
    }
    expect(clipOf(avi([]))).toBeNull()
    expect(clipOf(new Uint8Array(64).buffer as ArrayBuffer)).toBeNull()
  })

  it('keeps a pace that can be watched', () => {
    expect(clipOf(avi([[1]], 0))!.every).toBe(20)
    expect(clipOf(avi([[1]], 0xffffffff))!.every).toBe(5000)
  })
})
