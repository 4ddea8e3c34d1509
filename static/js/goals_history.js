// Undo and redo in the goal sheet: 20 steps over rows, pastes, fills and problems. Typing inside a field is the
// browser's own to undo. A step holds what it changed and nothing else, so that undoing it takes no later word away.
(() => {
  const sheet = window.goalSheet;
  if (!sheet) return;
  const STEPS = 20;
  const done = [];
  const undone = [];
  const settled = new WeakMap(); // the value of a field after the last step

  const value = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const picture = () => ({ rows: sheet.rows(), values: new Map(sheet.all().flatMap(sheet.fields).map((f) => [f, value(f)])) });

  // Does something that is one step
  function change(act) {
    const before = picture();
    sheet.grid.querySelector(".goal-gone")?.remove();
    act();
    sheet.refresh();
    const after = picture();
    const fields = [...after.values]
      .map(([field, now]) => [field, before.values.get(field) ?? (field.type === "checkbox" ? false : ""), now])
      .filter(([, old, now]) => old !== now);
    const moved = before.rows.length !== after.rows.length || before.rows.some((row, i) => row !== after.rows[i]);
    if (!fields.length && !moved) return;
    done.push({ fields, rows: [before.rows, after.rows] });
    done.splice(0, done.length - STEPS);
    undone.length = 0;
    settle();
  }

  // Goes to one side of a step (0 before, 1 after) and keeps what stands there now for the way back
  function go(from, to, side) {
    const step = from.pop();
    if (!step) return;
    sheet.grid.querySelector(".goal-gone")?.remove();
    for (const item of step.fields) {
      item[2 - side] = value(item[0]);
      sheet.set(item[0], item[1 + side]);
    }
    const rows = step.rows[side];
    rows.forEach((row) => sheet.grid.append(row));
    sheet.all().filter((row) => !rows.includes(row)).forEach((row) => sheet.grid.append(row));
    sheet.all().forEach((row) => row.hidden === rows.includes(row) && sheet.show(row, rows.includes(row)));
    to.push(step);
    sheet.refresh();
    settle();
    sheet.tell(sheet.say(side ? "redone" : "undone"));
    const place = step.fields.map(([field]) => field).find((field) => field.type !== "checkbox" && field.offsetParent);
    (place ?? rows.find((row) => !step.rows[1 - side].includes(row))?.querySelector("textarea") ?? rows.at(-1)?.querySelector("textarea"))?.focus();
  }

  function settle() {
    sheet.all().flatMap(sheet.texts).forEach((field) => settled.set(field, field.value));
    sheet.buttons.undo.disabled = !done.length;
    sheet.buttons.redo.disabled = !undone.length;
  }

  sheet.change = change;
  sheet.undo = () => go(done, undone, 0);
  sheet.redo = () => go(undone, done, 1);
  sheet.typedSince = (field) => settled.has(field) && settled.get(field) !== field.value;
  sheet.buttons.undo.addEventListener("click", sheet.undo);
  sheet.buttons.redo.addEventListener("click", sheet.redo);
  settle();
})();
