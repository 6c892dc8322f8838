// A thousand things that move: how smooth the page stays and whether it loses
// what a person does. Figures are printed; what is asserted is that nothing a
// person did was lost.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { seat } from './browser.mjs'
import { assert, until } from './check.mjs'

const tracks = 1000
const seconds = 12

async function mock() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../mock/server.mjs', import.meta.url)), '0'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MARSAD_TRACKS: String(tracks), MARSAD_BEAT: '200' } })
  const line = await new Promise((resolve, reject) => {
    child.stdout.once('data', (d) => resolve(String(d)))
    child.once('exit', (code) => reject(new Error(`the mock ended with ${code}`)))
  })
  return { url: new URL(/http\S+/.exec(line)[0]).origin, token: 'mock', stop: () => child.kill() }
}

const at = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0

async function smooth({ browser }, span) {
  const server = await mock()
  try {
    const { page } = await seat(browser, server, { size: [1600, 900], reduced: false })
    await page.locator('#queue .row').first().waitFor({ timeout: 60_000 })
    await until('the map', () => page.locator('[data-idle=yes]').count(), 60_000)
    if (span) await page.keyboard.press('0')
    const shown = await page.evaluate(() => new Promise((done) => {
      const s = new EventSource('/api/v1/live')
      s.addEventListener('snapshot', (e) => { s.close(); done(JSON.parse(e.data).tracks.length) })
    }))
    assert.ok(shown >= tracks, `${shown} tracks`)
    // Every frame and every event that arrives, with how long it waited for the page.
    await page.evaluate(() => {
      const m = (window.measured = { frames: [], waits: [], keys: 0, moves: 0, wheels: 0 })
      let last = performance.now()
      const frame = (t) => { m.frames.push(t - last); last = t; requestAnimationFrame(frame) }
      requestAnimationFrame(frame)
      const hear = (kind) => (e) => { m[kind]++; m.waits.push(performance.now() - e.timeStamp) }
      addEventListener('keydown', hear('keys'), true)
      // Moves within one frame come as one event that names them all.
      addEventListener('pointermove', (e) => { m.moves += Math.max(1, e.getCoalescedEvents().length); m.waits.push(performance.now() - e.timeStamp) }, true)
      addEventListener('wheel', hear('wheels'), { capture: true, passive: true })
    })
    const map = await page.locator('main.map').boundingBox()
    let keys = 0
    let moves = 0
    let wheels = 0
    const end = Date.now() + seconds * 1000
    while (Date.now() < end) {
      await page.keyboard.press(keys % 2 ? 'k' : 'j')
      keys++
      await page.mouse.move(map.x + 60 + ((moves * 37) % (map.width - 120)), map.y + 60 + ((moves * 23) % (map.height - 120)))
      moves++
      if (moves % 10 === 0) {
        await page.mouse.wheel(0, moves % 20 ? -40 : 40)
        wheels++
      }
      await page.waitForTimeout(40)
    }
    // What is still on its way arrives, or it was lost.
    await until('everything arrives', () => page.evaluate(([k, m, w]) => measured.keys >= k && measured.moves >= m && measured.wheels >= w, [keys, moves, wheels])).catch(() => {})
    const m = await page.evaluate(() => window.measured)
    const frames = m.frames.slice(1).sort((a, b) => a - b)
    const waits = m.waits.sort((a, b) => a - b)
    const total = frames.reduce((a, b) => a + b, 0)
    const ms = (v) => v.toFixed(0) + ' ms'
    console.log(`     ${tracks} tracks, ${span ? 'whole line' : 'one section'}, 5 batches a second, ${(total / 1000).toFixed(1)} s, software drawing:`)
    console.log(`     ${((1000 * frames.length) / total).toFixed(0)} frames a second; a frame takes ${ms(at(frames, 0.5))} (half), ${ms(at(frames, 0.95))} (95 %), ${ms(at(frames, 0.99))} (99 %), ${ms(frames.at(-1))} (longest)`)
    console.log(`     keys ${m.keys} of ${keys}, moves ${m.moves} of ${moves}, wheels ${m.wheels} of ${wheels} arrived; waited ${ms(at(waits, 0.5))} (half), ${ms(at(waits, 0.95))} (95 %), ${ms(waits.at(-1) ?? 0)} (longest)`)
    assert.equal(m.keys, keys, 'no key is lost')
    assert.equal(m.wheels, wheels, 'no turn of the wheel is lost')
    assert.equal(m.moves, moves, 'no move is lost')
  } finally {
    server.stop()
  }
}

export const tests = [
  ['a thousand moving tracks in one section: nothing a person does is lost', (x) => smooth(x, false)],
  ['a thousand moving tracks on the whole line: nothing a person does is lost', (x) => smooth(x, true)],
]
