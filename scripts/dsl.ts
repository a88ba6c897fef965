/**
 * Writes `docs/dsl.md` from the doc comments of the public API. `deno run -A scripts/dsl.ts`
 *
 * @module
 */

import { type ApiSymbol, readApi } from "./declarations.ts";

/** Where the reference is. */
export const dslFile: URL = new URL("../docs/dsl.md", import.meta.url);

interface Section {
  readonly title: string;
  readonly text: string;
  /** Names in the order in which they are told; types that stand in none come last of all. */
  readonly names: readonly string[];
}

const sections: readonly Section[] = [
  {
    title: "Commands",
    text: "Text for `/bin/sh`, safe to run and safe to show.",
    names: ["sh", "word", "raw", "isCommand", "Command", "Arg"],
  },
  {
    title: "Where commands run",
    text: "A server, a jail and this machine are runners: the same methods on each of them.",
    names: [
      ...["Runner", "RunOptions", "Exit", "remote", "Remote", "local", "LocalOptions", "Servers"],
      ...["jail", "Jail", "JailSpec", "inJail", "streamInJail", "routedJail", "routedApp", "Routed"],
    ],
  },
  {
    title: "The shell of this machine",
    text:
      "For builds and whatever else runs here; [Writing tasks](tasks.md#a-shell-for-this-machine) says what it can.",
    names: [
      "$",
      "Shell",
      "ShellCommand",
      "ShellResult",
      "ShellWord",
      "ShellValue",
      "ShellSource",
      "ShellProgress",
    ],
  },
  {
    title: "Tasks",
    text: "See [Writing tasks](tasks.md) for the whole story.",
    names: [
      "task",
      "Context",
      "TaskArgument",
      "TaskOption",
      "Task",
      "TaskInfo",
      "TaskSpec",
      "TaskFunction",
      "Ui",
    ],
  },
  {
    title: "Several things in order, or at once",
    text: "Steps that are undone when one fails, and work that goes on side by side.",
    names: ["pipeline", "Step", "parallel", "Branch", "ShownOptions"],
  },
  {
    title: "Built-in tasks and their steps",
    text: "They are functions: call them from yours, or give them other steps.",
    names: [
      ...["setup", "deploy", "deployWith", "deploySteps", "DeployStep", "DeployStepName", "rollback"],
      ...["rollbackWith", "rollbackSteps", "RollbackStepName", "run", "logs", "status", "releases"],
    ],
  },
  {
    title: "In a program of one's own",
    text: "See [As a library](library.md).",
    names: ["taskEvents", "EventOptions", "Events", "Event"],
  },
  { title: "Caddy", text: "Which release has the traffic.", names: ["caddy", "Caddy", "SiteSpec", "Marker"] },
  {
    title: "Secrets",
    text: "Texts that never print.",
    names: [
      "secret",
      "Secret",
      "isSecret",
      "secrets",
      "Secrets",
      "SecretsOptions",
      "secretText",
      "secretUrl",
      "withSecrets",
    ],
  },
  {
    title: "Configuration",
    text: "Its fields are told in [The configuration](configuration.md).",
    names: ["defineConfig", "Config", "service", "postgresql", "redis"],
  },
  {
    title: "Errors",
    text: "Throw an `AlcaideError` with a hint for what a user can mend. Every error of the library is one.",
    names: ["AlcaideError", "ErrorInfo", "UsageError", "CommandError", "StepError", "exitCodes"],
  },
];

/** The text of the reference. */
export async function dslText(): Promise<string> {
  const symbols = new Map((await readApi()).map((symbol) => [symbol.name, symbol]));
  const told = sections.map(({ title, text, names }) => {
    const found = names.flatMap((name) => {
      const symbol = symbols.get(name);
      symbols.delete(name);
      if (symbol === undefined) throw new Error(`Cannot tell about ${name}: the library has no such name`);
      return [symbolText(symbol)];
    });
    return [`## ${title}`, text, ...found].join("\n\n");
  });
  const rest = [...symbols.values()].map((symbol) => symbolText(symbol));
  return [introduction, ...told, "## Further names", ...rest].join("\n\n") + "\n";
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
