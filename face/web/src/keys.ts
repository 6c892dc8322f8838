// The keyboard as a table: what each key means, apart from what is done then.

export type Command =
  | 'next' | 'previous' | 'acknowledge' | 'verify' | 'propose' | 'approve' | 'refuse' | 'open-selected' | 'search' | 'help' | 'close'
  | 'open-by-hand' | 'people-in-need' | 'zoom-in' | 'zoom-out' | 'whole' | 'silence-sound' | 'earlier' | 'later' | 'much-earlier' | 'much-later' | 'now'
  | 'go-coverage' | 'go-live' | 'go-alerts' | 'go-incidents' | 'go-suppressed' | 'go-silences' | 'go-units' | 'go-sensors' | 'go-cameras' | 'go-works' | 'go-handover' | 'go-reports' | 'go-oversight' | 'go-administration'

/** One key alone. Physical keys (KeyJ), so that an Arabic layout works as well. */
const single: Record<string, Command> = {
  KeyJ: 'next', KeyK: 'previous', KeyA: 'acknowledge', KeyV: 'verify', KeyP: 'propose', KeyY: 'approve', KeyN: 'refuse',
  KeyO: 'open-by-hand', KeyH: 'people-in-need', KeyM: 'silence-sound',
}

/** After g. */
const going: Record<string, Command> = {
  KeyL: 'go-live', KeyC: 'go-coverage', KeyA: 'go-alerts', KeyI: 'go-incidents', KeyS: 'go-suppressed', KeyQ: 'go-silences', KeyU: 'go-units',
  KeyT: 'go-sensors', KeyV: 'go-cameras', KeyW: 'go-works', KeyH: 'go-handover', KeyR: 'go-reports', KeyO: 'go-oversight', KeyD: 'go-administration',
}

/** For the help: the keys as they are printed on caps. */
export const shown: [string[], Command][] = [
  [['j'], 'next'], [['k'], 'previous'], [['Enter'], 'open-selected'], [['a'], 'acknowledge'], [['v'], 'verify'], [['p'], 'propose'],
  [['y'], 'approve'], [['n'], 'refuse'], [['h'], 'people-in-need'], [['o'], 'open-by-hand'],
  [['/'], 'search'], [['m'], 'silence-sound'], [['+'], 'zoom-in'], [['−'], 'zoom-out'], [['0'], 'whole'], [['Esc'], 'close'], [['?'], 'help'],
  [[','], 'earlier'], [['.'], 'later'], [['⇧', ','], 'much-earlier'], [['⇧', '.'], 'much-later'], [['End'], 'now'],
  [['g', 'l'], 'go-live'], [['g', 'c'], 'go-coverage'], [['g', 'a'], 'go-alerts'], [['g', 'i'], 'go-incidents'], [['g', 's'], 'go-suppressed'],
  [['g', 'q'], 'go-silences'], [['g', 'u'], 'go-units'], [['g', 't'], 'go-sensors'], [['g', 'v'], 'go-cameras'], [['g', 'w'], 'go-works'], [['g', 'h'], 'go-handover'], [['g', 'r'], 'go-reports'], [['g', 'o'], 'go-oversight'], [['g', 'd'], 'go-administration'],
]

export type Press = { code: string; key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey?: boolean; typing: boolean }

const chordTime = 1_500 // ms to press the second key after g

/** Reads presses one after the other; knows that g waits for a second key. */
export class Keyboard {
  private gAt = -Infinity

  /** The command of a press, or null when the press is not ours. */
  read(p: Press, now: number): Command | null {
    if (p.ctrlKey || p.metaKey || p.altKey) return null
    if (p.key === 'Escape') return 'close'
    if (p.typing) return null
    const waiting = now - this.gAt < chordTime
    this.gAt = -Infinity
    if (waiting) return going[p.code] ?? null
    // Signs before physical keys: ? and / sit elsewhere on other layouts.
    if (p.key === '?' || p.key === '؟') return 'help'
    if (p.key === '/') return 'search'
    if (p.key === '+' || p.key === '=') return 'zoom-in'
    if (p.key === '-' || p.key === '−') return 'zoom-out'
    if (p.key === '0' || p.key === '٠') return 'whole'
    if (p.key === 'End') return 'now'
    // Physical keys again: Arabic layouts have letters there.
    if (p.code === 'Comma') return p.shiftKey ? 'much-earlier' : 'earlier'
    if (p.code === 'Period') return p.shiftKey ? 'much-later' : 'later'
    if (p.code === 'KeyG') {
      this.gAt = now
      return null
    }
    return single[p.code] ?? null
  }
}
