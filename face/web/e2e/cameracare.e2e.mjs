// What people decide about thermal cameras, on a program of the test's own: homes that
// are hidden and for an incident shown, a camera that was turned between two starts,
// and areas where nothing real moves. Every screen in English by night and in Arabic
// by day; who decided is on record each time.

import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asks, seat } from './browser.mjs'
import { away, foot, patrol, site, toLine } from './camerasite.mjs'
import { accessible, assert, quiet, shot, until } from './check.mjs'

const words = {
  en: { homes: 'Dwellings', name: 'Name', corner: 'Corner: latitude, longitude', add: 'Add corner', mask: 'Mask it', off: 'Take off', number: 'Incident number', offDo: 'Take the mask off for 24 h', removed: 'taken off for 24 h', unmask: /^Unmask/, unmaskDo: 'Unmask for ten minutes', open: 'NOT MASKED until', masked: 'masked',
    turned: 'it looks elsewhere than before', view: 'It looks where its file says…', viewDo: 'Take this view for the right one',
    limit: /held back by the limit: [1-9]/, holding: 'movers were held back: a part of the picture shows more than its limit', since: /Since the server started/, open_: /^Calibrate by places/, place: 'Place: latitude, longitude', tell: 'What do they tell?', doubtful: 'DOUBTFUL', patrol: 'or a patrol', drop: /^Drop/, right: 'Take this for how it stands', taken: 'Accepted, in force', by: 'calibrated by S. Haddad on 6 marks',
    nuisance: 'Nuisance areas', proposed: 'proposed', why: /\d+ movers here were judged to be nothing, in \d different hours/, hold: 'Hold back here', refuse: 'Do not hold back', refused: 'refused by S. Haddad', inForce: 'in force', end: 'End it now', ended: 'ended by S. Haddad', real: 'a mover there was judged to be real' },
  ar: { homes: 'المساكن', name: 'الاسم', corner: 'زاوية: خط العرض، خط الطول', add: 'أضف الزاوية', mask: 'احجبه', off: 'ارفع الحجب', number: 'رقم الحادثة', offDo: 'ارفع القناع 24 ساعة', removed: 'لمدة 24 ساعة', unmask: /^رفع القناع/, unmaskDo: 'ارفع القناع عشر دقائق', open: 'دون قناع حتى', masked: 'بقناع',
    turned: 'تغيّر اتجاه الكاميرا', view: 'اتجاهها كما في ملفها…', viewDo: 'اعتمد هذا المشهد صحيحاً',
    limit: /حجبها الحد: [1-9]/, holding: 'تجاوز جزء من الصورة حده', since: /منذ تشغيل الخادم/, open_: /^عايرها بأماكن/, place: 'الموقع: خط العرض، خط الطول', tell: 'ماذا تقول العلامات؟', doubtful: 'مشكوك فيها', patrol: 'أو دورية', drop: /^احذف/, right: 'اعتمد أنها تقف هكذا', taken: 'اعتُمدت', by: 'عايرها S. Haddad على 6 من العلامات',
    nuisance: 'مناطق الإزعاج', proposed: 'مقترحة', why: /حُكم على \d+ من المتحركات هنا/, hold: 'احجب هنا', refuse: 'لا تحجب', refused: 'رفضها S. Haddad', inForce: 'سارية', end: 'أنهها الآن', ended: 'أنهاها S. Haddad', real: 'حُكم على متحرك هناك بأنه حقيقي' },
}
const seats = [['en', 'night'], ['ar', 'day']]

/** How much the pixels of a share of a camera's picture differ: a mask is one colour. */
const spread = (page, id, [x, y, w, h], how = '') => page.evaluate(async ([id, x, y, w, h, how]) => {
  const b = await createImageBitmap(await (await fetch(`/api/v1/cameras/${id}/picture${how}`)).blob())
  const c = new OffscreenCanvas(b.width, b.height).getContext('2d')
  c.drawImage(b, 0, 0)
  const d = c.getImageData(x * b.width, y * b.height, w * b.width, h * b.height).data
  let least = 255
  let most = 0
  for (let i = 0; i < d.length; i += 4) [least, most] = [Math.min(least, d[i]), Math.max(most, d[i])]
  return most - least
}, [id, x, y, w, h, how])

/** What is written, without the marks that keep names in their direction. */
const said = async (what) => (await what.innerText()).replace(/[\u2066-\u2069]/g, '')

