// Paste from Excel or WPS into the goal sheet: rows and columns spread over cells to the right and down, rows are added,
// days and problems are recognised. What found no place is said; nothing is dropped without a word.
(() => {
  const sheet = window.goalSheet;
  if (!sheet) return;
  const { CELLS, cells } = sheet;
  const isPost = (cell) => cell.matches(".owner-part > :last-child");

  // Rows of cells; a cell in quotes may hold tabs, line breaks and doubled quotes
  function table(text) {
    const rows = [[]];
    const cell = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/gy;
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let found; (found = cell.exec(plain)); ) {
      rows.at(-1).push((found[1]?.replaceAll('""', '"') ?? found[2]).trim());
      if (!found[3]) break;
      if (found[3] === "\n") rows.push([]);
    }
    return rows;
  }

  // Without a tab a text of several lines is a column only where it comes from a spreadsheet
  function block(data) {
    const text = data.getData("text/plain");
    const fromSheet = /<table/i.test(data.getData("text/html"));
    if (!text.includes("\t") && !fromSheet) return null;
    const rows = table(text);
    return rows.length === 1 && rows[0].length === 1 && !text.startsWith('"') ? null : rows;
  }

  // Columns as people keep them: an owner in one column, or name and post in two where the block is that wide
  function columns(row, start, width) {
    const wide = cells(row).slice(start);
    const narrow = wide.filter((cell) => !isPost(cell));
    return isPost(wide[0]) || width > narrow.length ? wide : narrow;
  }

  const plain = (text) => text.normalize("NFKC").replace(/[\s〔〕()[\]【】]/g, "").toLowerCase();

  const running = (number) => Number(/(\d+)\D*$/.exec(number)?.[1]); // 7 of 问题〔2026〕7号

  // The problem that a word means: its number, 7号, 7, its title or a part of it; of several the one at hand. Else null
  function problem(row, word) {
    const wanted = plain(word);
    const tests = [
      ({ number, title }) => plain(number) === wanted || plain(title) === wanted,
      ({ number }) => /^\d+号?$/.test(wanted) && running(number) === parseInt(wanted, 10),
      ({ number }) => number && wanted.includes(plain(number)),
      ({ title }) => wanted.length > 3 && plain(title).includes(wanted),
    ];
    for (const test of tests) {
      const found = sheet.ticks(row).filter((tick) => test(tick.dataset));
      const near = found.filter((tick) => tick.closest("[data-near]"));
      if (found.length === 1 || near.length === 1) return (near[0] ?? found[0]).value;
    }
    return null;
  }

  function putProblems(row, text, left) {
    const whole = problem(row, text);
    for (const word of whole ? [text] : text.split(/[、,，;；\n]+/).filter((part) => part.trim())) {
      const found = problem(row, word);
      if (found) sheet.pick(row, [found]);
      else left.push(word.trim());
    }
  }

  // 张工 主管, 张工（主管）, 张工/主管: name and post
  function putOwner(cell, text) {
    const [, name, post] = /^([^\s（(/／，,、]+)[\s（(/／，,、]+(.+?)[）)]?$/s.exec(text) ?? [null, text, null];
    sheet.set(cell, name);
    sheet.set(cell.nextElementSibling, post ?? "");
  }

  function put(row, cell, text, wide, notes) {
    if (cell.matches("summary")) return putProblems(row, text, notes.left);
    if (cell.matches("[data-date]")) {
      const day = text.replace(/\s+\d{1,2}:\d\d(:\d\d)?$/, "");
      sheet.set(cell, day);
      if (day && !/^\d{4}-\d\d-\d\d$/.test(cell.value)) notes.days.push(text);
    } else if (cell.matches("[data-line]")) {
      const line = text.replace(/\s*\n\s*/g, " ");
      if (wide || isPost(cell)) sheet.set(cell, line);
      else putOwner(cell, line);
    } else sheet.set(cell, text);
  }

  function spread(cell, lines) {
    const first = cell.closest(".goal-row");
    const place = cells(first).indexOf(cell);
    const width = Math.max(...lines.map((line) => line.length));
    const notes = { left: [], days: [], count: 0 };
    let row = first;
    lines.forEach((line, index) => {
      if (index) row = row && (sheet.rows()[sheet.rows().indexOf(row) + 1] ?? sheet.addRow(row));
      if (!row) return notes.left.push(...line.filter(Boolean));
      const targets = columns(row, place, width);
      const wide = targets.some(isPost);
      line.forEach((text, column) => {
        if (!targets[column]) return text && notes.left.push(text);
        put(row, targets[column], text, wide, notes);
        notes.count += 1;
      });
    });
    return notes;
  }

  const heading = (line) => {
    const labels = [...sheet.grid.querySelectorAll(".goal-head > span")].map((span) => span.firstChild?.textContent.trim());
    return line.filter((text) => text && labels.includes(text)).length > 1;
  };
  const list = (texts) => texts.slice(0, 5).map((text) => `“${text.slice(0, 30)}”`).join("、") + (texts.length > 5 ? "…" : "");

  sheet.grid.addEventListener("paste", (event) => {
    const cell = event.target.closest(CELLS);
    const lines = cell && block(event.clipboardData);
    if (!lines) return;
    event.preventDefault();
    const headed = heading(lines[0]);
    const body = headed ? lines.slice(1) : lines;
    if (!body.length) return sheet.tell(sheet.say("head"));
    let notes;
    sheet.change(() => (notes = spread(cell, body)));
    cell.focus();
    sheet.tell(
      sheet.say("pasted", { n: notes.count }),
      headed && sheet.say("head"),
      notes.left.length && sheet.say("left", { what: list(notes.left) }),
      notes.days.length && sheet.say("day", { what: list(notes.days) }),
    );
  });
})();
