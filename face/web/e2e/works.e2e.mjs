// The barrier: a small programme is built, inspected and disputed, and its report
// printed, in both languages. Needs the program itself with its seats.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { seat } from './browser.mjs'
import { accessible, assert, quiet, until } from './check.mjs'

const words = {
  en: { clearance: 'mine clearance', piece: 'piece of barrier', inspection: 'inspection', spot: 'weak spot', enter: 'Enter: ', layer: 'Layer', from: 'From km', to: 'To km', state: 'State', unit: 'Unit at work', started: 'Started', finished: 'Finished',
    inspected: 'Inspected on', evidence: 'Evidence', day: 'Day', height: 'Height, m', start: 'start', finish: 'finished', inspect: 'inspected', isInspected: 'inspected', why: 'What speaks against it', dispute: 'Dispute', disputed: 'disputed',
    again: 'Look again by', weakness: 'Kind', saved: 'On record.', report: 'Barrier programme', wrong: 'is not a km post', preview: '1 accepted', refused: 'refused', take: 'Take 1 rows in', onRecord: '1 rows are on record', undo: 'Undo', undoAll: 'Undo all 1', undone: 'undone', reason: 'Reason', rows: 'The rows are' },
  ar: { clearance: 'تطهير الألغام', piece: 'قطعة حاجز', inspection: 'فحص', spot: 'نقطة ضعف', enter: 'أدخل: ', layer: 'الطبقة', from: 'من كم', to: 'إلى كم', state: 'الحالة', unit: 'الجهة المنفذة', started: 'تاريخ البدء', finished: 'تاريخ الإنجاز',
    inspected: 'تاريخ الفحص', evidence: 'الدليل', day: 'اليوم', height: 'الارتفاع، م', start: 'بدء العمل', finish: 'أُنجز', inspect: 'تم الفحص', isInspected: 'مفحوص', why: 'ما الذي يخالفه', dispute: 'أعترض', disputed: 'معترض عليه',
    again: 'إعادة الفحص قبل', weakness: 'النوع', saved: 'سُجل.', report: 'برنامج الحاجز', wrong: 'ليست علامة كيلومترية', preview: 'المشار إليه', refused: 'مرفوض', take: 'استورد', onRecord: 'سُجل', undo: 'تراجع', undoAll: 'تراجع عن الكل', undone: 'تم التراجع', reason: 'السبب', rows: 'الأسطر هي' },
}

async function shot(page, name) {
  const dir = process.env.MARSAD_SHOTS
  if (!dir) return
  mkdirSync(dir, { recursive: true })
  await page.screenshot({ path: join(dir, name + '.png') })
}

const back = (day, n) => new Date(Date.parse(day) - n * 86_400_000).toISOString().slice(0, 10)
const part = async (page, name) => {
  await page.locator(`#works-tab-${name}`).click()
  await page.locator(`#works-tab-${name}[aria-selected=true]`).waitFor()
}

