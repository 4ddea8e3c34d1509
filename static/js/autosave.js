// Nothing typed is lost. Every form with data-autosave or data-long is kept on this device every 5 seconds while it
// changes, per person and page, and offered again when it did not arrive. With data-autosave="URL" it is also posted
// there; the server answers JSON: {"saved_at": "14:03", "fields": {"version": 4}, "address": "/…"} (fields: values to put
// into the form; address: where the draft lives from now on), or {"message": "why it was not saved"}.
// The header X-Autosave says that this is no activity of the person. Words: partials/autosave_words.html.
(() => {
  const EVERY = 5000; // ms
  const KEEP_DAYS = 14;
  const user = document.body.dataset.user ?? "";
  const PREFIX = "draft:";
  const words = document.getElementById("autosave-words");
  if (!user || !words) return;
  const keyOf = (form, place) => `${PREFIX}${user}:${location.pathname}:${form.id || place}`;
  const kept = (input) => input.name && !["hidden", "password", "file", "submit", "button"].includes(input.type);

  // 14:03, yesterday 14:03, 3 August 14:03
  function when(date) {
    const time = date.toTimeString().slice(0, 5);
    const day = (shift) => new Date(Date.now() - shift * 86_400_000).toDateString();
    if (date.toDateString() === day(0)) return time;
    if (date.toDateString() === day(1)) return words.dataset.wordYesterday.replace("{time}", time);
    return `${date.toLocaleDateString(document.documentElement.lang, { month: "long", day: "numeric" })} ${time}`;
  }

  function values(form) {
    const fields = [...form.elements].filter(kept);
    return fields.map((f) => [f.name, f.value, f.type === "checkbox" || f.type === "radio" ? f.checked : null]);
  }

  function put(form, stored) {
    const fields = [...form.elements].filter(kept);
    stored.forEach(([name, value, checked], index) => {
      const same = (f) => f?.name === name && (checked === null || f.value === value);
      const field = same(fields[index]) ? fields[index] : fields.find(same);
      if (!field) return;
      if (checked === null) field.value = value;
      else field.checked = checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
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
  let leaving = false; // signed out: nothing is kept any more
  const copies = (mark) => Object.keys(localStorage).filter((key) => key.startsWith(mark));

  // what the form's page does not bring along: the bar that offers the copy, the words beside the button
  function dress(form) {
    const parts = words.content.cloneNode(true);
    if (!form.querySelector("[data-restore]")) form.prepend(parts.querySelector("[data-restore]"));
    if (!form.querySelector("[data-saved]")) {
      [...form.querySelectorAll(".form-actions")].at(-1)?.append(parts.querySelector("[data-saved]"));
    }
  }

  function watch(form, place) {
    dress(form);
    let key = keyOf(form, place);
    const note = form.querySelector("[data-saved]");
    let before = JSON.stringify(values(form));
    let busy = false;
    let refused = false;
    let said = note?.dataset.at ? { word: "wordSaved", at: new Date(note.dataset.at) } : null;
    offer(form, key, before);
    speak();

    function speak() {
      const text = said && (said.text ?? words.dataset[said.word].replace("{time}", when(said.at)));
      if (note && text && note.textContent !== text) note.textContent = text;
    }
    function say(word, time = "") {
      const at = new Date();
      if (time) at.setHours(...time.split(":"), 0);
      said = { word, at };
      speak();
    }

    async function save() {
      const state = JSON.stringify(values(form));
      speak(); // the day may have changed
      if (busy || leaving || state === before || form.dataset.sent) return;
      busy = true;
      store(key, { at: new Date(), values: JSON.parse(state) });
      if (!form.dataset.autosave) {
        [before, busy] = [state, false];
        return say("wordKept");
      }
      try {
        const answer = await send(state);
        if (answer) before = state; // answered: asked again only when something changes
      } catch (error) {
        console.warn("not saved", error.message);
        say("wordFailed");
      } finally {
        busy = false;
      }
    }

    async function send(state) {
      const data = new FormData(form);
      for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name); // sent with the form itself
      const headers = { "X-Autosave": "1", Accept: "application/json" };
      const response = await fetch(form.dataset.autosave, { method: "POST", body: data, headers });
      if (response.redirected || [401, 403].includes(response.status)) return out(response.status);
      const answer = response.status === 204 ? {} : await response.json();
      window.session.heard();
      refused = false;
      if (!response.ok || answer.message) {
        said = answer.message ? { text: answer.message } : { word: "wordFailed" };
        speak();
        return true;
      }
      for (const [name, value] of Object.entries(answer.fields ?? {})) {
        if (form.elements[name]) form.elements[name].value = value;
      }
      if (JSON.stringify(values(form)) === state) localStorage.removeItem(key);
      if (answer.address) move(answer.address);
      say("wordSaved", answer.saved_at);
      return true;
    }

    // logged out, or the token is of an earlier log-in: the dialog asks, then the same is saved again
    async function out(status) {
      say("wordOut");
      if (!(await window.session.ensure({ bySelf: true }))) return true;
      if (refused) {
        say("wordFailed"); // it was tried once more with the fresh token, not for ever
        return true;
      }
      refused = status === 403;
      setTimeout(save);
      return false;
    }

    // the draft has got an address of its own: a reload, a new log-in or a second save find it there
    function move({ page, autosave }) {
      localStorage.removeItem(key);
      history.replaceState(history.state, "", page);
      form.action = page;
      form.dataset.autosave = autosave;
      key = keyOf(form, place);
    }

    setInterval(save, EVERY);
    form.addEventListener("save-now", save);
    form.addEventListener("kept", () => localStorage.removeItem(key)); // what another script has put in safety (visits.js)
    document.addEventListener("signed-in", () => {
      if (said?.word === "wordOut") before = "";
      save();
    });
    document.addEventListener("visibilitychange", () => document.hidden && save());
    form.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) store(key, { at: new Date(), values: values(form), sent: true });
    });
  }

  function offer(form, key, present) {
    const copy = load(key);
    const bar = form.querySelector("[data-restore]");
    if (!copy) return;
    const arrived = copy.sent && document.querySelector(".message-success, .message-info, .error-summary");
    if (!bar || arrived || JSON.stringify(copy.values) === present) return localStorage.removeItem(key);
    const text = bar.querySelector("[data-word]");
    text.textContent = text.dataset.word.replace("{time}", when(new Date(copy.at)));
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

  const forms = [...document.querySelectorAll("form[data-autosave], form[data-long]")];
  // what was sent and did not come back as a form with errors has arrived; what nobody fetched for long goes
  const present = forms.map(keyOf);
  const oldest = Date.now() - KEEP_DAYS * 86_400_000;
  for (const key of copies(PREFIX)) {
    const { sent, at } = load(key);
    const arrived = sent && key.startsWith(`${PREFIX}${user}:`) && !present.includes(key);
    if (arrived || !(new Date(at) > oldest)) localStorage.removeItem(key);
  }
  forms.forEach(watch);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    leaving = true;
    for (const key of copies(`${PREFIX}${user}:`)) localStorage.removeItem(key);
  });
})();
