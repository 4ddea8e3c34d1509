// The session may end while a page is open. Then a dialog asks for the password over the page, the page takes the new
// CSRF token, and what was under way goes on. window.session.ensure() answers true when the person of this page is
// logged in, false when not (nothing may be sent then), and throws when the network is gone; with bySelf it asks no more
// after a "not now".
// A form sent from a page that has not heard of the server for a minute is checked before it leaves the page.
(() => {
  const dialog = document.getElementById("log-in");
  if (!dialog) return;
  const FRESH = 60_000; // ms
  const { user, seat = "" } = document.body.dataset;
  const bar = document.getElementById("signed-out");
  const form = dialog.querySelector("form");
  const password = form.elements.password;
  const note = dialog.querySelector("[data-message]");
  const again = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  let contact = again ? 0 : Date.now();
  let waiting = null; // {promise, resolve} while the dialog asks
  let declined = false; // "not now": what the page does by itself asks no more

  async function ask() {
    const answer = await fetch(dialog.dataset.state, { headers: { "X-Autosave": "1" }, cache: "no-store" });
    if (!answer.ok) throw new Error(`state ${answer.status}`);
    return answer.json();
  }

  function takeToken(token) {
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
    document.body.dataset.hxHeaders = JSON.stringify({ "X-CSRFToken": token });
  }

  const mine = (state) => String(state.user) === user;

  function settle(state) {
    if (!mine(state) || state.must_change) return false;
    takeToken(state.csrf);
    contact = Date.now();
    bar.hidden = true;
    declined = false;
    return true;
  }

  function show(words) {
    note.textContent = words;
    note.hidden = !words;
  }

  function open(state) {
    dialog.classList.toggle("must-change", mine(state) && state.must_change);
    show(state.user && !mine(state) ? dialog.dataset.wordOther : "");
    password.value = "";
    if (!dialog.open) dialog.showModal();
    (dialog.classList.contains("must-change") ? dialog.querySelector("a") : password).focus();
    if (!waiting) {
      waiting = {};
      waiting.promise = new Promise((resolve) => (waiting.resolve = resolve));
    }
    return waiting.promise;
  }

  function finish(result) {
    const { resolve } = waiting ?? {};
    waiting = null;
    if (dialog.open) dialog.close();
    bar.hidden = result;
    declined = !result;
    resolve?.(result);
    if (result) document.dispatchEvent(new CustomEvent("signed-in"));
  }

  async function ensure({ bySelf = false } = {}) {
    if (waiting) return waiting.promise;
    if (bySelf && declined) return false;
    const state = await ask();
    return settle(state) || open(state);
  }

  async function logIn() {
    const data = new FormData(form);
    data.set("seat", seat);
    data.set("csrfmiddlewaretoken", (await ask()).csrf); // another window may have changed it
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-In-Place": "1" } });
    const state = await answer.json();
    if (state.message) {
      show(state.message);
      return password.select();
    }
    return settle(state) ? finish(true) : open(state);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    try {
      if (dialog.classList.contains("must-change")) {
        const state = await ask();
        if (settle(state)) finish(true);
        else open(state);
      } else await logIn();
    } catch (error) {
      console.warn("not logged in", error.message);
      show(dialog.dataset.wordFailed);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => waiting && finish(false));
  bar.querySelector("button").addEventListener("click", () => ensure().catch(() => {}));

  window.addEventListener(
    "submit",
    async (event) => {
      const sent = event.target;
      if (sent.method !== "post" || sent === form || sent.matches("[data-sign-out], [data-queue]")) return;
      const fresh = navigator.onLine && Date.now() - contact < FRESH;
      if (sent.dataset.checked || fresh) return void delete sent.dataset.checked;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      submitter?.setAttribute("aria-busy", "true");
      try {
        if (!(await ensure())) return;
      } catch (error) {
        console.warn("not sent", error.message);
        return void document.dispatchEvent(new CustomEvent("no-network", { detail: submitter }));
      } finally {
        submitter?.removeAttribute("aria-busy");
      }
      sent.dataset.checked = "1";
      sent.requestSubmit(submitter);
    },
    true,
  );
  // parts of the page: after log-in the same is asked again
  document.addEventListener("htmx:responseError", async (event) => {
    if (event.detail.xhr.status !== 401) return;
    const asked = event.detail.elt;
    if (!(await ensure())) return;
    if (asked.matches("form")) asked.requestSubmit();
    else if (asked.matches("a")) asked.click();
  });
  window.addEventListener("pageshow", (event) => event.persisted && (contact = 0));
  window.session = { ensure, heard: () => (contact = Date.now()) };
})();
