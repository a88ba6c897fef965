// Pieces of a page. `html` escapes all that stands in it.

import { html } from "hono/html";
import { elapsed } from "../core/text.ts";

export { html };

/** A piece of a page. */
export type Html = ReturnType<typeof html>;

/** Nothing. */
export const none: Html = html``;

/** The piece for a value that is there. */
export function given<T>(value: T | null | undefined | "" | false, make: (value: T) => Html): Html {
  return value === null || value === undefined || value === "" || value === false ? none : make(value);
}

/** Names and values; what has no value is left out. */
export function facts(rows: Readonly<Record<string, unknown>>): Html {
  const there = Object.entries(rows).filter(([, value]) => !isNothing(value));
  return html`<dl>${
    there.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )
  }</dl>`;
}

/** Rows below one another; nothing where there are none. */
export function lines(rows: readonly unknown[]): Html {
  return rows.length === 0 ? none : html`<ul class="rows">${rows.map((row) => html`<li>${row}</li>`)}</ul>`;
}

/** Since when, in words: "3 h". */
export function age(iso: string, now: Date): Html {
  return html`<time datetime="${iso}" title="${iso}">${elapsed(iso, now)}</time>`;
}

/** A state: a dot and its word. */
export function state(kind: "good" | "warn" | "bad" | "idle", word: unknown): Html {
  return html`<span class="state ${kind}">${word}</span>`;
}

/** A small word in a frame. */
export function tag(word: string): Html {
  return html`<span class="tag">${word}</span>`;
}

function isNothing(value: unknown): boolean {
  return value === none || value === null || value === "" || value === undefined;
}
