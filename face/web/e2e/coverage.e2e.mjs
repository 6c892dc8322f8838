// What is seen and what is not: claim beside computation, gaps, a plan, a tower
// moved by keyboard, print, both languages.

import { seat } from './browser.mjs'
import { accessible, assert, go, quiet, until } from './check.mjs'

async function open(page, server, lang, theme = 'night') {
  await page.goto(`${server.url}/coverage?lang=${lang}&theme=${theme}`)
  await page.locator('.cover .box.co .fig').waitFor({ timeout: 60_000 })
}

async function everything({ browser, server }, lang, theme) {
  const { page, trouble } = await seat(browser, server, { lang, theme })
  await open(page, server, lang, theme)
  const text = await page.locator('.cover').innerText()
  // No percentage of synthetic relief without the word, and a claim is called one.
  assert.match(text, lang === 'ar' ? /اصطناعي/ : /synthetic/i)
  assert.match(await page.locator('.box.cl .tag').innerText(), lang === 'ar' ? /مُدّعى|ادعاء|مدّعى/ : /claimed/i)
  assert.match(await page.locator('.whose').innerText(), /\(.*duty.*\).*\d{4}-\d\d-\d\d/)
  assert.equal(await page.locator('.wm text').count(), 1, 'the watermark lies over the page')
  await until('the strips', async () => (await page.locator('#strips .walk').count()) === 1)
  await accessible(page, `coverage ${lang} ${theme}`)
  // What is printed is the map as it was drawn: relief and coverage, on white.
  await page.locator('.relief').waitFor({ timeout: 60_000 })
  await until('coverage on the map', async () => (await page.locator('.cover .b path.two').count()) > 0)
  await page.emulateMedia({ media: 'print' })
  await until('the colours of the day', async () => (await page.locator('html').getAttribute('data-theme')) === 'day')
  // The layers that move are drawn anew in frames, which paper does not wait for: what
  // is written on them is dark on white, whichever theme was on screen.
  const light = await page.locator('#strips canvas').evaluateAll((all) => all.map((c) => {
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height)
    const n = [0, 0]
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 220 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) < 24) n[data[i] > 150 ? 1 : 0]++
    return n
  }))
  // On paper they carry the lanes too, whose light bars are many: what is written must be there, dark.
  for (const i of [1, 3]) assert.ok(light[i][0] > 1000, `the moving layers are drawn for paper: dark and light ${light}`)
  assert.equal(await page.locator('.relief').count(), 1, 'the relief is printed')
  assert.ok((await page.locator('.cover .b path.two').count()) > 0, 'coverage is printed')
  const [map, drawn] = [await page.locator('.cover .b > .hold').boundingBox(), await page.locator('.cover .b > .hold > svg').boundingBox()]
  assert.ok(Math.abs(map.height - drawn.height) < 2 && Math.abs(map.width - drawn.width) < 2, 'the whole map is printed')
  for (const chart of await page.locator('svg.order').all()) assert.ok((await chart.boundingBox()).width <= 640, 'the letters of the chart do not grow')
  assert.ok((await page.locator('.cover').boundingBox()).height > 600, 'the whole page is printed')
  assert.equal(await page.locator('.cover form:visible').count(), 0, 'a print has no forms')
  // On paper: the list of towers and the ways down two columns keep it to three pages.
  const pages = (await page.pdf({ format: 'A4', margin: { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' } })).toString('latin1').match(/\/Type\s*\/Page\b/g).length
  assert.ok(pages <= 3, `printed on ${pages} pages`)
  await page.emulateMedia({ media: 'screen' })
  await until('the colours as before', async () => (await page.locator('html').getAttribute('data-theme')) === theme)
  quiet(trouble)
}

async function planAndWhatIf({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await open(page, server, 'en')
  await page.getByLabel('Towers', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Work out a plan' }).click()
  await page.locator('.plans .card').first().waitFor({ timeout: 90_000 })
  assert.match(await page.locator('.plans .card').first().innerText(), /synthetic relief/)
  // A tower is moved by keyboard: ten kilometres away from the line it sees less.
  await page.getByRole('button', { name: 'Span on screen' }).click()
  const tower = page.locator('.tower.movable').first()
  await tower.focus()
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.locator('.tried').waitFor({ timeout: 60_000 })
  assert.match(await page.locator('.tried').innerText(), /come to light, [\d,]+ m go dark/)
  await accessible(page, 'coverage after a what-if')
  quiet(trouble)
}

// A tower is dragged with the pointer: the what-if is asked when it is dropped, and
// its footprint there is drawn; put back, the map is as it was.
async function dragged({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await open(page, server, 'en')
  await page.getByRole('button', { name: 'Span on screen' }).click()
  const tower = page.locator('.tower.movable').nth(4)
  await tower.waitFor()
  const from = await tower.boundingBox()
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  for (let i = 1; i <= 12; i++) await page.mouse.move(from.x + from.width / 2 + i * 9, from.y + from.height / 2 + i * 4)
  const asked = page.waitForRequest((r) => r.url().endsWith('/coverage/what-if') && r.method() === 'POST')
  await page.mouse.up()
  const { moves } = (await asked).postDataJSON()
  assert.equal(moves.length, 1)
  await page.locator('.tried').waitFor({ timeout: 60_000 })
  assert.match(await page.locator('.tried').innerText(), /come to light, [\d,]+ m go dark/)
  await page.locator('path.print.asked').waitFor()
  assert.equal(await page.locator('line.moved').count(), 1, 'a line leads from where it stands to where it was taken')
  const to = await tower.boundingBox()
  assert.ok(Math.hypot(to.x - from.x, to.y - from.y) > 60, 'the tower is where it was dropped')
  await page.getByRole('button', { name: 'Put towers back' }).click()
  assert.equal(await page.locator('line.moved').count(), 0)
  quiet(trouble)
}

// Figures, lists, map and strip are of one moment, from the first frame on that shows
// any of them: what differs between two moments never stands side by side.
async function oneMoment({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await page.goto('about:blank') // the page before asks for itself as long as the next one is not here
  const asked = []
  const spans = []
  page.on('request', (r) => {
    const u = new URL(r.url())
    if (/^\/api\/v1\/(coverage(\/(?!risk|footprint|plan|what-if).*)?|lanes\/.+|strip)$/.test(u.pathname)) asked.push([u.pathname, u.searchParams.get('revision')])
    if (u.pathname === '/api/v1/strip') spans.push(['revision', 'from', 'to'].map((k) => u.searchParams.get(k)).join(' '))
  })
  await page.goto(`${server.url}/coverage?lang=en&theme=night`)
  await page.locator('main.page').waitFor()
  await page.locator('.cover .box.co .fig').waitFor({ timeout: 60_000 })
  // Thirty questions that each wait their turn took twenty seconds on a busy machine.
  assert.ok(asked.length <= 8, `opening asks ${asked.length} questions about coverage and lanes`)
  const seen = await page.evaluate(() => new Promise((done) => {
    const of = new Set()
    const apart = []
    const end = performance.now() + 180_000
    const look = () => {
      const figures = document.querySelector('.cover')?.dataset.revision
      const map = document.querySelector('.cover .hold')?.dataset.revision
      if (figures) of.add(figures)
      if (map !== figures) apart.push([figures, map])
      if (of.size >= 2 || performance.now() > end) done({ of: [...of], apart })
      else requestAnimationFrame(look)
    }
    look()
  }))
  assert.ok(seen.of.length >= 2, 'the page follows what changes')
  assert.deepEqual(seen.apart, [], 'figures and map of different moments on screen')
  const bare = asked.filter(([path, revision]) => !revision && path !== '/api/v1/coverage' && path !== '/api/v1/coverage/all')
  assert.deepEqual(bare.slice(0, 5), [], 'asked without saying of which moment')
  assert.deepEqual(spans.filter((x, i) => spans.indexOf(x) < i), [], 'the same lanes of the same moment were asked for twice')
  // The strip panned: its lanes are still of that moment, or all is asked for anew.
  await page.locator('#strips .walk').focus()
  const before = new Set(spans.map((x) => x.slice(x.indexOf(' '))))
  await page.keyboard.press('+')
  await until('lanes of the new span', () => spans.some((x) => !before.has(x.slice(x.indexOf(' ')))))
  assert.deepEqual(spans.filter((x) => x.startsWith(' ')), [], 'lanes of the new span without their moment')
  quiet(trouble)
}

// What was asked for a page that is left is of no other: an answer on its way held the
// strips of the live page at the moment of figures that were on screen no more.
async function leftWhileAsking({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await page.locator('#strips .walk').waitFor()
  const held = []
  const asked = []
  let holding = true
  await page.route((u) => u.pathname === '/api/v1/strip', (route) => {
    const q = new URL(route.request().url()).searchParams
    asked.push(q)
    if (holding) held.push({ route, revision: q.get('revision') })
    else return route.continue()
  })
  const release = async (some) => {
    for (const h of some) {
      const answered = page.waitForResponse((r) => r.request() === h.route.request())
      await h.route.continue()
      await (await answered).finished()
    }
    await page.evaluate(() => new Promise((done) => setTimeout(done))) // the page has heard them
  }
  // The live page's lanes come when the page of coverage holds its own.
  await page.locator('#strips .walk').focus()
  await page.keyboard.press('+')
  await until('lanes for the live page', () => held.some((h) => !h.revision))
  await go(page, 'c')
  await until('lanes for the page of coverage', () => held.filter((h) => h.revision).length >= 2)
  const live = held.filter((h) => !h.revision)
  const first = held.find((h) => h.revision).revision
  await release(held.splice(0).filter((h) => h.revision))
  await page.locator('.cover .box.co .fig').waitFor()
  await release(live)
  // Lanes of newer figures come when the live page is back.
  await until('lanes of newer figures', () => held.filter((h) => +h.revision > +first).length >= 2)
  const spans = asked.filter((q) => q.get('revision')).map((q) => ['revision', 'from', 'to'].map((k) => q.get(k)).join(' '))
  assert.deepEqual(spans.filter((x, i) => spans.indexOf(x) < i), [], 'asked again for a page that is left')
  await go(page, 'l')
  holding = false
  await release(held.splice(0))
  asked.length = 0
  await page.locator('#strips .walk').focus()
  await page.keyboard.press('+')
  await until('lanes of the present', () => asked.length > 0)
  assert.deepEqual(asked.map((q) => q.get('revision')).filter(Boolean), [], 'the live page asks for lanes as they stood')
  quiet(trouble)
}

// A gap says why it matters; a commander states that it matters more, and withdraws it.
async function weighed({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { lang })
  await open(page, server, lang)
  const say = (en, ar) => (lang === 'ar' ? ar : en)
  await page.locator('.gaps .link').first().click()
  const why = page.locator('section.why')
  await why.waitFor()
  await page.locator('.relief').waitFor({ timeout: 60_000 }) // the relief lies below the map, once it is there
  assert.match(await page.locator('.hold .legend').innerText(), say(/relief: synthetic/, /التضاريس: اصطناعية/))
  const text = 'tracks found by patrol ' + lang
  await why.getByLabel(say('Why', 'السبب'), { exact: true }).fill(text)
  await why.getByLabel(say('What it rests on', 'المصدر')).fill('patrol book 4')
  await why.getByRole('button', { name: say('State it, on record', 'سجّله') }).click()
  await why.getByText(text).waitFor({ timeout: 30_000 })
  await accessible(page, 'coverage with reasons ' + lang)
  await why.getByRole('button', { name: say('Withdraw', 'اسحبه') }).click()
  await until('the statement gone', async () => (await why.getByText(text).count()) === 0)
  quiet(trouble)
}

export const tests = [
  ['coverage: claim beside computation, marked, watermarked, printable, English', (x) => everything(x, 'en', 'night'), 'real'],
  ['coverage: the same in Arabic by day', (x) => everything(x, 'ar', 'day'), 'real'],
  ['coverage: a plan, and a tower moved by keyboard', planAndWhatIf, 'real'],
  ['coverage: a tower dragged with the pointer asks what would be seen', dragged, 'real'],
  ['coverage: figures, lists, map and strip are of one moment', oneMoment, 'real'],
  ['coverage: what was asked for it is of no other page', leftWhileAsking, 'real'],
  ['coverage: a gap says why it matters, and a person states it, English', (x) => weighed(x, 'en'), 'real'],
  ['coverage: the same in Arabic', (x) => weighed(x, 'ar'), 'real'],
]
