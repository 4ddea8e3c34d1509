// The draft of an invitation: one row for a partner, more when asked for. Without this script all rows are there.
(() => {
  const more = document.querySelector("[data-more-partners]");
  if (!more) return;
  const spare = [...document.querySelectorAll(".partner-spare")];
  spare.forEach((row) => (row.hidden = true));
  more.hidden = !spare.length;
  more.addEventListener("click", () => {
    const row = spare.shift();
    row.hidden = false;
    row.querySelector("input").focus();
    more.hidden = !spare.length;
  });
})();

// All problems of the branch at once.
(() => {
  const button = document.querySelector("[data-all-problems]");
  if (!button) return;
  const boxes = [...button.closest("fieldset").querySelectorAll("input[type=checkbox]")];
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const box of boxes) box.checked = true;
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
