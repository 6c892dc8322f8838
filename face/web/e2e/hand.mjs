// One process with one browser, which runs the tests that run.mjs names: a test that does
// not end, whatever it does, is ended with its process.

import { open } from './browser.mjs'

const browser = await open()
process.on('disconnect', async () => { // with the runner all ends
  await browser.close()
  process.kill(-process.pid, 'SIGKILL')
})
process.on('message', async ({ file, name, server }) => {
  let why = ''
  try {
    const { tests } = await import(file)
    await tests.find((t) => t[0] === name)[1]({ browser, server })
  } catch (e) {
    why = String(e.stack ?? e).split('\n').slice(0, 8).join('\n     ')
  }
  for (const c of browser.contexts()) await c.close()
  if (server.mock) for (const lever of ['speak', 'full']) await fetch(`${server.url}/mock/${lever}`)
  process.send({ why })
})
process.send('ready')
