// MapLibre with its worker as a file of our own: no blob, no outside request.

import 'maplibre-gl/dist/maplibre-gl.css'
import * as maplibre from 'maplibre-gl'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'

maplibre.setWorkerUrl(worker)

export default maplibre
