// Pages below /follow-ups/ without network: the kept form and its parts. Nothing else is kept or changed.
const SHELL = "{{ shell|escapejs }}";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    fetch(request).catch(async (error) => {
      const page = request.mode === "navigate" ? SHELL : request;
      const kept = await caches.match(page, { ignoreVary: true }); // it was kept for this person, whatever the cookie is now
      if (kept) return kept;
      throw error;
    }),
  );
});
