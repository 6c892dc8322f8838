// The barrier's plan: a calendar with its holidays, a crew, packages one after the
// other, a stoppage; what they clash in and wait for; the S-curve of a section; files
// that are wrong, and a file for other programs. In both languages.

import { readFileSync } from 'node:fs'
import { parquetReadObjects } from 'hyparquet'
import { asks, seat } from './browser.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

/** A word of the page's own catalogue, so that the test says it as the page does. */
function catalogue(lang) {
  const text = readFileSync(new URL(`../src/words/${lang}.ts`, import.meta.url), 'utf8')
  return (key) => {
    const m = text.match(new RegExp(`[\\s'{]${key.replace(/[.]/g, '\\.')}'?: '((?:[^'\\\\]|\\\\.)*)'`))
    assert.ok(m, `no word ${key} in ${lang}`)
    return m[1]
  }
}

const later = (day, n) => new Date(Date.parse(day) + n * 86_400_000).toISOString().slice(0, 10)

async function plan({ browser, server }, lang, theme, at) {
  const w = catalogue(lang)
  const { page, trouble, context } = await seat(browser, server, { token: server.seats['demo-engineer'], lang, theme, path: '/works' })
  const api = asks(page)
  await page.locator('.works h1').waitFor()
  const today = (await api('/works')).as_of.slice(0, 10)
  // A run of its own each time: names that nothing has yet.
  const run = (await api('/works/calendars?limit=500')).items.length
  const named = (what) => `${what} ${lang === 'ar' ? 'تجربة' : 'trial'} ${run}`
  await page.goto(`${server.url}/works?part=site&lang=${lang}&theme=${theme}`)
  const enter = page.locator('.enter')
  const label = (scope, key) => scope.locator('label').filter({ has: page.locator(`span:text-is("${w(key)}")`) }).locator('select, input').first()
  const fill = async (scope, key, value) => {
    const field = label(scope, key)
    if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
  const begin = async (subject) => {
    const key = enter.getByRole('button', { name: w(`works.subject.${subject}`), exact: true })
    await key.waitFor()
    if ((await key.getAttribute('aria-pressed')) !== 'true') await key.click()
    await enter.locator('form').waitFor()
  }
  const put = async (subject, list, same) => {
    await accessible(page, `form ${subject} ${lang} ${theme}`)
    await enter.locator('form').getByRole('button', { name: w('works.put').replace('{what}', w(`works.subject.${subject}`)), exact: true }).click()
    return until(`${subject} on record`, async () => {
      const bad = await enter.locator('.error').allInnerTexts()
      if (bad.length) throw new Error(bad.join(' '))
      return (await api(`/works/${list}?limit=5000`)).items.find(same)
    })
  }

  // A calendar: Friday and Saturday are off, and a holiday by the lunar calendar as proclaimed.
  await begin('calendar')
  await fill(enter, 'works.field.name', named('calendar'))
  assert.equal(await enter.locator('fieldset input[type=checkbox]:checked').count(), 2, 'Friday and Saturday are off at first')
  await enter.getByRole('button', { name: w('works.add-holiday') }).click()
  const holiday = enter.locator('fieldset').filter({ has: page.getByRole('button', { name: w('works.add-holiday') }) }).locator('.row').last()
  await holiday.getByLabel(w('works.field.name'), { exact: true }).fill(lang === 'ar' ? 'عيد الفطر' : 'Eid al-Fitr')
  await holiday.getByLabel(w('works.field.since'), { exact: true }).fill(later(today, 40))
  await holiday.getByLabel(w('works.field.until'), { exact: true }).fill(later(today, 43))
  assert.ok(await holiday.getByLabel(w('works.lunar')).isChecked(), 'a holiday is lunar until somebody says otherwise')
  const calendar = await put('calendar', 'calendars', (c) => c.name.en === named('calendar'))
  assert.deepEqual(calendar.weekend, [5, 6])
  assert.equal(calendar.holidays[0].entered, 'demo-engineer', 'who entered the holiday is kept with it')

  // A crew with its rate, on that calendar.
  await begin('crew')
  await fill(enter, 'works.field.name', named('crew'))
  await label(enter, 'works.field.calendar').selectOption(calendar.id)
  await enter.getByLabel(w('works.add-rate'), { exact: true }).selectOption('wall')
  await enter.locator('fieldset .row input[type=number]').first().fill('280')
  const crew = await put('crew', 'crews', (c) => c.name.en === named('crew'))
  assert.equal(crew.rates.wall, 280)

  // A trench, and a wall 500 m and five days behind it that is planned to catch up.
  const pack = async (name, kind, start, finish, before) => {
    await begin('package')
    await fill(enter, 'works.field.name', named(name))
    for (const [key, value] of [['kind', kind], ['from', `${at}+000`], ['to', `${at + 6}+000`], ['rate', '280'], ['planned-start', later(today, start)], ['planned-finish', later(today, finish)]]) await fill(enter, `works.field.${key}`, value)
    await label(enter, 'works.field.crew').selectOption(crew.id)
    await label(enter, 'works.field.calendar').selectOption(calendar.id)
    if (before) {
      await enter.getByRole('button', { name: w('works.add-predecessor') }).click()
      const row = enter.locator('fieldset .row').first()
      await row.getByLabel(w('works.field.predecessor')).selectOption(before.id)
      await row.getByLabel(w('works.field.apart')).fill('500')
      await row.getByLabel(w('works.field.days-ahead')).fill('5')
      await page.locator('.enter').scrollIntoViewIfNeeded()
      await shot(page, `plan-package-${lang}`, false)
    }
    return put('package', 'packages', (p) => p.name.en === named(name))
  }
  const trench = await pack('trench', 'trench', 3, 60)
  const wall = await pack('wall', 'wall', 6, 30, trench)
  assert.deepEqual(wall.predecessors, [{ package: trench.id, metres: 500, days: 5 }])
  assert.equal(wall.crew, crew.id)

  // Rain stops the stretch; the day on which it ends is stated later, with why.
  await begin('stoppage')
  for (const [key, value] of [['cause', 'weather'], ['from', `${at}+000`], ['to', `${at + 6}+000`], ['since', later(today, -2)]]) await fill(enter, `works.field.${key}`, value)
  const before = new Set((await api('/works/stoppages?limit=5000')).items.map((s) => s.id))
  const rain = await put('stoppage', 'stoppages', (s) => !before.has(s.id) && s.from === at * 1000)
  assert.ok(!rain.until && rain.reporter === 'demo-engineer', 'it lasts, and who reported it is who is signed in')
  const thing = page.locator('.thing')
  await thing.getByRole('button', { name: w('works.restate'), exact: true }).click()
  await fill(thing, 'works.field.until', today)
  await thing.getByLabel(w('reason'), { exact: true }).fill(lang === 'ar' ? 'توقف المطر' : 'the rain is over')
  await accessible(page, `stoppage restated ${lang} ${theme}`)
  await thing.locator('form').getByRole('button', { name: w('works.restate'), exact: true }).click()
  await until('the stoppage is over', async () => (await api('/works/stoppages?limit=5000')).items.find((s) => s.id === rain.id)?.until === today)
  const history = await api(`/works/things/stoppage/${rain.id}`)
  assert.equal(history.statements.length, 2, 'both statements are kept')

  // The chart says in words what clashes; a commander orders the work, and the look-ahead says what it waits for.
  const chief = await seat(browser, server, { lang, theme, path: '/works' })
  for (const p of [trench, wall]) {
    const fact = (await asks(chief.page)('/works/packages?limit=5000')).items.find((x) => x.id === p.id)
    await asks(chief.page)('/works/events', { verb: 'approve', package: { ...fact, state: 'approved' } })
  }
  await chief.context.close()
  await page.goto(`${server.url}/works?part=chart&view=${(at - 1) * 1000}-${(at + 7) * 1000}&lang=${lang}&theme=${theme}`)
  const clash = page.locator('.chart li').filter({ hasText: named('wall') }).filter({ hasText: named('trench') })
  await clash.first().waitFor({ timeout: 30_000 })
  assert.ok((await clash.allInnerTexts()).some((t) => t.includes('500')), 'the crews come nearer than the 500 m between them')
  const ahead = page.locator('.chart table tr').filter({ hasText: named('wall') }).last()
  await ahead.waitFor()
  assert.ok((await ahead.innerText()).includes(named('trench')), 'the wall waits for the trench')
  await page.getByRole('button', { name: w('works.chart.strip-span'), exact: true }).click()
  await until('the chart of these kilometres', async () => (await page.locator('.paper').getAttribute('aria-label')).includes(`${at - 1}+000`))
  await accessible(page, `chart of the plan ${lang} ${theme}`)
  await shot(page, `plan-chart-${lang}`, false)
  quiet(trouble)
  await context.close()
}

// A section of the S-curve is the section of strip and map.
async function curve({ browser, server }, lang, theme) {
  const w = catalogue(lang)
  const { page, trouble, context } = await seat(browser, server, { token: server.seats['demo-engineer'], lang, theme, path: '/works' })
  // A section in which something is being built, and so has a row of its own.
  const busy = (await asks(page)('/works/finish')).sections.find((s) => s.left > 0)
  const section = (await asks(page)('/sections')).items.find((s) => s.id === busy.section)
  const name = section.name[lang]
  const row = page.locator('.forecast table tr').filter({ has: page.locator('th', { hasText: name }) }).last()
  await row.waitFor({ timeout: 30_000 })
  const asked = page.waitForResponse((r) => r.url().includes('/works/progress') && r.url().includes('section=' + encodeURIComponent(section.id)))
  await row.getByRole('button').click()
  const course = await (await asked).json()
  assert.ok(course.inspected.every((o) => o.metres <= section.to - section.from + 1) && course.planned.length > 0, 'the curve has the metres of the section alone')
  const picked = page.locator('.forecast .ask select').nth(1)
  assert.equal(await picked.inputValue(), section.id, 'the curve is of the section')
  await until('strip and map show the section', () => {
    const [low, high] = (new URL(page.url()).searchParams.get('view') ?? '').split('-').map(Number)
    return Math.abs(low - section.from) <= 1 && Math.abs(high - section.to) <= 1
  })
  await accessible(page, `curve of a section ${lang} ${theme}`)
  await page.locator('.forecast').scrollIntoViewIfNeeded()
  await shot(page, `curve-${lang}`, false)
  await picked.selectOption('')
  await until('the whole line again', () => new URL(page.url()).searchParams.get('view')?.startsWith('0-'))
  quiet(trouble)
  await context.close()
}

// Files that are wrong: every row that is refused or flagged is on the page, with why.
async function wrong({ browser, server }, lang, theme) {
  const w = catalogue(lang)
  const { page, trouble, context } = await seat(browser, server, { token: server.seats['demo-engineer'], lang, theme, path: '/works' })
  const { events: before, as_of: now } = await asks(page)('/works')
  const line = await asks(page)('/border')
  await page.goto(`${server.url}/works?part=import&lang=${lang}&theme=${theme}`)
  const file = page.locator('.import input[type=file]')
  const rows = page.locator('.import table').first().locator('tbody tr')
  const past = (n) => later(now.slice(0, 10), -n)
  await file.waitFor()
  await file.setInputFiles({ name: 'wrong.csv', mimeType: 'text/csv', buffer: Buffer.from([
    'kind,from,to,side,state,surveyed,started,finished,height,unit,evidence',
    `power,351+000,351+500,home,built,,${past(400)},${past(390)},,Kestrel,sheet 7`,
    'power,353+000,352+000,home,planned,,,,,,', 'power,603+000,610+000,home,planned,,,,,,', `power,354+000,355+000,home,built,,${past(400)},${past(-30)},,Kestrel,sheet 7`,
    `power,356+000,357+000,home,built,${past(300)},${past(400)},${past(290)},,Kestrel,sheet 7`, 'power,358+000,359+000,home,planned,,,,300,,', 'power,360+000,361+000,home,planned,,,,,,', 'power,360+500,362+000,home,planned,,,,,,',
    `power,351+000,351+500,home,built,,${past(400)},${past(390)},,Kestrel,sheet 7`].join('\n')) })
  await until('every row that is wrong', async () => (await rows.count()) === 8)
  for (const row of await rows.all()) {
    const texts = await row.locator('td').nth(2).innerText()
    assert.ok(texts.length > 15 && /[؀-ۿ]/.test(texts) === (lang === 'ar'), `the reason is in the page's language: ${texts}`)
  }
  await accessible(page, `wrong rows ${lang} ${theme}`)
  await shot(page, `wrong-csv-${lang}`, false)
  // A track says where and when, and the form what it is.
  const i = line.chainages.findIndex((m) => m > 351_000)
  const fix = (j, t) => `<trkpt lat="${line.coordinates[j][1] + t * (line.coordinates[j + 1][1] - line.coordinates[j][1])}" lon="${line.coordinates[j][0] + t * (line.coordinates[j + 1][0] - line.coordinates[j][0])}"><time>${past(300)}T08:00:00Z</time></trkpt>`
  const step = Math.min(1, 300 / (line.chainages[i + 1] - line.chainages[i]))
  // The answers to what was asked first come last: they are not what is shown.
  let answered, late = 0
  const newest = new Promise((done) => { answered = done })
  await page.route('**/works/imports', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    const complete = route.request().postDataJSON().defaults?.evidence
    const response = await route.fetch()
    if (!complete) await newest
    await route.fulfill({ response })
    if (complete) answered()
    else late++
  })
  await file.setInputFiles({ name: 'walk.gpx', mimeType: 'application/gpx+xml', buffer: Buffer.from(`<gpx version="1.1"><trk><name>walk</name><trkseg>${fix(i, 0)}${fix(i, step)}</trkseg></trk><trk><name>none</name></trk></gpx>`) })
  await page.getByText(w('works.gpx-lacks')).waitFor()
  await page.locator('.told select').first().selectOption('drainage')
  await page.locator('.told label').filter({ hasText: w('works.field.evidence') }).locator('input').fill('track')
  await page.locator('.told label').filter({ hasText: w('works.field.evidence') }).locator('input').press('Tab')
  await until('the older answers', () => late === 2)
  await asks(page)('/works')
  await until('one track is good, one is empty', async () => {
    const said = await page.locator('.import [role=status]').innerText()
    return said.includes('walk.gpx') && (await rows.count()) === 1 && (await page.locator('.import section').first().locator('button.key').last().isEnabled())
  })
  await accessible(page, `a track ${lang} ${theme}`)
  await shot(page, `wrong-gpx-${lang}`, false)
  assert.equal((await asks(page)('/works')).events, before, 'a preview writes nothing')
  quiet(trouble)
  await context.close()
}

