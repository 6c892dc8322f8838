// A tower that was turned and a clock that is wrong, as the watch officer meets them:
// registration finds both from what others see in common, the sensor's panel says so
// and that it is corrected, and what the tower sees is one track. The program plays
// the scenario turned-tower (MARSAD_BIN).

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const said = {
  en: { turned: /Turned by 1\.\d\d ± 0\.\d\d° clockwise, corrected/, clock: /Its clock is [01]\.\d ± 0\.\d\ss ahead, corrected/, mend: /Have it set right/ },
  ar: { turned: /منحرف بمقدار .?1\.\d\d ± 0\.\d\d°.? مع عقارب الساعة، صُحّح/, clock: /ساعته متقدمة بمقدار .?[01]\.\d ± 0\.\d\s.{1,3}، صُحّحت/, mend: /اطلب ضبطه/ },
}

async function turned({ browser }) {
  const dir = mkdtempSync(join(tmpdir(), 'marsad-turned-'))
  const ready = join(dir, 'ready.json')
  const child = spawn(process.env.MARSAD_BIN, ['demo', '--scenario', 'turned-tower', '--skip', '90s', '--addr', '127.0.0.1:0', '--sapient', '127.0.0.1:0', '--data', join(dir, 'data'), '--no-browser', '--ready-file', ready], { stdio: 'ignore' })
  const ended = new Promise((done) => child.once('exit', done))
  try {
    const server = await until('the demo', () => existsSync(ready) && JSON.parse(readFileSync(ready, 'utf8')), 60_000)
    server.url = server.url.replace(/\/$/, '')
    for (const lang of ['en', 'ar']) {
      const { page, trouble } = await seat(browser, server, { lang, theme: lang === 'ar' ? 'day' : 'night' })
      await page.locator('#strips .walk').waitFor({ timeout: 60_000 })
      const api = asks(page)
      const sensors = async () => (await api('/sensors?limit=1000')).items
      // The first that is said is coarse; what is waited for is that it is near what is true.
      const tower = await until('the turned tower is found', async () => (await sensors()).find((s) => s.name === 'Tower 050' && s.bias?.applied && Math.abs(s.bias.azimuth - 1.5) < 0.3), 600_000)
      const late = await until('the wrong clock is found', async () => (await sensors()).find((s) => s.name === 'Tower 054' && s.bias?.shifted && Math.abs(s.bias.clock - 1.2) < 0.5), 600_000)
      const corrected = (await sensors()).filter((s) => s.bias?.applied || s.bias?.shifted).sort((a, b) => a.name.localeCompare(b.name))
      assert.deepEqual(corrected.map((s) => s.name), ['Tower 050', 'Tower 054'], 'nobody else is corrected: ' + JSON.stringify(corrected.map((s) => [s.name, s.bias])))
      const panel = page.locator('aside')
      for (const [sensor, what] of [[tower, said[lang].turned], [late, said[lang].clock]]) {
        await page.goto(`${server.url}/?lang=${lang}&sel=sensor:${sensor.id}`)
        await until(String(what), async () => what.test(await panel.innerText()))
        assert.match(await panel.innerText(), said[lang].mend, 'and what to do')
        await accessible(page, `${sensor.name} ${lang}`)
        await shot(page, `${sensor.name.replace(' ', '-')}-${lang}`)
      }
      // Around the tower nothing is there twice: what others see of it is within what is known of its place.
      await until('one track of each thing', async () => {
        const near = (await api('/tracks?limit=1000')).items.filter((t) => !t.unit && t.km > 44_000 && t.km < 60_000 && t.offset < -300)
        return near.length > 0 && near.every((a) => near.every((b) => a === b || Math.hypot(a.km - b.km, a.offset - b.offset) > 150)) && near.length <= 3
      }, 120_000)
      quiet(trouble)
      await page.close()
    }
  } finally {
    child.kill()
    await ended
    rmSync(dir, { recursive: true, force: true })
  }
}

export const tests = [
  ['a turned tower and a wrong clock are found, said in both languages, and corrected', turned, 'binary', 900],
]
