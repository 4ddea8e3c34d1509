// Completion: what is said of a goal is taken over for its problems of which nothing has been said yet. Without this
// script each is pressed by hand.
(() => {
  const form = document.getElementById("completion-form");
  form?.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (!name.startsWith("goal-")) return;
    for (const result of event.target.closest(".judged").querySelectorAll(".result")) {
      const chips = [...result.querySelectorAll("input[type=radio]")];
      const same = chips.find((chip) => chip.value === value);
      if (!same || chips.some((chip) => chip.checked)) continue;
      same.checked = true;
      same.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
})();