async function programme({ browser, server }, lang, theme, at) {
  const w = words[lang]
  const { page, trouble, context } = await seat(browser, server, { token: server.seats['demo-engineer'], lang, theme })
  await page.locator('#strips').waitFor({ timeout: 60_000 })
  await page.goto(`${server.url}/works?lang=${lang}&theme=${theme}`)
  await page.locator('.works h1').waitFor()
  await until('the figures', () => page.locator('.totals').count())
  const before = await page.evaluate(async () => (await (await fetch('/api/v1/works')).json()))
  const today = before.as_of.slice(0, 10)

  await accessible(page, `works overview ${lang} ${theme}`)
  await shot(page, `works-overview-${theme}-${lang}`)

  // A piece is planned, begun, finished, measured and inspected.
  await part(page, 'site')
  const enter = page.locator('.enter')
  const fill = async (scope, label, value) => {
    const field = scope.locator('label').filter({ has: page.locator(`span:text-is("${label}")`) }).locator('select, input').first()
    if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
  const send = async (scope, name) => {
    await scope.getByRole('button', { name, exact: true }).click()
    await until('on record', async () => {
      const bad = await scope.locator('.error').allInnerTexts()
      if (bad.length) throw new Error(bad.join(' '))
      return (await scope.locator('form').count()) === 0 || (await scope.locator('[role=status]', { hasText: w.saved }).count()) || (await page.locator('.thing').count())
    })
  }
  await enter.getByRole('button', { name: w.piece, exact: true }).click()
  await fill(enter, w.layer, 'mine-clearance')
  await fill(enter, w.from, 'nowhere')
  await fill(enter, w.to, `${at}+200`)
  await enter.getByRole('button', { name: w.enter + w.piece }).click()
  await until('a wrong post is named', async () => (await enter.locator('.error').innerText()).includes(w.wrong))
  await fill(enter, w.from, `${at}+000`)
  await accessible(page, `works enter ${lang} ${theme}`)
  await enter.getByRole('button', { name: w.enter + w.piece }).click()
  const thing = page.locator('.thing')
  await thing.waitFor()
  const step = async (name, fields) => {
    await thing.locator('.steps').getByRole('button', { name, exact: true }).click()
    for (const [label, value] of fields) await fill(thing, label, value)
    const n = await thing.locator('ol li').count()
    await thing.locator('form').getByRole('button', { name, exact: true }).click()
    await until(`step ${name}`, async () => {
      const bad = await thing.locator('.error').allInnerTexts()
      if (bad.length) throw new Error(bad.join(' '))
      return (await thing.locator('ol li').count()) > n
    })
  }
  await step(w.start, [[w.unit, lang === 'ar' ? 'هندسة الحدود' : 'border engineers'], [w.started, back(today, 9)]])
  await step(w.finish, [[w.finished, back(today, 5)], [w.evidence, 'sheet 12']])
  await accessible(page, `works history ${lang} ${theme}`)

  await enter.getByRole('button', { name: w.inspection, exact: true }).click()
  for (const [label, value] of [[w.layer, 'mine-clearance'], [w.from, `${at}+000`], [w.to, `${at}+200`], [w.day, back(today, 2)], [w.evidence, 'sheet 13'], [w.height, '0']]) await fill(enter, label, value)
  await send(enter, w.enter + w.inspection)
  // The piece is found again in the list, and its inspection is its next step.
  await page.evaluate(([km, lang, theme]) => history.replaceState(null, '', `/works?part=site&view=${km}000-${km}500&lang=${lang}&theme=${theme}`), [+at, lang, theme])
  await page.reload()
  const row = page.locator('.all tbody tr').filter({ hasText: `${at}+000` }).filter({ hasText: w.clearance }).first()
  await row.getByRole('button').first().click()
  await thing.waitFor()
  await step(w.inspect, [[w.inspected, back(today, 2)]])
  await until('inspected', async () => (await thing.innerText()).includes(w.isInspected))
  // Asked of these metres alone, so that the test may run again on the same programme.
  const after = await page.evaluate(async (at) => (await (await fetch(`/api/v1/works?from=${at}000&to=${at}200`)).json()), at)
  const cleared = after.totals.find((t) => t.kind === 'mine-clearance')?.inspected ?? 0
  assert.ok(Math.abs(cleared - 200) < 0.5, `${cleared} m of 200 are inspected`)

  // A weak spot, to be looked at again.
  await enter.getByRole('button', { name: w.spot, exact: true }).click()
  for (const [label, value] of [[w.weakness, 'culvert'], [w.from, `${at}+100`], [w.to, `${at}+100`], [w.again, back(today, -20)]]) await fill(enter, label, value)
  await send(enter, w.enter + w.spot)
  await shot(page, `works-site-${theme}-${lang}`)

  // The march chart is walked by keyboard, and moves the strip.
  await part(page, 'chart')
  const chart = page.locator('.chart .paper')
  await until('the chart', () => chart.locator('canvas').count())
  await chart.focus()
  const view = new URL(page.url()).searchParams.get('view')
  // A key before the chart's data have come meets nothing, so it is pressed until something is met.
  await until('what is met is said', async () => {
    await page.keyboard.press('ArrowDown')
    return (await page.locator('#march-said').innerText()).length > 10
  })
  await until('the strip follows', () => new URL(page.url()).searchParams.get('view') !== view)
  await page.keyboard.press('+')
  await accessible(page, `works chart ${lang} ${theme}`)
  await shot(page, `works-chart-${theme}-${lang}`)

  // A span that is met on the chart is what strip and map show.
  await chart.focus()
  await until('something in the window is met', async () => {
    await page.keyboard.press('ArrowDown')
    return (await page.locator('#march-said').innerText()).length > 10
  })
  const met = await page.locator('#march-said').innerText()
  const posts = met.match(/\d+\+\d{3}/g) ?? []
  await page.keyboard.press('Enter')
  await page.locator('#strips').waitFor()
  const [low, high] = new URL(page.url()).searchParams.get('view').split('-').map(Number)
  for (const p of posts) assert.ok(Number(p.replace('+', '')) >= low - 1 && Number(p.replace('+', '')) <= high + 1, `${p} of “${met}” is on the strip from ${low} to ${high}`)
  await until('the map shows it', () => page.locator('[data-idle=yes]').count(), 30_000)
  await page.goto(`${server.url}/works?part=overview&lang=${lang}&theme=${theme}`)
  await until('the figures again', () => page.locator('.totals').count())

  // A claim is disputed; its figure stays.
  await part(page, 'claims')
  const claim = page.locator('.claims tbody tr').filter({ hasText: '400 km' }).first()
  const figure = await claim.locator('td').nth(2).innerText()
  await claim.getByRole('button').click()
  await page.getByLabel(w.why).fill(lang === 'ar' ? 'لم يقسه أحد' : 'nobody measured it')
  await page.getByRole('button', { name: w.dispute, exact: true }).click()
  await until('disputed', async () => (await claim.innerText()).includes(w.disputed))
  assert.equal(await claim.locator('td').nth(2).innerText(), figure)
  await accessible(page, `works claims ${lang} ${theme}`)
  await shot(page, `works-claims-${theme}-${lang}`)

  // A file comes in by its preview, and is taken back.
  await part(page, 'import')
  await page.locator('input[type=file]').setInputFiles({ name: 'pieces.csv', mimeType: 'text/csv', buffer: Buffer.from(`kind,from,to,side,state\nmine-clearance,${at}+300,${at}+400,line,planned\nmine-clearance,${at}+400,${at}+300,line,planned\n`) })
  await until('the preview', async () => (await page.locator('.import').innerText()).includes(w.preview))
  assert.ok((await page.locator('.import table').first().innerText()).includes(w.refused))
  await accessible(page, `works import ${lang} ${theme}`)
  await page.getByRole('button', { name: w.take }).click()
  await until('taken in', async () => (await page.locator('.import').innerText()).includes(w.onRecord))
  await page.locator('.all tbody tr').first().getByRole('button', { name: w.undo, exact: true }).click()
  await page.getByLabel(w.reason, { exact: true }).fill(lang === 'ar' ? 'ملف خاطئ' : 'the wrong file')
  await page.getByRole('button', { name: w.undoAll }).click()
  await until('taken back', async () => (await page.locator('.all tbody tr').first().innerText()).includes(w.undone))
  quiet(trouble)

  // The report prints: its pages, its marks, its watermark.
  await page.goto(`${server.url}/api/v1/works/report?lang=${lang}`)
  await page.getByRole('heading', { name: w.report, level: 1 }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.dir), lang === 'ar' ? 'rtl' : 'ltr')
  assert.ok((await page.locator('.water').innerText()).includes('demo-engineer'), 'who took it is on every page')
  assert.ok((await page.locator('.mark').count()) > 0, 'what is assumed or claimed is marked')
  await accessible(page, `works report ${lang}`)
  await shot(page, `works-report-${lang}`)
  const paper = await page.pdf({ format: 'A4', printBackground: true })
  assert.ok(paper.length > 20_000, `a paper of ${paper.length} bytes`)
  await context.close()
}