/** A site of some cameras with a way to sit down at it. */
const at = (only, run, limits) => async ({ browser }) => {
  const server = await site(only, limits)
  const seated = async (lang, theme, path, how = {}) => {
    const s = await seat(browser, server, { lang, theme, path, ...how })
    return { ...s, api: asks(s.page) }
  }
  try {
    await run({ server, seated })
  } finally {
    await server.gone()
  }
}

/** The crossing that the walker of the site makes, when its pictures are kept. */
async function crossing(api) {
  const { id } = await until('the crossing is alerted', async () => (await api('/alerts?state=open')).items.find((a) => a.rule === 'crossing'), 120_000)
  await until('its pictures', async () => (await api(`/alerts/${id}/evidence`)).items.some((e) => e.camera === 'east'), 60_000)
  return id
}

/** What the settings of a program that stands hold under a key; with a value, it is put there. */
function setting(server, key, value) {
  const way = value === undefined
    ? 'r=d.execute("SELECT value FROM settings WHERE key=?",(sys.argv[2],)).fetchone(); print(r[0].decode() if r and isinstance(r[0],bytes) else r[0] if r else "{}")'
    : 'd.execute("UPDATE settings SET value=? WHERE key=?",(sys.stdin.buffer.read(),sys.argv[2])); d.commit()'
  const said = execFileSync('/usr/bin/python3', ['-c', `import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); ${way}`, join(server.data, 'record.db'), key], { input: value === undefined ? '' : JSON.stringify(value) })
  return value === undefined ? JSON.parse(said.toString()) : undefined
}

/** Oversight reads on the record that all of this was done. */
async function onRecord({ server, seated }, name, ...verbs) {
  for (const [lang, theme] of seats) {
    const { page, trouble, api } = await seated(lang, theme, '/oversight', { token: server.oversight })
    const kinds = (await api('/audit?limit=200')).items.map((e) => e.verb || e.kind)
    for (const verb of verbs) assert.ok(kinds.includes(verb), `${verb} is not on record: ${[...new Set(kinds)]}`)
    await page.locator('main.page table').first().waitFor()
    await shot(page, `on-record-${name}-${lang}`, false)
    quiet(trouble)
    await page.context().close()
  }
}

async function dwellings(x) {
  const { seated } = x
  let alert
  for (const [lang, theme] of seats) {
    const w = words[lang]
    const { page, trouble, api } = await seated(lang, theme, '/cameras')
    alert ??= await crossing(api)
    // Where the middle of the picture meets the ground, beyond the line.
    const middle = [0.44, 0.4, 0.1, 0.08]
    await until('the hillside is there to see', async () => (await spread(page, 'second', middle)) > 20)
    await page.getByRole('button', { name: w.homes, exact: true }).click()
    const box = page.getByRole('dialog')
    await box.getByRole('img').click({ position: { x: 60, y: 60 } })
    await box.getByRole('img').click({ position: { x: 90, y: 60 } })
    await shot(page, `homes-drawing-${lang}`, false)
    for (let i = 0; i < 2; i++) await box.locator('form').first().getByRole('button').nth(1).click() // taken back
    const near = away(foot, 340, toLine - 2)
    const wide = 12
    for (const [n, e] of [[-1, -1], [-1, 1], [1, 1], [1, -1]]) {
      await box.getByLabel(w.corner).fill(`${(near.lat + (n * wide) / 111_200).toFixed(6)}, ${(near.lon + (e * wide) / 89_000).toFixed(6)}`)
      await box.getByRole('button', { name: w.add }).click()
    }
    await box.getByLabel(w.name, { exact: true }).fill(lang === 'ar' ? 'بيت أبي سالم' : 'Abu Salim’s house')
    await accessible(page, `homes ${lang}`)
    await shot(page, `homes-${lang}`, false)
    await box.getByRole('button', { name: w.mask }).click()
    for (const id of ['east', 'second']) await until(`hidden in the picture of ${id}`, async () => (await spread(page, id, middle)) < 12)
    await page.keyboard.press('Escape')
    await box.waitFor({ state: 'detached' })

    // A look behind the masks of one camera: for an incident, for one person, for ten minutes.
    const own = lang === 'en' ? 'second' : 'east' // the first look lasts still
    const tile = page.locator('main.page article', { hasText: `Rabia tower, ${own}` })
    await tile.locator('img').waitFor()
    await shot(page, `homes-hidden-${lang}`, false)
    await assert.rejects(spread(page, own, middle, '?unmasked=true'), 'without an incident nobody looks')
    await tile.getByRole('button', { name: w.unmask }).click()
    const look = page.getByRole('dialog')
    assert.ok(await look.getByRole('button', { name: w.unmaskDo }).isDisabled(), 'not without an incident')
    await look.getByLabel(w.number).fill(alert)
    await accessible(page, `unmask ${lang}`)
    await shot(page, `unmask-${lang}`, false)
    await look.getByRole('button', { name: w.unmaskDo }).click()
    await until('it says so all the time', async () => (await tile.innerText()).includes(w.open))
    assert.ok((await spread(page, own, middle, '?unmasked=true')) > 20, 'seen')
    assert.ok((await spread(page, own, middle)) < 12, 'and masked for everybody else')
    await shot(page, `unmasked-${lang}`, false)

    // The mask itself comes off for an incident alone, and comes back by itself.
    await page.getByRole('button', { name: w.homes, exact: true }).click()
    await box.getByRole('button', { name: w.off, exact: true }).first().click()
    const off = box.getByRole('button', { name: w.offDo })
    assert.ok(await off.isDisabled(), 'not without an incident')
    await box.getByLabel(w.number).fill(alert)
    await off.click()
    await until('taken off', async () => (await box.innerText()).includes(w.removed))
    await shot(page, `homes-off-${lang}`, false)
    await until('seen again', async () => (await spread(page, 'east', middle)) > 20)
    const home = (await api('/dwellings')).items[0]
    assert.equal(home.incident, alert)
    assert.equal(home.back - home.removed, 24 * 3_600_000, 'until a time')
    quiet(trouble)
    await page.context().close()
  }
  await onRecord(x, 'homes', 'mask.drawn', 'mask.removed', 'unmask')
}

