// The sound of a critical alert that nobody acknowledged: two rising tones,
// again every four seconds until somebody does. Made here, so that no file is
// needed and none can be missing.

export class Siren {
  private context: AudioContext | null = null
  private timer = 0
  private ringing = false
  /** False until the browser lets the page sound, which needs one press of a person. */
  ready = false

  constructor(private readonly changed: () => void) {}

  /** To be called in a press: browsers allow sound only from then on. */
  async unlock(): Promise<void> {
    try {
      this.context ??= new AudioContext()
      await this.context.resume()
      this.ready = this.context.state === 'running'
    } catch {
      this.ready = false // no sound device: the flash and the shape remain
    }
    this.changed()
  }

  /** One pass, for the test at hand-over and for the alarm itself. */
  sound(): void {
    const c = this.context
    if (!c || c.state !== 'running') return
    for (const [i, hz] of [660, 880, 660, 880].entries()) {
      const start = c.currentTime + i * 0.22
      const tone = c.createOscillator()
      const gain = c.createGain()
      tone.type = 'triangle'
      tone.frequency.value = hz
      gain.gain.setValueAtTime(0, start)
      gain.gain.linearRampToValueAtTime(0.28, start + 0.02)
      gain.gain.linearRampToValueAtTime(0, start + 0.2)
      tone.connect(gain).connect(c.destination)
      tone.start(start)
      tone.stop(start + 0.21)
    }
  }

  ring(on: boolean): void {
    if (on === this.ringing) return
    this.ringing = on
    clearInterval(this.timer)
    if (!on) return
    this.sound()
    this.timer = window.setInterval(() => this.sound(), 4_000)
  }
}
