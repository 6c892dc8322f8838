// A real browser for the tests: the machine's Chromium with every request that leaves
// the page's own host counted. It draws as it does by itself on a machine without a
// graphics processor (chrome://gpu: all software); --use-angle=swiftshader would make
// it take the software renderer for hardware and draw ten times as slowly.

import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const places = [process.env.MARSAD_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function open() {
  const path = places.find((p) => p && existsSync(p))
  if (!path) throw new Error('no chromium found: install it (Debian: apt-get install chromium) or name it in MARSAD_CHROMIUM')
  return chromium.launch({
    executablePath: path,
    args: ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** A page at a seat, in a language and a theme. Problems of the page are collected, not lost. */
export async function seat(browser, server, { token, lang = 'en', theme = 'night', size = [1920, 1080], reduced = true, path = '/' } = {}) {
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, reducedMotion: reduced ? 'reduce' : 'no-preference' })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000) // others may use the machine
  // MARSAD_SLOW=4 makes the page's processor four times as slow: what only a quick machine passes, fails.
  const slow = Number(process.env.MARSAD_SLOW ?? 1)
  if (slow > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slow })
  const own = new URL(server.url).host
  const trouble = { outside: [], errors: [], policy: [] }
  page.on('request', (r) => {
    const u = new URL(r.url())
    if (/^(https?|wss?):$/.test(u.protocol) && u.host !== own) trouble.outside.push(r.url())
  })
  page.on('pageerror', (e) => trouble.errors.push(e.message))
  page.on('console', (m) => {
    if (/Content Security Policy/i.test(m.text())) trouble.policy.push(m.text())
  })
  await page.goto(server.url + '/sign-in?token=' + encodeURIComponent(token ?? server.token))
  await page.goto(`${server.url}${path}?lang=${lang}&theme=${theme}`)
  return { page, context, trouble }
}

/** Asks the API as the person who sits at a page: GET, or POST with a body. */
export function asks(page) {
  let made = 0
  return (path, body) => page.evaluate(async ([path, body, made]) => {
    const me = body && (await (await fetch('/api/v1/me')).json())
    // An action carries an id of version 7; time and count make it one of its own.
    const hex = Date.now().toString(16).padStart(12, '0')
    const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7${String(made % 1000).padStart(3, '0')}-8000-${crypto.randomUUID().slice(-12)}`
    const r = await fetch('/api/v1' + path, body ? { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf }, body: JSON.stringify({ id, ...body }) } : {})
    const text = await r.text()
    if (!r.ok) throw new Error(`${path}: ${r.status} ${text.slice(0, 300)}`)
    return text ? JSON.parse(text) : null
  }, [path, body ?? null, made++])
}
