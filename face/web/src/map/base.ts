// The ground of the map: no tiles, no glyphs, no outside request. A graticule and
// the two sides tinted beside the line. The line itself is drawn on the canvas
// above, which does not wait for MapLibre's worker.

import type { GeoJSONSource, StyleSpecification } from 'maplibre-gl'
import type { Axis } from '../line'
import type { Palette } from '../look/palette'

type Features = Parameters<GeoJSONSource['setData']>[0]

const depth = 12_000 // metres of each side that carry its tint

/** A band beside the line out to an offset, as a polygon. */
export function band(axis: Axis, outer: number): [number, number][] {
  // Far from the line its bends would fold the edge over itself: a chord as long
  // as the band is deep, and few points, keep it simple.
  const step = 2_000
  const back: [number, number][] = []
  for (let m = 0; ; m = Math.min(axis.length, m + step)) {
    const b = axis.at(m, outer, Math.abs(outer))
    back.push([b.lon, b.lat])
    if (m >= axis.length) break
  }
  const ring = [...axis.part(0, axis.length), ...back.reverse()]
  ring.push(ring[0])
  return ring
}

function graticule(step: number): Features {
  const features = []
  for (let lon = 36; lon <= 45.001; lon += step) features.push(line([[lon, 31], [lon, 39]]))
  for (let lat = 31; lat <= 39.001; lat += step) features.push(line([[36, lat], [45, lat]]))
  return { type: 'FeatureCollection', features }
}

const line = (coordinates: [number, number][]) => ({ type: 'Feature' as const, properties: {}, geometry: { type: 'LineString' as const, coordinates } })
const area = (ring: [number, number][], side: string) => ({ type: 'Feature' as const, properties: { side }, geometry: { type: 'Polygon' as const, coordinates: [ring] } })

export function style(axis: Axis, p: Palette): StyleSpecification {
  return {
    version: 8,
    sources: {
      coarse: { type: 'geojson', data: graticule(0.5) },
      fine: { type: 'geojson', data: graticule(0.1) },
      sides: {
        type: 'geojson',
        data: {
          type: 'FeatureCollection',
          features: [
            area(band(axis, -depth), 'other'), area(band(axis, depth), 'home'),
            area(band(axis, -depth / 3), 'other'), area(band(axis, depth / 3), 'home'),
          ],
        },
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': p.bg0 } },
      { id: 'other', type: 'fill', source: 'sides', filter: ['==', ['get', 'side'], 'other'], paint: { 'fill-color': p.night ? '#8a94a0' : '#5b6874', 'fill-opacity': p.night ? 0.045 : 0.06, 'fill-antialias': false } },
      { id: 'home', type: 'fill', source: 'sides', filter: ['==', ['get', 'side'], 'home'], paint: { 'fill-color': p.night ? '#34777c' : '#4a979b', 'fill-opacity': p.night ? 0.06 : 0.08, 'fill-antialias': false } },
      { id: 'coarse', type: 'line', source: 'coarse', paint: { 'line-color': p.rule, 'line-width': 1, 'line-opacity': 0.8 } },
      { id: 'fine', type: 'line', source: 'fine', minzoom: 8, paint: { 'line-color': p.rule, 'line-width': 0.6, 'line-opacity': 0.7 } },
    ],
  }
}
