// Pictures of the story at terminals of several widths.

import { fromFileUrl } from "@std/path";
import { until } from "../e2e/until.ts";
import { openTerminal } from "./tmux.ts";

/** The widths in columns. */
export const widths = [80, 40] as const;

/** Where the pictures are kept. `cat` shows them in colours. */
export const golden: URL = new URL("../golden/terminal/", import.meta.url);

const names = ["setup", "first_deploy", "deploy", "failed_deploy", "rollback"];
const story = [
  ...[Deno.execPath(), "run", "-A", "--quiet", "--no-check"],
  fromFileUrl(new URL("story.ts", import.meta.url)),
];

/** All pictures of one width, by the name of their file. */
export async function pictures(columns: number): Promise<Record<string, string>> {
  await using terminal = await openTerminal(columns, story);
  let shown = "";
  const wait = (what: string, ...marks: readonly RegExp[]) =>
    until(what, async () => {
      shown = await terminal.picture();
      return marks.every((mark) => mark.test(shown));
    }, 30_000).catch((error) => {
      throw new Error(`${error.message}; shown:\n${shown}`);
    });
  await wait("the upload stops", /75 %/, /Upload the release 2\.\d s/);
  const upload = lastOf(shown);
  await terminal.go("upload");
  await wait("the story ends", /^\$$/m);
  const texts = shown.split(/^(?=\$)/m);
  const all = names.map((name, index) => [name, texts[index] ?? ""] as const);
  return Object.fromEntries(
    [["upload", upload] as const, ...all].map((
      [name, text],
    ) => [`${name}_${columns}.txt`, `${text.trimEnd()}\n`]),
  );
}

/** The last command with all that it shows. */
function lastOf(shown: string): string {
  return shown.slice(shown.lastIndexOf("$ "));
}
