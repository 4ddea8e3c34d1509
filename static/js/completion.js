// Completion: one press says that everything is done, Enter leads from effect to effect, and what is said of a goal is
// taken over for its problems of which nothing has been said yet. Without this script each is pressed by hand.
(() => {
  const form = document.getElementById("completion-form");
  if (!form) return;
  const all = form.querySelector("[data-all-done]");
  const effects = () => [...form.querySelectorAll("textarea[name^=effect-]")];

  function choose(chip) {
    if (!chip || chip.checked) return;
    chip.checked = true;
    chip.dispatchEvent(new Event("change", { bubbles: true }));
  }

  form.addEventListener("change", (event) => {
    const { name, value, checked } = event.target;
    if (!checked || !name.startsWith("goal-")) return;
    for (const result of event.target.closest(".judged").querySelectorAll(".result")) {
      const chips = [...result.querySelectorAll("input[type=radio]")];
      if (!chips.some((chip) => chip.checked)) choose(chips.find((chip) => chip.value === value));
    }
  });

  // an effect is one sentence: Enter goes to the next one, after the last to the button; Shift+Enter breaks the line
  form.addEventListener("keydown", (event) => {
    const place = effects().indexOf(event.target);
    if (place < 0 || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (effects()[place + 1] ?? form.querySelector("[name=step]")).focus();
  });

  all.hidden = false;
  all.querySelector("button").addEventListener("click", () => {
    form.querySelectorAll("input[type=radio][value=done]").forEach(choose);
    (effects().find((field) => !field.value.trim()) ?? effects()[0])?.focus();
  });
})();
