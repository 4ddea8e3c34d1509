// The goal grid: rows added and taken away at once, the present text taken over with one press. Without this script
// the page has blank rows and a checkbox per row, and does the same at the next save.
(() => {
  const form = document.getElementById("goals-form");
  if (!form) return;
  const grid = form.querySelector(".goal-grid");
  const blank = document.getElementById("goal-row");
  const count = form.elements.rows;
  const add = form.querySelector("[data-add-row]");
  const rows = () => [...grid.querySelectorAll(".goal-row")];
  const filled = (row) => [...row.querySelectorAll("textarea, input")].some((f) => (f.type === "checkbox" ? f.checked : f.type !== "hidden" && f.value.trim()));

  function number() {
    let n = 0;
    for (const row of rows()) {
      const off = row.classList.contains("row-off") || row.hidden;
      row.querySelector("[data-row-number]").textContent = off ? "–" : ++n;
    }
  }

  function addRow() {
    const spare = rows().find((row) => row.hidden);
    if (spare) spare.hidden = false;
    const row = spare ?? build();
    number();
    return row;
  }

  function build() {
    const index = count.value;
    const holder = document.createElement("div");
    holder.innerHTML = blank.innerHTML.replaceAll("g__i__", `g${index}`);
    const row = holder.firstElementChild;
    grid.append(row);
    count.value = Number(index) + 1;
    dress(row);
    document.dispatchEvent(new CustomEvent("fields-added", { detail: row }));
    return row;
  }

  // who writes the next goal has mostly the same owners and day in mind: they are taken from the goal above
  function carryOn(row) {
    const fields = (of) => [...of.querySelectorAll(".owner input, [data-date]")];
    const above = rows().slice(0, rows().indexOf(row)).reverse().find((other) => !other.hidden && !other.classList.contains("row-off"));
    if (!above || fields(row).some((field) => field.value)) return;
    fields(above).forEach((field, i) => (fields(row)[i].value = field.value));
  }

  function dress(row) {
    if (!filled(row)) row.querySelector("textarea").addEventListener("input", () => carryOn(row), { once: true });
    const box = row.querySelector(".check-remove input");
    box.addEventListener("change", () => {
      row.classList.toggle("row-off", box.checked);
      number();
    });
  }

  function offerTheirs(note) {
    const field = form.elements[note.dataset.theirs];
    if (!field) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: form.dataset.takeWord });
    button.addEventListener("click", () => {
      const text = note.textContent === "—" ? "" : note.textContent;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    note.after(document.createElement("br"), button);
  }

  rows().forEach(dress);
  // the blank rows of the page without script wait until they are asked for
  const spare = rows().filter((row) => !filled(row));
  const keep = rows().length === spare.length ? 1 : 0;
  spare.slice(keep).forEach((row) => (row.hidden = true));
  number();
  form.querySelectorAll("[data-theirs]").forEach(offerTheirs);
  add.hidden = false;
  add.addEventListener("click", () => addRow().querySelector("textarea").focus());
  // a copy kept on this device may have more rows than the page
  form.addEventListener("restore", (event) => {
    const wanted = Math.max(...event.detail.map(([name]) => Number(/^g(\d+)-/.exec(name)?.[1] ?? -1)));
    while (Number(count.value) <= wanted) build();
    requestAnimationFrame(() => {
      rows().forEach((row) => (row.hidden = row.hidden && !filled(row)));
      number();
    });
  });
})();
