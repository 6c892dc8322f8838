// The runner of these tests: one that does not end is ended, named, and the next is run.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from './check.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

async function cutOff() {
  const { MARSAD_READY, MARSAD_URL, ...env } = process.env // on a mock of its own
  env.TMPDIR = mkdtempSync(join(tmpdir(), 'marsad-runner-')) // what is cut off leaves its browser's folder
  const { code, out } = await new Promise((done) => {
    const child = execFile(process.execPath, [path('run.mjs'), '', path('stuck')], { env }, (_, out) => done({ code: child.exitCode, out }))
  })
  rmSync(env.TMPDIR, { recursive: true, force: true, maxRetries: 5 })
  for (const [name, why] of [['computes without end', 'not done after 1 s'], ['opens pages without end', 'not done after 1 s'], ['a page without an answer', 'not done after 3 s'], ['ends its process', 'its process ended with 3']])
    for (const said of ['FAIL ', 'failed twice: ']) assert.match(out, new RegExp(`^${said}${name}.*\\n +${why}`, 'm'))
  assert.match(out, /^ok {3}ends by itself/m)
  assert.match(out, /^1 passed, 4 failed$/m)
  assert.equal(code, 1)
}

export const tests = [['a test that does not end is cut off and named, and the next is run', cutOff, '', 240]]
