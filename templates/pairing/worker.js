// Pages below /follow-ups/ without network: the kept form and its parts. Nothing else is kept or changed; while there
// is network, the parts of a page are none of this worker's business.
const SHELL = "{{ shell|escapejs }}";
const AS_KEPT = { ignoreVary: true }; // it was kept for this person, whatever the cookie is now
const offline = new Set(); // windows that show the kept form
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function page(event) {
  try {
    return await fetch(event.request);
  } catch (error) {
    const kept = await caches.match(SHELL, AS_KEPT);
    if (!kept) throw error;
    offline.add(event.resultingClientId);
    return kept;
  }
}
const part = async (request) => (await caches.match(request, AS_KEPT)) ?? fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (offline.has(event.clientId)) event.respondWith(part(request));
});

// the parts of the form (static/js/visits.js): their names change with their content, so what a page has loaded comes
// from the browser's own cache, and what is kept already is not asked for again
async function keep({ name, parts }) {
  const cache = await caches.open(name);
  const there = (await cache.keys()).map(({ url }) => url);
  const wanted = [new URL(SHELL, location.href).href, ...parts];
  for (const url of there) if (!wanted.includes(url)) await cache.delete(url);
  const missing = parts.filter((url) => !there.includes(url));
  await cache.addAll(missing.map((url) => new Request(url, { cache: "force-cache" })));
}
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
