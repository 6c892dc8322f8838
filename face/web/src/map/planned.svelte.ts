// The way of the proposal that the panel shows, for the map.
export const planned = $state<{ route: { from: number; to: number; name: string } | null }>({ route: null })
