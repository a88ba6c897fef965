import { assertEquals, assertStringIncludes } from "@std/assert";
import { askLines, hasAsk } from "../../../../lib/commands/caddy/ask.ts";
import { addImport, applySite, importLine } from "../../../../lib/commands/caddy/caddyfile.ts";
import { addAsk, withoutAsk } from "../../../../lib/commands/caddy/on_demand.ts";
import { caddyfile, sitesDir } from "../../../../lib/commands/paths.ts";
import { undoCaddy } from "../../../../lib/commands/server/undo.ts";
import { siteText } from "../../../../lib/commands/caddy/site.ts";
import { sh } from "../../../../lib/core/sh.ts";
import { caddyObjection } from "../../../caddy.ts";
import { type Playground, playground } from "../../../playground.ts";
import { caddy, skipped, spec } from "./sites.ts";

const ours = askLines.join("\n");
const made = `{ # alcaide\n${ours}\n} # alcaide\n`;

/** A place with an admin's Caddyfile, and a Caddy that adapts it to a text. */
async function withCaddy(text: string, json = "{}"): Promise<Playground> {
  const place = await playground();
  await place.write(caddyfile, text);
  await place.write("/usr/local/bin/caddy", `#!/bin/sh\n[ "$1" != adapt ] || echo '${json}'\n`, 0o755);
  await place.program("service", "exit 0");
  await place.program("pgrep", "exit 1");
  await place.program("sysrc", "exit 0");
  return place;
}

const texts = [
  { name: "an empty one", before: "", after: made },
  { name: "a site", before: "a.test {\n}\n", after: `${made}a.test {\n}\n` },
  { name: "comments first", before: "# hi\n\na.test {\n}\n", after: `# hi\n\n${made}a.test {\n}\n` },
  { name: "a placeholder first", before: "{$SITE} {\n}\n", after: `${made}{$SITE} {\n}\n` },
  { name: "comments alone", before: "# hi\n", after: `# hi\n${made}` },
  {
    name: "global options",
    before: "{\n\temail a@b.c\n}\na.test {\n}\n",
    after: `{\n${ours}\n\temail a@b.c\n}\na.test {\n}\n`,
  },
  {
    name: "a comment behind the brace",
    before: "\t{ # it's mine\n\tdebug\n}\n",
    after: `\t{ # it's mine\n${ours}\n\tdebug\n}\n`,
  },
  { name: "empty global options", before: "{\n}\n", after: `{\n${ours}\n}\n` },
];
for (const { name, before, after } of texts) {
  Deno.test(`addAsk() adds its lines once to ${name}, and withoutAsk takes them away`, async () => {
    await using place = await withCaddy(before);
    assertEquals([hasAsk(before), hasAsk(after)], [false, true]);
    const [first, second] = [await place.run(addAsk()), await place.run(addAsk())];
    assertEquals([first.code, first.stderr, second.code, await place.read(caddyfile)], [0, "", 0, after]);
    assertEquals((await place.run(sh`${withoutAsk} <${caddyfile}`)).stdout, before);
  });

  Deno.test(`undoCaddy() gives back, byte for byte, ${name}`, async () => {
    await using place = await withCaddy(before);
    await place.run(addImport());
    await place.run(addAsk());
    const undo = { absent: false, installed: false, ran: true, enabled: undefined };
    const { code, stderr } = await place.run(undoCaddy(undo));
    assertEquals([code, stderr], [0, ""]);
    assertEquals([await place.read(caddyfile), await place.names("/usr/local/etc/caddy")], [before, [
      "Caddyfile",
      "conf.d",
    ]]);
  });

  Deno.test({
    name: `addAsk() makes what a real Caddy takes of ${name}${skipped}`,
    ignore: caddy === undefined || before.includes("$SITE"),
    fn: async () => {
      await using place = await playground();
      const local = after.replaceAll("a.test", "http://a.test");
      assertEquals(await caddyObjection(caddy ?? "", place.root, local), "");
    },
  });
}

Deno.test("withoutAsk leaves what the admin wrote into our block", async () => {
  const mine = "{ # alcaide\n\temail a@b.c\n} # alcaide\n";
  await using place = await withCaddy(mine.replace("\temail", `${ours}\n\temail`));
  assertEquals((await place.run(sh`${withoutAsk} <${caddyfile}`)).stdout, mine);
});

for (
  const [what, json, refused] of [
    ["a question of its own", '{"on_demand":{"ask":"http://x/"}}', true],
    ["sites with certificates on demand", '{"policies":[{"on_demand":true}]}', true],
    ["neither", '{"policies":[{"subjects":["a.test"]}]}', false],
  ] as const
) {
  Deno.test(`addAsk() ${refused ? "refuses" : "takes"} a Caddyfile with ${what}`, async () => {
    await using place = await withCaddy("a.test {\n}\n", json);
    const { code, stderr } = await place.run(addAsk());
    assertEquals(code, refused ? 1 : 0);
    if (!refused) return;
    assertStringIncludes(stderr, "/Caddyfile has certificates on demand of its own\n");
    assertEquals(await place.read(caddyfile), "a.test {\n}\n");
  });
}

const site = siteText({ ...spec, tls: { kind: "acme", ask: "/allowed" } });

Deno.test("addAsk() puts its lines back that somebody took away from a site of ours", async () => {
  await using place = await withCaddy(`${importLine}\n`, '{"policies":[{"on_demand":true}]}');
  await place.write(`${sitesDir}/shop.caddy`, site);
  assertEquals((await place.run(addAsk())).code, 0);
  assertEquals(await place.read(caddyfile), `${made}${importLine}\n`);
});

Deno.test("addAsk() leaves a Caddyfile alone that Caddy would not take with it", async () => {
  await using place = await withCaddy("a.test {\n}\n");
  await place.write(
    "/usr/local/bin/caddy",
    "#!/bin/sh\necho 'Error: adapting config: bad' >&2\nexit 1\n",
    0o755,
  );
  const { code, stderr } = await place.run(addAsk());
  assertEquals([code, stderr, await place.read(caddyfile)], [
    1,
    "Error: adapting config: bad\n",
    "a.test {\n}\n",
  ]);
  assertEquals(await place.names("/usr/local/etc/caddy"), ["Caddyfile"]);
});

Deno.test("applySite() refuses customers' domains where the Caddyfile doesn't say whom to ask", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  const { code, stderr } = await place.run(applySite("shop", site));
  assertEquals([code, await place.names(sitesDir)], [1, []]);
  assertStringIncludes(stderr, "/Caddyfile lacks the lines: on_demand_tls\n");
  await place.write(caddyfile, `${made}${importLine}\n`);
  assertEquals((await place.run(applySite("shop", site))).code, 0);
});
