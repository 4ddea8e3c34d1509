// Pages below /follow-ups/ without network: what was asked for, else the kept form. Nothing else is kept or changed.
const SHELL = "{{ shell|escapejs }}";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    fetch(request).catch(async (error) => {
      const kept = (await caches.match(request)) ?? (request.mode === "navigate" ? await caches.match(SHELL) : undefined);
      if (kept) return kept;
      throw error;
    }),
  );
});
