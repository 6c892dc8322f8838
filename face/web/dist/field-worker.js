// Keeps the field page's own files for when there is no network. Never the API:
// what the patrol knows and reports is kept by the page itself.
const cache = 'marsad-field-1'

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (e) => e.waitUntil(self.clients.claim()))

self.addEventListener('message', (e) => {
  const files = Array.isArray(e.data?.keep) ? e.data.keep.filter((f) => typeof f === 'string' && (f === '/field' || f.startsWith('/assets/'))) : []
  e.waitUntil(refresh(files))
})

// Takes in what is new and lets go of what an older page was made of.
async function refresh(files) {
  const kept = await caches.open(cache)
  await Promise.allSettled(files.map(async (f) => {
    if (f === '/field' || !(await kept.match(f))) await kept.add(f)
  }))
  const wanted = new Set(files)
  for (const r of await kept.keys()) if (!wanted.has(new URL(r.url).pathname)) await kept.delete(r)
}

self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url)
  if (e.request.method !== 'GET' || url.origin !== self.location.origin) return
  if (e.request.mode === 'navigate') {
    e.respondWith(fetch(e.request).catch(async () => (await caches.match('/field')) ?? Response.error()))
  } else if (url.pathname.startsWith('/assets/')) {
    // Their names carry a hash: what is kept is what is meant.
    e.respondWith(caches.match(url.pathname).then((r) => r ?? fetch(e.request)))
  }
})
