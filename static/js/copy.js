// A read-only field with a button that copies it (data-copy); without a clipboard the button stays away.
(() => {
  if (!navigator.clipboard) return;
  for (const part of document.querySelectorAll("[data-copy]")) {
    const [field, button] = [part.querySelector("input"), part.querySelector("button")];
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = words), 3000);
    });
  }
})();
