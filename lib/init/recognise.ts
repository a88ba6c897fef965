// From a project's files to its kind.

import { join } from "node:path";
import type { Seen, TemplateName } from "./templates.ts";

/** A project that is recognised. */
export interface Recognised {
  readonly name: TemplateName;
  /** The file that tells. */
  readonly file: string;
  readonly seen: Seen;
}

/** A kind by one of its files: undefined where the file is another kind's. */
type Look = readonly [file: string, look: (text: string) => Omit<Recognised, "file"> | undefined];

/** The first that fits counts: projects of all kinds have a package.json for their assets. */
const looks: readonly Look[] = [
  ["mix.exs", (text) => {
    const [, mixApp] = /\bapp: :([a-z]\w*)/.exec(text) ?? [];
    return {
      name: /:phoenix\b/.test(text) ? "phoenix" : "elixir",
      seen: { database: /:postgrex\b/.test(text), ...mixApp === undefined ? {} : { mixApp } },
    };
  }],
  [
    "Gemfile",
    (text) =>
      /^\s*gem\s*\(?\s*["']rails["']/m.test(text)
        ? { name: "rails", seen: { database: /^\s*gem\s*\(?\s*["']pg["']/m.test(text) } }
        : undefined,
  ],
  ["manage.py", (text) => {
    const [, module] = /["']DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)\.settings/.exec(text) ?? [];
    return { name: "django", seen: module === undefined ? {} : { module } };
  }],
  ["go.mod", () => ({ name: "go", seen: {} })],
  ["package.json", packageJson],
  ["index.html", () => ({ name: "static", seen: { result: "." } })],
];

/** Looks at the files of a directory; undefined where it knows none of them. */
export async function recognise(directory: string): Promise<Recognised | undefined> {
  for (const [file, look] of looks) {
    const text = await Deno.readTextFile(join(directory, file)).catch(() => undefined);
    const found = text === undefined ? undefined : look(text);
    if (found !== undefined) return { ...found, file };
  }
  return undefined;
}

function packageJson(text: string): Omit<Recognised, "file"> {
  const { scripts, dependencies } = parsed(text);
  if (dependencies?.["next"] !== undefined) return { name: "next", seen: {} };
  const start = scripts?.["start"];
  // Anything else may be a program of npm's, which the app's jail doesn't have.
  return { name: "node", seen: typeof start === "string" && /^node\s\S/.test(start) ? { start } : {} };
}

function parsed(text: string): Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
