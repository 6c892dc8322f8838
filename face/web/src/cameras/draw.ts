// Drawing dwellings: corners as latitude and longitude in degrees, and a flat map
// of so many metres across around a point, north up.

export type Corner = [number, number]
export type Dwelling = { id: string; name: string; corners: Corner[]; by: string; at: number; removed?: number; removed_by?: string; incident?: string; back?: number }

const perDegree = 111_195

/** What somebody typed as "lat, lon", null for what is no place on the Earth. */
export function corner(text: string): Corner | null {
  const m = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (!m) return null
  const lat = Number(m[1])
  const lon = Number(m[2])
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lat, lon] : null
}

/** A map of a square in pixels that shows so many metres. */
export function flat(middle: Corner, metres: number, side: number) {
  const scale = side / metres
  const east = perDegree * Math.cos((middle[0] * Math.PI) / 180)
  const bar = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].find((n) => n * scale > 50) ?? 20_000
  return {
    xy: (c: Corner) => ({ x: side / 2 + (c[1] - middle[1]) * east * scale, y: side / 2 - (c[0] - middle[0]) * perDegree * scale }),
    at: (x: number, y: number): Corner => [middle[0] - (y - side / 2) / scale / perDegree, middle[1] + (x - side / 2) / scale / east],
    bar: { metres: bar, px: bar * scale },
  }
}
