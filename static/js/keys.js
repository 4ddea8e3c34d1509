// Keys: / search, ? the list of keys, J and K rows, Enter opens the row, Ctrl-S saves.
// A form with data-long is never submitted by Enter in one of its fields.
(() => {
  const writing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] > *")].filter((row) => row.querySelector("a[href]"));
  let here = -1;

  function go(step) {
    const all = rows();
    if (!all.length) return;
    all[here]?.classList.remove("row-here");
    here = Math.max(0, Math.min(all.length - 1, here + step));
    all[here].classList.add("row-here");
    all[here].querySelector("a[href]").focus({ preventScroll: true });
    all[here].scrollIntoView({ block: "nearest" });
  }

  function save(event) {
    const form = document.activeElement?.closest("form[data-autosave]") ?? document.querySelector("form[data-autosave]");
    if (!form) return;
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("save-now"));
  }

  const actions = {
    "/": () => document.querySelector("[data-search], [role=search] input:not([type=hidden])")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => go(1),
    k: () => go(-1),
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") return save(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = writing(event.target);
    if (event.key === "Enter" && field?.matches("input") && field.form?.matches("[data-long]")) {
      if (!field.matches("[type=submit], [type=button], [type=checkbox], [type=radio]")) event.preventDefault();
    }
    if (field || document.querySelector("dialog[open]")) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
})();
