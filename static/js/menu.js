// Menus are details elements; this closes them with Escape and with a click elsewhere. Also: focus for error
// summaries, no second press of a button that acts, and what a pressed button says while the answer takes its time.
(() => {
  const SOON = 600; // ms; a quick answer needs no word
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

  // the button keeps its width and its name and value: what is sent is made after this
  function busy(button) {
    button.setAttribute("aria-busy", "true");
    const label = [...button.childNodes];
    const late = setTimeout(() => button.replaceChildren(document.body.dataset.wordBusy), SOON);
    return () => {
      clearTimeout(late);
      button.removeAttribute("aria-busy");
      button.replaceChildren(...label);
    };
  }

  const again = new Set(); // what gives the forms of this page back
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const rest = event.submitter?.matches("button.btn") ? busy(event.submitter) : () => {};
    const back = () => {
      delete form.dataset.sent;
      rest();
      again.delete(back);
    };
    again.add(back);
    setTimeout(back, 10_000); // the answer may be a file, and the page stays
  });
  // a page taken from the back-forward cache may be sent again
  window.addEventListener("pageshow", () => again.forEach((back) => back()));
  document.querySelector("[data-focus]:not([autofocus])")?.focus();
})();
