// A watch: silences granted and looked up in the morning, one officer handing over
// to the next, own patrols, symbols, a camera turned, a point on the map.

import { asks, seat } from './browser.mjs'
import { accessible, assert, go, quiet, shot, until } from './check.mjs'

const ready = (page) => page.locator('#queue .grp').first().waitFor({ timeout: 60_000 })

const grant = {
  en: { open: 'Grant a silence', movement: 'What moves', from: 'From km', to: 'To km', hours: 'For hours', why: 'Why', end: 'End now', active: 'active', ended: 'ended' },
  ar: { open: 'منح كتم', movement: 'ما الذي يتحرك', from: 'من كم', to: 'إلى كم', hours: 'لساعات', why: 'السبب', end: 'إنهاء الآن', active: 'سارٍ', ended: 'انتهى' },
}

async function silence({ browser, server }, lang) {
  const w = grant[lang]
  const { page, trouble } = await seat(browser, server, { lang })
  await ready(page)
  await go(page, 'q')
  const name = lang === 'ar' ? 'قطيع أبو صالح' : 'herd of Abu Salih'
  await page.getByText(w.open, { exact: true }).first().click()
  const form = page.locator('form')
  await form.getByLabel(w.movement).fill(name)
  await form.getByLabel(w.from).fill('31.0')
  await form.getByLabel(w.to).fill('35.5')
  await form.getByLabel(w.hours).fill('2')
  await form.getByLabel(w.why, { exact: true }).fill(lang === 'ar' ? 'رعي معروف لدى المختار' : 'grazing that the village head announced')
  await accessible(page, `granting ${lang}`)
  await form.getByRole('button', { name: w.open }).click()
  const row = page.locator('tbody tr', { hasText: name }).filter({ hasText: w.active }).first()
  await row.waitFor()
  const text = await row.innerText()
  // One movement, one corridor, an expiry, and who granted it.
  for (const part of ['31+000', '35+500', server.mock ? 'Yusuf' : 'Dawood']) assert.ok(text.includes(part), `${part} in ${text}`)
  assert.match(text, /\d{2}:\d{2}:\d{2} \d{6}C/, 'when it ends')
  await row.getByRole('button', { name: w.end }).click()
  await until('ended', async () => (await page.locator('tbody tr', { hasText: name }).first().innerText()).includes(w.ended))
  quiet(trouble)
}

async function wideSilence({ browser, server }) {
  const { page } = await seat(browser, server)
  await ready(page)
  const refused = await asks(page)('/silences', { silence: { movement: 'x', from: 0, to: 600_000, offset_min: -9000, offset_max: 9000, expires: '2099-01-01T00:00:00Z', why: 'everything' } }).then(() => '', (e) => e.message)
  assert.match(refused, /4\d\d/, 'a silence without a bound is refused')
}

