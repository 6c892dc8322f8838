// Tests that do not end by themselves, and one that does: for the runner's own test.

import { assert } from '../check.mjs'
import { seat } from '../browser.mjs'

export const tests = [
  ['computes without end', () => { for (;;); }, '', 1],
  ['opens pages without end', async ({ browser, server }) => { for (;;) await seat(browser, server) }, '', 1],
  ['a page without an answer', async ({ browser, server }) => (await seat(browser, server)).page.evaluate(() => { for (;;); }), '', 3],
  ['ends its process', () => process.exit(3)],
  ['ends by itself', async ({ browser, server }) => {
    const { page } = await seat(browser, server)
    await page.locator('#queue .grp').first().waitFor()
    assert.equal(browser.contexts().length, 1, 'a test that was cut off goes on')
  }],
]
