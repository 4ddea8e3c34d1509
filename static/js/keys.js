// Keys: / search, ? the list of keys, J and K rows (in the review: goals), Enter opens the row, Ctrl-S saves; in the
// review A goes to "pass" and R marks the goal for revision. A and R decide nothing: the button is pressed with Enter.
// Single keys work outside text fields only, without modifiers, and can be switched off on this device (WCAG 2.1.4).
// A form with data-long is never submitted by Enter in one of its fields.
(() => {
  const OFF = "keys-off"; // localStorage
  const PRESSABLE = "[type=submit], [type=button], [type=reset], [type=image], [type=file]";
  const dialog = document.getElementById("keys");
  const review = document.getElementById("review-form");
  const still = (field) => field.matches(`[type=radio], [type=checkbox], ${PRESSABLE}`); // takes no letters
  const writing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  const inLists = () => [...document.querySelectorAll("[data-rows] > *")].filter((row) => row.querySelector("a[href], button"));
  const goals = () => [...(review?.querySelectorAll(".judged") ?? [])];
  const rows = () => (inLists().length ? inLists() : goals());
  let here = null;

  function mark(row) {
    here?.classList.remove("row-here");
    here = row;
    row.classList.add("row-here");
    if (row.matches(".judged")) row.tabIndex = -1;
    const stop = row.matches(".judged") ? row : row.querySelector("a[href], button");
    stop.focus({ preventScroll: true });
    row.scrollIntoView({ block: row.matches(".judged") ? "start" : "nearest" });
  }

  // from the marked row, else from the one that has the focus
  function go(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.includes(here) ? all.indexOf(here) : all.findIndex((row) => row.contains(document.activeElement));
    mark(all[Math.max(0, Math.min(all.length - 1, at + step))]);
  }

  function search() {
    const box = document.getElementById("search");
    if (box?.checkVisibility()) box.select();
    else document.getElementById("search-link")?.click();
  }

  function revise() {
    const goal = goals().find((one) => one === here || one.contains(document.activeElement)) ?? goals()[0];
    const chip = goal?.querySelector("input[type=radio][value=revise]");
    if (!chip) return;
    mark(goal);
    if (!chip.checked) chip.click();
    chip.focus();
  }

  function save(event) {
    const form = document.activeElement?.closest("form[data-autosave], form[data-long]") ?? document.querySelector("form[data-autosave], form[data-long]");
    if (!form) return;
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("save-now"));
  }

  const actions = {
    "/": search,
    "?": open,
    j: () => go(1),
    k: () => go(-1),
    a: () => review?.querySelector("button[name=decision][value=pass]")?.focus(),
    r: revise,
  };

  // the keys of this page only
  function open() {
    for (const line of dialog.querySelectorAll("[data-needs]")) line.hidden = !document.querySelector(line.dataset.needs);
    dialog.showModal();
  }

  function pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") return save(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = writing(event.target);
    const long = field?.matches("input") && field.form?.matches("[data-long]");
    if (event.key === "Enter" && long && !field.matches(PRESSABLE)) event.preventDefault();
    if ((field && !still(field)) || document.querySelector("dialog[open]") || localStorage.getItem(OFF)) return;
    if (event.shiftKey && /^\p{L}$/u.test(event.key)) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  document.addEventListener("keydown", pressed);
  const off = dialog?.querySelector("[data-keys-on]");
  if (off) {
    off.checked = !localStorage.getItem(OFF);
    off.addEventListener("change", () => (off.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }
  for (const button of document.querySelectorAll("[data-open-keys]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
})();
