// The patrol's phone: a task comes, is worked with no network, and everything that
// was reported is there once, in order, when the network is back.

import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const phone = [390, 844]
const words = {
  ar: { moved: 'تحركنا', arrived: 'وصلنا', outcome: 'سجّلوا النتيجة', offline: 'بلا شبكة', kept: 'محفوظ في هذا الهاتف', help: 'إحالة إنسانية', asks: 'يطلبون الحماية', record: 'سجّل الجواب', back: 'رجوع', more: 'زيادة واحد: إحالة إنسانية', save: 'احفظ النتيجة', done: 'وصل تقريركم', rescue: 'إنقاذ', free: 'لا مهمة', waits: 'بانتظار الشبكة' },
  en: { moved: 'We have moved', arrived: 'We have arrived', outcome: 'Report the outcome', offline: 'no network', kept: 'Kept on this phone', help: 'people in need', asks: 'They ask for protection', record: 'Record the answer', back: 'Back', more: 'One more: Humanitarian referral', save: 'Save outcome', done: 'Reported', rescue: 'Rescue', free: 'No task', waits: 'waits for the network' },
}

/** A case at a place with an approved patrol, made by the duty officer through the API. */
export async function order(page, km) {
  const api = asks(page)
  const made = await api('/alerts', { verb: 'open', severity: 'high', text: 'Sentry by radio: five on foot, children among them', place: { chainage: km, offset: -900 } })
  const id = made.row.id
  const act = (verb, more = {}) => api(`/alerts/${id}/actions`, { verb, ...more })
  await act('acknowledge')
  await act('verify')
  const d = await act('classify', { class: 'group' })
  const unit = (d.candidates.length ? d : await api('/alerts/' + id)).candidates[0].unit
  await act('propose', { unit })
  const done = await act('approve')
  return { id, unit, task: done.case.task, read: () => api('/alerts/' + id) }
}

async function offline({ browser, server }, lang, km) {
  const w = words[lang]
  const duty = await seat(browser, server)
  const task = await order(duty.page, km)

  const { page, context, trouble } = await seat(browser, server, { token: server.seats['demo-field'], size: phone, lang, path: '/field', theme: lang === 'ar' ? 'night' : 'day' })
  const key = (name) => page.locator('footer, main').getByRole('button', { name })
  await page.locator('.units .k').first().waitFor({ timeout: 30_000 })
  await accessible(page, 'which patrol')
  const units = (await asks(duty.page)('/units?limit=1000')).items
  const mine = units.find((u) => u.id === task.unit)
  await page.locator('.units .k', { hasText: lang === 'ar' ? mine.name.ar.slice(0, 8) : mine.name.en }).first().click()
  await key(w.moved).waitFor({ timeout: 30_000 })
  const post = Math.floor(task.task.wait_at / 1000) + '+' + String(Math.round(task.task.wait_at) % 1000).padStart(3, '0')
  assert.ok((await page.locator('.order').innerText()).includes(post), 'the task says where to wait')
  const sizes = await page.locator('footer .k').evaluateAll((keys) => keys.map((k) => k.getBoundingClientRect().height))
  assert.ok(sizes.every((h) => h >= 48), `keys for a gloved hand: ${sizes}`)
  await accessible(page, `task ${lang}`)
  await shot(page, `field-${lang}`, false)

  // Into the wadi: no network, and the phone is even switched off and on again.
  await until('the page is kept', () => page.evaluate(async () => !!(await caches.match('/field'))))
  // What is loaded late, such as the second weight of a font, is kept as well.
  await until('every file is kept', () => page.evaluate(async () => {
    const files = performance.getEntriesByType('resource').map((r) => new URL(r.name).pathname).filter((p) => p.startsWith('/assets/'))
    return performance.now() > 6_500 && (await Promise.all(files.map((f) => caches.match(f)))).every(Boolean)
  }))
  await cut(context)
  await key(w.moved).click()
  await page.getByText(w.kept).waitFor()
  await page.reload()
  await key(w.arrived).waitFor()
  await page.getByText(w.offline).waitFor()
  assert.ok((await page.locator('.order').innerText()).includes(post), 'the task is there without a network')
  await key(w.arrived).click()
  await key(w.help).click()
  await page.getByRole('button', { name: w.asks, exact: true }).click()
  await key(w.record).click()
  await accessible(page, `people in need ${lang}`)
  await key(w.back).click()
  await key(w.outcome).click()
  for (let i = 0; i < 5; i++) await page.getByRole('button', { name: w.more, exact: true }).click()
  await accessible(page, `outcome ${lang}`)
  await key(w.save).click()
  await page.getByText(w.done).waitFor()
  await shot(page, `field-offline-${lang}`, false)
  const before = await task.read()
  assert.equal(before.case.state, 'approved', 'the server knows nothing yet')

  await joined(context)
  await until('everything is sent', async () => (await page.getByText(w.kept).count()) === 0, 30_000)
  await until('the outcome is on record', async () => (await task.read()).case.result, 30_000)
  const after = await task.read()
  const refusals = await page.locator('[role=alert]').allInnerTexts()
  assert.deepEqual(refusals, [], 'nothing is refused')
  const verbs = after.case.steps.map((s) => s.verb).slice(-4)
  assert.deepEqual(verbs, ['dispatch', 'arrive', 'protection', 'outcome'], 'each once, in order')
  assert.equal(after.case.result.counts.referred, 5)
  assert.equal(after.case.protection, 'asks-protection')
  quiet(trouble)
}

// No network. The browser's own switch does not reach what a page sends past its
// service worker, so the page's requests are refused in the page as well.
const refuse = () => {
  const real = window.fetch.bind(window)
  window.fetch = (...x) => (localStorage.getItem('test-cut') ? Promise.reject(new TypeError('no network')) : real(...x))
}
export const cut = async (context) => {
  await context.addInitScript(refuse)
  for (const page of context.pages()) await page.evaluate(() => localStorage.setItem('test-cut', '1')), await page.evaluate(refuse)
  await context.setOffline(true)
}
export const joined = async (context) => {
  for (const page of context.pages()) await page.evaluate(() => localStorage.removeItem('test-cut'))
  await context.setOffline(false)
}

async function rescue({ browser, server }) {
  const duty = await seat(browser, server)
  const { page, context, trouble } = await seat(browser, server, { token: server.seats['demo-field'], size: phone, lang: 'ar', path: '/field' })
  const w = words.ar
  await page.locator('.units .k', { hasText: 'متفرغة' }).last().click()
  await page.getByText(w.free).first().waitFor({ timeout: 30_000 })
  await cut(context)
  const press = page.locator('footer').getByRole('button', { name: w.rescue })
  await press.click() // one press, with no network
  await page.locator('footer').getByText(w.waits).waitFor()
  await joined(context)
  const api = asks(duty.page)
  const found = await until('the case is open and on scene', async () => {
    for (const row of (await api('/alerts?limit=50')).items) {
      if (row.state !== 'on-scene') continue
      const d = await api('/alerts/' + row.id)
      if (d.case.task?.ground === 'rescue') return d
    }
    return null
  }, 30_000)
  assert.ok(found.case.task.approver.length > 3, 'the officer on the spot is the named approver')
  quiet(trouble)
}

export const tests = [
  ['a patrol works its task with no network, in Arabic', (x) => offline(x, 'ar', 38_400)],
  ['a patrol works its task with no network, in English', (x) => offline(x, 'en', 49_200)],
  ['a patrol without a task and without a network declares rescue with one press', rescue, 'program'],
]
