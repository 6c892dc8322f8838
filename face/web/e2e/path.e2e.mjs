// The watch officer's whole path, in both languages: from an alert to its outcome
// and debrief, with people in need referred and acknowledged on the way.

import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { acknowledge: 'Acknowledge', verified: 'Verified', classify: 'Classify', propose: 'Propose', approve: 'Approve', refuse: 'Refuse, with reason', back: 'Back', dispatched: 'Dispatched', scene: 'On scene',
    need: 'people in need', asks: 'They ask for protection', record: 'Record the answer', refer: 'Refer', acked: 'The partner acknowledged', outcome: 'Give the outcome', referred: 'Humanitarian referral', save: 'Save outcome', debrief: 'Debrief and close', learnt: 'What is learnt', partner: 'To which partner', group: 'Group', children: 'Children', suppressed: 'suppressed', title: 'Suppressed', notTravel: 'not travel time' },
  ar: { acknowledge: 'استلمت', verified: 'تحققت', classify: 'أصنّف', propose: 'أقترح', approve: 'أصادق', refuse: 'أرفض، مع ذكر السبب', back: 'رجوع', dispatched: 'تحركت الدورية', scene: 'وصلت إلى الموقع',
    need: 'إحالة إنسانية', asks: 'يطلبون الحماية', record: 'سجّل الجواب', refer: 'إحالة', acked: 'أكد الشريك الاستلام', outcome: 'سجّل النتيجة', referred: 'إحالة إنسانية', save: 'احفظ النتيجة', debrief: 'أراجع وأغلق', learnt: 'ما الدرس المستفاد', partner: 'إلى أي شريك', group: 'مجموعة', children: 'أطفال', suppressed: 'مكتومة', title: 'المكتومة', notTravel: 'ليس زمن السير' },
}

/** An open case to walk through: the first that asks for an acknowledgement. */
async function pick(page) {
  return until('an alert to take', async () => {
    for (const row of await page.locator('#queue .row').all()) {
      await row.click()
      const primary = page.locator('aside .key.primary').first()
      await primary.waitFor({ timeout: 5000 }).catch(() => {})
      if ((await primary.count()) && (await page.locator('.stations .now').innerText()) === (await page.locator('.stations li').first().innerText())) return (await row.getAttribute('id')).replace('alert-', '')
    }
    return ''
  }, 90_000)
}

async function walk({ browser, server }, lang, theme) {
  const w = words[lang]
  const { page, trouble } = await seat(browser, server, { lang, theme })
  await page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
  // Alone against a quiet demo, the path begins with a report by radio.
  const api = asks(page)
  if (!(await api('/alerts?state=open')).items.some((a) => a.state === 'open')) await api('/alerts', { verb: 'open', severity: 'high', text: 'Sentry by radio: four on foot close to the trench', place: { chainage: 52_300, offset: -600 } })
  await page.locator('#queue .row').first().waitFor({ timeout: 60_000 })
  const id = await pick(page)
  const panel = page.locator('aside')
  const key = (name) => panel.getByRole('button', { name, exact: false })
  const primary = panel.locator('.key.primary')
  const now = async (n) => until(`station ${n}`, async () => (await panel.locator('.stations li').nth(n).getAttribute('aria-current')) === 'step')

  assert.ok((await panel.locator('.reason').innerText()).length > 10, 'an alert says its reason')
  await shot(page, `live-${theme}-${lang}`)
  await accessible(page, `live ${lang} ${theme}`)
  assert.equal(await primary.count(), 1, 'one primary key')

  // By keyboard: a, v.
  await page.keyboard.press('a')
  await now(1)
  await page.keyboard.press('v')
  await key(w.classify).waitFor()
  await panel.locator('label', { hasText: w.group }).first().click()
  await key(w.classify).click()

  // The proposal: which unit, why, straight line and not travel time.
  await now(2).catch(async () => now(3)) // software may have proposed already
  if (await primary.filter({ hasText: w.propose }).count()) {
    assert.ok((await panel.innerText()).includes(w.notTravel), 'the plan says that it is not travel time')
    await accessible(page, `proposal ${lang} ${theme}`)
    await primary.click()
  }
  await now(3)
  const approve = panel.locator('.two .key').filter({ hasText: w.approve })
  const refuse = panel.locator('.two .key').filter({ hasText: w.refuse })
  const [a, r] = [await approve.boundingBox(), await refuse.boundingBox()]
  assert.ok(Math.abs(a.width - r.width) < 1 && Math.abs(a.height - r.height) < 1, 'approve and refuse are equally large')
  assert.equal(await primary.count(), 0, 'neither is primary')
  await shot(page, `approve-${theme}-${lang}`)
  await page.keyboard.press('n')
  await panel.locator('#refuse-why').waitFor()
  await key(w.back).click()
  await approve.click()
  await now(4)
  await key(w.dispatched).click()
  await until('on the way', () => primary.filter({ hasText: w.scene }).count())
  await key(w.scene).first().click()
  await now(5)

  // People in need come before the outcome.
  await page.locator('body').click({ position: { x: 5, y: 5 } })
  await page.keyboard.press('h')
  const needs = panel.locator('.needs')
  await needs.getByLabel(w.asks, { exact: true }).click()
  await needs.getByRole('button', { name: w.record }).click()
  await until('the answer', async () => (await needs.innerText()).includes(w.asks))
  await needs.getByLabel(w.partner).fill('UNHCR')
  await needs.getByRole('button', { name: w.refer, exact: true }).click()
  await needs.getByRole('button', { name: w.acked }).click()
  await until('the acknowledgement', async () => !(await needs.getByRole('button', { name: w.acked }).count()))
  await accessible(page, `people in need ${lang} ${theme}`)

  await primary.filter({ hasText: w.outcome }).click()
  const form = panel.locator('form.out')
  await form.getByLabel(w.referred).fill('5')
  await form.getByLabel(w.children).fill('3')
  await accessible(page, `outcome ${lang} ${theme}`)
  await form.getByRole('button', { name: w.save }).click()
  await panel.getByLabel(w.learnt).fill(lang === 'ar' ? 'وصلت الدورية قبلهم' : 'the patrol was there before them')
  await key(w.debrief).click()
  await until('a debriefed case leaves the queue', async () => (await page.locator(`#alert-${id}`).count()) === 0)
  await until('it stands among the closed', async () => (await page.locator('#queue .done').count()) > 0)

  await page.locator('#queue .sup').click()
  await page.getByRole('heading', { name: w.title }).waitFor()
  await accessible(page, `suppressed ${lang} ${theme}`)
  quiet(trouble)
}

export const tests = [
  ['the watch officer’s whole path in English, night', (x) => walk(x, 'en', 'night')],
  ['the watch officer’s whole path in Arabic, day', (x) => walk(x, 'ar', 'day')],
]
