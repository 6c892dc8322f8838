// What is seen and what is not: claim beside computation, gaps, a plan, a tower
// moved by keyboard, print, both languages.

import { seat } from './browser.mjs'
import { accessible, assert, quiet, until } from './check.mjs'

async function open(page, server, lang) {
  await page.goto(`${server.url}/coverage?lang=${lang}`)
  await page.locator('.cover .box.co .fig').waitFor({ timeout: 60_000 })
}

async function everything({ browser, server }, lang, theme) {
  const { page, trouble } = await seat(browser, server, { lang, theme })
  await open(page, server, lang)
  const text = await page.locator('.cover').innerText()
  // No percentage of synthetic relief without the word, and a claim is called one.
  assert.match(text, lang === 'ar' ? /اصطناعي/ : /synthetic/i)
  assert.match(await page.locator('.box.cl .tag').innerText(), lang === 'ar' ? /مُدّعى|ادعاء|مدّعى/ : /claimed/i)
  assert.match(await page.locator('.whose').innerText(), /\(.*duty.*\).*\d{4}-\d\d-\d\d/)
  assert.equal(await page.locator('.wm text').count(), 1, 'the watermark lies over the page')
  await until('the strips', async () => (await page.locator('#strips .walk').count()) === 1)
  await accessible(page, `coverage ${lang} ${theme}`)
  await page.emulateMedia({ media: 'print' })
  assert.ok((await page.locator('.cover').boundingBox()).height > 600, 'the whole page is printed')
  assert.equal(await page.locator('.cover form:visible').count(), 0, 'a print has no forms')
  quiet(trouble)
}

async function planAndWhatIf({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await open(page, server, 'en')
  await page.getByLabel('Towers', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Work out a plan' }).click()
  await page.locator('.plans .card').first().waitFor({ timeout: 90_000 })
  assert.match(await page.locator('.plans .card').first().innerText(), /synthetic relief/)
  // A tower is moved by keyboard: ten kilometres away from the line it sees less.
  await page.getByRole('button', { name: 'Span on screen' }).click()
  const tower = page.locator('.tower.movable').first()
  await tower.focus()
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.locator('.tried').waitFor({ timeout: 60_000 })
  assert.match(await page.locator('.tried').innerText(), /come to light, [\d,]+ m go dark/)
  await accessible(page, 'coverage after a what-if')
  quiet(trouble)
}

export const tests = [
  ['coverage: claim beside computation, marked, watermarked, printable, English', (x) => everything(x, 'en', 'night'), 'real'],
  ['coverage: the same in Arabic by day', (x) => everything(x, 'ar', 'day'), 'real'],
  ['coverage: a plan, and a tower moved by keyboard', planAndWhatIf, 'real'],
]
