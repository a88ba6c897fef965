/** Caddyfiles and site files that were edited by hand. */

import { assert, assertEquals } from "@std/assert";
import { addImport, hasImport, importLine } from "../../../lib/commands/caddy/caddyfile.ts";
import { siteAddresses } from "../../../lib/commands/caddy/site.ts";
import { caddyfile as caddyfilePath, sitesDir } from "../../../lib/commands/paths.ts";
import { droppedDomains, refuseOther } from "../../../lib/server/project.ts";
import { planSetup } from "../../../lib/setup/plan.ts";
import { config, deployed, facts, setupFacts, siteOf } from "../../fake/facts.ts";
import { arrived, bytesOf, damaged } from "../mutate.ts";
import { pick, type Random, subject, tried } from "../subject.ts";

const files = [
  `{\n\temail a@b.c\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n\nshop.example.net {\n\trespond "{ok}"\n}\n`,
  `# mine\nexample.org\nreverse_proxy 127.0.0.1:8080\n`,
  `(snippet) {\n\theader A "b # c"\n}\n:8080 {\n\timport snippet\n\trespond <<EOF\n{\nEOF\n}\n`,
  `${importLine}\n\nexample.com {\n\tfile_server\n}\n`,
  "",
];

/** Adds the line to a copy of the file, with a Caddy that has no objection. */
async function edited(text: string): Promise<{ code: number; text: string; stderr: string }> {
  const directory = await Deno.makeTempDir();
  try {
    const file = `${directory}/Caddyfile`;
    await Deno.writeFile(file, bytesOf(text));
    const command = addImport().text.replaceAll(sitesDir, `${directory}/sites`).replaceAll(
      caddyfilePath,
      file,
    )
      .replace(/out=\$\([\s\S]*? 2>&1\) \|\|/, "out=$(:) ||");
    const { code, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", command],
      stdin: "null",
      stderr: "piped",
      stdout: "null",
    }).output();
    return {
      code,
      text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(await Deno.readFile(file)),
      stderr: new TextDecoder().decode(stderr),
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

export const caddyfile = subject(
  200,
  (random: Random) => damaged(pick(random, files), random).replaceAll("\0", ""),
  async (text) => {
    // In the middle of an answer a mark of byte order stays.
    const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(text));
    await tried(() => planSetup(config(), facts({ setup: setupFacts({ caddyfile: before }) }), "s"));
    const after = await edited(text);
    assertEquals([after.code, after.stderr], [0, ""], "the line could not be added");
    assert(hasImport(after.text), "the line is not there");
    if (hasImport(before)) {
      assertEquals(after.text, before, "the line was there, and was added even so");
      return "refused";
    }
    const without = after.text.split("\n").filter((line) => line !== importLine).join("\n");
    assertEquals(without.trimEnd(), before.trimEnd(), "another line was changed");
    return "accepted";
  },
);

const site = siteOf("shop", ["shop.example.com", "*.example.net"]);

export const siteFile = subject(300, (random: Random) => damaged(site, random), async (text) => {
  const came = arrived(text);
  const found = siteAddresses(came);
  assert(found.every((address) => came.includes(address) && !address.includes("\n")));
  const known = { ...deployed("7-1a2b3c4", "blue"), sites: new Map([["shop", came]]) };
  await tried(() => droppedDomains(config(), known));
  await tried(() => refuseOther(config(), known, { shown: "x", names: ["x"] }, "s"));
  return found.length > 0 ? "accepted" : "refused";
});
