// Django's admin: its search boxes (select2) have no name for screen readers and take that of their field's label; and
// what is wrong in a form takes the focus, after Django's own script has given it to the first field.
addEventListener("load", () => {
  if (window.django?.jQuery) window.django.jQuery(nameAndFocus); // after select2, which may begin later than this event
  else nameAndFocus();
});

function nameAndFocus() {
  const wrong = document.querySelector(".errornote");
  if (wrong) {
    wrong.tabIndex = -1;
    wrong.focus();
  }
  for (const box of document.querySelectorAll(".select2-selection")) {
    const field = box.closest(".select2-container").previousElementSibling;
    const label = field?.labels?.[0];
    const value = box.querySelector(".select2-selection__rendered");
    if (!label || !value) continue;
    label.id ||= `${field.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
    value.setAttribute("aria-labelledby", label.id);
  }
}