/** A person judges the alert to be an animal; then, while the program stands, as if it had been so on six nights. */
async function judged({ server, seated }) {
  const { page, api } = await seated('en', 'night')
  const alert = await crossing(api)
  for (const act of [{ verb: 'acknowledge' }, { verb: 'verify', yes: true }, { verb: 'outcome', result: { counts: { apprehended: 0, turned_back: 0, withdrew_alone: 0, got_away: 0, referred: 0, released: 0, animal: 1, false_alarm: 0, other_force: 0, unresolved: 0 }, direction: 'none', children: 0, injured: 0, dead: 0, force: false, text: 'a dog' } }])
    await api(`/alerts/${alert}/actions`, act)
  await page.context().close()
  const key = 'cameras.drawn'
  await until('the verdict is kept', () => setting(server, key).verdicts?.some((v) => v.camera === 'east' && !v.real), 40_000)
  await server.end()
  const drawn = setting(server, key)
  const one = drawn.verdicts.find((v) => v.camera === 'east')
  const nights = (x) => Array.from({ length: 6 }, (_, i) => ({ ...one, alert: `night ${i} ${x}`, x: x + 0.004 * i, y: 0.86, at: new Date(Date.parse(one.at) - i * 26 * 3_600_000).toISOString() }))
  setting(server, key, { ...drawn, verdicts: [...nights(0.2), ...nights(0.7)] })
  await server.begin()
}

