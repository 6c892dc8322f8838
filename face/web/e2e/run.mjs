// The browser tests: every *.e2e.mjs here, one after the other, each test with its
// own seat. Ends with the counts, and with 1 where something failed.
//   npm run e2e [name part]

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { open } from './browser.mjs'
import { mock, server as start } from './server.mjs'

const here = new URL('./', import.meta.url)
const wanted = process.argv[2] ?? ''

const main = await start()
// Silence, emptiness and a critical alert at will are levers of the mock: the tests
// that need them have one of their own beside the program.
let aside = null
const browser = await open()
let passed = 0
let skipped = 0
const failed = []
for (const file of readdirSync(fileURLToPath(here)).filter((f) => f.endsWith('.e2e.mjs')).sort()) {
  const { tests } = await import(new URL(file, here))
  for (const [name, run, needs, seconds = 240] of tests) {
    if (!`${file} ${name}`.includes(wanted)) continue
    if ((needs === 'program' || needs === 'real') && main.mock) {
      skipped++
      console.log(`skip ${name}: needs the program and its seats`)
      continue
    }
    if (needs === 'binary' && !process.env.MARSAD_BIN) {
      skipped++
      console.log(`skip ${name}: needs MARSAD_BIN, a program of its own that it may kill`)
      continue
    }
    const server = needs === 'mock' && !main.mock ? (aside ??= await mock()) : main
    const began = Date.now()
    let timer
    try {
      await Promise.race([
        run({ browser, server }),
        new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000) }),
      ])
      passed++
      console.log(`ok   ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    } catch (e) {
      failed.push(name)
      console.log(`FAIL ${name}\n     ${String(e.stack ?? e).split('\n').slice(0, 8).join('\n     ')}`)
    } finally {
      clearTimeout(timer)
      for (const c of browser.contexts()) await c.close()
      if (server.mock) for (const lever of ['speak', 'full']) await fetch(`${server.url}/mock/${lever}`)
    }
  }
}
await browser.close()
main.stop()
aside?.stop()
console.log(`${passed} passed, ${failed.length} failed${skipped ? `, ${skipped} skipped` : ''}`)
process.exit(failed.length ? 1 : 0)
