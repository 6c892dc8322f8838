// The scale of the S-curve.

/** Round lengths up to a top, three to seven of them, each once: 1, 2 or 5 times a power of ten apart. */
export function roundSteps(top: number): number[] {
  const power = 10 ** Math.floor(Math.log10(top))
  const step = [0.1, 0.2, 0.5, 1, 2].map((x) => x * power).find((s) => top / s < 8)!
  return Array.from({ length: Math.floor(top / step) }, (_, i) => Math.round((i + 1) * step))
}
