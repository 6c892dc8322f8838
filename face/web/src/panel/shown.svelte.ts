// The track that the panel explains, for the map's lens.
import type { TrackDetail } from '../wire'

export const shown = $state<{ track: TrackDetail | null }>({ track: null })
