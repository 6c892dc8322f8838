// A real browser for the tests: the machine's Chromium, drawing in software, with
// every request that leaves the page's own host counted.

import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const places = [process.env.MARSAD_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function open() {
  const path = places.find((p) => p && existsSync(p))
  if (!path) throw new Error('no chromium found: install it (Debian: apt-get install chromium) or name it in MARSAD_CHROMIUM')
  return chromium.launch({
    executablePath: path,
    args: ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** A page at a seat, in a language and a theme. Problems of the page are collected, not lost. */
export async function seat(browser, server, { token = server.token, lang = 'en', theme = 'night', size = [1920, 1080], reduced = true } = {}) {
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, reducedMotion: reduced ? 'reduce' : 'no-preference' })
  const page = await context.newPage()
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
  await page.goto(server.url + '/sign-in?token=' + encodeURIComponent(token))
  await page.goto(`${server.url}/?lang=${lang}&theme=${theme}`)
  return { page, context, trouble }
}
