import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  addImport,
  applySite,
  hasImport,
  importLine,
  removeSite,
} from "../../../../lib/commands/caddy/caddyfile.ts";
import { caddyfile, sitesDir, tlsDir } from "../../../../lib/commands/paths.ts";
import { siteOf } from "../../../fake/facts.ts";
import { type Playground, playground } from "../../../playground.ts";

const texts = [
  { text: `${importLine}\n`, has: true },
  { text: `a {\n}\n  ${importLine}\t\n`, has: true },
  { text: `a {\r\n}\r\n${importLine}\r\n`, has: true },
  { text: `\ufeff${importLine}\n`, has: false },
  { text: `# ${importLine}\n`, has: false },
  { text: "import conf.d/*.caddy\n", has: false },
  { text: importLine, has: true },
  { text: "", has: false },
];

for (const { text, has } of texts) {
  Deno.test(`hasImport() says ${has} to ${JSON.stringify(text)}`, () => assertEquals(hasImport(text), has));
}

/** A place with an admin's Caddyfile, a caddy that accepts everything and a service that notes its calls. */
async function withCaddy(text?: string): Promise<Playground> {
  const place = await playground();
  if (text !== undefined) await place.write(caddyfile, text);
  await place.write("/usr/local/bin/caddy", `#!/bin/sh\necho "$@" >>${place.at("/validated")}\n`, 0o755);
  await place.program("service", `echo "$@" >>${place.at("/services")}`);
  return place;
}

async function refusing(place: Playground): Promise<void> {
  await place.write(
    "/usr/local/bin/caddy",
    "#!/bin/sh\necho 'Error: adapting config: bad' >&2\nexit 1\n",
    0o755,
  );
}

const imports = [
  { name: "an empty one", before: "", after: `${importLine}\n` },
  { name: "one that isn't there", before: undefined, after: `${importLine}\n` },
  {
    name: "one with comments first",
    before: "# hi\n\na.example {\n}\n",
    after: `# hi\n\n${importLine}\na.example {\n}\n`,
  },
  {
    name: "one site without braces",
    before: "a.example\nrespond hi\n",
    after: `${importLine}\na.example\nrespond hi\n`,
  },
  {
    name: "one with global options",
    before: "{\n\temail a@b.c\n\tservers {\n\t\tprotocols h1\n\t}\n}\na.example {\n}\n",
    after: `{\n\temail a@b.c\n\tservers {\n\t\tprotocols h1\n\t}\n}\n${importLine}\na.example {\n}\n`,
  },
  {
    name: "one with a comment behind the brace",
    before: "{ # it's { global\n\tdebug\n}\n",
    after: `{ # it's { global\n\tdebug\n}\n${importLine}\n`,
  },
  {
    name: "one with a snippet first",
    before: "(a) {\n\tencode gzip\n}\n",
    after: `${importLine}\n(a) {\n\tencode gzip\n}\n`,
  },
  { name: "one with only comments", before: "# nothing here", after: `# nothing here\n${importLine}\n` },
  { name: "one that has it", before: `a {\n}\n${importLine}\n`, after: `a {\n}\n${importLine}\n` },
  { name: "one that has it indented", before: `\t${importLine} \n`, after: `\t${importLine} \n` },
  {
    name: "placeholders in braces",
    before: "{\n\temail {$MAIL}\n}\n:80 {\n}\n",
    after: `{\n\temail {$MAIL}\n}\n${importLine}\n:80 {\n}\n`,
  },
];

for (const { name, before, after } of imports) {
  Deno.test(`addImport() adds its line to ${name}`, async () => {
    await using place = await withCaddy(before);
    const first = await place.run(addImport());
    const second = await place.run(addImport());
    assertEquals([first.code, first.stderr, second.code, await place.read(caddyfile)], [0, "", 0, after]);
  });
}

Deno.test("addImport() keeps the file's mode and the text before it", async () => {
  await using place = await withCaddy("a.example {\n}\n");
  await Deno.chmod(place.at(caddyfile), 0o640);
  await place.run(addImport());
  assertEquals([
    (await Deno.stat(place.at(caddyfile))).mode! & 0o777,
    await place.read(`${caddyfile}.before-alcaide`),
  ], [
    0o640,
    "a.example {\n}\n",
  ]);
});

Deno.test("addImport() leaves a Caddyfile alone that Caddy would not take with it", async () => {
  await using place = await withCaddy("a.example {\n}\n");
  await refusing(place);
  const { code, stderr } = await place.run(addImport());
  assertEquals([code, await place.read(caddyfile), stderr], [
    1,
    "a.example {\n}\n",
    "Error: adapting config: bad\n",
  ]);
  assertEquals(await place.names("/usr/local/etc/caddy"), ["Caddyfile", "conf.d"]);
});

Deno.test("applySite() validates beside, then writes, then reloads", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  const { code } = await place.run(applySite("shop", siteOf()));
  const written = (await place.read(`${sitesDir}/shop.caddy`))?.replaceAll(place.root, "");
  assertEquals([code, written, await place.read("/services")], [0, siteOf(), "caddy reload\n"]);
  assertEquals([await place.names(sitesDir), await place.names("/usr/local/etc/caddy")], [["shop.caddy"], [
    "Caddyfile",
    "conf.d",
  ]]);
});

Deno.test("applySite() validates the other apps' sites with the new one", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  await place.write(`${sitesDir}/blog.caddy`, "# blog\n");
  await place.write(
    "/usr/local/bin/caddy",
    `#!/bin/sh\ncat "$3" >${place.at("/seen")}; cat ${place.at(sitesDir)}/.check/*.caddy >>${
      place.at("/seen")
    }\n`,
    0o755,
  );
  await place.run(applySite("shop", "# new\n"));
  assertEquals(await place.read("/seen"), "import conf.d/alcaide/.check/*.caddy\n# blog\n# new\n");
});

