// Filtering and paging without a reload: htmx puts the new results where the old were (#results) and the address into
// the history. Here: what is said and where the focus goes afterwards, and the folded filters of the phone.
(() => {
  const announcer = document.getElementById("announce");
  const phone = matchMedia("(max-width: 860px)");
  const isResults = (target) => target?.id === "results";

  // on a phone the list comes first: its filters wait behind one button
  function fold() {
    const filters = document.querySelector(".filter-fold");
    if (filters) filters.open = !phone.matches || Boolean(filters.querySelector(".wrong"));
  }
  fold();
  document.documentElement.dataset.folded = ""; // until now the style kept them folded, so that the list does not jump
  phone.addEventListener("change", fold);

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (isResults(detail.target)) detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const said = event.target.closest?.("[data-count-words]") ?? event.target.querySelector?.("[data-count-words]");
    if (said) announcer.textContent = said.dataset.countWords;
    if (!isResults(event.target)) return;
    announcer.textContent = event.target.querySelector(".result-count")?.textContent ?? "";
    if (document.activeElement === document.body) {
      fold(); // the filters are new too
      event.target.tabIndex = -1;
      event.target.focus({ preventScroll: true });
      event.target.scrollIntoView({ block: "nearest" });
    }
  });
  // no answer, or one that is no list: the browser asks itself and shows what comes
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, ({ detail }) => {
      if (isResults(detail.target) && detail.xhr.status !== 401) location.assign(detail.pathInfo.finalRequestPath);
    });
  }
})();
