// Names on the map that do not lie on one another.

import type { Shown } from './view'

/** Labels that keep off one another: first come, first drawn. */
export class Labels {
  private readonly taken: [number, number, number, number][] = []
  constructor(
    private readonly c: CanvasRenderingContext2D,
    private readonly s: Shown,
  ) {}

  block(x: number, y: number, w: number, h: number): void {
    this.taken.push([x, y, x + w, y + h])
  }

  /** Draws lines of text beside a point, on the first side that is free. */
  put(lines: { text: string; colour: string; weight?: number }[], x: number, y: number, gap: number, must = false): boolean {
    const { c, s } = this
    const widths = lines.map((l) => {
      c.font = `${l.weight ?? 400} 11px ${s.p.font}`
      return c.measureText(l.text).width
    })
    const w = Math.max(...widths)
    const h = lines.length * 14
    const sides: [number, number, CanvasTextAlign][] = [[x + gap, y - h / 2, 'left'], [x - gap - w, y - h / 2, 'right'], [x - w / 2, y - gap - h, 'center'], [x - w / 2, y + gap, 'center']]
    let at = sides.find(([lx, ly]) => this.free(lx, ly, w, h))
    if (!at && !must) return false
    at ??= sides[0]
    this.block(at[0] - 2, at[1], w + 4, h)
    c.textBaseline = 'middle'
    c.direction = s.lang === 'ar' ? 'rtl' : 'ltr'
    c.textAlign = at[2]
    const tx = at[2] === 'left' ? at[0] : at[2] === 'right' ? at[0] + w : at[0] + w / 2
    lines.forEach((l, i) => {
      c.font = `${l.weight ?? 400} 11px ${s.p.font}`
      c.lineWidth = 3.2
      c.lineJoin = 'round'
      c.strokeStyle = s.p.bg0
      c.strokeText(l.text, tx, at[1] + 7 + i * 14)
      c.fillStyle = l.colour
      c.fillText(l.text, tx, at[1] + 7 + i * 14)
    })
    return true
  }

  private free(x: number, y: number, w: number, h: number): boolean {
    return !this.taken.some(([a, b, c2, d]) => x < c2 && x + w > a && y < d && y + h > b)
  }
}
