// The ground that MapLibre paints: a colour, and over it the relief as the server
// draws it, once coverage knows the ground. Everything else is drawn on the
// canvases above it, which wait for no worker and no tile; MapLibre carries the
// map's movement, and the layers that bring tiles of their own.

import type { StyleSpecification } from 'maplibre-gl'
import type { Palette } from '../look/palette'

export function style(p: Palette, relief = false): StyleSpecification {
  const s: StyleSpecification = { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': p.bg0 } }] }
  if (relief) {
    s.sources.relief = { type: 'raster', tiles: [`${location.origin}/api/v1/ground/tiles/{z}/{x}/{y}`], tileSize: 256, minzoom: 5, maxzoom: 13, bounds: [37.5, 31.5, 43.5, 38.2] }
    s.layers.push({ id: 'relief', type: 'raster', source: 'relief', paint: { 'raster-opacity': p.night ? 0.55 : 0.4, 'raster-fade-duration': 0 } })
  }
  return s
}
