// Where the tests run: a program that is already there (MARSAD_URL and MARSAD_TOKEN,
// or MARSAD_READY, the file that `marsad demo --ready-file` writes), else the mock.

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './check.mjs'

function freePort() {
  return new Promise((resolve, reject) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => resolve(port))
    })
    s.on('error', reject)
  })
}

export async function server() {
  if (process.env.MARSAD_READY) {
    const r = JSON.parse(readFileSync(process.env.MARSAD_READY, 'utf8'))
    return { url: r.url.replace(/\/$/, ''), token: r.token, seats: r.seats ?? {}, mock: false, stop() {} }
  }
  if (process.env.MARSAD_URL)
    return { url: process.env.MARSAD_URL.replace(/\/$/, ''), token: process.env.MARSAD_TOKEN ?? '', seats: {}, mock: false, stop() {} }
  return mock()
}

/** The mock by itself, for tests that need its levers whatever the others run against. */
export async function mock() {
  const port = await freePort()
  const child = spawn(process.execPath, [fileURLToPath(new URL('../mock/server.mjs', import.meta.url)), String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the mock did not start within 20 s')), 20_000)
    child.stdout.once('data', () => { clearTimeout(late); resolve() })
    child.once('exit', (code) => reject(new Error(`the mock ended with ${code}`)))
  })
  return { url: `http://127.0.0.1:${port}`, token: 'mock', seats: {}, mock: true, stop: () => child.kill() }
}

/** A demo of a test's own (MARSAD_BIN), at its beginning: on a folder, once it is ready. */
export async function demo(dir) {
  const ready = join(dir, 'ready.json')
  rmSync(ready, { force: true })
  const child = spawn(process.env.MARSAD_BIN, ['demo', '--addr', '127.0.0.1:0', '--sapient', '127.0.0.1:0', '--data', join(dir, 'data'), '--no-browser', '--ready-file', ready], { stdio: 'ignore' })
  const ended = new Promise((done) => child.once('exit', done))
  const facts = await until('the demo', () => existsSync(ready) && JSON.parse(readFileSync(ready, 'utf8')), 60_000)
  return {
    url: facts.url.replace(/\/$/, ''), token: facts.token, seats: facts.seats ?? {}, mock: false,
    async end(signal) {
      child.kill(signal)
      await ended
    },
  }
}
