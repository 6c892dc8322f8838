// The browser tests: every *.e2e.mjs here, one after the other, each test with its
// own seat. Ends with the counts, and with 1 where something failed.
//   npm run e2e [name part]

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { open } from './browser.mjs'
import { server as start } from './server.mjs'

const here = new URL('./', import.meta.url)
const wanted = process.argv[2] ?? ''
const limit = 240_000

const server = await start()
const browser = await open()
let passed = 0
let skipped = 0
const failed = []
for (const file of readdirSync(fileURLToPath(here)).filter((f) => f.endsWith('.e2e.mjs')).sort()) {
  const { tests } = await import(new URL(file, here))
  for (const [name, run, needs] of tests) {
    if (!`${file} ${name}`.includes(wanted)) continue
    if (needs && (needs === 'mock') !== server.mock) {
      skipped++
      console.log(`skip ${name}: needs ${needs === 'mock' ? 'the mock’s levers' : 'the program and its seats'}`)
      continue
    }
    if (needs === 'real' && server.mock) {
      skipped++
      console.log(`skip ${name}: needs a real server`)
      continue
    }
    const began = Date.now()
    let timer
    try {
      await Promise.race([
        run({ browser, server }),
        new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit) }),
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
server.stop()
console.log(`${passed} passed, ${failed.length} failed${skipped ? `, ${skipped} skipped` : ''}`)
process.exit(failed.length ? 1 : 0)
