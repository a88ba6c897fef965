import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { hashSync } from "bcryptjs";
import { AlcaideError, UsageError } from "../../../lib/core/error.ts";
import {
  accessOf,
  addressOf,
  isLoopback,
  type ListenOptions,
  rulesOf,
} from "../../../lib/dashboard/listening.ts";

const usual: ListenOptions = {
  ...{ port: undefined, bind: "127.0.0.1", "read-only": false, users: undefined },
  ...{ cert: undefined, key: undefined, "behind-proxy": undefined },
};
const users = await Deno.makeTempFile();
await Deno.writeTextFile(users, `ada:${hashSync("right", 4)}:deploy\n`);
globalThis.addEventListener("unload", () => Deno.removeSync(users));

const refused: readonly (readonly [given: Partial<ListenOptions>, says: string])[] = [
  [{ port: 70000 }, "Cannot listen on the port 70000"],
  [{ port: 1.5 }, "Cannot listen on the port 1.5"],
  [{ cert: "x" }, "Cannot use --cert without --key, nor --key without --cert"],
  [{ key: "x" }, "Cannot use --cert without --key, nor --key without --cert"],
  [{ bind: "192.0.2.1" }, "Cannot serve the dashboard to others without --users"],
  [{ bind: "0.0.0.0" }, "Cannot serve the dashboard to others without --users"],
  [{ "behind-proxy": "deploy.example.com" }, "Cannot serve the dashboard to others without --users"],
  [{ bind: "192.0.2.1", users }, "Cannot serve the dashboard to others without TLS"],
  [{ bind: "::", users, cert: "x", key: "x" }, "Cannot tell the dashboard's own name from ::"],
  [
    { users, "behind-proxy": "https://deploy.example.com/" },
    'Cannot use "https://deploy.example.com/" as the proxy',
  ],
];
for (const [given, says] of refused) {
  const { users: named, ...shown } = given;
  Deno.test(`rulesOf() refuses ${JSON.stringify({ ...shown, ...named && { users: "FILE" } })}`, async () => {
    const error = await assertRejects(() => rulesOf({ ...usual, ...given }), UsageError, says);
    assertEquals(error.hint === undefined, false);
  });
}

Deno.test("rulesOf() says which file can't be read", async () => {
  await assertRejects(
    () => rulesOf({ ...usual, users: "/nowhere/users" }),
    AlcaideError,
    "Cannot read /nowhere/users",
  );
});

Deno.test("a dashboard answers to the names of the loopback, at its port", async () => {
  const rules = await rulesOf(usual);
  const { hosts, origins } = accessOf(rules, 4000);
  assertEquals([...hosts], ["127.0.0.1:4000", "localhost:4000", "[::1]:4000"]);
  assertEquals([...origins], ["http://127.0.0.1:4000", "http://localhost:4000", "http://[::1]:4000"]);
  assertMatch(addressOf(rules, 4000), /^http:\/\/127\.0\.0\.1:4000\/[\w-]{32}\/$/);
  assertEquals((await rulesOf(usual)).token === rules.token, false);
});

Deno.test("a dashboard behind a proxy answers to the proxy's name, too, and its users need no token", async () => {
  const rules = await rulesOf({ ...usual, users, "behind-proxy": "Deploy.example.com" });
  const { hosts, origins } = accessOf(rules, 4000);
  assertEquals([...hosts].at(-1), "deploy.example.com");
  assertEquals([...origins].at(-1), "https://deploy.example.com");
  assertEquals(addressOf(rules, 4000), "https://deploy.example.com/");
});

Deno.test("a dashboard with TLS has the name that it listens on", async () => {
  const rules = await rulesOf({ ...usual, bind: "2001:db8::1", users, cert: users, key: users });
  assertEquals([...accessOf(rules, 443).hosts, ...accessOf(rules, 8443).origins], [
    "[2001:db8::1]",
    "https://[2001:db8::1]:8443",
  ]);
  assertEquals(addressOf(rules, 443), "https://[2001:db8::1]/");
});

Deno.test("isLoopback() knows the addresses of this machine alone", () => {
  const all = [
    "127.0.0.1",
    "127.1.2.3",
    "::1",
    "localhost",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "0.0.0.0",
    "::",
  ];
  assertEquals(all.map(isLoopback), [true, true, true, true, false, false, false, false]);
});
