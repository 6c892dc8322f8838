// The tokens as strings for canvases, read once for each theme.

const names = [
  'bg0', 'bg1', 'bg2', 'bg3', 'rule', 'line-ui', 'text1', 'text2', 'text3', 'critical', 'high', 'normal', 'info', 'critical-fill',
  'high-fill', 'unknown-fill', 'own-fill', 'mark', 'unknown', 'own', 'zero', 'seen0', 'seen1', 'seen2', 'seen3', 'seen4', 'reach1',
  'reach2', 'reach3', 'risk', 'barrier', 'works', 'holder1', 'holder2', 'holder3', 'relief',
] as const

export type Palette = Record<(typeof names)[number], string> & { night: boolean; font: string }

/** The palette of a theme; the theme must already be on the document. */
export function palette(theme: 'night' | 'day'): Palette {
  const style = getComputedStyle(document.documentElement)
  const p = { night: theme === 'night', font: style.getPropertyValue('--font').trim() } as Palette
  for (const n of names) p[n] = style.getPropertyValue('--' + n).trim()
  return p
}

/** A colour with less ink, for canvases. */
export function thin(hex: string, alpha: number): string {
  const a = Math.round(Math.min(1, Math.max(0, alpha)) * 255)
  return hex + a.toString(16).padStart(2, '0')
}

const hatches = new Map<string, CanvasPattern>()

/** Diagonal hatching in a colour; kept, for patterns are dear to make. */
export function hatch(c: CanvasRenderingContext2D, colour: string, gap = 6, width = 1.2): CanvasPattern | string {
  const key = colour + gap + width
  let p = hatches.get(key)
  if (!p) {
    const tile = document.createElement('canvas')
    const scale = 2 // drawn finer than it is shown
    tile.width = tile.height = gap * scale
    const t = tile.getContext('2d')
    if (!t) return colour
    t.scale(scale, scale)
    t.strokeStyle = colour
    t.lineWidth = width
    t.beginPath()
    for (const o of [-gap, 0, gap]) {
      t.moveTo(o - 1, gap + 1)
      t.lineTo(o + gap + 1, -1)
    }
    t.stroke()
    const made = c.createPattern(tile, 'repeat')
    if (!made) return colour
    made.setTransform(new DOMMatrix().scale(1 / scale))
    hatches.set(key, (p = made))
  }
  return p
}
