// The search box of the top bar: links below it while typing; arrows walk through them, Escape closes.
(() => {
  const box = document.querySelector(".bar-search input");
  const list = document.getElementById("suggestions");
  if (!box || !list) return;
  const stops = () => [box, ...list.querySelectorAll("a")];
  const close = () => list.replaceChildren();

  box.addEventListener("htmx:configRequest", (event) => {
    const unfinished = event.detail.triggeringEvent?.isComposing;
    if (box.value.trim().length < 2) close();
    if (unfinished || box.value.trim().length < 2) event.preventDefault();
  });
  box.parentElement.parentElement.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && list.childElementCount) {
      close();
      box.focus();
      return event.preventDefault();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = stops().indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    stops()[Math.max(0, Math.min(stops().length - 1, here + step))].focus();
  });
  document.addEventListener("click", (event) => event.target.closest(".bar-search") || close());
  document.addEventListener("focusin", (event) => event.target.closest(".bar-search") || close());
})();
