// Commands of the keyboard on their way to the part of the page that can do them.

import type { Command } from './keys'

const listeners = new Set<(c: Command) => void>()

/** Hears every command that the frame does not do itself. Returns the way to stop. */
export function onCommand(f: (c: Command) => void): () => void {
  listeners.add(f)
  return () => listeners.delete(f)
}

export function give(c: Command): void {
  for (const f of listeners) f(c)
}
