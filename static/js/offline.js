// Says when the network is gone, or did not answer just now; beside the button pressed, that nothing was sent.
(() => {
  const note = document.getElementById("offline");
  const show = () => (note.hidden = navigator.onLine);
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  // beside the button: nothing was sent (detail: the button pressed; a form sent by Enter may have none)
  const unsent = document.createElement("p");
  unsent.className = "wrong unsent";
  unsent.setAttribute("role", "alert");
  window.addEventListener("submit", () => unsent.remove(), true);
  document.addEventListener("no-network", ({ detail: button }) => {
    button?.after(unsent);
    unsent.textContent = note.dataset.wordUnsent;
    note.hidden = false;
    setTimeout(show, 8000);
  });
  show();
  // what was kept for another person's work without network goes; where nobody is logged in all of it does, and the
  // service worker too (visits.js)
  async function forget(user) {
    for (const name of await caches.keys())
      if (name.startsWith("visits:") && name !== `visits:${user}`) await caches.delete(name);
    if (user || !("serviceWorker" in navigator)) return;
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  }
  if ("caches" in window) forget(document.body.dataset.user).catch((error) => console.warn("not forgotten", error.message));
})();
