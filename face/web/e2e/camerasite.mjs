// A site with thermal cameras for the tests: a program of its own (MARSAD_BIN), drawn
// recordings in place of cameras, and a head that turns when ONVIF asks it to.

import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from './check.mjs'

const run = promisify(execFile)

// Where the cameras stand: 322 m from the line near Rabia, on the home side, and the
// direction in which the line is nearest.
export const foot = { lat: 36.81, lon: 42.0845 }
export const toLine = 311.3

// A noisy hillside; the second one has other ridges. A warm block of a person's size
// comes from 420 m towards the camera and is over the line after half of its way.
const hill = (seconds, a = 17, b = 23) => `nullsrc=s=320x240:r=5:d=${seconds},geq=lum='100+22*sin(X/${a})*cos(Y/${b})+14*sin((X+2*Y)/9)+6*random(1)',format=gray`
const recordings = {
  walker: `${hill(60)}[b];color=white:s=4x9:r=5:d=60,format=gray[w];[b][w]overlay=x='120+t*0.5':y='104+t*0.9',format=yuv420p`,
  // Three at once in one part of the picture.
  busy: `${hill(12)}[b];color=white:s=5x9:r=5:d=12,format=gray,split=3[w][v][u];[b][w]overlay=x='84+t*5':y=90[c];[c][v]overlay=x='84+t*5':y=112[d];[d][u]overlay=x='84+t*5':y=134,format=yuv420p`,
  quiet: hill(12) + ',format=yuv420p',
  other: hill(12, 41, 11) + ',format=yuv420p',
  blind: "nullsrc=s=320x240:r=5:d=12,geq=lum='90+2*random(1)',format=yuv420p",
  frozen: "nullsrc=s=320x240:r=5:d=12,geq=lum='100+22*sin(X/17)*cos(Y/23)+14*sin((X+2*Y)/9)',format=yuv420p",
  small: "nullsrc=s=96x72:r=2:d=12,geq=lum='100+30*sin(X/7)*cos(Y/9)+6*random(1)',format=yuv420p",
}

async function drawn(dir, names) {
  const files = {}
  for (const name of new Set(names)) {
    const graph = recordings[name]
    files[name] = join(dir, name + '.mkv')
    await run('ffmpeg', ['-loglevel', 'error', '-filter_complex', graph, '-c:v', 'libx264', '-preset', 'ultrafast', '-qp', name === 'frozen' ? '0' : '16', files[name]])
  }
  return files
}

/** A head that says where it points, and turns when it is asked to. */
async function head() {
  const state = { pan: 0, tilt: 0, moves: 0 }
  const envelope = (body) => `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"><e:Body>${body}</e:Body></e:Envelope>`
  const server = createServer(async (request, response) => {
    let asked = ''
    for await (const part of request) asked += part
    const at = `http://127.0.0.1:${server.address().port}/onvif`
    const move = /<AbsoluteMove [\s\S]*?x="([-0-9.]+)" y="([-0-9.]+)"/.exec(asked)
    if (move) Object.assign(state, { pan: +move[1], tilt: +move[2], moves: state.moves + 1 })
    response.setHeader('Content-Type', 'application/soap+xml')
    response.end(envelope(
      move ? '<AbsoluteMoveResponse/>'
        : asked.includes('<GetCapabilities ') ? `<GetCapabilitiesResponse><Capabilities><tt:Media><tt:XAddr>${at}</tt:XAddr></tt:Media><tt:PTZ><tt:XAddr>${at}</tt:XAddr></tt:PTZ></Capabilities></GetCapabilitiesResponse>`
          : asked.includes('<GetProfiles ') ? '<GetProfilesResponse><Profiles token="p"><tt:Name>turns</tt:Name><tt:PTZConfiguration token="z"/></Profiles></GetProfilesResponse>'
            : `<GetStatusResponse><PTZStatus><tt:Position><tt:PanTilt x="${state.pan}" y="${state.tilt}"/></tt:Position><tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt></tt:MoveStatus></PTZStatus></GetStatusResponse>`))
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { state, address: `http://127.0.0.1:${server.address().port}/onvif`, end: () => server.close() }
}

const named = {
  east: 'Rabia tower, east', second: 'Rabia tower, second', turns: 'Rabia mast, turns', walked: 'Picket tower', west: 'Rabia tower, west', blind: 'Rabia berm', frozen: 'Rabia gate', busy: 'Rabia ford',
}

// Metres along the line from the foot, for those that stand by themselves.
const along = { walked: 0, west: 600, blind: -1500, frozen: -800 }
const radians = (degrees) => (degrees * Math.PI) / 180
/** A place so far from another, in a direction. */
export const away = (from, metres, azimuth) => ({
  lat: from.lat + (metres * Math.cos(radians(azimuth))) / 111_200,
  lon: from.lon + (metres * Math.sin(radians(azimuth))) / (111_320 * Math.cos(radians(from.lat))),
})
const onTheWay = (metres) => away(foot, metres, toLine + 90)

const freePort = () => new Promise((done) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)) }) })