async function lastNight({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  await page.locator('#queue .sup').click()
  await page.getByRole('heading', { name: 'Suppressed' }).waitFor()
  await until('the table', async () => !/…$/.test(await page.locator('main.page .foot').innerText()))
  const rows = page.locator('tbody tr')
  if (await rows.count()) {
    const text = await rows.first().innerText()
    assert.match(text, /own force|granted silence/, 'by whom it was silenced')
    assert.match(text, /\d+\+\d{3}/, 'where')
    assert.match(text, /\d{2}:\d{2}:\d{2}/, 'when')
  } else assert.match(await page.locator('main.page').innerText(), /Nothing here/)
  await accessible(page, 'suppressed')
  quiet(trouble)
}

async function handOver({ browser, server }) {
  const evening = await seat(browser, server)
  await ready(evening.page)
  const api = asks(evening.page)
  const made = await api('/alerts', { verb: 'open', severity: 'normal', text: 'Shepherd by telephone: a vehicle without lights', place: { chainage: 44_000, offset: -700 } })
  const id = made.row.id
  await evening.page.goto(`${server.url}/?lang=en&sel=alert:${id}`)
  await evening.page.locator('aside .key.primary').first().waitFor()
  await evening.page.keyboard.press('a')
  await until('acknowledged', async () => (await api('/alerts/' + id)).case.state === 'acknowledged')
  const panel = evening.page.locator('aside')
  await panel.getByRole('button', { name: 'Note', exact: true }).click()
  await panel.getByLabel('Note', { exact: true }).fill('Handed over: look again at 03:00')
  await panel.getByRole('button', { name: 'Note', exact: true }).last().click()
  await until('noted', async () => (await api('/alerts/' + id)).case.steps.some((s) => s.verb === 'note'))
  await evening.context.close()

  // The next officer sits down at another machine and finds everything.
  const morning = await seat(browser, server, { token: server.seats['demo-watch'], theme: 'day' })
  const { page } = morning
  await ready(page)
  await page.locator(`#alert-${id}`).click()
  await page.locator('aside details summary', { hasText: 'What was done' }).click()
  const past = await until('what the officer before wrote', async () => {
    const text = await page.locator('aside').innerText()
    return text.includes('Handed over: look again at 03:00') && text
  })
  assert.match(past, /acknowledged · (Lt\. Yusuf|Dawood Salim)/, 'who had it')
  // The alarm is tested at hand-over: one press, and the page says that sound is on.
  await page.getByRole('button', { name: /alarm sound|Sound is off/ }).click()
  await accessible(page, 'after hand-over')
  quiet(morning.trouble)
}

const sheet = {
  en: { text: 'What the next officer must know', give: 'I hand over', take: 'I take over', unsigned: 'waits for the second signature', signed: 'taken over' },
  ar: { text: 'ما يجب أن يعرفه الضابط التالي', give: 'أسلّم', take: 'أستلم', unsigned: 'بانتظار التوقيع الثاني', signed: 'استُلمت' },
}

async function twoSignatures({ browser, server }, lang) {
  const w = sheet[lang]
  const evening = await seat(browser, server, { lang })
  const morning = await seat(browser, server, { token: server.seats['demo-watch'], lang, theme: 'day' })
  await ready(evening.page)
  await ready(morning.page)
  const next = await asks(morning.page)('/me')
  await go(evening.page, 'h')
  const form = evening.page.locator('form.sign')
  await form.locator('select').selectOption(next.id)
  const words = lang === 'ar' ? 'البرج 38 مشوش؛ انظر مرة أخرى قبل الفجر' : 'Tower 38 is hazy; look again before dawn'
  await form.getByLabel(w.text).fill(words)
  await accessible(evening.page, `hand-over ${lang}`)
  await form.getByRole('button', { name: w.give }).click()
  const line = evening.page.locator('li.change').first()
  await until('one signature', async () => (await line.innerText()).includes(words) && (await line.innerText()).includes(w.unsigned))

  await go(morning.page, 'h')
  await morning.page.getByText(words).first().waitFor()
  await accessible(morning.page, `taking over ${lang}`)
  await morning.page.locator('.sign').getByRole('button', { name: w.take }).first().click()
  const both = morning.page.locator('li.change').first()
  await until('both signatures', async () => (await both.innerText()).includes(w.signed) && !(await both.innerText()).includes(w.unsigned))
  await shot(morning.page, `hand-over-${lang}`, false)
  // On paper: what stands and who signed, nothing to press, and as long as it must be.
  await morning.page.emulateMedia({ media: 'print' })
  assert.equal(await morning.page.locator('main.page .noprint:visible').count(), 0, 'a print has no keys')
  await shot(morning.page, `hand-over-print-${lang}`, false)
  quiet(evening.trouble)
  quiet(morning.trouble)
}

/** What stands on the map, as drawn. */
const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done([...document.querySelectorAll('main.map > canvas')].at(-1).toDataURL())))))

