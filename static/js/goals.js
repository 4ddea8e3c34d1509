// The goal sheet: its rows. Keys, paste and undo have files of their own and work through `goalSheet`. Without these
// scripts the page has blank rows and a checkbox per row, and does the same at the next save.
// A row keeps its names for good; a row that was taken away stays hidden with its box ticked, and where rows stand is
// written into a field of each. So a copy kept on this device fits at any time.
(() => {
  const CELLS = ".cell textarea, .cell input[data-date], .picker > summary";
  const form = document.getElementById("goals-form");
  if (!form) return;
  const grid = form.querySelector(".goal-grid");
  const blank = document.getElementById("goal-row");
  const gone = document.getElementById("goal-gone");
  const status = form.querySelector("[data-status]");
  const count = form.elements.rows;
  const most = Number(grid.dataset.most);
  const perProblem = form.querySelector("[data-row-per-problem]");
  const [undo, redo] = ["[data-undo]", "[data-redo]"].map((name) => form.querySelector(name));

  const cells = (row) => [...row.querySelectorAll(CELLS)]; // in the order of the columns
  const all = () => [...grid.querySelectorAll(".goal-row")];
  const rows = () => all().filter((row) => !row.hidden);
  const box = (row) => row.querySelector(".check-remove input");
  const ticks = (row) => [...row.querySelectorAll(".picker input[type=checkbox]")];
  const texts = (row) => [...row.querySelectorAll("textarea, input[data-date]")];
  const fields = (row) => [...texts(row), ...ticks(row)];
  const filled = (row) => texts(row).some((field) => field.value.trim()) || ticks(row).some((tick) => tick.checked);

  // what is missing was counted on the saved text
  const missing = form.querySelector("[data-missing]");
  form.addEventListener("input", () => missing?.setAttribute("hidden", ""));

  function say(word, values = {}) {
    const key = `word${word[0].toUpperCase()}${word.slice(1)}`;
    return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), status.dataset[key]);
  }
  const tell = (...sentences) => (status.textContent = sentences.filter(Boolean).join(" "));

  function set(field, value) {
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.matches("[data-date]")) field.dispatchEvent(new Event("change", { bubbles: true })); // read as a day
  }

  // What is shown follows from the rows
  function refresh() {
    let number = 0;
    all().forEach((row, place) => {
      const order = row.querySelector("[data-order]");
      if (order.value !== String(place + 1)) order.value = place + 1;
      if (row.hidden) return;
      row.querySelector("[data-row-number]").textContent = ++number;
      showPicked(row);
    });
    const open = withoutGoal();
    perProblem.hidden = !open.length;
    perProblem.textContent = perProblem.dataset.word.replace("{n}", open.length);
    fit(grid.querySelectorAll("textarea"));
  }

  function showPicked(row) {
    const place = row.querySelector("[data-picked]");
    const chosen = ticks(row).filter((tick) => tick.checked);
    const chip = (text, className) => Object.assign(document.createElement("span"), { className, textContent: text });
    const chips = chosen.map((tick) => chip(tick.dataset.title, "picked-one"));
    place.replaceChildren(...(chips.length ? chips : [chip(place.dataset.wordNone, "quiet")]));
  }

  const withoutGoal = () => {
    const taken = rows().flatMap((row) => ticks(row).filter((tick) => tick.checked).map((tick) => tick.value));
    return [...blank.content.querySelectorAll("[data-near] input")].map((tick) => tick.value).filter((pk) => !taken.includes(pk));
  };

  // cells grow with their text; browsers that know field-sizing do it by themselves
  function fit(areas) {
    if (CSS.supports("field-sizing", "content")) return;
    for (const area of areas) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight}px`;
    }
  }

  // Rows
  function build(index = Number(count.value)) {
    const holder = document.createElement("div");
    holder.innerHTML = blank.innerHTML.replaceAll("g__i__", `g${index}`);
    const row = holder.firstElementChild;
    grid.append(row);
    count.value = Math.max(Number(count.value), index + 1);
    dress(row);
    document.dispatchEvent(new CustomEvent("fields-added", { detail: row }));
    return row;
  }

  // a blank row behind `after` (default: at the end), or null where the sheet is full
  function addRow(after = rows().at(-1)) {
    if (rows().length >= most) {
      tell(say("most", { n: most }));
      return null;
    }
    const row = all().find((spare) => spare.hidden && !box(spare).checked && !filled(spare)) ?? build();
    if (after) after.after(row);
    show(row, true);
    return row;
  }

  function show(row, here) {
    row.hidden = !here;
    box(row).checked = !here;
  }

  function removeRow(row) {
    const number = rows().indexOf(row) + 1;
    goalSheet.change(() => show(row, false));
    const strip = gone.content.firstElementChild.cloneNode(true);
    strip.firstElementChild.textContent = say("removed", { n: number });
    strip.querySelector("button").addEventListener("click", () => goalSheet.undo());
    row.after(strip);
    strip.querySelector("button").focus();
    tell(say("removed", { n: number }));
  }

  function duplicate(row) {
    goalSheet.change(() => {
      const copy = addRow(row);
      if (!copy) return;
      texts(copy).forEach((field, i) => set(field, texts(row)[i].value));
      copy.querySelector("textarea").focus();
    });
  }

  function move(row, step) {
    const other = rows()[rows().indexOf(row) + step];
    if (other) goalSheet.change(() => (step < 0 ? other.before(row) : other.after(row)));
    row.querySelector(".row-menu > summary").focus();
  }

  const acts = { duplicate, remove: removeRow, up: (row) => move(row, -1), down: (row) => move(row, 1) };

  // who writes the next goal has mostly the same owners and day in mind: they are taken from the goal above
  function carryOn(row) {
    const same = (of) => [...of.querySelectorAll(".owner textarea, [data-date]")];
    const above = rows()[rows().indexOf(row) - 1];
    if (!above || same(row).some((field) => field.value)) return;
    same(above).forEach((field, i) => (same(row)[i].value = field.value));
    fit(same(row));
  }

  function dress(row) {
    if (!filled(row)) row.querySelector("textarea").addEventListener("input", () => carryOn(row), { once: true });
    box(row).closest("label").hidden = true;
    for (const button of row.querySelectorAll("[data-act]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        button.closest("details").open = false;
        acts[button.dataset.act](row);
      });
    }
  }

  // a problem stands under one goal: ticked here, it leaves the others
  function pick(row, pks, here = true) {
    for (const tick of ticks(row)) {
      if (!pks.includes(tick.value)) continue;
      tick.checked = here;
      if (here) rows().filter((other) => other !== row).flatMap(ticks).forEach((t) => t.value === tick.value && (t.checked = false));
    }
  }

  function rowPerProblem() {
    goalSheet.change(() => {
      let row = rows().at(-1);
      for (const pk of withoutGoal()) {
        if (!row || filled(row)) row = addRow();
        if (!row) break;
        pick(row, [pk]);
      }
    });
    rows().find((row) => !row.querySelector("textarea").value)?.querySelector("textarea").focus();
  }

  grid.addEventListener("change", ({ target, isTrusted }) => {
    if (!isTrusted || !target.matches(".picker input[type=checkbox]")) return; // what a script puts there is no step
    const [row, here] = [target.closest(".goal-row"), target.checked];
    target.checked = !here; // as it was, for the history
    const elsewhere = here && rows().flatMap(ticks).some((tick) => tick.value === target.value && tick.checked);
    goalSheet.change(() => pick(row, [target.value], here));
    if (elsewhere) tell(say("moved", { n: rows().indexOf(row) + 1 }));
  });
  grid.addEventListener("input", ({ target }) => target.matches("textarea") && fit([target]));

  // The text of the other side, taken over with one press
  function offerTheirs(note) {
    const field = form.elements[note.dataset.theirs];
    if (!field) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: form.dataset.takeWord });
    button.addEventListener("click", () => {
      set(field, note.textContent === "—" ? "" : note.textContent);
      field.focus();
    });
    note.after(document.createElement("br"), button);
  }

  // a copy kept on this device may have more rows than the page, fewer, or others' order
  function restore(event) {
    const wanted = Math.max(...event.detail.map(([name]) => Number(/^g(\d+)-/.exec(name)?.[1] ?? -1)));
    while (Number(count.value) <= wanted) build();
    requestAnimationFrame(() => {
      const place = (row) => Number(row.querySelector("[data-order]").value);
      all().sort((a, b) => place(a) - place(b)).forEach((row) => grid.append(row));
      all().forEach((row) => (row.hidden = box(row).checked || (row.hidden && !filled(row))));
      refresh();
    });
  }

  window.goalSheet = { CELLS, cells, form, grid, status, most, undo: null, buttons: { undo, redo }, all, rows, fields, ticks, texts, filled, set, show, refresh, addRow, pick, tell, say };
  all().forEach(dress);
  // the blank rows of the page without script wait until they are asked for
  const spare = all().filter((row) => !filled(row) && !row.querySelector("[aria-invalid]"));
  spare.slice(all().length === spare.length ? 1 : 0).forEach((row) => (row.hidden = true));
  refresh();
  form.querySelectorAll("[data-theirs]").forEach(offerTheirs);
  const add = form.querySelector("[data-add-row]");
  [add, undo, redo, form.querySelector("[data-keys]")].forEach((element) => (element.hidden = false));
  add.addEventListener("click", () => goalSheet.change(() => addRow()?.querySelector("textarea").focus()));
  perProblem.addEventListener("click", rowPerProblem);
  form.addEventListener("restore", restore);
})();
