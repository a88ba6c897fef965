import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../lib/core/error.ts";
import { setup } from "../../tasks/setup.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../fake/server.ts";
import { prepared } from "../fake/setup_model.ts";

async function setUp(server: FakeServer, more: { options?: Record<string, unknown>; fault?: Fault } = {}) {
  const ctx = fakeContext({ servers: [server], options: more.options ?? {} });
  server.plan(more.fault, ctx.interrupt);
  await setup(ctx);
  return ctx.ui;
}

Deno.test("setup() makes a bare server ready", async () => {
  const server = fakeServer({ bare: true });
  const ui = await setUp(server);
  assertEquals([server.model.setup, ui.results], [prepared(), [
    'root@203.0.113.7: ready, 9 changes made; jails are copies\n  next: "alcaide deploy"',
  ]]);
});

Deno.test("setup() changes nothing the second time, and says so", async () => {
  const server = fakeServer({ bare: true });
  await setUp(server);
  const ui = await setUp(server);
  assertEquals([server.ran.length, ui.results], [1, [
    "root@203.0.113.7: nothing to do, everything is there; jails are copies",
  ]]);
});

Deno.test("setup() --plan prints what is missing and changes nothing", async () => {
  const server = fakeServer({ bare: true });
  const before = copyModel(server.model);
  const ui = await setUp(server, { options: { plan: true } });
  assertEquals([server.ran.length, server.model], [1, before]);
  assertStringIncludes(
    ui.results[0] ?? "",
    "9 changes to make; jails are copies\n  - Make the interface lo1: it is not there\n",
  );
});

Deno.test("setup() goes on where it was cut off, wherever that was", async () => {
  // The download and the installation of Caddy outlive their connection.
  const long = [3, 5];
  for (let exec = 1; exec <= 9; exec++) {
    for (const kind of ["status", "lost", "abort"] as const) {
      const server = fakeServer({ bare: true });
      const cut = () => setUp(server, { fault: { exec, micro: 0, kind } });
      if (kind === "lost" && long.includes(exec)) await cut();
      else {
        await assertRejects(cut);
        await setUp(server);
      }
      assertEquals(server.model.setup, prepared(), `cut off at script ${exec}: ${kind}`);
    }
  }
});

Deno.test("setup() says which change failed", async () => {
  const server = fakeServer({ bare: true });
  const failing = setUp(server, { fault: { exec: 3, micro: 0, kind: "status" } });
  await assertRejects(() => failing, AlcaideError, '"Download and unpack FreeBSD 14.3-RELEASE" failed');
});

const failures = [
  { says: "fetch: https://x: No address record", hint: "can't resolve names" },
  { says: "fetch: https://x: Network is unreachable", hint: "can't reach the download" },
  { says: "fetch: https://x/base.txz: Not Found", hint: "The mirror has no such file" },
  { says: "base.txz differs from the checksum in MANIFEST", hint: "The download is damaged" },
  { says: "fetch: https://x: Authentication error", hint: "can't verify the mirror's certificate" },
  { says: "tar: Write failed: No space left on device", hint: "The server's disk is full" },
  { says: "pkg: Cannot get an advisory lock on a database", hint: "Another pkg is at work" },
];
for (const { says, hint } of failures) {
  Deno.test(`setup() knows what to do about "${says}"`, async () => {
    const server = fakeServer({ bare: true });
    server.complaint = says;
    const failing = () => setUp(server, { fault: { exec: 3, micro: 0, kind: "status" } });
    const error = await assertRejects(failing, AlcaideError);
    assertStringIncludes(error.hint ?? "", hint);
  });
}

Deno.test("setup() refuses what isn't FreeBSD, and touches nothing", async () => {
  const server = fakeServer({ bare: true });
  server.os = "Linux";
  const error = await assertRejects(
    () => setUp(server),
    AlcaideError,
    "Cannot work on root@203.0.113.7: it runs Linux",
  );
  assertEquals([error.hint, server.ran.length], ["Alcaide deploys to FreeBSD 13.2 and later", 1]);
});

Deno.test("setup() works on all servers, each with what it lacks", async () => {
  const [a, b] = [fakeServer({ name: "a", bare: true }), fakeServer({ name: "b" })];
  const ctx = fakeContext({ config: { server: ["a", "b"] }, servers: [a, b] });
  await setup(ctx);
  assertEquals(ctx.ui.results, [
    'a: ready, 9 changes made; jails are copies\nb: nothing to do, everything is there; jails are copies\n  next: "alcaide deploy"',
  ]);
});

for (const [ahead, says] of [[-7200, "2 h behind"], [200, "3 min ahead of"]] as const) {
  Deno.test(`setup() says when a server's clock is far from ours: ${says} this machine's`, async () => {
    const server = fakeServer();
    server.ahead = ahead;
    const ctx = fakeContext({ servers: [server] });
    await setup(ctx);
    const warned = ctx.ui.events.flatMap((event) => (event.type === "warning" ? [event.text] : []));
    assertStringIncludes(warned.join(), `The server's clock is ${says} this machine's`);
    assertStringIncludes(warned.join(), "ntpd_sync_on_start=YES");
  });
}

Deno.test("setup() says nothing of a clock that is a little off", async () => {
  const server = fakeServer();
  server.ahead = 50;
  const ctx = fakeContext({ servers: [server] });
  await setup(ctx);
  assertEquals(ctx.ui.events.filter((event) => event.type === "warning"), []);
});

const noResolver = [
  { resolvers: ["127.0.0.1", "::1"], why: "names only 127.0.0.1 and ::1, which a jail can't reach" },
  { resolvers: [], why: "names no resolver" },
];
for (const { resolvers, why } of noResolver) {
  Deno.test(`setup() says that jails will resolve no names: ${why}`, async () => {
    const server = fakeServer();
    server.model.resolvers = resolvers;
    const { events } = await setUp(server);
    const warned = events.flatMap((event) => (event.type === "warning" ? [event.text] : []));
    assertEquals(warned, [
      `root@203.0.113.7: Jails can't resolve names: /etc/resolv.conf of the server ${why}. ` +
      'Set jail.nameservers, such as ["9.9.9.9"]',
    ]);
  });
}

Deno.test("setup() is content with resolvers of the configuration", async () => {
  const server = fakeServer();
  server.model.resolvers = ["127.0.0.1"];
  const ctx = fakeContext({ servers: [server], config: { jail: { nameservers: ["9.9.9.9"] } } });
  await setup(ctx);
  assertEquals(ctx.ui.events.filter((event) => event.type === "warning"), []);
});

Deno.test("setup() makes a template of the server's patch level, once", async () => {
  const server = fakeServer();
  server.model.setup.userland = "14.3-RELEASE-p5";
  const first = await setUp(server);
  const second = await setUp(server);
  assertEquals(server.model.setup.templates, ["14.3-RELEASE", "14.3-RELEASE-p5"]);
  assertEquals([first.results, second.results], [
    ['root@203.0.113.7: ready, 1 change made; jails are copies\n  next: "alcaide deploy"'],
    ["root@203.0.113.7: nothing to do, everything is there; jails are copies"],
  ]);
});
