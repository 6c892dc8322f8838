// The barrier on site: a person with a phone writes the diary with a photo and the
// phone's position where there is no network; it is on record once when there is.

import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'
import { cut, joined } from './field.e2e.mjs'

const words = {
  en: { site: 'Barrier: diary, inspection, weak spot', spot: 'weak spot', inspection: 'inspection', from: 'From here', keep: 'Keep it', kept: 'Kept. It is sent', waits: 'Kept on this phone', metres: 'Metres finished', to: 'To km', nobody: 'nobody is in these photos', wrong: 'Missing or wrong', note: 'Note', back: 'Back', photos: 'Photos', position: 'You stand at', unit: 'No task' },
  ar: { site: 'الحاجز: يومية، فحص، نقطة ضعف', spot: 'نقطة ضعف', inspection: 'فحص', from: 'من هنا', keep: 'احفظ', kept: 'حُفظت', waits: 'محفوظ في هذا الهاتف', metres: 'الأمتار المنجزة', to: 'إلى كم', nobody: 'لا أحد في هذه الصور', wrong: 'ناقص أو خاطئ', note: 'ملاحظة', back: 'رجوع', photos: 'الصور', position: 'أنت عند', unit: 'لا مهمة' },
}

/** A photo as a phone would make it, of one colour. */
const photo = (page, colour) => page.evaluate(async (colour) => {
  const c = new OffscreenCanvas(640, 480)
  const g = c.getContext('2d')
  g.fillStyle = colour
  g.fillRect(0, 0, 640, 480)
  g.fillStyle = '#333'
  g.fillRect(0, 300, 640, 40)
  return [...new Uint8Array(await (await c.convertToBlob({ type: 'image/jpeg' })).arrayBuffer())]
}, colour)

