/**
 * The script of the page. It runs in the browser: its text is sent as it stands here, so it knows nothing from outside.
 * Parts of the page come as HTML; what has not changed stays, with its focus.
 */
export function client() {
  const dialog = document.getElementById("dialog");
  const link = document.getElementById("link");
  let parts;
  /** The app whose run this browser has begun; its heading gets the focus once it is there. */
  let begun;

  /** Makes an element like another one, piece by piece. */
  function morph(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    const other = old.nodeType !== 1 || old.nodeName !== fresh.nodeName;
    // A button is never made into one that does something else.
    if (other || old.dataset.ask !== fresh.dataset.ask) return old.replaceWith(fresh);
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    morphChildren(old, fresh);
  }

  function morphChildren(old, fresh) {
    const kids = [...fresh.childNodes];
    kids.forEach((kid, index) => {
      if (old.childNodes[index]) morph(old.childNodes[index], kid);
      else old.append(kid);
    });
    while (old.childNodes.length > kids.length) old.lastChild.remove();
  }

  function parsed(text) {
    return new DOMParser().parseFromString(text, "text/html").body;
  }

  function setLink(kind, word) {
    link.className = `state ${kind}`;
    link.textContent = word;
    document.body.classList.toggle("lost", kind === "bad");
  }

  /** Keeps the focus where an element that had it is gone or off. */
  function focusHeading(id) {
    document.getElementById(id)?.querySelector("[tabindex='-1']")?.focus();
  }

  /** Nothing is sent to a page that nobody sees. */
  function connect() {
    if (document.hidden) {
      parts?.close();
      parts = undefined;
      return;
    }
    if (parts) return;
    parts = new EventSource("events");
    parts.onopen = () => setLink("good", "connected");
    parts.onerror = () => {
      // A dashboard that was started anew refuses the token of the old one.
      const other = parts.readyState === EventSource.CLOSED;
      setLink("bad", other ? "the dashboard has another address now" : "the dashboard does not answer");
    };
    parts.addEventListener("part", ({ data }) => {
      const { id, text } = JSON.parse(data);
      const part = document.getElementById(id);
      const focused = part.contains(document.activeElement);
      morphChildren(part, parsed(text));
      const lost = focused && (document.activeElement?.matches("body, :disabled") ?? true);
      if (lost || id === `${begun}-run`) focusHeading(id);
      if (id === `${begun}-run`) begun = undefined;
      tick();
    });
  }

  /** Shows how long running steps take. */
  function tick() {
    if (document.body.classList.contains("lost")) return;
    for (const clock of document.querySelectorAll("[data-since]")) {
      const seconds = Math.max(0, Math.round((Date.now() - clock.dataset.since) / 1000));
      clock.textContent = seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
    }
  }

  async function ask(address, fields) {
    try {
      const answer = await fetch(address, fields && { method: "POST", body: new URLSearchParams(fields) });
      return { ok: answer.ok, text: answer.status === 204 ? "" : await answer.text(), html: isHtml(answer) };
    } catch {
      return { ok: false, text: "The dashboard does not answer. Does it still run?", html: false };
    }
  }

  function isHtml(answer) {
    return (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
  }

  /** Puts an answer into the dialog; one without a text closes it. */
  function show({ ok, text, html }) {
    if (text === "") return dialog.close();
    const close = '<p class="buttons"><button type="button" data-close>Close</button></p>';
    if (html) dialog.innerHTML = ok ? text : text + close;
    else {
      dialog.innerHTML = `<p class="notice bad" role="alert"></p>${close}`;
      dialog.firstChild.textContent = text;
    }
    const name = dialog.querySelector("h2, h3, p");
    if (name) name.id = "dialog-name";
    if (!dialog.open) dialog.showModal();
    // A long plan is read from its beginning.
    dialog.querySelector("select, button.main, button")?.focus({ preventScroll: true });
    dialog.scrollTop = 0;
  }

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if ("close" in button.dataset) dialog.close();
    if (button.dataset.ask) show(await ask(button.dataset.ask));
    if (button.dataset.post) {
      const answer = await ask(button.dataset.post, { app: button.dataset.app });
      if (!answer.ok) show(answer);
    }
  });

  /** A key that is held down says yes to nothing. */
  dialog.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });

  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const fields = new FormData(form);
    const main = form.querySelector("button.main");
    for (const one of form.querySelectorAll("button.main, input, select")) one.disabled = true;
    main.textContent = form.dataset.form === "ask" ? "Making the plan" : "Beginning";
    main.setAttribute("aria-busy", "true");
    const answer = await ask(form.dataset.form, fields);
    const left = !dialog.open || !form.isConnected;
    const runs = form.dataset.form === "run";
    // A plan that nobody waits for any more is not shown.
    if (!left || (runs && !answer.ok)) show(answer);
    if (!runs || !answer.ok) return;
    begun = form.dataset.app;
    focusHeading(`${begun}-run`);
  });

  /** Follows a log while its part of the page is open. */
  for (const logs of document.querySelectorAll("[data-logs]")) {
    const [out, source] = [logs.querySelector("pre"), logs.querySelector("select")];
    let stream;
    let length = 0;
    const clear = () => {
      out.textContent = "";
      length = 0;
    };
    const follow = () => {
      stream?.close();
      clear();
      if (!logs.open) return;
      stream = new EventSource(`${logs.dataset.logs}&of=${encodeURIComponent(source.value)}`);
      // It begins with the last lines each time that it connects.
      stream.onopen = clear;
      stream.addEventListener("text", ({ data }) => {
        const follows = out.scrollHeight - out.scrollTop - out.clientHeight < 40;
        const text = JSON.parse(data);
        out.append(text);
        length += text.length;
        while (length > 300_000 && out.childNodes.length > 1) {
          length -= out.firstChild.length;
          out.firstChild.remove();
        }
        if (follows) out.scrollTop = out.scrollHeight;
      });
      stream.addEventListener("end", () => stream.close());
    };
    logs.addEventListener("toggle", follow);
    source.addEventListener("change", follow);
  }

  document.addEventListener("visibilitychange", connect);
  connect();
  setInterval(tick, 1000);
}