/** The simulator's patrol that waits at 41+000, on whose side the line lies at `toward`. */
export const patrol = { id: 'patrol-041', node: '0e6d26ea-fbd8-4b7f-8226-59eb6e4b1adc', km: 41_000, lat: 36.837641, lon: 42.114606, toward: 312.2 }

/** A program that runs on a site of eighteen cameras, or of those named, whose files have a line of limits. After end(), begin() starts it again, with another recording for a camera. */
export async function site(only, limits = '') {
  const dir = mkdtempSync(join(tmpdir(), 'marsad-cameras-'))
  const data = join(dir, 'data')
  let cameras = [['east', 'walker'], ['second', 'quiet'], ['turns', 'quiet'], ['west', 'quiet'], ['blind', 'blind'], ['frozen', 'frozen'], ...(only?.includes('busy') ? [['busy', 'busy']] : []), ...(only?.includes('walked') ? [['walked', 'quiet']] : [])]
  for (let i = 1; i <= 12; i++) cameras.push([`far-${i}`, 'small'])
  if (only) cameras = cameras.filter(([id]) => only.includes(id))
  const [files, ptz] = await Promise.all([drawn(dir, only ? [...cameras.map(([, film]) => film), 'other'] : Object.keys(recordings)), head()])
  cameras.forEach(([id], i) => {
    const at = along[id] ?? (i < 3 ? 0 : null)
    // The others stand farther along and look over the country; one has the patrol before it.
    const p = id === 'walked' ? away(patrol, 350, patrol.toward + 180) : onTheWay(at ?? -3000 - 120 * i)
    writeFileSync(join(dir, id + '.yaml'), `id: ${id}
name: "${named[id] ?? 'Post camera ' + (i - 5)}"
position: {lat: ${p.lat.toFixed(6)}, lon: ${(p.lon + 0.00003 * i).toFixed(6)}, height: 385, error: 1}
mast: 20
azimuth: ${id === 'walked' ? patrol.toward : at !== null ? toLine : 131}
tilt: -3
field_of_view: {horizontal: 12}
errors: {azimuth: 0.05, tilt: 0.03, roll: 0.05, field: 0.05, pixel: 1}
fps: ${i < 6 ? 5 : 2}
${limits}${id === 'turns' ? `onvif: {address: "${ptz.address}"}\n` : ''}`)
  })
  let child
  let ended
  const account = (login, name, ar, ...roles) => new Promise((done, no) => {
    const c = spawn(process.env.MARSAD_BIN, ['account', 'add', '--data', data, login, '--name', name, '--name-ar', ar, '--section', '*', ...roles.flatMap((r) => ['--role', r])], { stdio: ['pipe', 'ignore', 'inherit'] })
    c.once('exit', (code) => (code ? no(new Error(`account add ended with ${code}`)) : done()))
    c.stdin.end('a long password of a test\n')
  })
  const at = {
    dir, data, ptz, url: '', sapient: '', token: '', oversight: '', mock: false,
    async begin(swap = {}) {
      const port = await freePort()
      at.sapient = `127.0.0.1:${await freePort()}`
      writeFileSync(join(dir, 'marsad.yaml'), `addr: 127.0.0.1:${port}
data: ${data}
sapient: {addr: "${at.sapient}"}
units: [{id: ${patrol.id}, name: {en: "Patrol Swift 1", ar: "دورية سنونو 1"}, home: ${patrol.km}, people: 5, node: ${patrol.node}, speed: 8}]
logging: {level: warn}
evidence: {before: 4s, after: 4s}
cameras:
${cameras.map(([id, film]) => `  - {file: ${join(dir, id + '.yaml')}, input: ${files[swap[id] ?? film]}}`).join('\n')}
`)
      child = spawn(process.env.MARSAD_BIN, ['serve', '--config', join(dir, 'marsad.yaml')], { stdio: ['ignore', 'ignore', 'inherit'] })
      ended = new Promise((done) => child.once('exit', done))
      at.url = `http://127.0.0.1:${port}`
      await until('the program', async () => (await fetch(at.url + '/api/v1/health').catch(() => null)) !== null, 60_000)
    },
    async end() {
      child?.kill('SIGTERM')
      await ended
      child = undefined
    },
    async gone() {
      await at.end()
      ptz.end()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  await at.begin()
  await account('commander', 'S. Haddad', 'س. حداد', 'watch-officer', 'commander')
  await account('oversight', 'L. Karim', 'ل. كريم', 'oversight')
  const token = async (login) => (await run(process.env.MARSAD_BIN, ['account', 'token', '--data', data, login, '--program', 'the test'])).stdout.trim()
  Object.assign(at, { token: await token('commander'), oversight: await token('oversight') })
  return at
}
