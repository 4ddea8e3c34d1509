// Menus are details elements; this closes them with Escape and with a click elsewhere. Also: focus for error
// summaries, and no second press of a button that acts.
(() => {
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000); // the answer may be a file, and the page stays
  });
  // a page taken from the back-forward cache may be sent again
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  // on a phone the list comes first: its filters wait behind one button
  const fold = document.querySelector(".filter-fold");
  const phone = matchMedia("(max-width: 860px)");
  const adjust = () => (fold.open = !phone.matches || Boolean(fold.querySelector(".wrong")));
  if (fold) {
    adjust();
    phone.addEventListener("change", adjust);
  }
  document.querySelector("[data-focus]:not([autofocus])")?.focus();
})();
