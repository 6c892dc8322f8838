// A canvas that is as sharp as the screen.

/**
 * Sizes a canvas in CSS pixels and gives its context, cleared, in those pixels; null once the canvas
 * has left the page, which a frame asked for before may still find.
 */
export function prepare(canvas: HTMLCanvasElement | null | undefined, width: number, height: number): CanvasRenderingContext2D | null {
  if (!canvas) return null
  const ratio = devicePixelRatio || 1
  const w = Math.round(width * ratio)
  const h = Math.round(height * ratio)
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
  }
  const c = canvas.getContext('2d')
  c?.setTransform(ratio, 0, 0, ratio, 0, 0)
  c?.clearRect(0, 0, width, height)
  return c
}

/** Calls back once in the next frame, however often it is asked; or now, where paper does not wait for one. */
export function onceAFrame(draw: () => void): { ask: () => void; now: () => void; stop: () => void } {
  let waiting = 0
  return {
    now: () => {
      cancelAnimationFrame(waiting)
      waiting = 0
      draw()
    },
    ask: () => {
      waiting ||= requestAnimationFrame(() => {
        waiting = 0
        draw()
      })
    },
    stop: () => cancelAnimationFrame(waiting),
  }
}
