// Movement only for who wants it.

import { seat } from './browser.mjs'
import { assert, until } from './check.mjs'

async function still({ browser, server }) {
  const { page } = await seat(browser, server, { reduced: true })
  await page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
  await fetch(`${server.url}/mock/critical`)
  await page.locator('#queue .row.sound').first().waitFor()
  const moving = () => page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length)
  assert.equal(await moving(), 0, 'nothing moves for who asked for rest')
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await until('the critical alert flashes for the others', async () => (await moving()) > 0)
}

export const tests = [
  ['reduced motion: nothing moves, and a critical alert still stands out', still, 'mock'],
]
