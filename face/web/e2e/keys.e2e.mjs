// The watch officer's path without a mouse, from the sign-in to the outcome; focus
// that is always seen.

import { asks, seat } from './browser.mjs'
import { assert, until } from './check.mjs'

/** The pointer is taken away: whatever a test presses, it presses by keys. */
async function handsOff(page) {
  await page.addInitScript(() => {
    for (const kind of ['pointerdown', 'mousedown', 'click'])
      addEventListener(kind, (e) => { if (e.isTrusted && e.detail > 0) throw new Error('a mouse was used') }, true)
  })
}

/** Walks with Tab until what is focused fits, and says whether the focus could be seen all the way. */
async function tabTo(page, what, fits, most = 120) {
  for (let i = 0; i < most; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement
      if (!e || e === document.body) return null
      const s = getComputedStyle(e)
      return { text: (e.getAttribute('aria-label') ?? e.textContent ?? '').trim(), id: e.id, tag: e.tagName, type: e.getAttribute('type'), value: e.value, label: e.labels?.[0]?.textContent?.trim() ?? '', ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1.5, inside: e.tagName === 'CANVAS' }
    })
    if (at) {
      assert.ok(at.ring, `the focus on ${at.tag} ${at.text.slice(0, 40)} cannot be seen`)
      if (fits(at)) return at
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${what}: not reached by Tab`)
}

async function walk({ browser, server }) {
  const admin = await seat(browser, server, { token: server.seats['demo-admin'] })
  // A password of one's own: the path begins at the sign-in.
  const login = 'keys-' + Date.now().toString(36)
  const password = 'hands upon the keys alone'
  await admin.page.evaluate(async ([login, password]) => {
    const me = await (await fetch('/api/v1/me')).json()
    const r = await fetch('/api/v1/accounts', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf }, body: JSON.stringify({ login, password, name: { en: 'Keys', ar: 'مفاتيح' }, roles: ['watch-officer', 'commander'], sections: ['*'] }) })
    if (!r.ok) throw new Error(await r.text())
  }, [login, password])
  await admin.context.close()

  const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', (e) => errors.push(e.message))
  await handsOff(page)
  await page.goto(`${server.url}/?lang=en&theme=night`)
  await page.locator('form input').first().waitFor({ timeout: 60_000 })
  await tabTo(page, 'the name', (e) => /Account/.test(e.label))
  await page.keyboard.type(login)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })

  // A report by telephone, opened by keys.
  const api = asks(page)
  const made = await api('/alerts', { verb: 'open', severity: 'high', text: 'Sentry by radio: four on foot close to the trench', place: { chainage: 52_300, offset: -600 } })
  const id = made.row.id
  await page.locator(`#alert-${id}`).waitFor()
  await until('j walks to it', async () => {
    if (new URL(page.url()).searchParams.get('sel') === 'alert:' + id) return true
    await page.keyboard.press('j')
    return until('the next', async () => new URL(page.url()).searchParams.get('sel') === 'alert:' + id, 500).catch(() => false)
  })
  const state = async (want) => until(want, async () => (await api('/alerts/' + id)).case.state === want)
  await page.locator('aside kbd', { hasText: 'A' }).waitFor() // the case is there
  await page.keyboard.press('a')
  await state('acknowledged')
  await page.locator('aside kbd', { hasText: 'V' }).waitFor()
  await page.keyboard.press('v')
  await state('verified')
  const press = async (what, fits) => { await tabTo(page, what, fits); await page.keyboard.press('Enter') }
  await page.keyboard.press('Enter') // reads the selection: focus goes to its title
  await tabTo(page, 'the classes', (e) => e.type === 'radio')
  await until('group', async () => {
    if ((await page.evaluate(() => document.activeElement?.value)) === 'group') return true
    await page.keyboard.press('ArrowDown')
    return false
  })
  await press('classify', (e) => e.tag === 'BUTTON' && /^Classify/.test(e.text))
  await state('classified').catch(async () => state('proposed'))
  if ((await api('/alerts/' + id)).case.state === 'classified') {
    await page.locator('aside .key.primary', { hasText: 'Propose' }).waitFor()
    await page.keyboard.press('p')
  }
  await state('proposed')
  await page.locator('aside .two .key', { hasText: 'Approve' }).waitFor()
  await page.keyboard.press('y')
  await state('approved')
  await press('dispatched', (e) => e.tag === 'BUTTON' && /^Dispatched/.test(e.text))
  await state('dispatched')
  await press('on scene', (e) => e.tag === 'BUTTON' && /^On scene/.test(e.text))
  await state('on-scene')

  // People in need, by keys: the question, the partner, the acknowledgement.
  await page.keyboard.press('h')
  await page.locator('aside .needs').waitFor()
  await tabTo(page, 'the question', (e) => e.type === 'radio')
  await until('they ask', async () => {
    if (/ask for protection/.test(await page.evaluate(() => document.activeElement?.labels?.[0]?.textContent ?? ''))) return true
    await page.keyboard.press('ArrowDown')
    return false
  })
  await page.keyboard.press('Space')
  await press('record the answer', (e) => e.tag === 'BUTTON' && /^Record the answer/.test(e.text))
  await until('the answer is on record', async () => (await api('/alerts/' + id)).case.protection === 'asks-protection')
  await tabTo(page, 'the partner', (e) => /partner/i.test(e.label) && e.tag === 'INPUT')
  await page.keyboard.type('Red Crescent')
  await press('refer', (e) => e.tag === 'BUTTON' && e.text === 'Refer')
  await until('the referral', async () => (await api('/alerts/' + id)).case.referral?.partner === 'Red Crescent')
  await press('give the outcome', (e) => e.tag === 'BUTTON' && /^Give the outcome/.test(e.text))
  await page.locator('aside form.out').waitFor()
  await tabTo(page, 'referred', (e) => /Humanitarian referral/.test(e.label) && e.tag === 'INPUT')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('4')
  await press('save', (e) => e.tag === 'BUTTON' && /^Save outcome/.test(e.text))
  await state('outcome')
  assert.equal((await api('/alerts/' + id)).case.result.counts.referred, 4)
  assert.deepEqual(errors, [], 'no mouse, and nothing broke')
  await context.close()
}

export const tests = [
  ['the watch officer’s path by keys alone, from sign-in to outcome and referral', walk, 'program'],
]
