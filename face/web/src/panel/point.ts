// A point of the map as the id of a selection: latitude, longitude.

/** Five decimals are a metre. */
export const pointId = (lat: number, lon: number): string => `${lat.toFixed(5)},${lon.toFixed(5)}`

export function pointOf(id: string): { lat: number; lon: number } | null {
  const m = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(id)
  if (!m || Math.abs(+m[1]) > 90 || Math.abs(+m[2]) > 180) return null
  return { lat: +m[1], lon: +m[2] }
}