async function plainSymbols({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  await until('the map', () => page.locator('[data-idle=yes]').count(), 60_000)
  await until('the symbols', () => page.evaluate(() => performance.getEntriesByType('resource').some((r) => /milsymbol/.test(r.name))))
  const plain = page.getByLabel('Plain symbols')
  await page.locator('header .user').click()
  // Nothing moves any more, so that whatever differs is the symbols.
  await fetch(`${server.url}/mock/quiet`)
  const framed = await until('a still picture', async () => {
    const one = await drawn(page)
    await page.waitForTimeout(300)
    return one === (await drawn(page)) && one
  })
  await plain.check()
  const bare = await until('plain shapes', async () => {
    const now = await drawn(page)
    return now !== framed && now
  })
  await plain.uncheck()
  await until('the frames are back, stroke for stroke', async () => (await drawn(page)) === framed)
  await plain.check()
  await until('and the shapes', async () => (await drawn(page)) === bare)
  assert.equal(await page.evaluate(() => localStorage.getItem('marsad.plain')), 'yes')
  await fetch(`${server.url}/mock/speak`)
  await page.reload()
  await ready(page)
  await page.locator('header .user').click()
  assert.ok(await plain.isChecked(), 'the preference stays')
  quiet(trouble)
}

async function ownPatrol({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  await go(page, 'u')
  const first = page.locator('tbody tr').first()
  await first.getByRole('button').first().click()
  const panel = page.locator('aside')
  await until('the unit', async () => /Own unit/.test(await panel.innerText()))
  assert.match(await panel.innerText(), /Position from/, 'with the age of its position')
  // Own forces are no alert: none of the open ones leads to a track of an own unit.
  const api = asks(page)
  const own = new Set((await api('/tracks?limit=1000')).items.filter((t) => t.unit).map((t) => t.id))
  for (const a of (await api('/alerts?state=open')).items) for (const t of a.tracks ?? []) assert.ok(!own.has(t), `${a.rule} on an own patrol`)
  await accessible(page, 'own patrol')
  quiet(trouble)
}

// A patrol whose fix grew too old is told from a stranger, and from a patrol: the panel
// says by what and until when it was one, and that nobody knows who it is now.
async function wasPatrol({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { lang, theme: lang === 'ar' ? 'day' : 'night' })
  await ready(page)
  const api = asks(page)
  const track = (await api('/tracks?limit=1000')).items.find((t) => t.was)
  assert.ok(track && !track.unit, 'what it was is not what it is')
  const unit = (await api('/units')).items.find((u) => u.id === track.was)
  await page.goto(`${server.url}/?lang=${lang}&sel=track:${track.id}`)
  const panel = page.locator('aside')
  await until('which patrol, by what, until when', async () => {
    const said = await panel.innerText()
    return said.includes(unit.name[lang]) && (lang === 'ar' ? /بحسب GPS حتى .{0,2}\d\d:\d\d:\d\d.{0,2}\. هويته الآن غير معروفة/ : /by GPS until \d\d:\d\d:\d\d\. Who it is now is not known/).test(said)
  })
  assert.match(await panel.locator('h1').innerText(), lang === 'ar' ? /هوية مجهولة/ : /unknown/, 'it is nobody’s own unit any more')
  assert.match(await panel.innerText(), lang === 'ar' ? /لا يراه الآن سوى .{0,2}T48/ : /Only T48 sees it just now/)
  await panel.getByRole('button', { name: unit.name[lang] }).waitFor()
  await accessible(page, 'was a patrol ' + lang)
  await shot(page, 'was-patrol-' + lang)
  quiet(trouble)
}

// A track explains itself: who sees it, among them other fusion nodes with what their
// word rests on, how sure it is that it exists, what it may be, how well its place is
// known, where it was, and what became of it. One that was merged says into which.
async function trackExplains({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { lang, theme: lang === 'ar' ? 'day' : 'night' })
  await ready(page)
  const api = asks(page)
  const all = (await api('/tracks?limit=1000')).items
  let id
  for (const t of all) {
    const d = await api('/tracks/' + t.id)
    if (d.contributions?.some((c) => c.node?.joined) && d.turns?.some((n) => n.what === 'merged')) id = t.id
  }
  const said = lang === 'ar'
    ? [/تأكد/, /دُمج بوزن .{0,3}34/, /لم يُدمج: فيه بياناتنا نفسها/, /مصادره: .{0,2}2/, /دُمج فيه مسار آخر/, /يتابع المسار/, /انفصل|متفرع|من المسار/, /نقاط المسار السابقة/, /95/]
    : [/Sure that it exists/, /joined with a weight of .{0,3}34/, /not joined: our own data is in it/, /made from 2/, /another track was merged into it/, /goes on from track/, /Parted from track/, /Points of history/, /95 % ellipse/]
  await page.goto(`${server.url}/?lang=${lang}&sel=track:${id}`)
  const panel = page.locator('aside')
  for (const what of said) await until(String(what), async () => what.test(await panel.innerText()))
  const merged = (await api('/tracks/' + id)).turns.find((n) => n.what === 'merged').other
  assert.ok((await panel.innerText()).includes(merged.slice(-6)), 'which track was merged into it')
  await accessible(page, 'track ' + lang)
  await shot(page, 'track-' + lang)
  await page.goto(`${server.url}/?lang=${lang}&sel=track:${merged}`)
  await until('into which', async () => (await panel.innerText()).includes(id.slice(-6)))
  assert.match(await panel.innerText(), lang === 'ar' ? /فدُمج فيه/ : /merged into it/)
  quiet(trouble)
}

async function look({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { lang, theme: lang === 'ar' ? 'day' : 'night' })
  await ready(page)
  await until('the map', () => page.locator('[data-idle=yes]').count(), 60_000)
  const box = await page.locator('main.map').boundingBox()
  // Any press on bare ground tells where it is and who can look there; a press that met a thing is followed by another beside it.
  let press = 0
  await until('a point', async () => {
    await page.mouse.click(box.x + box.width * (0.4 + ((press * 7) % 10) / 50), box.y + box.height * (0.3 + ((press * 3) % 10) / 33))
    press++
    await page.waitForTimeout(500)
    return (new URL(page.url()).searchParams.get('sel') ?? '').startsWith('point:') && (await page.locator('aside .looks .key').count()) > 0
  }, 30_000)
  await until('km post and MGRS', async () => /\d+\+\d{3}[\s\S]*\d{2}S [A-Z]{2}/.test(await page.locator('aside').innerText()))
  await page.locator('aside .looks .key').first().click()
  const said = page.locator('aside .looks .said.good')
  await said.first().waitFor({ timeout: 10_000 })
  assert.match(await said.first().innerText(), /\d{2}:\d{2}:\d{2}/, 'the camera’s answer with its time')
  await accessible(page, `look ${lang}`)
  await shot(page, `look-${lang}`)
  quiet(trouble)
}

async function dispatchText({ browser, server }) {
  const { page, trouble } = await seat(browser, server)
  await ready(page)
  const made = await asks(page)('/alerts', { verb: 'open', severity: 'normal', text: 'Tower by telephone: lights near the wadi', place: { chainage: 47_250, offset: -400 } })
  await page.goto(`${server.url}/?lang=en&sel=alert:${made.row.id}`)
  await page.getByRole('button', { name: 'Text for radio' }).click()
  const text = await until('the whole text', async () => {
    const t = await page.locator('.paper').innerText()
    return t.includes('MGRS') && t
  })
  for (const part of ['SIMULATED', '47+250', 'MGRS', 'unknown', 'protection question']) assert.ok(text.includes(part), `${part} in: ${text}`)
  assert.doesNotMatch(text, /infiltrator|suspect|hostile|target/i)
  await accessible(page, 'text for radio')
  await page.keyboard.press('Escape')
  quiet(trouble)
}

export const tests = [
  ['a silence names movement, corridor, expiry and granter, in English', (x) => silence(x, 'en')],
  ['a silence names movement, corridor, expiry and granter, in Arabic', (x) => silence(x, 'ar')],
  ['a silence of everything is refused', wideSilence, 'program'],
  ['what was silenced last night can be opened', lastNight],
  ['a watch is handed over: the next officer finds everything', handOver],
  ['a change of watch is signed by both officers, in English', (x) => twoSignatures(x, 'en'), 'program'],
  ['a change of watch is signed by both officers, in Arabic', (x) => twoSignatures(x, 'ar'), 'program'],
  ['plain symbols are drawn in place of frames, and the preference stays', plainSymbols, 'mock'],
  ['a track explains itself: other nodes, merge and split, in English', (x) => trackExplains(x, 'en'), 'mock'],
  ['a track explains itself: other nodes, merge and split, in Arabic', (x) => trackExplains(x, 'ar'), 'mock'],
  ['a patrol whose fix is too old says until when it was one, in English', (x) => wasPatrol(x, 'en'), 'mock'],
  ['a patrol whose fix is too old says until when it was one, in Arabic', (x) => wasPatrol(x, 'ar'), 'mock'],
  ['own patrols are shown as own and raise nothing', ownPatrol],
  ['a point on the map: which camera can look, and its answer, in English', (x) => look(x, 'en')],
  ['a point on the map: which camera can look, and its answer, in Arabic', (x) => look(x, 'ar')],
  ['the text for radio names the place in three ways', dispatchText],
]
