import { describe, expect, it } from 'vitest'
import { Keyboard, shown, type Press } from './keys'
import { en } from './words/en'

const press = (code: string, key: string, more: Partial<Press> = {}): Press => ({ code, key, ctrlKey: false, metaKey: false, altKey: false, typing: false, ...more })

describe('the keyboard', () => {
  it('walks and acts with single keys', () => {
    const k = new Keyboard()
    expect(k.read(press('KeyJ', 'j'), 0)).toBe('next')
    expect(k.read(press('KeyA', 'a'), 0)).toBe('acknowledge')
    expect(k.read(press('KeyO', 'o'), 0)).toBe('open-by-hand')
    expect(k.read(press('KeyX', 'x'), 0)).toBeNull()
  })

  it('works on an Arabic layout, where j is ت and a is ش', () => {
    const k = new Keyboard()
    expect(k.read(press('KeyJ', 'ت'), 0)).toBe('next')
    expect(k.read(press('KeyA', 'ش'), 0)).toBe('acknowledge')
    expect(k.read(press('Slash', '؟'), 0)).toBe('help')
  })

  it('walks through time, on an Arabic layout as well', () => {
    const k = new Keyboard()
    expect(k.read(press('Comma', 'و'), 0)).toBe('earlier')
    expect(k.read(press('Period', '>', { shiftKey: true }), 0)).toBe('much-later')
    expect(k.read(press('End', 'End'), 0)).toBe('now')
    expect(k.read(press('Comma', ',', { typing: true }), 0)).toBeNull()
  })

  it('waits for the second key after g, but not for ever', () => {
    const k = new Keyboard()
    expect(k.read(press('KeyG', 'g'), 0)).toBeNull()
    expect(k.read(press('KeyA', 'a'), 900)).toBe('go-alerts')
    k.read(press('KeyG', 'g'), 2000)
    expect(k.read(press('KeyA', 'a'), 9000)).toBe('acknowledge')
    // A wrong second key does nothing: it is not read as an action.
    k.read(press('KeyG', 'g'), 10_000)
    expect(k.read(press('KeyP', 'p'), 10_100)).toBeNull()
    expect(k.read(press('KeyP', 'p'), 10_200)).toBe('propose')
  })

  it('keeps out of typing and of the browser’s own keys', () => {
    const k = new Keyboard()
    expect(k.read(press('KeyA', 'a', { typing: true }), 0)).toBeNull()
    expect(k.read(press('KeyA', 'a', { ctrlKey: true }), 0)).toBeNull()
    expect(k.read(press('Escape', 'Escape', { typing: true }), 0)).toBe('close')
  })

  it('has a word for every key it shows', () => {
    for (const [, command] of shown) expect(en).toHaveProperty([`command.${command}`])
    expect(new Set(shown.map(([keys]) => keys.join())).size).toBe(shown.length)
  })
})
