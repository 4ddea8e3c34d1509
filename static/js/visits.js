// Follow-ups are recorded where there is no network. A record is first kept on this device under a key of its own, then
// sent; the server writes a key once, however often it arrives. What is refused stays here with the sentence.
// On every page of a supervisor. form[data-queue]: the form; #unsent: the list of what is not sent yet and the words
// (templates/pairing/part_unsent.html).
(() => {
  const { user } = document.body.dataset;
  const { record } = document.currentScript.dataset;
  const box = document.getElementById("unsent");
  const PREFIX = `visit:${user}:`;
  const AGAIN = 30_000; // ms
  const LOCK = { mode: "exclusive" };
  const form = document.querySelector("form[data-queue]");
  const words = box?.dataset;

  // the device: one entry, one item, so that two windows never write over each other
  const read = (key) => JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
  const write = (entry) => localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
  const drop = (key) => localStorage.removeItem(PREFIX + key);
  function entries() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    return names.map((name) => read(name.slice(PREFIX.length))).sort((a, b) => a.at.localeCompare(b.at));
  }

  const when = (at) => new Date(at).toTimeString().slice(0, 5);
  function show() {
    if (!box) return;
    const kept = entries();
    box.hidden = !kept.length;
    box.querySelector("ul").replaceChildren(...kept.map(line));
  }
  function line(entry) {
    const item = box.querySelector("template").content.cloneNode(true);
    item.querySelector("[data-label]").textContent = entry.label;
    const state = item.querySelector("[data-state]");
    if (!entry.refused) state.textContent = (entry.out ? words.wordOut : words.wordWaits).replace("{time}", when(entry.at));
    else {
      state.textContent = `${words.wordRefused} ${entry.refused.join(" ")}`;
      state.classList.add("wrong");
      const acts = item.querySelector(".visit-acts");
      acts.hidden = false;
      acts.querySelector("[data-change]").href = `${record}${entry.fields.agreement}/#${entry.key}`;
      acts.querySelector("[data-drop]").addEventListener("click", () => {
        drop(entry.key);
        show();
      });
    }
    return item;
  }

  // one window at a time; an entry that another one has sent is gone when its turn comes
  const alone = (work) => (navigator.locks ? navigator.locks.request(PREFIX, LOCK, work) : work());

  async function post(entry) {
    if (!(await window.session.ensure({ bySelf: true }))) return write({ ...entry, out: true });
    const data = new FormData();
    for (const [name, value] of Object.entries(entry.fields)) data.append(name, value);
    data.set("key", entry.key);
    data.set("recorded_at", entry.at);
    data.set("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    const url = `${record}${entry.fields.agreement}/`;
    const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Queue": "1" } });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok && said.url) {
      drop(entry.key);
      return said;
    }
    if (said.sentences) write({ ...entry, refused: said.sentences });
    return said;
  }

  const send = (key) => alone(() => (read(key) ? post(read(key)) : {}));

  let busy = false;
  async function sendAll() {
    if (busy || !navigator.onLine) return;
    busy = true;
    try {
      for (const { key } of entries().filter((entry) => !entry.refused)) await send(key);
    } catch (error) {
      console.warn("not sent yet", error.message);
    } finally {
      busy = false;
      show();
    }
  }

  function complain(sentence) {
    const note = form.querySelector("[data-wrong]");
    note.textContent = sentence;
    note.hidden = !sentence;
  }

  // a UUID also where the page did not come by HTTPS: there crypto.randomUUID is missing
  function newKey() {
    const address = URL.createObjectURL(new Blob());
    URL.revokeObjectURL(address);
    return address.slice(-36);
  }

  function collect() {
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrfmiddlewaretoken;
    const select = form.elements.agreement;
    const label = form.dataset.label ?? select.selectedOptions[0].textContent;
    return { key: form.elements.key.value || newKey(), at: new Date().toISOString(), label, fields };
  }

  async function keep(event) {
    event.preventDefault();
    if (!form.elements.agreement.value) return complain(words.wordChoose);
    if (!form.elements.progress.value.trim()) {
      form.elements.progress.focus();
      return complain(words.wordMissing);
    }
    const entry = collect();
    form.elements.key.value = entry.key;
    try {
      write(entry);
    } catch (error) {
      console.warn("no room on this device", error.name);
      return complain(words.wordFull);
    }
    complain("");
    let said = {};
    try {
      if (navigator.onLine) said = await send(entry.key);
    } catch (error) {
      console.warn("not sent yet", error.message);
    }
    show();
    if (said?.sentences) return complain(said.sentences.join(" "));
    form.dataset.sent = "1";
    form.dispatchEvent(new CustomEvent("kept"));
    if (said?.url) return location.assign(said.url);
    form.hidden = true; // kept; the list says so
    box.scrollIntoView();
  }

  // a refused record opened again, or the pair of the address on the kept page
  function fill() {
    const entry = read(location.hash.slice(1));
    const pair = location.pathname.match(/record\/(\d+)\//)?.[1];
    const fields = entry?.fields ?? (form.dataset.label ? {} : { agreement: pair ?? "" });
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    if (entry) form.elements.key.value = entry.key;
  }

  // the form and what it is made of, for the time without network; for this person only
  async function prepare() {
    const mine = `visits:${user}`;
    const scope = new URL("..", new URL(record, location.href)).pathname;
    await navigator.serviceWorker.register(`${scope}worker.js`, { scope });
    const page = await fetch(record, { headers: { "X-Autosave": "1" } });
    if (!page.ok || page.redirected) return;
    const cache = await caches.open(mine);
    await cache.put(record, page.clone());
    const parsed = new DOMParser().parseFromString(await page.text(), "text/html");
    const parts = [...parsed.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]")];
    const urls = new Set(parts.map((part) => new URL(part.src ?? part.href, location.href).href));
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ name: mine, parts: [...urls] });
  }

  if (form) {
    fill();
    form.addEventListener("submit", keep);
  } else if (box && "serviceWorker" in navigator && "caches" in window && navigator.onLine) {
    prepare().catch((error) => console.warn("no form for later", error.message));
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) window.caches?.delete(`visits:${user}`);
  });
  window.addEventListener("storage", (event) => event.key?.startsWith(PREFIX) && show());
  window.addEventListener("online", sendAll);
  document.addEventListener("signed-in", sendAll);
  setInterval(() => entries().length && sendAll(), AGAIN);
  show();
  sendAll();
})();
