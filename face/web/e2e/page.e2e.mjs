// The page itself: languages, themes, pages, keys, address, searching, reports by
// hand, freshness, speed.

import { asks, seat } from './browser.mjs'
import { accessible, assert, go, quiet, until } from './check.mjs'

const ready = (page) => page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
const lever = (server, name) => fetch(`${server.url}/mock/${name}`)

async function everyPage({ browser, server }, lang, theme) {
  const { page, trouble } = await seat(browser, server, { lang, theme })
  await ready(page)
  for (const key of ['a', 'i', 's', 'q', 'u', 't', 'o']) {
    await go(page, key)
    await until('the table', async () => !/…$/.test(await page.locator('main.page .foot').innerText()))
    await accessible(page, `page g ${key} ${lang} ${theme}`)
  }
  await go(page, 'l')
  await ready(page)
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await accessible(page, `help ${lang} ${theme}`)
  quiet(trouble)
}

async function numbersInArabic({ browser, server }) {
  const { page, trouble } = await seat(browser, server, { lang: 'ar' })
  await ready(page)
  assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl')
  // 371+250 after Arabic letters: measured where each part is drawn, not assumed.
  const order = await page.evaluate(() => {
    const p = document.createElement('p')
    p.lang = 'ar'
    p.dir = 'rtl'
    const isolate = document.createElement('bdi')
    isolate.dir = 'ltr'
    isolate.textContent = '371+250'
    p.append('عند ', isolate, ' قرب القائم')
    document.body.append(p)
    const left = (from, to) => {
      const r = document.createRange()
      r.setStart(isolate.firstChild, from)
      r.setEnd(isolate.firstChild, to)
      return r.getBoundingClientRect().left
    }
    const out = { km: left(0, 3), metres: left(4, 7) }
    p.remove()
    return out
  })
  assert.ok(order.km < order.metres, `371 stands left of 250: ${JSON.stringify(order)}`)
  // And every post on the real page: in its own isolate, its kilometres to the left.
  const wrong = await until('posts on the page', async () => {
    const found = await posts(page)
    return found.seen > 3 && found
  })
  assert.deepEqual(wrong.bad, [])
  quiet(trouble)
}

/** Every km post that is drawn on the page, and those that stand the wrong way round. */
function posts(page) {
  return page.evaluate(() => {
    const bad = []
    let seen = 0
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      for (const m of n.data.matchAll(/(\d{1,3})\+(\d{3})/g)) {
        const el = n.parentElement
        if (!el.checkVisibility() || el.closest('.hidden')) continue
        const box = (from, to) => {
          const r = document.createRange()
          r.setStart(n, from)
          r.setEnd(n, to)
          return r.getBoundingClientRect()
        }
        const a = box(m.index, m.index + m[1].length)
        const b = box(m.index + m[1].length + 1, m.index + m[0].length)
        if (!a.width || a.top !== b.top) continue
        seen++
        if (a.left >= b.left) bad.push(m[0] + ' in ' + n.data.slice(0, 60))
      }
    }
    return { bad, seen }
  })
}

async function neverMirrored({ browser, server }) {
  const at = {}
  for (const lang of ['en', 'ar']) {
    const { page, context } = await seat(browser, server, { lang })
    await ready(page)
    await page.locator('#strips .walk').waitFor()
    const box = await page.locator('#strips .walk').boundingBox()
    await page.mouse.move(box.x + box.width - 12, box.y + box.height / 2)
    await page.locator('.read .head b').waitFor()
    const right = await page.locator('.read .head b').innerText()
    await page.mouse.move(box.x + 12, box.y + box.height / 2)
    await until('the read-out moves', async () => (await page.locator('.read .head b').innerText()) !== right)
    at[lang] = { left: await page.locator('.read .head b').innerText(), right, queue: (await page.locator('#queue').boundingBox()).x }
    await context.close()
  }
  const km = (s) => +s.replace(/[^\d+]/g, '').split('+')[0]
  for (const lang of ['en', 'ar']) assert.ok(km(at[lang].left) > km(at[lang].right), `${lang}: ${JSON.stringify(at[lang])}`)
  assert.ok(at.ar.queue > at.en.queue, 'only the frame mirrors')
}