async function diary({ browser, server }, lang, skip, colour) {
  const w = words[lang]
  const office = await seat(browser, server, { token: server.seats['demo-engineer'], lang, path: '/works' })
  const api = asks(office.page)
  const { page, context, trouble } = await seat(browser, server, { token: server.seats['demo-field'], size: [390, 844], lang, path: '/field', theme: lang === 'ar' ? 'day' : 'night' })
  await context.grantPermissions(['geolocation'], { origin: server.url })
  await page.locator('.units .k').first().waitFor({ timeout: 30_000 })
  // A package in the person's own sections, and somewhere in it that the sample has nothing of.
  const me = await asks(page)('/me')
  const pack = await until('the forms are on the phone', () => page.evaluate(([a, b]) => JSON.parse(localStorage.getItem('marsad.field') ?? '{}').site?.packages.find((p) => p.to > a + 2000 && p.from < b - 2000), me.home))
  const km = Math.round((Math.max(pack.from, me.home[0]) + Math.min(pack.to, me.home[1])) / 2 / 100) * 100 + 370 * (skip + 1) + 7
  const line = await api('/border')
  const i = Math.max(1, line.chainages.findIndex((m) => m > km))
  const t = (km - line.chainages[i - 1]) / (line.chainages[i] - line.chainages[i - 1])
  const at = [0, 1].map((j) => line.coordinates[i - 1][j] + t * (line.coordinates[i][j] - line.coordinates[i - 1][j]))
  await context.setGeolocation({ longitude: at[0], latitude: at[1], accuracy: 8 })
  await page.locator('.units .k').last().click()
  await page.getByRole('button', { name: w.site }).waitFor({ timeout: 30_000 })
  await until('the page is kept', () => page.evaluate(async () => !!(await caches.match('/field'))))

  // No network from here on.
  await cut(context)
  await page.getByRole('button', { name: w.site }).click()
  await page.getByText(w.position).waitFor()
  await accessible(page, `site ${lang}`)
  await page.getByRole('button', { name: w.keep, exact: true }).click()
  await page.getByText(w.wrong).waitFor()
  await page.getByRole('button', { name: w.from }).click()
  await page.locator('main select').first().selectOption(pack.id)
  const field = (name) => page.getByLabel(name, { exact: true })
  const post = (m) => `${Math.floor(m / 1000)}+${String(Math.round(m) % 1000).padStart(3, '0')}`
  assert.ok(Math.abs(Number((await page.locator('main form input').first().inputValue()).replace('+', '')) - km) < 60, 'the phone’s own km post')
  await field(w.to).fill(post(km + 40))
  await field(w.metres).fill('40')
  await field(w.note).fill(lang === 'ar' ? 'رياح وغبار بعد الظهر' : 'wind and dust after noon')
  await page.locator('input[type=file]').setInputFiles({ name: `site-${lang}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from(await photo(page, colour)) })
  await page.getByLabel(w.nobody).check()
  await accessible(page, `site filled ${lang}`)
  await shot(page, `site-${lang}`, false)
  await page.getByRole('button', { name: w.keep, exact: true }).click()
  await page.getByText(w.kept).waitFor()
  await page.getByText(w.waits).waitFor()

  // A weak spot as well, a point. Then the phone is switched off and on.
  await page.getByRole('button', { name: w.spot, exact: true }).click()
  await page.getByRole('button', { name: w.from }).click()
  await page.getByRole('button', { name: w.keep, exact: true }).click()
  await until('two wait', async () => (await page.locator('main .keep li').count()) === 2)
  await page.reload()
  await until('two still wait', async () => (await page.locator('main .keep li').count()) === 2)
  const mine = async () => (await api(`/works/diary?limit=200&from=${km - 200}&to=${km + 200}`)).items.filter((d) => d.by === 'demo-field' && d.package === pack.id && d.quantity === 40)
  const before = (await mine()).length

  await joined(context)
  await until('everything is sent', async () => (await page.locator('main .keep').count()) === 0, 30_000)
  const entries = await until('the entry is on record', async () => { const e = await mine(); return e.length > before ? e : null })
  const entry = entries[0]
  assert.ok(entry.where && Math.hypot(entry.where.lat - at[1], entry.where.lon - at[0]) < 1e-4, 'the phone’s position is in the entry')
  const [p] = entry.photos
  assert.ok(p.sha256?.length === 64 && p.nobody, `the photo is named by its hash: ${JSON.stringify(p)}`)
  const spots = (await api(`/works/weak-spots?limit=500&from=${km - 200}&to=${km + 200}`)).items.filter((s) => s.found.by === 'demo-field')
  assert.ok(spots.length >= 1 && spots[0].where, 'the weak spot is on record with its position')
  quiet(trouble)
  await context.close()

  // At the office the photo is shown with the entry, and printed in the report.
  await office.page.goto(`${server.url}/works?part=site&lang=${lang}`)
  const row = office.page.locator('tr', { hasText: post(km + 40) }).first()
  await row.getByRole('button').first().click()
  const img = office.page.locator('.photos img').first()
  await until('the photo is shown', () => img.evaluate((e) => e.complete && e.naturalWidth > 0))
  await accessible(office.page, `the entry with its photo ${lang}`)
  await office.page.locator('.thing').scrollIntoViewIfNeeded()
  await shot(office.page, `site-entry-${lang}`, false)
  await office.page.goto(`${server.url}/api/v1/works/report?lang=${lang}`)
  await until('the report shows it', () => office.page.locator('figure img').first().evaluate((e) => e.naturalWidth > 0))
  assert.ok((await office.page.locator('figure', { hasText: p.sha256.slice(0, 20) }).count()) === 1, 'the report names the photo’s hash')
  await office.page.locator('figure').first().scrollIntoViewIfNeeded()
  await shot(office.page, `site-report-${lang}`, false)
  quiet(office.trouble)
  await office.context.close()
}

export const tests = [
  ['the diary is written on site with a photo and no network, in English', (x) => diary(x, 'en', 0, '#a98'), 'program'],
  ['the diary is written on site with a photo and no network, in Arabic', (x) => diary(x, 'ar', 1, '#89a'), 'program'],
]
