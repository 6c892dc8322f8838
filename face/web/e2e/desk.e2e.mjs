// An administrator on a site with no way to the world, and the commander's report:
// what they need is on the page, in both languages.

import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { title: 'Administration', add: 'New account', login: 'Name to sign in', password: 'Password', ar: 'Name in Arabic', en: 'Name in Latin letters', role: 'watch officer', save: 'Put on record', lock: 'Lock', open: 'Open again', locked: 'locked', tokens: 'Tokens', program: 'For which program', give: 'Give a token', once: 'Copy it now', withdraw: 'Withdraw', close: 'Close', record: 'Record and retention', doors: 'Certificates', head: 'Signed head of the audit chain', why: 'Legal reason', of: 'Of what', set: 'Set a hold', lift: 'Lift', lifted: 'lifted', refusedOnly: 'Refused attempts only', refusedKind: 'refused attempt', report: 'Daily report', today: 'Today', care: 'People in need, and harm', none: 'not shown alerts', whoMay: 'Only an administrator' },
  ar: { title: 'الإدارة', add: 'حساب جديد', login: 'اسم الدخول', password: 'كلمة المرور', ar: 'الاسم بالعربية', en: 'الاسم بالحروف اللاتينية', role: 'ضابط الخفر', save: 'تسجيل', lock: 'إيقاف', open: 'إعادة فتح', locked: 'موقوف', tokens: 'الرموز', program: 'لأي برنامج', give: 'إصدار رمز', once: 'انسخه الآن', withdraw: 'سحب', close: 'إغلاق', record: 'السجل ومدة الحفظ', doors: 'الشهادات', head: 'الرأس الموقّع لسلسلة التدقيق', why: 'السبب القانوني', of: 'لأي شيء', set: 'فرض حجز', lift: 'رفع', lifted: 'رُفع', refusedOnly: 'المحاولات المرفوضة فقط', refusedKind: 'محاولة مرفوضة', report: 'التقرير اليومي', today: 'اليوم', care: 'من احتاج إلى مساعدة، والأذى', none: 'لا تُعرض التنبيهات', whoMay: 'مدير النظام وحده' },
}
const pass = 'a sentence that nobody guesses'