async function linkedViews({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  const view = () => new URL(page.url()).searchParams.get('view')
  await until('the address', view)
  const before = view()
  const walk = page.locator('#strips .walk')
  const box = await walk.boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + 60)
  await page.mouse.wheel(0, -600)
  await until('zoomed', () => view() !== before)
  const zoomed = view()
  await page.keyboard.press('0')
  await until('the whole line', () => view().startsWith('0-'))
  await page.goBack().catch(() => {}) // the address is replaced, not piled up
  await page.goto(`${server.url}/?view=${zoomed}`)
  await ready(page)
  await until('a link shows the same', () => view() === zoomed)
  // Walking the strip by keyboard reads out what is met and opens it.
  await until('things on the strip', async () => (await page.locator('#strips table tbody tr').count()) > 0)
  await page.locator('#strips .walk').focus()
  await page.keyboard.press('ArrowRight')
  await until('read out', async () => /\d\+\d{3}/.test(await page.locator('#strips [aria-live]').innerText()))
  await page.keyboard.press('Enter')
  await until('opened', () => new URL(page.url()).searchParams.get('sel'))
  quiet(trouble)
}

async function search({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  await page.keyboard.press('/')
  await page.getByRole('combobox').fill('القائم')
  await until('found in Arabic', async () => (await page.getByRole('option').count()) > 0)
  await accessible(page, 'search')
  await page.getByRole('combobox').fill('371+250')
  await page.keyboard.press('Enter')
  await until('the post', () => {
    const [from, to] = (new URL(page.url()).searchParams.get('view') ?? '0-0').split('-').map(Number)
    return from < 371_250 && to > 371_250 && to - from < 10_000
  })
  quiet(trouble)
}

async function byHand({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  let began = Date.now()
  await page.keyboard.press('o')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('km post').fill('57+300')
  await dialog.getByLabel('Side').selectOption('other')
  await dialog.getByLabel(/one sentence/).fill('Sentry by radio: four on foot close to the trench')
  const typing = Date.now() - began
  await accessible(page, 'open by hand')
  began = Date.now()
  await page.keyboard.press('Control+Enter')
  await until('in the queue', async () => (await page.locator('#queue').innerText()).includes('57+300'))
  // Three fields and two presses: how long they take is printed, since it says as much about the machine.
  console.log(`     filled in after ${typing} ms, in the queue ${Date.now() - began} ms later`)
  quiet(trouble)
}

async function freshness({ browser, server }) {
  const { page } = await seat(browser, server)
  await ready(page)
  await lever(server, 'quiet')
  await page.locator('.old').waitFor({ timeout: 15_000 })
  await accessible(page, 'stale')
  await page.locator('.ice').waitFor({ timeout: 20_000 })
  assert.match(await page.locator('.ice').innerText(), /FROZEN/)
  await lever(server, 'speak')
  await until('live again', async () => (await page.locator('.ice, .old').count()) === 0)
  await lever(server, 'cut')
  await until('reconnected', async () => (await page.locator('header .lv.live').count()) === 1)
}

async function emptyPicture({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  await lever(server, 'empty')
  await until('says so', async () => (await page.locator('#queue .none').innerText()).includes('nothing is being watched'))
  await accessible(page, 'empty')
  await lever(server, 'full')
  await until('full again', async () => (await page.locator('#queue .row').count()) > 0)
  quiet(trouble)
}

async function critical({ browser, server }) {
  const { page } = await seat(browser, server)
  await ready(page)
  await lever(server, 'critical')
  await page.locator('#queue .row.critical.sound').waitFor()
  assert.match(await page.title(), /^\(\d+\)/)
  await page.locator('#queue .row.critical').click()
  await page.keyboard.press('a')
  await until('silent after the acknowledgement', async () => (await page.locator('#queue .row.sound').count()) === 0)
}

async function refusedWithReason({ browser, server }) {
  const { page } = await seat(browser, server)
  await ready(page)
  const answer = await page.evaluate(async () => {
    const me = await (await fetch('/api/v1/me')).json()
    const r = await fetch('/api/v1/alerts/00000000-0000-7000-8000-000000000000/actions', {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf, 'Accept-Language': 'ar' }, body: JSON.stringify({ id: '01900000-0000-7000-8000-000000000000', verb: 'note', text: 'x' }),
    })
    return [r.status, await r.json()]
  })
  assert.equal(answer[0], 404)
  assert.match(answer[1].detail ?? answer[1].title, /[\u0600-\u06ff]/)
}

async function coldLoad({ browser, server }) {
  const { page } = await seat(browser, server)
  await ready(page)
  await page.goto('about:blank')
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Network.clearBrowserCache')
  const began = Date.now()
  await page.goto(server.url + '/?lang=en', { waitUntil: 'commit' })
  await page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })
  await page.locator('#strips .walk').waitFor()
  const queue = Date.now() - began
  await page.locator('[data-drawn=yes]').waitFor({ timeout: 60_000 })
  const drawn = Date.now() - began
  await page.locator('[data-idle=yes]').waitFor({ timeout: 60_000 })
  console.log(`     queue and strip after ${queue} ms, map drawn after ${drawn} ms, at rest after ${Date.now() - began} ms`)
}

