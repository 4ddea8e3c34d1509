// The search boxes of Django's admin (select2) have no name for screen readers: they take that of their field's label.
addEventListener("load", () => {
  for (const box of document.querySelectorAll(".select2-selection")) {
    const field = box.closest(".select2-container").previousElementSibling;
    const label = field?.labels?.[0];
    const value = box.querySelector(".select2-selection__rendered");
    if (!label || !value) continue;
    label.id ||= `${field.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
    value.setAttribute("aria-labelledby", label.id);
  }
});
