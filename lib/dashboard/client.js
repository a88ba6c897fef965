/**
 * The script of the page. It runs in the browser: its text is sent as it stands here, so it knows nothing from outside.
 * Parts of the page come as HTML; what has not changed stays, with its focus.
 */
export function client() {
  const dialog = document.getElementById("dialog");
  const link = document.getElementById("link");
  let parts;

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
    parts.onerror = () => setLink("bad", "the dashboard does not answer");
    parts.addEventListener("part", ({ data }) => {
      const { id, text } = JSON.parse(data);
      morphChildren(document.getElementById(id), parsed(text));
      tick();
    });
  }

  /** Shows how long running steps take. */
  function tick() {
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
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("select, button.main, button")?.focus();
  }

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if ("close" in button.dataset) dialog.close();
    if (button.dataset.ask) show(await ask(button.dataset.ask));
    if (button.dataset.post) {
      button.disabled = true;
      const answer = await ask(button.dataset.post, { app: button.dataset.app });
      if (!answer.ok) show(answer);
    }
  });

  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const fields = new FormData(form);
    const main = form.querySelector("button.main");
    for (const one of form.querySelectorAll("button.main, input, select")) one.disabled = true;
    main.textContent = form.dataset.form === "ask" ? "Making the plan" : "Beginning";
    main.setAttribute("aria-busy", "true");
    show(await ask(form.dataset.form, fields));
  });

  /** Follows a log while its part of the page is open. */
  for (const logs of document.querySelectorAll("[data-logs]")) {
    const [out, source] = [logs.querySelector("pre"), logs.querySelector("select")];
    let stream;
    const follow = () => {
      stream?.close();
      out.textContent = "";
      if (!logs.open) return;
      stream = new EventSource(`${logs.dataset.logs}&of=${encodeURIComponent(source.value)}`);
      // It begins with the last lines each time that it connects.
      stream.onopen = () => out.textContent = "";
      stream.addEventListener("text", ({ data }) => {
        const follows = out.scrollHeight - out.scrollTop - out.clientHeight < 40;
        out.append(JSON.parse(data));
        while (out.childNodes.length > 2000) out.firstChild.remove();
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
