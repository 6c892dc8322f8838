// Lets the phone open this page with no network: a worker keeps the page's own
// files. It needs a secure address (https, or the machine itself); without one the
// page works as long as it stays open.

const worker = '/field-worker.js'

export async function keepForOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register(worker, { scope: '/field' })
    const ready = await navigator.serviceWorker.ready
    // What this page was made of was loaded before the worker stood.
    const files = performance.getEntriesByType('resource').map((r) => new URL(r.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith('/assets/')).map((u) => u.pathname)
    ready.active?.postMessage({ keep: ['/field', ...new Set(files)] })
  } catch {
    // A browser that forbids workers still shows the page while it is open.
  }
}