// Opening asks each question once; and of several asked after one another the last
// counts, however late the answer to an earlier one comes.
async function askedOnce({ browser, server }, lang) {
  const { page, trouble } = await seat(browser, server, { token: server.seats['demo-engineer'], lang })
  await page.goto('about:blank')
  const asked = []
  page.on('request', (r) => {
    const u = new URL(r.url())
    if (u.pathname.startsWith('/api/v1/works')) asked.push(u.pathname + u.search)
  })
  await page.goto(`${server.url}/works?lang=${lang}`)
  await page.locator('.forecast .need').waitFor()
  assert.deepEqual(asked.filter((x, i) => asked.indexOf(x) < i), [], 'asked twice')
  let late
  await page.route((u) => u.pathname === '/api/v1/works/forecast', (route) => {
    if (late) return route.continue()
    late = route
  })
  const by = page.locator('.forecast input[type=date]')
  await by.fill('2031-03-31')
  await until('the first question', () => late)
  await by.fill('2032-06-30')
  const need = page.locator('.forecast .need').filter({ hasText: '2032-06-30' })
  await need.waitFor()
  const answered = page.waitForResponse((r) => r.request() === late.request())
  await late.continue()
  await (await answered).finished()
  await page.evaluate(() => new Promise((done) => setTimeout(done))) // the page has heard it
  assert.equal(await need.count(), 1, 'the answer to an earlier question is shown')
  quiet(trouble)
}

export const tests = [
  ['works: opening asks once, and the last question is answered, English', (x) => askedOnce(x, 'en'), 'program'],
  ['works: the same in Arabic', (x) => askedOnce(x, 'ar'), 'program'],
  ['a programme is built, inspected, disputed and printed, English, night', (x) => programme(x, 'en', 'night', '241'), 'program'],
  ['a programme is built, inspected, disputed and printed, Arabic, day', (x) => programme(x, 'ar', 'day', '245'), 'program'],
]
