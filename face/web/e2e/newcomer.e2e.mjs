// The newcomer's walk, as the README has it: the second of its two commands, the
// family with its reason, a patrol approved, people referred, the other language,
// what was silenced; then the process is killed, begins again, everything is
// there, and verify finds no fault. The program is this test's own (MARSAD_BIN),
// since it is killed. MARSAD_PICTURES=1 writes the README's pictures.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, until } from './check.mjs'
import { demo } from './server.mjs'

const images = fileURLToPath(new URL('../../../docs/images/', import.meta.url))

async function picture(page, name) {
  if (!process.env.MARSAD_PICTURES) return
  await until('the map', () => page.locator('[data-idle=yes]').count(), 60_000)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(images, name + '.png') })
}

/** Runs a command of the program and gives how it ended and what it said. */
function run(...args) {
  return new Promise((done) => {
    const child = spawn(process.env.MARSAD_BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const s of [child.stdout, child.stderr]) s.on('data', (d) => (text += d))
    child.once('exit', (code) => done({ code, text }))
  })
}

async function newcomer({ browser }) {
  const dir = mkdtempSync(join(tmpdir(), 'marsad-newcomer-'))
  let server = await demo(dir)
  try {
    // The whole line beside the Rabia section, and after a while the family.
    const { page, trouble, context } = await seat(browser, server)
    await page.locator('#strips .walk').waitFor({ timeout: 60_000 })
    const api = asks(page)
    const family = await until('the family is alerted', async () => (await api('/alerts?state=open')).items.find((a) => a.rule.startsWith('approach') && a.class === 'group'), 170_000)
    await page.locator(`#alert-${family.id}`).click()
    const panel = page.locator('aside')
    await panel.locator('.key.primary').waitFor()
    const reason = await panel.locator('.reason').innerText()
    assert.match(reason, /line|trench|berm/i, `why: ${reason}`)
    assert.match(await panel.locator('.silent').innerText(), /silent/i, 'and what would have kept it silent')
    await picture(page, 'live-night-en')

    const primary = panel.locator('.key.primary')
    const state = (want) => until(want, async () => (await api('/alerts/' + family.id)).case.state === want)
    const key = (name) => panel.getByRole('button', { name })
    await page.keyboard.press('a')
    await state('acknowledged')
    await primary.filter({ hasText: 'Verified' }).waitFor()
    await page.keyboard.press('v')
    await state('verified')
    await key('Classify').click()
    await primary.filter({ hasText: 'Propose' }).or(key('Approve')).first().waitFor()
    if (await primary.filter({ hasText: 'Propose' }).count()) await primary.click()
    await key('Approve').waitFor()
    await picture(page, 'approve-night-en')
    await page.keyboard.press('y')
    await state('approved')
    await key('Dispatched').click()
    await state('dispatched')
    await key('On scene').click()
    await state('on-scene')

    // People in need: the question, its answer, the partner.
    await page.locator('header').click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('h')
    const needs = panel.locator('.needs')
    await needs.getByLabel('They ask for protection', { exact: true }).click()
    await needs.getByRole('button', { name: 'Record the answer' }).click()
    await needs.getByLabel('To which partner').fill('UNHCR')
    await needs.getByRole('button', { name: 'Refer', exact: true }).click()
    await needs.getByText(/UNHCR/).waitFor()

    // The other language, and what was silenced.
    await page.locator('header .lang').click()
    await until('right to left', () => page.evaluate(() => document.documentElement.dir === 'rtl'))
    await page.locator('header').getByRole('button', { name: 'ألوان النهار' }).or(page.locator('header .icon').nth(1)).first().click()
    await until('by day', () => page.evaluate(() => document.documentElement.dataset.theme === 'day'))
    await panel.getByText('إحالة إنسانية').first().waitFor()
    await picture(page, 'live-day-ar')
    await page.locator('#queue .sup').click()
    await page.getByRole('heading', { name: 'المكتومة' }).waitFor()
    await until('the table', async () => !/…$/.test(await page.locator('main.page .foot').innerText()))
    await accessible(page, 'what was silenced')
    const before = await api('/alerts/' + family.id)
    const silenced = (await api('/suppressed?limit=1000')).items.map((x) => x.id)
    quiet(trouble)
    await context.close()

    // No farewell: the process is killed. The second command again, and all is there.
    await server.end('SIGKILL')
    server = await demo(dir)
    const again = await seat(browser, server)
    const row = again.page.locator(`#alert-${family.id}`)
    await row.waitFor({ timeout: 60_000 })
    await row.click()
    await again.page.locator('aside .needs').getByText(/UNHCR/).waitFor()
    const after = await asks(again.page)('/alerts/' + family.id)
    assert.deepEqual(after.case.steps, before.case.steps, 'every step, by whom and when')
    assert.deepEqual(after.case.referral, before.case.referral)
    assert.equal(after.case.task.approver, before.case.task.approver)
    const kept = new Set((await asks(again.page)('/suppressed?limit=1000')).items.map((x) => x.id))
    for (const id of silenced) assert.ok(kept.has(id), 'what was silenced is still counted')
    const overdue = (await asks(again.page)('/alerts?state=open&limit=1000')).items.filter((a) => a.rule === 'patrol-overdue')
    assert.equal(overdue.length, 0, 'no patrol is blamed for the time in which nobody listened')
    quiet(again.trouble)
    await again.context.close()
    await server.end('SIGTERM')

    const verified = await run('verify', '--data', join(dir, 'data'))
    assert.equal(verified.code, 0, verified.text)
    assert.match(verified.text, /no fault found/)
  } finally {
    await server.end('SIGKILL').catch(() => {})
    rmSync(dir, { recursive: true, force: true })
  }
}

export const tests = [['the newcomer’s walk: family, approval, referral, Arabic, what was silenced, kill, restart, verify', newcomer, 'binary', 480]]
