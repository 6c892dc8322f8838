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
let failed = []

// One test: null where it passed, else why not.
async function once(run, server, seconds) {
  let timer
  try {
    await Promise.race([
      run({ browser, server }),
      new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000) }),
    ])
    return null
  } catch (e) {
    return String(e.stack ?? e).split('\n').slice(0, 8).join('\n     ')
  } finally {
    clearTimeout(timer)
    for (const c of browser.contexts()) await c.close()
    if (server.mock) for (const lever of ['speak', 'full']) await fetch(`${server.url}/mock/${lever}`)
  }
}

for (const file of readdirSync(fileURLToPath(here)).filter((f) => f.endsWith('.e2e.mjs')).sort()) {
  const { tests } = await import(new URL(file, here))
  for (const [name, run, needs, seconds = 480] of tests) {
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
    const why = await once(run, server, seconds)
    const took = ((Date.now() - began) / 1000).toFixed(1)
    if (why) failed.push({ name, why, again: () => once(run, server, seconds) })
    else passed++
    console.log(why ? `FAIL ${name} (${took} s)\n     ${why}` : `ok   ${name} (${took} s)`)
  }
}
// A page on a machine that others use may be late, and a test cannot tell late from
// broken: what failed is tried once more, and what passes only then is named.
const late = []
for (const f of failed.slice()) {
  const why = await f.again()
  if (why) {
    f.why = why
    continue
  }
  late.push(f)
  failed = failed.filter((g) => g !== f)
  passed++
}
await browser.close()
main.stop()
aside?.stop()
for (const f of late) console.log(`passed only when tried again: ${f.name}\n     the first time: ${f.why}`)
for (const f of failed) console.log(`failed twice: ${f.name}\n     ${f.why}`)
console.log(`${passed} passed, ${failed.length} failed${skipped ? `, ${skipped} skipped` : ''}${late.length ? `, ${late.length} only when tried again` : ''}`)
process.exit(failed.length ? 1 : 0)
