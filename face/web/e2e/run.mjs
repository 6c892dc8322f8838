// The browser tests: every *.e2e.mjs here or in the folder named, one after the other, each
// test with its own seat. Ends with the counts, and with 1 where something failed.
//   npm run e2e [name part [folder]]

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mock, server as start } from './server.mjs'

const folder = resolve(process.argv[3] ?? fileURLToPath(new URL('.', import.meta.url)))
const wanted = process.argv[2] ?? ''

const main = await start()
// Silence, emptiness and a critical alert at will are levers of the mock: the tests
// that need them have one of their own beside the program.
let aside = null
let passed = 0
let skipped = 0
let failed = []

// The process that runs the tests, in a group of its own: what they start is ended with it,
// and its browser ends when nobody holds the other end of its pipe.
let hand = null
async function ready() {
  hand = fork(new URL('./hand.mjs', import.meta.url), { detached: true })
  if ((await Promise.race([once(hand, 'message'), once(hand, 'exit')]))[0] !== 'ready') throw new Error('the browser did not start')
}

// One test: empty where it passed, else why not.
async function run({ file, name, server, seconds }) {
  if (!hand?.connected) await ready()
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), seconds * 1000)
  hand.send({ file, name, server })
  try {
    const [said, signal] = await Promise.race([once(hand, 'message', late), once(hand, 'exit', late)])
    return said?.why ?? `its process ended with ${said ?? signal}`
  } catch (e) {
    process.kill(-hand.pid, 'SIGKILL')
    hand = null
    return late.signal.aborted ? `not done after ${seconds} s: cut off` : String(e)
  } finally {
    clearTimeout(timer)
    late.abort() // nobody listens any more
  }
}

for (const file of readdirSync(folder).filter((f) => f.endsWith('.e2e.mjs')).sort()) {
  const path = pathToFileURL(resolve(folder, file)).href
  const { tests } = await import(path)
  for (const [name, , needs, seconds = 480] of tests) {
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
    const test = { file: path, name, server, seconds }
    const began = Date.now()
    const why = await run(test)
    const took = ((Date.now() - began) / 1000).toFixed(1)
    if (why) failed.push({ name, why, test })
    else passed++
    console.log(why ? `FAIL ${name} (${took} s)\n     ${why}` : `ok   ${name} (${took} s)`)
  }
}
// A page on a machine that others use may be late, and a test cannot tell late from
// broken: what failed is tried once more, and what passes only then is named.
const late = []
for (const f of failed.slice()) {
  const why = await run(f.test)
  if (why) {
    f.why = why
    continue
  }
  late.push(f)
  failed = failed.filter((g) => g !== f)
  passed++
}
if (hand?.connected) {
  hand.disconnect()
  await once(hand, 'exit')
}
main.stop()
aside?.stop()
for (const f of late) console.log(`passed only when tried again: ${f.name}\n     the first time: ${f.why}`)
for (const f of failed) console.log(`failed twice: ${f.name}\n     ${f.why}`)
console.log(`${passed} passed, ${failed.length} failed${skipped ? `, ${skipped} skipped` : ''}${late.length ? `, ${late.length} only when tried again` : ''}`)
process.exit(failed.length ? 1 : 0)