async function signIn({ browser, server }) {
  const { page, context } = await seat(browser, server, { token: 'wrong' })
  for (const [lang, theme] of [['en', 'night'], ['ar', 'day']]) {
    await page.goto(`${server.url}/?lang=${lang}&theme=${theme}`)
    await page.locator('form').waitFor()
    await accessible(page, `sign-in ${lang}`)
  }
  await page.goto(`${server.url}/?lang=en`)
  await page.getByLabel('Account').fill('nobody')
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await context.close()
}

// A link to an alert: as long as nothing changes, no question is asked twice; what
// changed is asked for again.
async function openedOnce({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { lang })
  const { row } = await asks(page)('/alerts', { verb: 'open', severity: 'normal', text: 'Post by telephone: a lamp beyond the berm', place: { chainage: 44_500, offset: -500 } })
  await page.goto('about:blank')
  // What is asked again by the clock is no part of opening.
  await page.addInitScript(() => {
    const often = setInterval
    window.setInterval = (f, ms, ...more) => (ms > 2000 ? 0 : often(f, ms, ...more))
  })
  // A stream that says the same each second.
  let said
  let times = 0
  await page.route((u) => u.pathname === '/api/v1/live', async (route) => {
    times++
    said ??= await (await route.fetch({ url: server.url + '/api/v1/picture' })).json()
    await route.fulfill({ contentType: 'text/event-stream', body: `retry: 1000\nid: 1\nevent: snapshot\ndata: ${JSON.stringify(said)}\n\n` })
  })
  const asked = []
  page.on('request', (r) => {
    const u = new URL(r.url())
    if (u.pathname.startsWith('/api/v1/') && u.pathname !== '/api/v1/live') asked.push(u.pathname.slice(7) + u.search)
  })
  await page.goto(`${server.url}/?lang=${lang}&sel=alert:${row.id}`)
  await page.locator('aside .stations').waitFor()
  await until('both strips', () => asked.filter((x) => x.startsWith('/strip')).length >= 2)
  const heard = times
  await until('the stream said it three times more', () => times > heard + 3)
  assert.deepEqual(asked.filter((x, i) => asked.indexOf(x) < i), [], 'asked twice')
  asked.length = 0
  said.status.lanes++
  said.alerts.find((a) => a.id === row.id).revision++
  await until('what changed', () => asked.includes('/lanes') && asked.includes('/alerts/' + row.id) && asked.filter((x) => x.startsWith('/strip')).length >= 2)
  quiet(trouble)
}

export const tests = [
  ['a link to an alert asks each question once, in English', (x) => openedOnce(x, 'en'), 'program'],
  ['a link to an alert asks each question once, in Arabic', (x) => openedOnce(x, 'ar'), 'program'],
  ['sign-in says what is wrong and is accessible', signIn],
  ['every page is accessible in English, night', (x) => everyPage(x, 'en', 'night')],
  ['every page is accessible in Arabic, day', (x) => everyPage(x, 'ar', 'day')],
  ['371+250 never shows as 250+371 on the rendered page', numbersInArabic],
  ['strip is never mirrored: km 0 at the right in both languages', neverMirrored],
  ['strip, address and keyboard are one view', linkedViews],
  ['search finds posts and places in either script', search],
  ['an alert is opened by hand with three fields and two presses', byHand],
  ['a silent server looks stale, then frozen, and recovers', freshness, 'mock'],
  ['an empty picture says that nothing is watched', emptyPicture, 'mock'],
  ['a critical alert sounds until it is acknowledged', critical, 'mock'],
  ['refusals come in the asker’s language', refusedWithReason],
  ['a cold load is quick', coldLoad],
]
