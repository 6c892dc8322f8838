// Thermal cameras: those of the demo, whose pictures the simulator draws, come up by
// themselves with the alert that they see; and what the page says where there is none.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'
import { demo } from './server.mjs'

const words = {
  en: { menu: 'Pages', page: 'Cameras', none: 'No thermal camera is configured', kept: 'What cameras showed', of: 'Cameras of this alert', likely: 'likely', near: 'close-up', simulated: 'SIMULATED' },
  ar: { menu: 'الصفحات', page: 'الكاميرات', none: 'لا توجد كاميرا حرارية في الإعدادات', kept: 'ما أظهرته الكاميرات', of: 'كاميرات هذا التنبيه', likely: 'يُحتمل', near: 'تقريب', simulated: 'محاكاة' },
}

async function open({ browser, server }, lang, prepare = async () => {}) {
  const s = await seat(browser, server, { lang, theme: lang === 'ar' ? 'day' : 'night' })
  await prepare(s.page)
  await s.page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
  const alert = s.page.locator('#queue [id^="alert-"]').first()
  await alert.waitFor({ timeout: 150_000 }) // the demo's first comes a minute or two after its start
  const [evidence] = await Promise.all([
    s.page.waitForResponse((r) => /\/alerts\/[^/]+\/evidence$/.test(new URL(r.url()).pathname)),
    alert.click(),
  ])
  assert.equal(evidence.status(), 200, 'the panel asks for evidence')
  await s.page.locator('aside .reason').waitFor()
  return s
}

/** The whole way by keyboard: the menu, then its entry. */
async function wall(page, w) {
  await page.locator('header button.pages').focus()
  await page.keyboard.press('Enter')
  const entry = page.locator('header .pop').getByRole('button', { name: w.page, exact: true })
  await entry.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: w.page, exact: true }).waitFor()
  await until('the address of the wall', () => new URL(page.url()).pathname === '/cameras')
}

async function none(x, lang) {
  const w = words[lang]
  const { page, trouble } = await open(x, lang, (page) => page.route(/\/api\/v1\/(cameras|alerts\/[^/]+\/evidence)(\?|$)/, (route) => route.fulfill({ json: { items: [] } })))
  const panel = await page.locator('aside').innerText()
  for (const absent of [w.of, w.kept]) assert.ok(!panel.includes(absent), `no "${absent}" without a camera`)
  await wall(page, w)
  await until('the empty wall', async () => (await page.locator('main.page').innerText()).includes(w.none))
  assert.equal(await page.locator('main.page article, main.page img').count(), 0, 'no tile, no picture')
  assert.equal(await page.evaluate(() => document.documentElement.dir), lang === 'ar' ? 'rtl' : 'ltr')
  await accessible(page, `cameras ${lang}`)
  await shot(page, `cameras-none-${lang}`, false)
  quiet(trouble)
}

async function shown(x, lang) {
  const w = words[lang]
  const { page, trouble } = await open(x, lang)
  const own = page.getByRole('region', { name: w.of })
  const drawn = (tile) => tile.locator('.frame img').evaluate((i) => i.complete && i.naturalWidth > 0).catch(() => false)
  await until('a picture of the alert, without anybody asking for it', async () => (await own.locator('article').count()) > 0 && drawn(own.locator('article').first()), 60_000)
  const first = own.locator('article').first()
  assert.ok((await first.innerText()).includes(w.simulated), 'a drawn picture is marked simulated')
  // What moves is named with its likelihood, and shown larger in a corner.
  const moving = own.locator('article', { hasText: w.likely }).first()
  await moving.waitFor({ timeout: 300_000 }) // who comes has to walk into the picture first
  const near = moving.getByRole('button', { name: new RegExp(w.near) })
  await near.waitFor({ timeout: 60_000 })
  assert.equal(await moving.locator('.frame .near').count(), 1)
  await near.press('Enter')
  assert.equal(await moving.locator('.frame .near').count(), 0, 'put away by keyboard')
  await near.press('Enter')
  await accessible(page, `an alert's cameras ${lang}`)
  await shot(page, `alert-cameras-${lang}`, false)

  await wall(page, w)
  const tiles = page.locator('main.page article')
  await until('both pictures on the wall', async () => (await tiles.count()) === 2 && (await drawn(tiles.nth(0))) && drawn(tiles.nth(1)), 60_000)
  const sizes = (await page.locator('main.page [aria-pressed]').allInnerTexts()).map((t) => t.replace(/[^0-9×]/g, '')).filter((t) => /^\d+$/.test(t))
  assert.ok(sizes.every((n) => +n <= 16) && sizes.includes('4'), `pictures at once: ${sizes}`)
  await accessible(page, `the wall ${lang}`)
  await shot(page, `cameras-${lang}`, false)
  quiet(trouble)
}

/** Who comes in the demo has left the pictures some eight minutes after its start, so it is begun anew. */
async function shownInBoth({ browser }) {
  const dir = mkdtempSync(join(tmpdir(), 'marsad-cameras-'))
  const server = await demo(dir)
  try {
    for (const lang of ['en', 'ar']) await shown({ browser, server }, lang)
  } finally {
    await server.end('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
}

export const tests = [
  ['no camera is configured: the wall says so and an alert shows none, in English', (x) => none(x, 'en')],
  ['no camera is configured: the wall says so and an alert shows none, in Arabic', (x) => none(x, 'ar')],
  ["an alert's cameras come up by themselves, with a close-up, in both languages", shownInBoth, 'binary', 600],
]