async function nuisances(x) {
  await judged(x)
  for (const [lang, theme] of seats) {
    const w = words[lang]
    const { page, trouble, api } = await x.seated(lang, theme, '/cameras')
    const part = page.getByRole('region', { name: w.nuisance })
    await part.waitFor()
    const proposed = part.locator('li:has(.mark)', { hasText: w.proposed })
    const count = lang === 'en' ? 2 : 1 // the one that was refused is not proposed again
    await until('proposed', async () => (await proposed.count()) === count)
    assert.match(await said(proposed.first()), w.why, 'with its reason and its count')
    assert.equal((await api('/nuisances')).areas.filter((a) => a.until > Date.now() && !a.revoked).length, 0, 'and nothing is in force by itself')
    await until('its picture', () => part.locator('img').evaluateAll((all) => all.length > 0 && all.every((i) => i.complete && i.naturalWidth > 0)))
    await part.scrollIntoViewIfNeeded()
    await accessible(page, `nuisances ${lang}`)
    await shot(page, `quiet-proposed-${lang}`, false)
    if (lang === 'en') {
      await proposed.nth(1).getByRole('button', { name: w.refuse }).click()
    }
    await until('refused, by a name', async () => (await said(part)).includes(w.refused))
    await until('one is left', async () => (await proposed.count()) === 1)
    await part.getByRole('button', { name: w.hold }).first().click()
    await until('in force', async () => (await said(part)).includes(w.inForce))
    const [area] = (await api('/nuisances')).areas
    assert.ok(area.by === 'S. Haddad' && area.until > Date.now() + 29 * 86_400_000, 'by a name, until a day')
    const tile = page.locator('main.page article', { hasText: 'Rabia tower, east' })
    await until('drawn into the view', async () => (await tile.locator('svg rect.quiet').count()) === 1)
    await accessible(page, `a quiet area ${lang}`)
    await tile.scrollIntoViewIfNeeded()
    await shot(page, `quiet-tile-${lang}`, false)
    await part.scrollIntoViewIfNeeded()
    await shot(page, `quiet-${lang}`, false)
    await part.getByRole('button', { name: w.end }).first().click()
    await until('ended', async () => (await said(part)).includes(w.ended))
    await until('and not in the view any more', async () => (await tile.locator('svg rect.quiet').count()) === 0)
    await shot(page, `quiet-ended-${lang}`, false)
    quiet(trouble)
    await page.context().close()
  }
  await onRecord(x, 'quiet', 'nuisance.refused', 'nuisance.accepted', 'nuisance.revoked')
}

async function turned(x) {
  const { server, seated } = x
  {
    const { page, api } = await seated('en', 'night')
    await until('pictures', async () => (await api('/cameras')).items.find((r) => r.id === 'west').at > 0, 60_000)
    const began = Date.now()
    await until('a view that is known', () => Date.now() - began > 75_000, 90_000) // what a camera saw for a minute is its view
    await page.context().close()
  }
  await server.end()
  await server.begin({ west: 'other' })
  for (const [lang, theme] of seats) {
    const w = words[lang]
    const { page, trouble, api } = await seated(lang, theme, '/cameras')
    const one = async () => (await api('/cameras')).items.find((r) => r.id === 'west')
    await until('turned', async () => (await one()).turned, 90_000)
    const tile = page.locator('main.page article', { hasText: 'Rabia tower, west' })
    await until('told on its tile', async () => (await tile.innerText()).includes(w.turned))
    const ask = tile.getByRole('button', { name: w.view })
    await shot(page, `turned-${lang}`, false)
    await ask.click()
    await accessible(page, `turned ${lang}`)
    await shot(page, `turned-ask-${lang}`, false)
    if (lang === 'ar') {
      await tile.getByRole('button', { name: w.viewDo }).click()
      await until('a person’s word counts', async () => { const r = await one(); return !r.turned && r.health === 'good' }, 60_000)
    }
    quiet(trouble)
    await page.context().close()
  }
  await onRecord(x, 'view', 'camera.view_accepted')
}

/** Where a camera on a tower that stands by these angles sees the ground, in a pixel of its 320×240. */
function ground(tower, azimuth, tilt, x, y) {
  const rad = Math.PI / 180
  const [a, t] = [azimuth * rad, tilt * rad]
  const long = 159.5 / Math.tan(6 * rad)
  const forward = [Math.sin(a) * Math.cos(t), Math.cos(a) * Math.cos(t), Math.sin(t)]
  const right = [Math.cos(a), -Math.sin(a), 0]
  const up = [-Math.sin(a) * Math.sin(t), -Math.cos(a) * Math.sin(t), Math.cos(t)]
  const ray = [0, 1, 2].map((i) => forward[i] + (right[i] * (x - 159.5)) / long - (up[i] * (y - 119.5)) / long)
  const metres = (20 / -ray[2]) * Math.hypot(ray[0], ray[1])
  return away(tower, metres, Math.atan2(ray[0], ray[1]) / rad)
}

/** The pixel in which that camera sees a place: the one whose ground is nearest to it. */
function pixelOf(tower, azimuth, tilt, place) {
  let best = { off: Infinity }
  for (let y = 90; y < 240; y++) {
    for (let x = 0; x < 320; x++) {
      const g = ground(tower, azimuth, tilt, x, y)
      const off = Math.hypot((g.lat - place.lat) * 111_200, (g.lon - place.lon) * 89_000)
      if (off < best.off) best = { x, y, off }
    }
  }
  return best
}

