// Which columns of a list are shown is everybody's own choice, remembered on this device. A table with
// data-columns="Columns" (the word on the button) gets a menu of its columns; the first one, the thing, always stays.
(() => {
  const keyOf = (table) => `columns:${table.dataset.columnsKey}`;
  const load = (table) => JSON.parse(localStorage.getItem(keyOf(table)) ?? "[]");

  function show(table, off) {
    for (const row of table.rows) {
      [...row.cells].forEach((cell, index) => cell.classList.toggle("column-off", off.includes(index)));
    }
  }

  function choice(table, heading, index, off) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "form-check-input", checked: !off.includes(index) });
    label.className = "menu-item";
    label.append(box, heading.textContent.trim());
    box.addEventListener("change", () => {
      const now = load(table).filter((n) => n !== index);
      if (!box.checked) now.push(index);
      localStorage.setItem(keyOf(table), JSON.stringify(now));
      show(table, now);
    });
    return label;
  }

  function addMenu(table) {
    const off = load(table);
    const menu = document.createElement("details");
    const summary = Object.assign(document.createElement("summary"), { textContent: table.dataset.columns });
    const list = document.createElement("div");
    [menu.className, list.className] = ["menu columns-menu no-print", "menu-list"];
    [...table.tHead.rows[0].cells].forEach((heading, index) => index && list.append(choice(table, heading, index, off)));
    menu.append(summary, list);
    table.parentElement.before(menu);
    show(table, off);
  }

  const dress = (part) => part.querySelectorAll("table[data-columns]").forEach((table) => {
    if (!table.parentElement.previousElementSibling?.matches(".columns-menu")) addMenu(table);
  });
  dress(document);
  document.addEventListener("htmx:afterSettle", (event) => dress(event.target));
})();
