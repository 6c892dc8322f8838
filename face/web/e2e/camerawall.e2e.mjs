// Thermal cameras as an operator lives with them, on a program of the test's own:
// the wall, cameras in trouble that leave coverage, an alert that brings up its
// cameras and keeps its clip, a head that turns on a press. Every screen in English
// by night and in Arabic by day.

import { asks, seat } from './browser.mjs'
import { site } from './camerasite.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { wall: 'Pictures at once', wallN: /wall 1 of 2/, blind: 'nothing to see in the picture', frozen: 'the picture is frozen', of: 'Cameras of this alert', kept: 'What cameras showed', play: 'Play the clip', pause: 'Pause', stills: /Show stills/, looks: 'Cameras that can look here', look: 'Look there', took: 'The camera took the order', once: /sees it once turned|has it in its picture/ },
  ar: { wall: 'صور معاً', wallN: /اللوحة\D*1\D*من\D*2/, of: 'كاميرات هذا التنبيه', kept: 'ما أظهرته الكاميرات', play: 'شغّل المقطع', pause: 'إيقاف', stills: /أظهر الصور الثابتة/, looks: 'كاميرات تستطيع النظر إلى هنا', look: 'انظر إلى هناك', took: 'قبلت الكاميرا الأمر', once: /تراه إذا أُديرت إليه|يظهر في صورتها الآن/ },
}
const seats = [['en', 'night'], ['ar', 'day']]

/** What a lane says of the metres in front of a camera, apart from gaps. */
const around = (lane, km) => [...new Set(lane.pieces.filter((p) => p.to > km - 250 && p.from < km + 250 && p.value !== 'gap').map((p) => p.value))].join(' and ')

async function wall({ server, seated }) {
  for (const [lang, theme] of seats) {
    const w = words[lang]
    const { page, trouble, api } = await seated(lang, theme, '/cameras')
    const tiles = page.locator('main.page .wall article')
    await until('four tiles with pictures', async () => (await page.locator('main.page .wall img').count()) === 4)
    assert.equal(await tiles.count(), 4, 'four at first')
    await accessible(page, `wall ${lang}`)
    await shot(page, `wall-4-${lang}`, false)
    const sizes = page.getByRole('group', { name: w.wall })
    assert.deepEqual((await sizes.getByRole('button').allInnerTexts()).map((t) => t.replace(/\D/g, '')), ['1', '4', '9', '16'])
    await sizes.getByRole('button', { name: /16/ }).click()
    await until('sixteen pictures', async () => (await page.locator('main.page .wall img').count()) === 16)
    assert.equal(await tiles.count(), 16, 'of eighteen cameras sixteen')
    assert.match(await page.locator('main.page header').innerText(), w.wallN)
    await until('troubles', async () => (await api('/cameras')).items.filter((r) => r.troubles.length).length >= 2)
    if (lang === 'en') for (const name of ['blind', 'frozen']) await until(name, async () => (await page.locator('main.page .wall').innerText()).includes(w[name]))
    await shot(page, `wall-16-${lang}`, false)
    quiet(trouble)
    await page.context().close()
  }
  // Out of coverage: what they were meant to see is dark, what works is not.
  const { page, api } = await seated('en', 'night', '/coverage')
  const km = Object.fromEntries((await api('/sensors')).items.map((s) => [s.id, s.km]))
  const at = (lane, id) => around(lane, km[id])
  let is = ''
  await until('coverage knows', async () => {
    const [now, designed] = [await api(`/lanes/coverage?from=${km.west - 1000}&to=${km.blind + 1000}`), await api(`/lanes/coverage-designed?from=${km.west - 1000}&to=${km.blind + 1000}`)]
    is = ['blind', 'frozen', 'west'].map((id) => `${id} ${at(designed, id)} ${at(now, id)}`).join(', ')
    return is === 'blind seen dark, frozen seen dark, west seen seen-once'
  }, 60_000).catch((e) => { throw new Error(`${e.message}: ${is}`) })
  await page.context().close()
}