// What leaves as Parquet is read by a reader that shares nothing with what wrote it, row by row as the CSV has it.
async function parquet({ server }) {
  const headers = { Authorization: 'Bearer ' + server.token }
  for (const about of ['piece', 'claim', 'inspection', 'diary', 'weak-spot']) {
    const url = (format) => `${server.url}/api/v1/works/export?about=${about}&format=${format}`
    const bytes = await (await fetch(url('parquet'), { headers })).arrayBuffer()
    const rows = await parquetReadObjects({ file: bytes })
    const csv = (await (await fetch(url('csv'), { headers })).text()).replace(/^﻿/, '')
    const [head, ...table] = records(csv)
    const id = head.indexOf('id')
    assert.equal(rows.length, table.length, `${about}: ${rows.length} rows of Parquet, ${table.length} of CSV`)
    const by = new Map(table.map((r) => [r[id], r]))
    const km = (text) => { const [a, b] = text.split('+'); return Number(a) * 1000 + Number(b) }
    for (const r of rows) {
      const c = by.get(r.id)
      assert.ok(c && r.subject === about && r.attribution, `${about} ${r.id}`)
      if (about === 'claim') assert.ok(r.value === Number(c[head.indexOf('value')]) && r.marks === 'claimed' && r.by === c[head.indexOf('speaker')], JSON.stringify(r))
      else assert.ok(Math.abs(r.from_m - km(c[head.indexOf('from')])) < 0.001 && Math.abs(r.length_m - (r.to_m - r.from_m)) < 1e-6 && (r.marks ?? '') === c[head.indexOf('marks')], JSON.stringify(r))
    }
    console.log(`     ${about}: ${rows.length} rows, ${bytes.byteLength} bytes of Parquet`)
  }
}

/** The records of a CSV text, quotes and line ends inside them included. */
function records(text) {
  const out = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    out.at(-1).push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain)
    if (end === '\n') out.push([])
    if (end === '') break
  }
  return out.filter((r) => r.length > 1)
}

export const tests = [
  ['calendars, crews, packages and stoppages are entered, and clash, English, night', (x) => plan(x, 'en', 'night', 301), 'program'],
  ['calendars, crews, packages and stoppages are entered, and clash, Arabic, day', (x) => plan(x, 'ar', 'day', 320), 'program'],
  ['the S-curve of a section moves strip and map, English', (x) => curve(x, 'en', 'night'), 'program'],
  ['the S-curve of a section moves strip and map, Arabic', (x) => curve(x, 'ar', 'day'), 'program'],
  ['files that are wrong say why, row by row, English', (x) => wrong(x, 'en', 'day'), 'program'],
  ['files that are wrong say why, row by row, Arabic', (x) => wrong(x, 'ar', 'night'), 'program'],
  ['Parquet is read by another reader as CSV has it', parquet, 'program'],
]