async function administer({ browser, server }, lang) {
  const w = words[lang]
  const { page, trouble } = await seat(browser, server, { token: server.seats['demo-admin'], lang, theme: lang === 'ar' ? 'day' : 'night', size: [1440, 900], path: '/administration' })
  await page.getByRole('heading', { name: w.title }).waitFor({ timeout: 60_000 })
  await page.locator('tbody tr').first().waitFor()
  await accessible(page, `accounts ${lang}`)
  await shot(page, `administration-${lang}`, false)

  // An account: what is missing is said, then it is on record and can sign in.
  const login = 'huda-' + lang + '-' + Date.now().toString(36)
  await page.getByRole('button', { name: w.add }).click()
  const form = page.locator('dialog form')
  await form.getByRole('button', { name: w.save }).click()
  await form.locator('[role=alert] li').first().waitFor()
  await accessible(page, `account form ${lang}`)
  await form.getByLabel(w.login, { exact: true }).fill(login)
  await form.getByLabel(w.password, { exact: true }).fill(pass)
  await form.getByLabel(w.ar, { exact: true }).fill('هدى كريم')
  await form.getByLabel(w.en, { exact: true }).fill('Huda Karim')
  await form.getByLabel(w.role, { exact: true }).check()
  await form.locator('fieldset').nth(1).locator('input[type=checkbox]').nth(2).check()
  await form.getByRole('button', { name: w.save }).click()
  const row = page.locator('tbody tr', { hasText: login })
  await row.waitFor()
  const signIn = () => page.evaluate(async ([name, password]) => (await fetch('/api/v1/sign-in', { method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name, password }) })).status, [login, pass])
  assert.equal(await signIn(), 200, 'the new account signs in')

  // A token is shown once and can be withdrawn.
  await row.getByRole('button', { name: `0 ${w.tokens} ${login}` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(w.program).fill('wall display')
  await dialog.getByRole('button', { name: w.give }).click()
  const token = await until('the token', async () => (await dialog.locator('#the-token').count()) && (await dialog.locator('#the-token').innerText()))
  const opens = () => page.evaluate(async (t) => (await fetch('/api/v1/me', { credentials: 'omit', headers: { Authorization: 'Bearer ' + t } })).status, token)
  assert.equal(await opens(), 200, 'the token opens')
  await accessible(page, `tokens ${lang}`)
  await dialog.getByRole('button', { name: `${w.withdraw} wall display` }).click()
  await until('the token opens nothing', async () => (await opens()) === 401)
  await page.keyboard.press('Escape')
  assert.equal(await page.getByRole('dialog').count(), 0)

  await row.getByRole('button', { name: `${w.lock} ${login}` }).click()
  await until('locked', async () => (await row.innerText()).includes(w.locked))
  assert.equal(await signIn(), 401, 'a locked account stays out')
  await row.getByRole('button', { name: `${w.open} ${login}` }).click()
  await until('open again', async () => !(await row.innerText()).includes(w.locked))
  assert.equal(await signIn(), 200)

  await page.getByRole('tab', { name: w.doors }).click()
  await page.locator('dl').waitFor()
  await accessible(page, `certificates ${lang}`)
  await page.getByRole('tab', { name: w.record }).click()
  await page.getByRole('heading', { name: w.head }).waitFor()
  assert.match(await page.locator('#admin-part').innerText(), /[A-Za-z0-9+/]{43}=/, 'the root of the chain')
  await page.getByLabel(w.of).fill('*')
  await page.getByLabel(w.why).fill('Court order 14')
  await page.getByRole('button', { name: w.set }).click()
  const hold = page.locator('li', { hasText: 'Court order 14' }).first()
  await hold.getByRole('button', { name: w.lift }).click()
  await until('lifted', async () => (await hold.innerText()).includes(w.lifted))
  await accessible(page, `record ${lang}`)
  await shot(page, `record-${lang}`, false)

  // What this account may not see is not offered, and an empty queue does not say that all is quiet.
  await page.locator('header button.pages').click()
  assert.equal(await page.locator('header .pop li').count(), 3, 'live, sensors and administration')
  await page.keyboard.press('Escape')
  await page.goto(`${server.url}/?lang=${lang}`)
  await until('who sees no alerts is told so', async () => (await page.locator('#queue').innerText()).includes(w.none))
  quiet(trouble)
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
  // Of two clocks on one page each says whose it is: refusals are this machine's, steps of cases the simulated world's.
  const marked = () => page.locator('tbody td.made').count()
  assert.equal(await marked(), 0, 'a refusal is by this machine’s clock')
  await page.getByLabel(w.refusedOnly).uncheck()
  const world = await until('times of the simulated world', async () => (await marked()) > 0 && page.locator('tbody td.made').first().innerText())
  assert.match(world, lang === 'ar' ? /محاكاة/ : /simulated/)
  await page.locator('.clocks').waitFor()
  await page.locator('summary', { hasText: w.head }).click()
  await accessible(page, `oversight ${lang}`)
  await shot(page, `oversight-${lang}`, false)
  quiet(trouble)
}

// What a person may not see is not asked for: each refusal would stand on record as an attempt.
async function notAdministrator({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { token: server.seats['demo-watch'], lang, path: '/administration' })
  await page.goto('about:blank')
  const refused = []
  page.on('response', (r) => { if (r.status() === 403) refused.push(new URL(r.url()).pathname) })
  const asked = []
  page.on('request', (r) => asked.push(new URL(r.url()).pathname))
  await page.goto(`${server.url}/administration?lang=${lang}`)
  const said = await page.locator('main.page [role=alert]').innerText()
  assert.ok(said.includes(words[lang].whoMay), `who may: ${said}`)
  assert.deepEqual(asked.filter((p) => /\/(accounts|keeping|holds)$/.test(p)), [], 'asked for what it may not see')
  assert.deepEqual(refused, [])
  await accessible(page, `administration, not for this role, ${lang}`)
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
  ['an administrator makes, locks and opens an account, gives and withdraws a token, in English', (x) => administer(x, 'en'), 'program'],
  ['an administrator makes, locks and opens an account, gives and withdraws a token, in Arabic', (x) => administer(x, 'ar'), 'program'],
  ['administration asks for nothing where it may not, and says who may, in English', (x) => notAdministrator(x, 'en'), 'program'],
  ['administration asks for nothing where it may not, and says who may, in Arabic', (x) => notAdministrator(x, 'ar'), 'program'],
  ['oversight reads refused attempts and the signed head, in English', (x) => oversee(x, 'en'), 'program'],
  ['oversight reads refused attempts and the signed head, in Arabic', (x) => oversee(x, 'ar'), 'program'],
  ['the daily report, on screen and on paper, and its numbers, in English', (x) => report(x, 'en'), 'program'],
  ['the daily report, on screen and on paper, and its numbers, in Arabic', (x) => report(x, 'ar'), 'program'],
]
