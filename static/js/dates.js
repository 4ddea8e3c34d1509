// Date fields (data-date) take 0815, 8.15, 8月15日, 2026-8-15 and a picker; on leaving they hold 2026-08-15.
// What cannot be read stays as typed: the server says what is wrong.
(() => {
  const pad = (n) => String(n).padStart(2, "0");
  const iso = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

  function real(year, month, day) {
    const date = new Date(year, month - 1, day);
    return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
  }

  // without a year: the next one from today on in a field that looks ahead, else the one nearest to today
  function withoutYear(month, day, ahead) {
    const now = new Date();
    const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
    const dates = [-1, 0, 1].map((n) => real(today.getFullYear() + n, month, day)).filter(Boolean);
    const next = ahead && dates.find((date) => date >= today);
    return next || (dates.sort((a, b) => Math.abs(a - today) - Math.abs(b - today))[0] ?? null);
  }

  function read(text, ahead) {
    const plain = text.normalize("NFKC").trim().replace(/[年月./]/g, "-").replace(/日$/, "");
    let parts;
    if ((parts = plain.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/) ?? plain.match(/^(\d{4})(\d\d)(\d\d)$/)))
      return real(+parts[1], +parts[2], +parts[3]);
    if ((parts = plain.match(/^(\d{1,2})-(\d{1,2})$/) ?? plain.match(/^(\d\d)(\d\d)$/))) return withoutYear(+parts[1], +parts[2], ahead);
    return null;
  }

  function tidy(input) {
    const date = read(input.value, input.dataset.date === "ahead");
    if (!date || iso(date) === input.value) return;
    input.value = iso(date);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function addPicker(input) {
    const picker = document.createElement("input");
    if (!picker.showPicker) return;
    Object.assign(picker, { type: "date", tabIndex: -1 });
    picker.setAttribute("aria-hidden", "true");
    const button = document.getElementById("date-button").content.firstElementChild.cloneNode(true);
    const box = document.createElement("span");
    box.className = "date-box";
    input.replaceWith(box);
    box.append(input, button, picker);
    button.addEventListener("click", () => {
      const date = read(input.value, input.dataset.date === "ahead");
      picker.value = date ? iso(date) : "";
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      input.value = picker.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
  }

  for (const input of document.querySelectorAll("input[data-date]")) addPicker(input);
  document.addEventListener("fields-added", (event) => event.detail.querySelectorAll("input[data-date]").forEach(addPicker));
  document.addEventListener("focusout", (event) => event.target.matches?.("input[data-date]") && tidy(event.target));
  document.addEventListener("change", (event) => event.target.matches?.("input[data-date]") && tidy(event.target));
  document.addEventListener("submit", (event) => event.target.querySelectorAll("input[data-date]").forEach(tidy), true);
})();
