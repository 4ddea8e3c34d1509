// Keys of the goal sheet. A cell reached with a key is chosen as a whole, as in a spreadsheet: arrows go on, typing
// replaces it, F2 or a click goes into its text. Inside the text arrows move the caret and leave the cell at its ends.
// Tab is the browser's own, so nobody is kept here.
(() => {
  const sheet = window.goalSheet;
  if (!sheet) return;
  const { CELLS, cells } = sheet;
  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const isText = (cell) => cell.matches("textarea, input");

  function choose(cell) {
    cell.focus();
    if (isText(cell)) cell.select();
    cell.closest(".cell").scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function step(cell, down, right) {
    const row = cell.closest(".goal-row");
    const target = sheet.rows()[sheet.rows().indexOf(row) + down];
    const place = cells(row).indexOf(cell) + right;
    const next = target && cells(target)[place];
    if (next) choose(next);
    return Boolean(next);
  }

  // whether the text stands in one line; its box may be higher than the text
  const pen = document.createElement("canvas").getContext("2d");
  function single({ value, clientWidth }, style) {
    pen.font = style.font;
    return !value.includes("\n") && pen.measureText(value).width <= clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  }

  // whether an arrow leads out of the cell: it is chosen as a whole, or the caret stands at that end
  function leaves(cell, key) {
    if (!isText(cell)) return true;
    const { selectionStart: from, selectionEnd: to, value } = cell;
    if (from === 0 && to === value.length) return true;
    if (from !== to) return false;
    if (key === "ArrowLeft") return from === 0;
    if (key === "ArrowRight") return to === value.length;
    return cell.matches("input") || single(cell, getComputedStyle(cell)) || (key === "ArrowUp" ? from === 0 : to === value.length);
  }

  function arrow(event, cell) {
    const [down, right] = ARROWS[event.key];
    const forced = event.altKey && down;
    if (event.shiftKey || event.ctrlKey || event.metaKey || (event.altKey && !forced)) return;
    if (cell.matches(".picker[open] > summary") && event.key === "ArrowDown") {
      cell.parentElement.querySelector("input")?.focus();
    } else if (!forced && !leaves(cell, event.key)) return;
    else step(cell, down, right);
    event.preventDefault();
  }

  function enter(event, cell) {
    if (!isText(cell)) return; // opens the list of problems
    if (event.ctrlKey || event.metaKey) return;
    const breaks = (event.shiftKey || event.altKey) && cell.matches("textarea:not([data-line])");
    if (breaks && event.shiftKey) return; // the browser's own
    event.preventDefault();
    if (breaks) return document.execCommand("insertText", false, "\n"); // keeps the browser's undo, unlike setting the value
    if (event.shiftKey) return step(cell, -1, 0);
    const row = cell.closest(".goal-row");
    if (step(cell, 1, 0) || !sheet.filled(row)) return;
    const place = cells(row).indexOf(cell);
    sheet.change(() => {
      const added = sheet.addRow(row);
      if (added) choose(cells(added)[place]);
    });
  }

  function fillDown(event, cell) {
    event.preventDefault();
    const row = cell.closest(".goal-row");
    const above = sheet.rows()[sheet.rows().indexOf(row) - 1];
    if (!above || !isText(cell)) return;
    sheet.change(() => sheet.set(cell, cells(above)[cells(row).indexOf(cell)].value));
    cell.select();
  }

  function takeBack(event, field, again) {
    if (field?.matches?.("textarea, input:not([type=checkbox])") && (sheet.typedSince(field) || !sheet.grid.contains(field))) return;
    event.preventDefault();
    (again ? sheet.redo : sheet.undo)();
  }

  function save(event) {
    event.preventDefault();
    event.stopPropagation(); // the general key keeps a copy on this device only
    if (sheet.grid.contains(event.target) && event.target.name) sessionStorage.setItem("goal-cell", event.target.id);
    sheet.form.requestSubmit(sheet.form.querySelector("button[value=edit]"));
  }

  function leave(cell) {
    if (isText(cell) && cell.value && !(cell.selectionStart === 0 && cell.selectionEnd === cell.value.length)) return cell.select();
    sheet.form.querySelector("button[value=edit]")?.focus();
  }

  sheet.form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (command && key === "s" && sheet.form.querySelector("button[value=edit]")) return save(event);
    if (command && (key === "z" || key === "y")) return takeBack(event, event.target, key === "y" || event.shiftKey);
    const cell = event.target.closest(CELLS);
    if (!cell) return inPicker(event);
    if (command && key === "d") return fillDown(event, cell);
    if (ARROWS[event.key]) arrow(event, cell);
    else if (event.key === "Enter") enter(event, cell);
    else if (event.key === "F2" && isText(cell)) cell.setSelectionRange(cell.value.length, cell.value.length);
    else if (event.key === "Escape" && cell.matches(".picker[open] > summary")) cell.parentElement.open = false;
    else if (event.key === "Escape") leave(cell);
  });

  // In the open list of problems arrows walk, Escape closes
  function inPicker(event) {
    const picker = event.target.closest(".picker");
    if (!picker) return;
    const stops = [...picker.querySelectorAll("input, summary")].filter((stop) => stop.offsetParent);
    const down = ARROWS[event.key]?.[0];
    if (event.key === "Escape") {
      picker.open = false;
      picker.firstElementChild.focus();
    } else if (down) stops[stops.indexOf(event.target) + down]?.focus();
    else return;
    event.preventDefault();
  }

  sheet.grid.addEventListener("focusout", (event) => {
    const picker = event.target.closest(".picker[open]");
    if (picker && event.relatedTarget && !picker.contains(event.relatedTarget)) picker.open = false;
  });
  document.addEventListener("click", (event) => {
    for (const picker of sheet.grid.querySelectorAll(".picker[open]")) if (!picker.contains(event.target)) picker.open = false;
  });

  const before = sessionStorage.getItem("goal-cell");
  sessionStorage.removeItem("goal-cell");
  if (before && document.querySelector(".message-success, .message-info")) document.getElementById(before)?.focus();
})();