async function ofAnAlert({ server, seated }) {
  let id
  for (const [lang, theme] of seats) {
    const w = words[lang]
    const { page, trouble, api } = await seated(lang, theme)
    id ??= (await until('the crossing is alerted', async () => (await api('/alerts?state=open')).items.find((a) => a.rule === 'crossing'), 120_000)).id
    await until('evidence', async () => (await api(`/alerts/${id}/evidence`)).items.some((e) => e.camera === 'east'), 60_000)
    await page.locator(`#alert-${id}`).click()
    const panel = page.locator('aside')
    const own = panel.getByRole('region', { name: w.of })
    for (const nth of [0, 1]) {
      await own.locator('article').nth(nth).scrollIntoViewIfNeeded() // a tile asks for its picture while it can be seen
      await own.locator('article').nth(nth).locator('img').waitFor({ timeout: 20_000 })
    }
    assert.ok((await own.locator('article').count()) <= 4, 'four at most by themselves')
    assert.match(await own.locator('article').first().getAttribute('aria-label'), /east/, 'the one that found it comes first')
    const kept = panel.getByRole('region', { name: w.kept })
    const first = kept.locator('.kept').first()
    await first.getByRole('button', { name: w.stills }).click()
    await until('three stills', () => first.locator('.stills img').evaluateAll((all) => all.length === 3 && all.every((i) => i.complete && i.naturalWidth === 320)))
    await first.getByRole('button', { name: w.play }).click()
    await first.getByRole('button', { name: w.pause }).waitFor()
    const slider = first.locator('input[type=range]')
    const from = +(await slider.inputValue())
    await until('the clip goes on', async () => +(await slider.inputValue()) > from + 5)
    await first.getByRole('button', { name: w.pause }).click()
    assert.equal(await first.locator('.hash bdi').filter({ hasText: /^[0-9a-f]{64}$/ }).count(), 4, 'each file with its hash')
    await first.scrollIntoViewIfNeeded()
    await accessible(page, `alert's cameras ${lang}`)
    await shot(page, `alert-kept-${lang}`)
    await own.scrollIntoViewIfNeeded()
    await shot(page, `alert-cameras-${lang}`)
    // A box is drawn around the mover: brighter than anything of the hillside, in a line.
    const boxed = await page.evaluate(async (id) => {
      const b = await createImageBitmap(await (await fetch(`/api/v1/alerts/${id}/evidence/east-2.jpg`)).blob())
      const c = new OffscreenCanvas(b.width, b.height).getContext('2d')
      c.drawImage(b, 0, 0)
      const d = c.getImageData(0, 0, b.width, b.height).data
      let longest = 0
      for (let y = 0; y < b.height; y++) for (let x = 0, n = 0; x < b.width; x++) longest = Math.max(longest, (n = d[4 * (y * b.width + x)] > 200 ? n + 1 : 0))
      return longest
    }, id)
    assert.ok(boxed >= 6, `a still without a box: the longest bright row has ${boxed} pixels`)

    // Which camera can see this point: the head turns on a press, and on nothing else.
    const before = server.ptz.state.moves
    await panel.locator('summary', { hasText: w.looks }).click()
    await until('whether it sees the place', async () => w.once.test(await panel.locator('.looks').innerText()))
    assert.equal(server.ptz.state.moves, before, 'nothing turned by itself')
    await panel.locator('.looks').getByRole('button', { name: w.look }).first().click()
    await until('the camera’s word', async () => (await panel.locator('.looks .said.good').innerText()).includes(w.took))
    assert.equal(server.ptz.state.moves, before + 1)
    await panel.locator('.looks').scrollIntoViewIfNeeded()
    await shot(page, `look-there-${lang}`)
    quiet(trouble)
    await page.context().close()
  }
}

async function whole({ browser }) {
  const server = await site()
  try {
    const seated = async (lang, theme, path) => {
      const s = await seat(browser, server, { lang, theme, path })
      return { ...s, api: asks(s.page) }
    }
    const x = { server, seated }
    await wall(x)
    await ofAnAlert(x)
  } finally {
    await server.gone()
  }
}

export const tests = [
  ['thermal cameras through a watch: the wall, troubles, an alert and its clip, a head that turns, in both languages', whole, 'binary', 400],
]
