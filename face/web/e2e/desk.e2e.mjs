// Oversight's page and the commander's report, in both languages.

import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { title: 'Administration', add: 'New account', login: 'Name to sign in', password: 'Password', ar: 'Name in Arabic', en: 'Name in Latin letters', role: 'watch officer', save: 'Put on record', lock: 'Lock', open: 'Open again', locked: 'locked', tokens: 'Tokens', program: 'For which program', give: 'Give a token', once: 'Copy it now', withdraw: 'Withdraw', close: 'Close', record: 'Record and retention', doors: 'Certificates', head: 'Signed head of the audit chain', why: 'Legal reason', of: 'Of what', set: 'Set a hold', lift: 'Lift', lifted: 'lifted', refusedOnly: 'Refused attempts only', refusedKind: 'refused attempt', report: 'Daily report', today: 'Today', care: 'People in need, and harm', none: 'not shown alerts' },
  ar: { title: 'الإدارة', add: 'حساب جديد', login: 'اسم الدخول', password: 'كلمة المرور', ar: 'الاسم بالعربية', en: 'الاسم بالحروف اللاتينية', role: 'ضابط الخفر', save: 'تسجيل', lock: 'إيقاف', open: 'إعادة فتح', locked: 'موقوف', tokens: 'الرموز', program: 'لأي برنامج', give: 'إصدار رمز', once: 'انسخه الآن', withdraw: 'سحب', close: 'إغلاق', record: 'السجل ومدة الحفظ', doors: 'الشهادات', head: 'الرأس الموقّع لسلسلة التدقيق', why: 'السبب القانوني', of: 'لأي شيء', set: 'فرض حجز', lift: 'رفع', lifted: 'رُفع', refusedOnly: 'المحاولات المرفوضة فقط', refusedKind: 'محاولة مرفوضة', report: 'التقرير اليومي', today: 'اليوم', care: 'من احتاج إلى مساعدة، والأذى', none: 'لا تُعرض التنبيهات' },
}

async function oversee({ browser, server }, lang) {
  const w = words[lang]
  const admin = await seat(browser, server, { token: server.seats['demo-admin'], lang })
  await admin.page.evaluate(() => fetch('/api/v1/tracks')) // a refused attempt
  const { page, trouble } = await seat(browser, server, { token: server.seats['demo-oversight'], lang, path: '/oversight', size: [1440, 900] })
  await page.getByLabel(w.refusedOnly).check({ timeout: 60_000 })
  const kinds = await until('refused attempts alone', async () => {
    const k = await page.locator('tbody tr td:nth-child(3)').allInnerTexts()
    return k.length > 0 && k.every((x) => x.trim() === w.refusedKind) && k
  })
  assert.ok(kinds.length >= 1)
  await page.locator('summary', { hasText: w.head }).click()
  await accessible(page, `oversight ${lang}`)
  await shot(page, `oversight-${lang}`, false)
  quiet(trouble)
}

async function report({ browser, server }, lang) {
  const w = words[lang]
  const { page, trouble } = await seat(browser, server, { lang, theme: 'night', size: [1440, 900], path: '/reports' })
  const made = await asks(page)('/alerts', { verb: 'open', severity: 'normal', text: 'Post by telephone: lights beyond the trench', place: { chainage: 51_000, offset: -300 } })
  await page.getByRole('heading', { name: w.report }).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: w.today, exact: true }).click()
  await until('the case is in the report', async () => {
    if ((await page.locator('table.cases').count()) && (await page.locator('table.cases').innerText()).includes(made.row.number)) return true
    await page.getByRole('button', { name: w.today, exact: true }).click()
    return until('counted', async () => (await page.locator('table.cases').count()) > 0 && (await page.locator('table.cases').innerText()).includes(made.row.number), 2_000).catch(() => false)
  })
  assert.ok((await page.locator('main.page').innerText()).includes(w.care), 'help stands beside results')
  await accessible(page, `report ${lang}`)
  await shot(page, `report-${lang}`, false)
  // On paper: white, no keys, a place to sign.
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'day', 'paper is white')
  assert.equal(await page.locator('main.page .noprint:visible').count(), 0)
  assert.ok(await page.locator('.signs').isVisible())
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'night', 'and the screen is as it was')
  await page.emulateMedia({ media: 'screen' })
  // The number leads back to the case.
  await page.keyboard.press('/')
  await page.getByRole('combobox').fill(made.row.number)
  await page.getByRole('option', { name: made.row.number }).waitFor()
  await page.keyboard.press('Enter')
  await until('the case', () => new URL(page.url()).searchParams.get('sel') === 'alert:' + made.row.id)
  await until('its number is on the panel', async () => (await page.locator('aside').innerText()).includes(made.row.number))
  quiet(trouble)
}

export const tests = [
  ['oversight reads refused attempts and the signed head, in English', (x) => oversee(x, 'en'), 'program'],
  ['oversight reads refused attempts and the signed head, in Arabic', (x) => oversee(x, 'ar'), 'program'],
  ['the daily report, on screen and on paper, and its numbers, in English', (x) => report(x, 'en'), 'program'],
  ['the daily report, on screen and on paper, and its numbers, in Arabic', (x) => report(x, 'ar'), 'program'],
]