async function calibrated(x) {
  for (const [nth, [lang, theme]] of seats.entries()) {
    const w = words[lang]
    const { page, trouble, api } = await x.seated(lang, theme, '/cameras')
    const azimuth = async () => (await api('/cameras')).items.find((r) => r.id === 'east').azimuth
    const before = await azimuth()
    const really = toLine + 1.5 * (nth + 1) // it stands further on than its file says
    const tile = page.locator('main.page article', { hasText: 'Rabia tower, east' })
    await tile.locator('img').waitFor()
    await tile.locator('summary', { hasText: w.since }).click()
    await tile.getByRole('button', { name: w.open_ }).click()
    const box = page.getByRole('dialog')
    const picture = box.getByRole('img')
    await picture.locator('img').waitFor()
    await until('its size', async () => { const b = await picture.boundingBox(); return Math.abs(b.width / b.height - 4 / 3) < 0.02 })
    const { width, height } = await picture.boundingBox()
    const pixels = [[20, 110], [300, 120], [160, 200], [60, 225], [260, 215], [200, 130], [110, 160]]
    for (const [i, [px, py]] of pixels.entries()) {
      const at = { x: (px / 319) * width, y: (py / 239) * height }
      await picture.click({ position: at })
      const said = ground(foot, really, -3, (Math.round(at.x) / width) * 319, (Math.round(at.y) / height) * 239)
      const wrong = i === 6 ? 0.0006 : 0 // one place is 60 m beside
      await box.getByLabel(w.place).nth(i).fill(`${said.lat.toFixed(6)}, ${(said.lon + wrong).toFixed(6)}`)
    }
    await box.getByRole('button', { name: w.tell }).click()
    await until('one of seven is doubtful', async () => (await box.locator('.marks td.bad').count()) === 1)
    assert.ok((await box.locator('.marks tbody tr').nth(6).innerText()).includes(w.doubtful), 'the one that is wrong')
    await accessible(page, `calibration ${lang}`)
    await box.locator('.marks').scrollIntoViewIfNeeded()
    await shot(page, `calibrate-doubtful-${lang}`, false)
    assert.ok(Math.abs((await azimuth()) - before) < 0.05, 'nothing changed by that')
    await box.locator('.marks tbody tr').nth(6).getByRole('button', { name: w.drop }).click()
    assert.equal(await box.getByRole('button', { name: w.right }).count(), 0, 'what other marks told is not accepted')
    await box.getByRole('button', { name: w.tell }).click()
    await box.getByRole('button', { name: w.right }).waitFor()
    assert.equal(await box.locator('.marks td.bad').count(), 0)
    await box.getByRole('button', { name: w.right }).scrollIntoViewIfNeeded()
    await shot(page, `calibrate-${lang}`, false)
    await box.getByRole('button', { name: w.right }).click()
    await until('accepted', async () => (await said(box)).includes(w.taken))
    await until('in force', async () => Math.abs((await azimuth()) - really) < 0.2)
    await page.keyboard.press('Escape')
    await until('and by whom', async () => (await said(tile)).includes(w.by))
    await shot(page, `calibrated-${lang}`, false)
    quiet(trouble)
    await page.context().close()
  }
  await onRecord(x, 'calibrated', 'camera.calibrated')
}

