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
  // nobody is logged in here: what was kept for a person's work without network goes (visits.js)
  async function forget() {
    for (const name of await caches.keys()) if (name.startsWith("visits:")) await caches.delete(name);
  }
  if (!document.body.dataset.user && "caches" in window) forget().catch((error) => console.warn("not forgotten", error.message));
})();
