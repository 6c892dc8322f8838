// The ground of the map: no tiles, no glyphs, no outside request. A graticule,
// the two sides tinted beside the line, and the line itself.

import type { GeoJSONSource, Map as MapLibre, StyleSpecification } from 'maplibre-gl'
import type { Axis } from '../line'
import type { Palette } from '../look/palette'

type Features = Parameters<GeoJSONSource['setData']>[0]

const depth = 12_000 // metres of each side that carry its tint

/** A band beside the line from one offset to another, as a polygon. */
export function band(axis: Axis, from: number, to: number, inner: number, outer: number): [number, number][] {
  const step = Math.max(300, (to - from) / 700)
  const there: [number, number][] = []
  const back: [number, number][] = []
  for (let m = from; ; m = Math.min(to, m + step)) {
    const a = axis.at(m, inner)
    const b = axis.at(m, outer)
    there.push([a.lon, a.lat])
    back.push([b.lon, b.lat])
    if (m >= to) break
  }
  const ring = [...there, ...back.reverse()]
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
  const whole = axis.part(0, axis.length)
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
            area(band(axis, 0, axis.length, 0, -depth), 'other'), area(band(axis, 0, axis.length, 0, depth), 'home'),
            area(band(axis, 0, axis.length, 0, -depth / 3), 'other'), area(band(axis, 0, axis.length, 0, depth / 3), 'home'),
          ],
        },
      },
      line: { type: 'geojson', data: line(whole), attribution: '' },
      view: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': p.bg0 } },
      { id: 'other', type: 'fill', source: 'sides', filter: ['==', ['get', 'side'], 'other'], paint: { 'fill-color': p.night ? '#8a94a0' : '#5b6874', 'fill-opacity': p.night ? 0.045 : 0.06, 'fill-antialias': false } },
      { id: 'home', type: 'fill', source: 'sides', filter: ['==', ['get', 'side'], 'home'], paint: { 'fill-color': p.night ? '#34777c' : '#4a979b', 'fill-opacity': p.night ? 0.06 : 0.08, 'fill-antialias': false } },
      { id: 'coarse', type: 'line', source: 'coarse', paint: { 'line-color': p.rule, 'line-width': 1, 'line-opacity': 0.8 } },
      { id: 'fine', type: 'line', source: 'fine', minzoom: 8, paint: { 'line-color': p.rule, 'line-width': 0.6, 'line-opacity': 0.7 } },
      { id: 'view', type: 'line', source: 'view', paint: { 'line-color': p['line-ui'], 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 6, 12, 12], 'line-opacity': 0.5 } },
      { id: 'line', type: 'line', source: 'line', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': p.zero, 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 1.4, 12, 2.4] } },
    ],
  }
}

/** Marks on the map the span that the strip shows. */
export function markView(map: MapLibre, axis: Axis, from: number, to: number): void {
  const source = map.getSource('view') as GeoJSONSource | undefined
  source?.setData(line(axis.part(from, to)))
}
