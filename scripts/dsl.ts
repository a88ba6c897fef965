// Writes `docs/dsl.md` from the doc comments of the public API. `deno run -A scripts/dsl.ts`

import { type ApiSymbol, readApi } from "./declarations.ts";

/** The file of the reference. */
export const dslFile: URL = new URL("../docs/dsl.md", import.meta.url);

interface Section {
  readonly title: string;
  readonly text: string;
  /** Names in the order in which they are told. */
  readonly names: readonly string[];
}

const sections: readonly Section[] = [
  {
    title: "Configuration",
    text: "Its fields are told in [The configuration](configuration.md).",
    names: [
      ...["defineConfig", "UserConfig", "Config", "phoenix", "elixir", "node", "staticSite"],
      ...["postgresql", "redis", "service"],
    ],
  },
  {
    title: "Secrets",
    text: "Texts that never print.",
    names: ["secret", "Secret", "secrets", "secretText", "secretUrl", "withSecrets"],
  },
  {
    title: "Commands",
    text: "Text for `/bin/sh`, safe to run and safe to show.",
    names: ["sh", "word", "raw", "script", "Script", "Command"],
  },
  {
    title: "Where commands run",
    text: "A server, a jail and this machine are runners: the same methods on each of them.",
    names: [
      ...["Runner", "remote", "Remote", "local"],
      ...["jail", "inJail", "routedJail", "routedApp", "caddy", "Marker"],
    ],
  },
  {
    title: "The shell of this machine",
    text:
      "For builds and whatever else runs here; [Writing tasks](tasks.md#a-shell-for-this-machine) says what it can.",
    names: ["$"],
  },
  {
    title: "Tasks",
    text: "See [Writing tasks](tasks.md) for the whole story, and [As a library](library.md) for events.",
    names: ["task", "Context", "Task", "Complete", "Completion", "EventOptions", "Event"],
  },
  {
    title: "Several things in order, or at once",
    text: "Steps that are undone when one fails, and work that goes on side by side.",
    names: ["pipeline", "Step", "parallel", "ParallelError"],
  },
  {
    title: "Built-in tasks and their steps",
    text: "They are functions: call them from yours, or give them other steps.",
    names: [
      ...["setup", "deploy", "deployWith", "deploySteps", "DeployStep", "cutover"],
      ...["rollback", "rollbackWith"],
      ...["rollbackSteps", "run", "logs", "status", "releases", "db", "accessory"],
    ],
  },
  {
    title: "Errors",
    text: "Throw an `AlcaideError` with a hint for what a user can mend. Every error of the library is one.",
    names: [
      ...["AlcaideError", "UsageError", "ConfigError", "ConnectError", "TimeoutError", "CommandError"],
      ...["ServersError", "StepError", "LockedError", "SplitError", "exitCodes"],
    ],
  },
];

const behind = `## In \`alcaide/internal\`

Types and helpers behind the names above, for those who must name them:
\`import type { Servers } from "alcaide/internal"\`. These names promise nothing: any version may rename or remove them. A
type's fields are promised as far as a name of \`alcaide\` takes or gives it.`;

/** The text of the reference. */
export async function dslText(): Promise<string> {
  const [open, internal] = await Promise.all([readApi("alcaide"), readApi("alcaide/internal")]);
  const symbols = new Map(open.map((symbol) => [symbol.name, symbol]));
  const told = sections.map(({ title, text, names }) => {
    const found = names.map((name) => {
      const symbol = symbols.get(name);
      symbols.delete(name);
      if (symbol === undefined) throw new Error(`Cannot tell about ${name}: the library has no such name`);
      return symbolText(symbol);
    });
    return [`## ${title}`, text, ...found].join("\n\n");
  });
  const [untold] = symbols.keys();
  if (untold !== undefined) throw new Error(`No section of the reference tells about ${untold}`);
  return [introduction, ...told, behind, ...internal.map(symbolText)].join("\n\n") + "\n";
}

function symbolText({ name, kind, doc, examples, declarations, documented }: ApiSymbol): string {
  const short = kind === "function" || kind === "variable";
  const code = (short ? declarations : [stripped(documented.join("\n"))]).join("\n");
  return [
    `### \`${name}\``,
    plain(doc),
    `\`\`\`ts ignore\n${code}\n\`\`\``,
    ...examples.flatMap(({ title, code: example }) => [...title === "" ? [] : [`${title}:`], example]),
  ].filter((part) => part !== "").join("\n\n");
}

/** Without the comment at the top: that stands above as text. */
function stripped(text: string): string {
  return text.replace(/^\/\*\*(?:(?!\*\/)[^])*\*\/\n/, "");
}

function plain(doc: string): string {
  return doc.replace(/\{@link(?:code)? ([^}]*)\}/g, "`$1`").trim();
}

const introduction = `# The DSL

<!-- Made by scripts/dsl.ts from the doc comments of the library. Changes are overwritten. -->

Everything that an Alcaidefile or a program can import from \`"alcaide"\`. Examples that need no server are run by the
tests.`;

if (import.meta.main) await Deno.writeTextFile(dslFile, await dslText());
