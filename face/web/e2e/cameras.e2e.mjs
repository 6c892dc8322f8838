// Thermal cameras where none is configured, as in the demo: the page says so
// plainly, and an alert shows no pictures that nobody took.

import { seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { menu: 'Pages', page: 'Cameras', none: 'No thermal camera is configured', kept: 'What cameras showed', of: 'Cameras of this alert' },
  ar: { menu: 'الصفحات', page: 'الكاميرات', none: 'لا توجد كاميرا حرارية في الإعدادات', kept: 'ما أظهرته الكاميرات', of: 'كاميرات هذا التنبيه' },
}

async function none({ browser, server }, lang) {
  const w = words[lang]
  const { page, trouble } = await seat(browser, server, { lang, theme: lang === 'ar' ? 'day' : 'night' })
  await page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
  const alert = page.locator('#queue [id^="alert-"]').first()
  await alert.waitFor({ timeout: 150_000 }) // the demo's first comes a minute or two after its start
  const [evidence] = await Promise.all([
    page.waitForResponse((r) => /\/alerts\/[^/]+\/evidence$/.test(new URL(r.url()).pathname)),
    alert.click(),
  ])
  assert.equal(evidence.status(), 200, 'the panel asks for evidence')
  await page.locator('aside .reason').waitFor()
  const panel = await page.locator('aside').innerText()
  for (const absent of [w.of, w.kept]) assert.ok(!panel.includes(absent), `no "${absent}" without a camera`)

  // The whole way by keyboard: the menu, then its entry.
  await page.locator('header button.pages').focus()
  await page.keyboard.press('Enter')
  const entry = page.locator('header .pop').getByRole('button', { name: w.page, exact: true })
  await entry.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: w.page, exact: true }).waitFor()
  await until('the empty wall', async () => (await page.locator('main.page').innerText()).includes(w.none))
  assert.equal(await page.locator('main.page article, main.page img').count(), 0, 'no tile, no picture')
  assert.equal(await page.evaluate(() => document.documentElement.dir), lang === 'ar' ? 'rtl' : 'ltr')
  assert.equal(new URL(page.url()).pathname, '/cameras')
  await accessible(page, `cameras ${lang}`)
  await shot(page, `cameras-none-${lang}`, false)
  quiet(trouble)
}

export const tests = [
  ['no camera is configured: the wall says so and an alert shows none, in English', (x) => none(x, 'en')],
  ['no camera is configured: the wall says so and an alert shows none, in Arabic', (x) => none(x, 'ar')],
]
