// A clip of evidence is an AVI of JPEG pictures, which no browser plays: its
// pictures are taken out here and shown one after the other.

export type Clip = { pictures: Blob[]; every: number } // milliseconds from one to the next

const word = (v: DataView, at: number) => String.fromCharCode(v.getUint8(at), v.getUint8(at + 1), v.getUint8(at + 2), v.getUint8(at + 3))

/** The pictures of an AVI (RIFF; Microsoft 1992), null for what is none. A file that is cut gives what is whole. */
export function clipOf(file: ArrayBuffer): Clip | null {
  const v = new DataView(file)
  if (v.byteLength < 12 || word(v, 0) !== 'RIFF' || word(v, 8) !== 'AVI ') return null
  const clip: Clip = { pictures: [], every: 100 }
  const walk = (from: number, to: number) => {
    for (let at = from; at + 8 <= to; ) {
      const id = word(v, at)
      const size = v.getUint32(at + 4, true)
      const end = at + 8 + size
      if (id === 'LIST' && size >= 4) walk(at + 12, Math.min(end, to))
      else if (end > to) return
      else if (id === 'avih' && size >= 4) clip.every = Math.min(5000, Math.max(20, v.getUint32(at + 8, true) / 1000))
      else if (id === '00dc' && size > 0) clip.pictures.push(new Blob([file.slice(at + 8, end)], { type: 'image/jpeg' }))
      at = end + (size % 2)
    }
  }
  walk(12, v.byteLength)
  return clip.pictures.length ? clip : null
}
