// Nothing typed is lost. A form with data-autosave="URL" is posted there every 5 seconds while it changes; what the
// server has not yet taken is kept on this device, per person and page, and offered again.
// The server answers JSON: {"saved_at": "14:03", "fields": {"version": 4}} (fields: values to put into the form), or
// {"message": "why it was not saved"}. The header X-Autosave says that this is no activity of the person.
(() => {
  const EVERY = 5000;
  const user = document.body.dataset.user ?? "";
  const PREFIX = "draft:";
  const keyOf = (form) => `${PREFIX}${user}:${location.pathname}:${form.id}`;
  const kept = (input) => input.name && !["hidden", "password", "file", "submit", "button"].includes(input.type);
  const now = () => new Date().toTimeString().slice(0, 5);

  function values(form) {
    const fields = [...form.elements].filter(kept);
    return fields.map((f) => [f.name, f.value, f.type === "checkbox" || f.type === "radio" ? f.checked : null]);
  }

  function put(form, stored) {
    const fields = [...form.elements].filter(kept);
    stored.forEach(([name, value, checked], index) => {
      const field = fields[index]?.name === name ? fields[index] : fields.find((f) => f.name === name);
      if (!field) return;
      if (checked === null) field.value = value;
      else if (field.value === value) field.checked = checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  const store = (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch (error) {
      console.warn("no room on this device", error.name);
    }
  };
  const load = (key) => JSON.parse(localStorage.getItem(key) ?? "null");

  function watch(form) {
    const key = keyOf(form);
    const note = form.querySelector("[data-saved]");
    let before = JSON.stringify(values(form));
    let busy = false;
    const say = (text) => note && (note.textContent = text);
    offer(form, key, before);

    async function save() {
      const state = JSON.stringify(values(form));
      if (busy || state === before || form.dataset.sent) return;
      busy = true;
      store(key, { at: now(), values: JSON.parse(state) });
      if (!form.dataset.autosave) {
        [before, busy] = [state, false];
        return say((note?.dataset.wordKept ?? "").replace("{time}", now()));
      }
      try {
        const data = new FormData(form);
        for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name); // sent with the form itself
        const response = await fetch(form.dataset.autosave, {
          method: "POST",
          body: data,
          headers: { "X-Autosave": "1", Accept: "application/json" },
        });
        if (response.redirected || response.status === 401) return say(note?.dataset.wordOut ?? "");
        const answer = response.status === 204 ? {} : await response.json();
        before = state; // answered: asked again only when something changes
        if (!response.ok || answer.message) return say(answer.message ?? note?.dataset.wordFailed ?? "");
        for (const [name, value] of Object.entries(answer.fields ?? {})) {
          if (form.elements[name]) form.elements[name].value = value;
        }
        if (JSON.stringify(values(form)) === state) localStorage.removeItem(key);
        say((note?.dataset.wordSaved ?? "").replace("{time}", answer.saved_at ?? now()));
      } catch (error) {
        say(note?.dataset.wordFailed ?? "");
      } finally {
        busy = false;
      }
    }

    setInterval(save, EVERY);
    form.addEventListener("save-now", save);
    document.addEventListener("visibilitychange", () => document.hidden && save());
    form.addEventListener("submit", () => store(key, { at: now(), values: values(form), sent: true }));
  }

  function offer(form, key, present) {
    const copy = load(key);
    const bar = form.querySelector("[data-restore]");
    if (!copy) return;
    const arrived = copy.sent && document.querySelector(".message-success, .message-info, .error-summary");
    if (!bar || arrived || JSON.stringify(copy.values) === present) return localStorage.removeItem(key);
    const words = bar.querySelector("[data-word]");
    words.textContent = words.dataset.word.replace("{time}", copy.at);
    bar.hidden = false;
    bar.querySelector("[data-restore-take]").addEventListener("click", () => {
      form.dispatchEvent(new CustomEvent("restore", { detail: copy.values }));
      put(form, copy.values);
      bar.hidden = true;
    });
    bar.querySelector("[data-restore-drop]").addEventListener("click", () => {
      localStorage.removeItem(key);
      bar.hidden = true;
    });
  }

  const forms = [...document.querySelectorAll("form[data-autosave]")];
  // what was sent and did not come back as a form with errors has arrived
  const present = forms.map(keyOf);
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${PREFIX}${user}:`) && load(key).sent && !present.includes(key) && user) localStorage.removeItem(key);
  }
  forms.forEach(watch);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    for (const key of Object.keys(localStorage)) if (key.startsWith(`${PREFIX}${user}:`)) localStorage.removeItem(key);
  });
})();
