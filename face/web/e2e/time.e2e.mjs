// Looking back: the picture as it was, clearly marked, by keys and by the bar, and
// back to now with one key.

import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { past: 'You look at the past', open: 'Open an alert', group: 'Group' },
  ar: { past: 'أنتم تنظرون إلى الماضي', open: 'تنبيه يدوي', group: 'مجموعة' },
}

async function back({ browser, server }, lang, theme) {
  const w = words[lang]
  const { page, trouble } = await seat(browser, server, { lang, theme })
  await page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
  await until('the map', () => page.locator('[data-idle=yes]').count(), 60_000)
  const api = asks(page)
  // An alert of now: half a minute ago it was not there.
  const made = await api('/alerts', { verb: 'open', severity: 'normal', text: 'Post by telephone: a light beyond the trench', place: { chainage: 41_700, offset: -300 } })
  const row = page.locator(`#alert-${made.row.id}`)
  await row.waitFor()
  await row.click()
  await page.locator('aside .key.primary').waitFor()
  const opened = made.row.opened
  await until('a minute is kept', async () => {
    const kept = await api('/picture/past')
    return kept.to >= opened && opened - kept.from > 35_000
  }, 90_000)

  await page.keyboard.press(',')
  const then = page.locator('#past')
  await then.waitFor()
  assert.ok((await then.innerText()).includes(w.past), 'it says that this is the past')
  await until('the address has the time', () => new URL(page.url()).searchParams.get('at'))
  // Back to before it was opened.
  await until('before the alert', async () => {
    if (!(await row.count())) return true
    await page.keyboard.press(',')
    return until('the picture of then', async () => !(await row.count()), 1_500).catch(() => false)
  }, 60_000)
  const at = new URL(page.url()).searchParams.get('at')
  const asked = await api('/picture?as_of=' + encodeURIComponent(at))
  assert.ok(asked.status.now <= Date.parse(at) + 1_000, 'nothing of that picture is newer than the time asked for')
  assert.ok(!asked.alerts.some((a) => a.id === made.row.id))
  assert.equal(await page.locator('aside .key.primary').count(), 0, 'nothing can be done in the past')
  assert.ok(await page.locator('#queue .hand').isDisabled(), 'nor opened')
  await page.keyboard.press('o')
  assert.equal(await page.getByRole('dialog').count(), 0)
  await accessible(page, `past ${lang} ${theme}`)
  await shot(page, `past-${theme}-${lang}`)

  // A link shows a colleague the same moment.
  await page.goto(`${server.url}/?lang=${lang}&at=${at}`)
  await then.waitFor()
  await until('the same moment', async () => (await page.locator('#queue .grp').count()) > 0 && !(await row.count()))

  // One key, and the alert stands there with its next step.
  await page.keyboard.press('End')
  await row.waitFor()
  assert.equal(await then.count(), 0)
  await row.click()
  await page.locator('aside .key.primary').waitFor()

  // The bar by keyboard: the oldest moment, one step on, and back.
  const slider = page.getByRole('slider')
  await slider.focus()
  await page.keyboard.press('Home')
  await then.waitFor()
  const oldest = await until('a value', () => slider.getAttribute('aria-valuenow'))
  await page.keyboard.press('ArrowRight')
  await until('ten seconds on', async () => +(await slider.getAttribute('aria-valuenow')) === +oldest + 10)
  await page.keyboard.press('End')
  await until('now', async () => (await then.count()) === 0)
  quiet(trouble)
}

export const tests = [
  ['looking back in time, in English, night', (x) => back(x, 'en', 'night'), 'program'],
  ['looking back in time, in Arabic, day', (x) => back(x, 'ar', 'day'), 'program'],
]
