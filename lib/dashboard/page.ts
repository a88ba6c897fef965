// The page of a dashboard.

import { version } from "../core/version.ts";
import type { App, Board, Broken } from "./board.ts";
import { faultView } from "./fault_view.ts";
import { type Html, html, none, tag } from "./html.ts";
import { logSources } from "./logs.ts";
import { headView, lookView } from "./look_view.ts";
import { runView } from "./run_view.ts";
import type { User } from "./users.ts";

/** A user before the page, and their rights. */
export interface Viewer {
  readonly user: User;
  readonly deploys: boolean;
  readonly readOnly: boolean;
}

/** The whole page; afterwards the parts of each app come as they change. */
export function page(board: Board, viewer: Viewer): Html {
  const { apps, broken } = board;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${apps.length === 1 ? `${apps[0]?.key} – Alcaide` : "Alcaide"}</title>
        <link rel="icon" href="icon.svg">
        <link rel="stylesheet" href="style.css">
        <script src="client.js" type="module"></script>
      </head>
      <body>
        ${barView([...apps, ...broken], viewer)}
        <noscript><p class="notice warn">The page shows nothing new without its script.</p></noscript>
        <main>${apps.map((app) => appView(viewer, app))}${broken.map(brokenView)}</main>
        <dialog id="dialog" aria-labelledby="dialog-name"></dialog>
      </body>
    </html>
  `;
}

function barView(all: readonly (App | Broken)[], { user, deploys, readOnly }: Viewer): Html {
  const links = all.map(({ key }) => html`<li><a href="#${encodeURIComponent(key)}">${key}</a></li>`);
  return html`<header class="bar">
    <h1>Alcaide <span class="quiet">${version}</span></h1>
    ${
    links.length < 2 ? none : html`
      <nav aria-label="Apps">
        <ul>${links}</ul>
      </nav>
    `
  }
    <p class="who">
      <span>${user.name} ${deploys ? none : tag(readOnly ? "read-only" : "may look")}</span>
      <span id="link" class="state idle" role="status">connecting</span>
    </p>
  </header>`;
}

function appView(viewer: Viewer, app: App): Html {
  const { key, project: { config } } = app;
  const sources = Object.keys(logSources(config)).map((name) => html`<option>${name}</option>`);
  return html`
    <section class="app" id="${key}" aria-labelledby="${key}-name">
      ${parts.map((part) => html`<div id="${key}-${part}">${partView(viewer, app, part)}</div>`)}
      <details class="logs" name="logs" data-logs="logs?app=${key}">
        <summary>Logs</summary>
        <label class="field">Of <select>${sources}</select></label>
        <pre tabindex="0" role="log" aria-label="Log of ${key}"></pre>
      </details>
    </section>
  `;
}

/** The parts of an app on the page, in their order. */
export const parts = ["head", "run", "look"] as const;

/** A part of an app, as it is now. */
export function partView({ deploys }: Viewer, app: App, part: typeof parts[number]): Html {
  if (part === "run") return runView(app, deploys);
  const surroundings = { deploys, now: new Date() };
  return part === "head" ? headView(app, surroundings) : lookView(app, surroundings);
}

function brokenView({ key, directory, fault }: Broken): Html {
  return html`<section class="app" id="${key}">
    <h2>${key}</h2><p class="quiet">${directory}</p>${faultView(fault)}
  </section>`;
}
