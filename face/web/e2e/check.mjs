// Small assertions, and axe.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Waits until something is true, asking ten times a second: long, since others may use the machine. */
export async function until(what, ask, ms = 60_000) {
  const end = Date.now() + ms
  let last
  for (;;) {
    try {
      last = await ask()
      if (last) return last
    } catch (e) {
      last = e
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${ms / 1000} s (last: ${last instanceof Error ? last.message.split('\n')[0] : JSON.stringify(last)})`)
    await new Promise((r) => setTimeout(r, 100))
  }
}

/** Goes to a page by its keys. On a loaded machine more time may pass between two keys than a chord allows: then again. */
const pagesOf = { a: 'alerts', c: 'coverage', i: 'incidents', l: '', o: 'oversight', q: 'silences', s: 'suppressed', t: 'sensors', u: 'units', v: 'cameras', w: 'works', h: 'handover' }
export async function go(page, key) {
  const path = '/' + pagesOf[key]
  await until('page g ' + key, async () => {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    return until(path, () => new URL(page.url()).pathname === path, 3_000).catch(() => false)
  })
  if (key !== 'l') await page.locator('main.page h1').first().waitFor()
}

/** The page must be clean by WCAG 2.2 A and AA. */
export async function accessible(page, where) {
  await page.evaluate(axeSource)
  const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }))
  const found = result.violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n       ${v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join('\n       ')}`)
  assert.equal(found.length, 0, `${where}: ${found.length} violations\n     ${found.join('\n     ')}`)
}

/** What every test ends with: nothing left the host, nothing broke. */
export function quiet(trouble) {
  assert.deepEqual(trouble.outside, [], 'the page asked another host')
  assert.deepEqual(trouble.errors, [], 'the page threw')
  assert.deepEqual(trouble.policy, [], 'the page broke its own content policy')
}

/** A picture for the README, where MARSAD_SHOTS names a folder. */
export async function shot(page, name, map = true) {
  const dir = process.env.MARSAD_SHOTS
  if (!dir) return
  mkdirSync(dir, { recursive: true })
  if (map) await until('the map', () => page.locator('[data-idle=yes]').count(), 30_000)
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(dir, name + '.png') })
}

export { assert }
