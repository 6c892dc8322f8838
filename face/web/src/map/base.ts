// The ground that MapLibre paints: a colour. Everything else is drawn on the
// canvases above it, which wait for no worker and no tile; MapLibre carries the
// map's movement, and the layers that bring tiles of their own.

import type { StyleSpecification } from 'maplibre-gl'
import type { Palette } from '../look/palette'

export const style = (p: Palette): StyleSpecification => ({
  version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': p.bg0 } }],
})
