// Rewrites the golden transcripts: what a deploy runs on a server. Look at the difference before committing it.

import { transcripts } from "../tests/fake/transcript.ts";

const directory = new URL("../tests/golden/", import.meta.url);
await Deno.mkdir(directory, { recursive: true });
for (const [name, text] of Object.entries(await transcripts())) {
  await Deno.writeTextFile(new URL(name, directory), text);
}