Deno.test("applySite() takes a Caddyfile whose import line is indented", async () => {
  await using place = await withCaddy(`\t${importLine} \n`);
  const { code, stderr } = await place.run(applySite("shop", "# new\n"));
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("applySite() changes nothing when Caddy would not take the site", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  await place.write(`${sitesDir}/shop.caddy`, "# old\n");
  await refusing(place);
  const { code, stderr } = await place.run(applySite("shop", "# new\n"));
  assertEquals([code, await place.read(`${sitesDir}/shop.caddy`), await place.read("/services")], [
    1,
    "# old\n",
    undefined,
  ]);
  assertStringIncludes(stderr, "adapting config: bad");
});

/** What Caddy says where the admin's Caddyfile has an `acme_server`, whose database the running Caddy holds. */
const inUse =
  "Error: loading http app module: Error opening database of Type bbolt with source /x/db: timeout";

Deno.test("addImport() and applySite() leave it to the reload where only the running Caddy can validate", async () => {
  await using place = await withCaddy("a.example {\n}\n");
  await place.write("/usr/local/bin/caddy", `#!/bin/sh\necho '${inUse}' >&2\nexit 1\n`, 0o755);
  const added = await place.run(addImport());
  const applied = await place.run(applySite("shop", "# new\n"));
  assertEquals([added.code, applied.code, await place.read(`${sitesDir}/shop.caddy`)], [0, 0, "# new\n"]);
  assertEquals(await place.read("/services"), "caddy reload\n");
});

Deno.test("applySite() validates as the user that Caddy runs as, not as that of a Caddy in a jail", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  await place.program("pgrep", `[ "$1 $2" = "-j none" ] || echo 812; echo 700`);
  await place.program("ps", `case $4 in 700) echo '   80' ;; *) echo ' 10001' ;; esac`);
  await place.program("id", `[ "$*" = "-un 80" ] && echo www`);
  await place.program("su", `echo "$1 $2 $3" >>${place.at("/became")}; exec /bin/sh -c "$4"`);
  const { code, stderr } = await place.run(applySite("shop", siteOf()));
  assertEquals([code, stderr, await place.read("/became")], [0, "", "-m www -c\n"]);
  assertStringIncludes((await place.read("/validated")) ?? "", "validate --config ");
});

Deno.test("applySite() validates as Caddy's user also where pgrep knows no jails", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  await place.program(
    "pgrep",
    `[ "$*" = "-x caddy" ] || { echo "pgrep: invalid option -- 'j'" >&2; exit 2; }; echo 700`,
  );
  await place.program("ps", `[ "$4" = 700 ] && echo 996`);
  await place.program("id", `[ "$*" = "-un 996" ] && echo caddy`);
  await place.program("su", `echo "$2" >>${place.at("/became")}; exec /bin/sh -c "$4"`);
  const { code, stderr } = await place.run(applySite("shop", siteOf()));
  assertEquals([code, stderr, await place.read("/became")], [0, "", "caddy\n"]);
});

const reloads = [
  { name: "fails", text: "echo 'no admin endpoint'; exit 1" },
  { name: "lies that it worked", text: `echo "Cannot 'reload' caddy. Set caddy_enable to YES"` },
];

for (const { name, text } of reloads) {
  Deno.test(`applySite() brings the old site back when the reload ${name}`, async () => {
    await using place = await withCaddy(`${importLine}\n`);
    await place.write(`${sitesDir}/shop.caddy`, "# old\n");
    await place.program("service", text);
    const { code } = await place.run(applySite("shop", "# new\n"));
    assertEquals([code, await place.read(`${sitesDir}/shop.caddy`)], [1, "# old\n"]);
  });
  Deno.test(`applySite() leaves no first site behind when the reload ${name}`, async () => {
    await using place = await withCaddy(`${importLine}\n`);
    await place.program("service", text);
    assertEquals((await place.run(applySite("shop", "# new\n"))).code, 1);
    assertEquals(await place.names(sitesDir), []);
  });
}

Deno.test("applySite() says when the Caddyfile lacks our line", async () => {
  await using place = await withCaddy("a.example {\n}\n");
  const { code, stderr } = await place.run(applySite("shop", "# new\n"));
  assertEquals(code, 1);
  assertStringIncludes(stderr, `lacks the line: ${importLine}`);
});

Deno.test("removeSite() takes the site away and reloads", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  await place.write(`${sitesDir}/shop.caddy`, "# app: shop\n");
  await place.write(`${sitesDir}/blog.caddy`, "# blog\n");
  const { code } = await place.run(removeSite("shop"));
  assertEquals([code, await place.names(sitesDir), await place.read("/services")], [
    0,
    ["blog.caddy"],
    "caddy reload\n",
  ]);
});

Deno.test("removeSite() leaves a site file without the app's mark alone", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  await place.write(`${sitesDir}/shop.caddy`, "# mine\n");
  const { code, stderr } = await place.run(removeSite("shop"));
  assertEquals([code, await place.names(sitesDir), await place.read("/services")], [
    1,
    ["shop.caddy"],
    undefined,
  ]);
  assertStringIncludes(stderr, "/shop.caddy has no mark of ours, so it is left alone");
});

Deno.test("removeSite() takes the app's own certificate away, too", async () => {
  await using place = await withCaddy(`${importLine}\n`);
  for (const app of ["shop", "blog"]) await place.write(`${tlsDir(app)}/a.key`, "key");
  await place.run(removeSite("shop"));
  assertEquals(await place.names("/usr/local/etc/alcaide/tls"), ["blog"]);
});
