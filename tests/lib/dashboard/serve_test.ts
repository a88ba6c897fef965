import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { withReader } from "../../../lib/cli/loader.ts";
import { dashboard } from "../../../tasks/dashboard.ts";
import { fakeContext } from "../../fake/context.ts";

const written = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" } };

/** Runs the task with projects that are read from directories. */
async function serve(
  directory: string,
  options: Record<string, unknown> = {},
  local?: (script: string) => string,
) {
  const ctx = fakeContext({ options, ...local ? { local } : {} });
  const address = Promise.withResolvers<string>();
  const { info } = ctx.ui;
  const ui = Object.assign(ctx.ui, {
    info: (text: string) => {
      info.call(ctx.ui, text);
      const [found] = /http\S+/.exec(text) ?? [];
      if (found !== undefined) address.resolve(found);
    },
  });
  const read = (path = `${directory}/Alcaidefile.ts`) =>
    Promise.resolve({
      path,
      tasks: {},
      hidden: [],
      config: () =>
        path.includes("ill") ? Promise.reject(new AlcaideError("It is ill")) : Promise.resolve(written),
    });
  const ended = dashboard({ ...withReader({ ...ctx, ui }, read), directory });
  await Promise.race([ended, address.promise]);
  return { address: await address.promise, interrupt: ctx.interrupt, ended, events: ctx.ui };
}

Deno.test("alcaide dashboard serves the page at an address that nobody guesses, until Ctrl-C", async () => {
  const directory = await Deno.makeTempDir();
  const { address, interrupt, ended } = await serve(directory);
  assertMatch(address, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
  assertStringIncludes(await (await fetch(address)).text(), '<h2 id="shop-name">shop</h2>');
  const guess = await fetch(new URL("/", address));
  assertEquals([guess.status, await guess.text()], [
    403,
    "The address lacks its token: open the one that the dashboard printed\n",
  ]);
  assertMatch(
    await (await fetch(new URL("client.js", address))).text(),
    /^\(function client\(\) \{[^]*\}\)\(\);$/,
  );
  interrupt();
  assertEquals(await ended, 0);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("alcaide dashboard --all shows the projects of a directory, also one that is broken", async () => {
  const directory = await Deno.makeTempDir();
  for (const name of ["one", "two", "ill", "none"]) {
    await Deno.mkdir(`${directory}/${name}`);
    if (name !== "none") await Deno.writeTextFile(`${directory}/${name}/Alcaidefile.ts`, "");
  }
  await Deno.symlink(`${directory}/one`, `${directory}/zwei`);
  const { address, interrupt, ended } = await serve("/nowhere", { all: directory });
  const text = await (await fetch(address)).text();
  for (
    const part of [
      'id="shop-look"',
      'id="shop.2-look"',
      'id="shop.3-look"',
      '<a href="#ill">ill</a>',
      "<h2>ill</h2>",
      "It is ill",
    ]
  ) {
    assertStringIncludes(text, part);
  }
  interrupt();
  await ended;
  await Deno.remove(directory, { recursive: true });
});

Deno.test("alcaide dashboard --open tells the browser the address by a file of ours, and removes that", async () => {
  const directory = await Deno.makeTempDir();
  let file = "";
  let text = "";
  const { address, interrupt, ended } = await serve(directory, { open: true }, (script) => {
    file = /\S+dashboard\.html/.exec(script)?.[0] ?? "";
    text = file && Deno.readTextFileSync(file);
    assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
    return "";
  });
  interrupt();
  await ended;
  assertStringIncludes(text, `url=${address}"`);
  await assertRejects(() => Deno.stat(file), Deno.errors.NotFound);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("alcaide dashboard says that a port is taken, and that there is no project", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const directory = await Deno.makeTempDir();
  await assertRejects(
    () => serve(directory, { port }),
    AlcaideError,
    `Cannot listen on 127.0.0.1, port ${port}`,
  );
  const file = `${directory}/pem`;
  await Deno.writeTextFile(file, "no certificate");
  await assertRejects(
    () => serve(directory, { cert: file, key: file }),
    AlcaideError,
    "Cannot use --cert and --key for TLS",
  );
  await assertRejects(
    () => serve(directory, { all: directory }),
    AlcaideError,
    `Cannot find an Alcaidefile in ${directory} and the directories right below it`,
  );
  await assertRejects(
    () => serve(directory, { all: "/nowhere" }),
    AlcaideError,
    "Cannot read the directory /nowhere",
  );
  await Deno.remove(directory, { recursive: true });
});
