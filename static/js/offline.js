// Says when the network is gone.
(() => {
  const note = document.getElementById("offline");
  const show = () => (note.hidden = navigator.onLine);
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
})();
