// An invented line of the length and bearing of the real one, for the mock only.
// MARSAD_LINE may name a GeoJSON file with a real line.

import { readFileSync } from 'node:fs'

const coarse = [[42.35, 37.1], [42.36, 37.03], [42.2, 36.9], [42.08, 36.8], [41.9, 36.68], [41.62, 36.58], [41.4, 36.5], [41.31, 36.4], [41.29, 36.2],
  [41.27, 35.9], [41.3, 35.5], [41.26, 35.2], [41.21, 34.95], [41.2, 34.75], [41.05, 34.5], [40.9, 34.38], [40.5, 34.22], [39.8, 33.9], [39.3, 33.63], [38.8, 33.37]]

function wiggle(points) {
  const out = []
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b] = [points[i], points[i + 1]]
    for (let k = 0; k < 24; k++) {
      const t = k / 24
      const s = Math.sin((i * 24 + k) * 0.9) * 0.004 + Math.sin((i * 24 + k) * 0.23) * 0.006
      out.push([a[0] + (b[0] - a[0]) * t + s, a[1] + (b[1] - a[1]) * t - s])
    }
  }
  out.push(points.at(-1))
  return out
}

export const coordinates = process.env.MARSAD_LINE
  ? JSON.parse(readFileSync(process.env.MARSAD_LINE, 'utf8')).features[0].geometry.coordinates
  : wiggle(coarse)

const per = 111195
const distance = (a, b) => Math.hypot((b[0] - a[0]) * per * Math.cos(((a[1] + b[1]) / 2) * Math.PI / 180), (b[1] - a[1]) * per)

export const chainages = [0]
for (let i = 1; i < coordinates.length; i++) chainages.push(chainages[i - 1] + distance(coordinates[i - 1], coordinates[i]))
export const length = chainages.at(-1)

function on(m) {
  let i = 0
  while (i < chainages.length - 2 && chainages[i + 1] < m) i++
  const t = (m - chainages[i]) / (chainages[i + 1] - chainages[i])
  const [a, b] = [coordinates[i], coordinates[i + 1]]
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/** The place at a chainage and an offset, positive on the home side. */
export function ground(m, offset = 0) {
  const [lon, lat] = on(Math.min(length, Math.max(0, m)))
  const a = on(Math.max(0, m - 400))
  const b = on(Math.min(length, m + 400))
  const k = Math.cos(lat * Math.PI / 180)
  const n = Math.hypot((b[0] - a[0]) * k, b[1] - a[1])
  const east = (b[0] - a[0]) * k / n
  const north = (b[1] - a[1]) / n
  return { lat: lat + east * offset / per, lon: lon - north * offset / (per * k) }
}

/** Bearing in degrees of a way given in chainage and offset. */
export function bearing(m, offset, dm, doff) {
  const a = ground(m, offset)
  const b = ground(m + dm, offset + doff)
  return (Math.atan2((b.lon - a.lon) * Math.cos(a.lat * Math.PI / 180), b.lat - a.lat) * 180 / Math.PI + 360) % 360
}