/** A patrol drives to four places before a camera; a person presses it there, and its receiver says where that is. */
async function walkedThrough({ server, seated }) {
  const story = join(server.dir, 'wait.scn')
  writeFileSync(story, 'scenario wait\ntitle "A patrol" "دورية"\nabout "It waits." "تنتظر."\nnight 2026-03-14\nfrom 01:00 to 02:00\nestate 40+900 to 41+100\npatrols wait\n')
  const sim = spawn(process.env.MARSAD_BIN, ['sim', '--connect', server.sapient, '--scenario', story, '--orders'], { stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = new Promise((done) => sim.once('exit', done))
  const tower = away(patrol, 350, patrol.toward + 180)
  try {
    for (const [nth, [lang, theme]] of seats.entries()) {
      const w = words[lang]
      const { page, trouble, api } = await seated(lang, theme, '/cameras')
      const really = patrol.toward + [2.5, -2][nth]
      const tile = page.locator('main.page article', { hasText: 'Picket tower' })
      await tile.locator('img').waitFor()
      await tile.locator('summary', { hasText: w.since }).click()
      await tile.getByRole('button', { name: w.open_ }).click()
      const box = page.getByRole('dialog')
      const picture = box.getByRole('img')
      await until('its size', async () => { const b = await picture.boundingBox(); return b && Math.abs(b.width / b.height - 4 / 3) < 0.02 })
      const { width, height } = await picture.boundingBox()
      for (const [i, [along, offset]] of [[-16, 250], [22, 120], [-22, 120], [11, 330]].entries()) {
        sim.stdin.write(JSON.stringify({ unit: patrol.id, chainage: patrol.km + along, offset }) + '\n')
        const goal = away(away(patrol, 250 - offset, patrol.toward), along, patrol.toward - 90)
        const apart = (a, b) => Math.hypot((a.lat - b.lat) * 111_200, (a.lon - b.lon) * 89_000)
        let before
        const fix = await until(`the patrol stands at ${along} ${offset}`, async () => {
          const u = (await api('/units')).items.find((u) => u.id === patrol.id)
          const x = u && pixelOf(tower, really, -3, u).x // its receiver may put it beside the picture
          const stands = u && before && u.fix_at > before.fix_at && apart(u, before) < 25 && apart(u, goal) < 40 && x > 3 && x < 316
          if (u && u.fix_at !== before?.fix_at) before = u
          return stands && u
        }, 90_000)
        const px = pixelOf(tower, really, -3, fix)
        await picture.click({ position: { x: (px.x / 319) * width, y: (px.y / 239) * height } })
        await box.getByLabel(new RegExp(`^${w.patrol} ${i + 1}$`)).selectOption(patrol.id)
        const [lat, lon] = (await box.getByLabel(w.place).nth(i).inputValue()).split(', ').map(Number)
        assert.ok(apart({ lat, lon }, fix) < 40, `its receiver said ${lat}, ${lon}, ${Math.round(apart({ lat, lon }, fix))} m beside`)
      }
      for (const hold of await box.getByRole('checkbox').all()) await hold.check() // roll and field: GPS is too coarse for them
      await box.getByRole('button', { name: w.tell }).click()
      await box.getByRole('button', { name: w.right }).waitFor()
      await accessible(page, `calibration by a patrol ${lang}`)
      await shot(page, `calibrate-patrol-${lang}`, false)
      await box.getByRole('button', { name: w.right }).click()
      await until('in force', async () => Math.abs((await api('/cameras')).items.find((r) => r.id === 'walked').azimuth - really) < 1.5) // a receiver is 5 m off
      quiet(trouble)
      await page.context().close()
    }
  } finally {
    sim.stdin.end()
    await ended
  }
}

async function limited({ seated }) {
  for (const [lang, theme] of seats) {
    const w = words[lang]
    const { page, trouble, api } = await seated(lang, theme, '/cameras')
    const row = await until('more than the limit moves', async () => { const [r] = (await api('/cameras')).items; return r.suppressed >= 2 && r }, 60_000)
    assert.equal(row.zones.suppressed.reduce((n, z) => n + z, 0), row.suppressed, 'by the parts of the picture')
    const tile = page.locator('main.page article')
    await until('how many are held back, on the tile', async () => w.limit.test(await said(tile)))
    await until('the camera says so itself', async () => (await said(tile)).includes(w.holding))
    await tile.locator('summary', { hasText: w.since }).click()
    const table = tile.getByRole('table')
    await until('and where', async () => (await table.locator('td.some').count()) > 0)
    assert.equal(await table.locator('td').count(), 12)
    await accessible(page, `limits ${lang}`)
    await table.scrollIntoViewIfNeeded()
    await shot(page, `limits-${lang}`, false)
    quiet(trouble)
    await page.context().close()
  }
}

export const tests = [
  ['what the limit of a part of the picture holds back is counted and shown, in both languages', at(['busy'], limited, 'limits: {movers: 1, per: 10m}\n'), 'binary', 200],
  ['a camera is calibrated by places that a person presses in its picture, in both languages', at(['east'], calibrated), 'binary', 300],
  ['a camera is calibrated by a patrol that stops in its picture, in both languages', at(['walked'], walkedThrough), 'binary', 300],
  ['homes are hidden from thermal cameras and shown for an incident alone, in both languages', at(['east', 'second'], dwellings), 'binary', 400],
  ['areas where nothing real moves are proposed, refused, held back and ended by a person, in both languages', at(['east'], nuisances), 'binary', 400],
  ['a camera that was turned between two starts is told, and a person accepts its view, in both languages', at(['west'], turned), 'binary', 400],
]
