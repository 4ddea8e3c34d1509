// Says when the network is gone, or did not answer just now.
(() => {
  const note = document.getElementById("offline");
  const show = () => (note.hidden = navigator.onLine);
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  document.addEventListener("no-network", () => {
    note.hidden = false;
    setTimeout(show, 8000);
  });
  show();
})();
