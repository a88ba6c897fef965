// Rewrites the golden transcripts, the commands of a deploy on a server, and the golden pictures of the terminal. Look at
// the difference before committing it.

import { transcripts } from "../tests/fake/transcript.ts";
import { golden, pictures, widths } from "../tests/terminal/pictures.ts";
import { terminalUnavailable } from "../tests/terminal/tmux.ts";

async function write(directory: URL, texts: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(new URL(name, directory), text);
  }
}

await write(new URL("../tests/golden/", import.meta.url), await transcripts());
const reason = terminalUnavailable();
if (reason !== undefined) Deno.stderr.writeSync(new TextEncoder().encode(`No pictures: ${reason}\n`));
else for (const columns of widths) await write(golden, await pictures(columns));
