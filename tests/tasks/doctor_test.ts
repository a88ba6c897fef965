// `alcaide doctor` on servers that exist only here.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { examine, type Group } from "../../lib/doctor/examine.ts";
import type { Network } from "../../lib/doctor/network.ts";
import { type FakeContext, fakeContext, type FakeContextOptions } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";

const net: Network = {
  resolve: (name) => Promise.resolve(name === "shop.example.com" ? ["203.0.113.9"] : [name]),
  connect: () => Promise.resolve("open"),
  handshake: () => Promise.resolve(""),
};

async function run(
  options: FakeContextOptions = {},
  how: Parameters<typeof examine>[1] = {},
): Promise<{ code: number; ctx: FakeContext; value: Record<string, number> & { groups: Group[] } }> {
  const ctx = fakeContext(options);
  const code = await examine(ctx, { net, ...how });
  const event = ctx.ui.events.find(({ type }) => type === "result");
  return { code, ctx, value: (event as unknown as { value: never }).value };
}

const model = await serverAfter(1);
const live = (): FakeServer => {
  const copy = copyModel(model);
  copy.setup.userland = "14.3-RELEASE-p5";
  return fakeServer({ model: copy });
};

Deno.test("doctor tells per server what it finds, the worst first, and a total", async () => {
  const { code, ctx } = await run({
    servers: [live()],
    config: { domain: "shop.example.com", tls: "off" },
  });
  assertEquals(code, 0);
  // The fake's FreeBSD has support until a day that may be over.
  const rows = (ctx.ui.results[0] ?? "").split("\n").filter((row) => !/FreeBSD 14\.3|later 14\.x/.test(row));
  assertEquals(
    rows.map((row) => row.replace(/\d+ (warnings?|fine)/g, "N $1").replace("warnings", "warning")),
    [
      "root@203.0.113.7: N warning, N fine",
      "  warning: shop.example.com points to 203.0.113.9, not to this server [dns]",
      "    Unless a proxy or a balancer is there, point its records to this server; certificates by ACME need it",
      "",
      "this machine: N fine",
      "",
      "N warning, N fine",
    ],
  );
});

Deno.test("doctor ends with 1 for an error, and with --strict for a warning", async () => {
  const server = live();
  const elsewhere = { domain: "shop.example.com", tls: "off" } as const;
  assertEquals((await run({ servers: [server], config: elsewhere }, { strict: true })).code, 1);
  server.model.setup.caddyRuns = false;
  const { code, value } = await run({ servers: [server] });
  assertEquals([code, value.error], [1, 1]);
});

Deno.test("doctor asks a server once, and changes nothing there", async () => {
  const server = live();
  const before = structuredClone({ files: server.model.files, setup: server.model.setup });
  await run({ servers: [server] });
  assertEquals(server.ran.map(({ names }) => names), [["probe for doctor"]]);
  assertEquals({ files: server.model.files, setup: server.model.setup }, before);
});

Deno.test("doctor works before setup and says only that", async () => {
  const { code, value } = await run({ servers: [fakeServer({ bare: true })] });
  assertEquals(code, 0);
  const [group] = value.groups;
  const setup = group?.findings.find(({ check }) => check === "setup");
  assertEquals([setup?.severity, setup?.says], ["note", "The server is not prepared yet"]);
});

Deno.test("doctor goes on where a server is out of reach or no FreeBSD, and says what it does not know", async () => {
  const away = live();
  away.plan({ exec: 1, micro: 0, kind: "lost", then: "away" });
  const linux = live();
  linux.os = "Linux";
  const { code, ctx, value } = await run({
    servers: [away, linux, live()],
    config: { server: ["root@203.0.113.7"] },
  });
  assertEquals(code, 1);
  const told = value.groups.map(({ findings }) =>
    findings.slice(0, 2).map(({ severity, says }) => `${severity}: ${says}`)
  );
  assertEquals(told.slice(0, 2), [
    [
      "error: Cannot finish a command on the fake: the connection was lost",
      "unknown: 36 checks of the server could not be made",
    ],
    ["error: It runs Linux", "unknown: 36 checks of the server could not be made"],
  ]);
  assertEquals(value.groups[2]?.findings.filter(({ severity }) => severity === "error"), []);
  assertStringIncludes(ctx.ui.results[0] ?? "", "Alcaide deploys to FreeBSD 13.2 and later");
});

Deno.test("doctor --verbose tells what is fine as well", async () => {
  const { ctx } = await run({ servers: [live()], verbose: true });
  assertStringIncludes(ctx.ui.results[0] ?? "", "  ok: Caddy finds no mistake in the Caddyfile [caddyfile]");
});
