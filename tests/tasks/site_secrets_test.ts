// Passwords of visitors are secrets of the encrypted file: every task that writes a site file knows them.

import { assertEquals, assertMatch } from "@std/assert";
import { siteFile } from "../../lib/commands/paths.ts";
import { secret } from "../../lib/core/secret.ts";
import { reference } from "../../lib/secrets/reference.ts";
import type { Task } from "../../lib/task/task.ts";
import { cutover } from "../../tasks/cutover.ts";
import { deploy } from "../../tasks/deploy.ts";
import { promote } from "../../tasks/promote.ts";
import { repair } from "../../tasks/repair.ts";
import { rollback } from "../../tasks/rollback.ts";
import { fakeContext } from "../fake/context.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { serverAfter, user } from "../lib/deploy/deploying.ts";
import { half } from "./canarying.ts";
import { waiting } from "./preparing.ts";

const secrets = {
  exists: () => Promise.resolve(false),
  names: () => Promise.resolve(["PASSWORD"]),
  load: () => Promise.resolve({ PASSWORD: secret("hunter2") }),
};
const proxy = { basicAuth: { ann: reference("PASSWORD") }, trustedProxies: "10.0.0.0/8" };
const twice = await serverAfter(2);

async function perform(task: Task, server: FakeServer): Promise<string> {
  const ctx = fakeContext({ config: { ...user, proxy }, servers: [server], secrets });
  await task(ctx);
  assertEquals(/hunter2|\$2b\$/.test(ctx.ui.text()), false);
  return server.model.files.get(siteFile("shop")) ?? "";
}

for (
  const [name, task, server] of [
    ["deploy", deploy, fakeServer({ model: twice })],
    ["rollback", rollback, fakeServer({ model: twice })],
    ["cutover", cutover, waiting()],
    ["promote", promote, half()],
  ] as const
) {
  Deno.test(`${name}() puts the hash of a password into the site file, and repair() is content without it`, async () => {
    const text = await perform(task, server);
    assertMatch(text, /^\t\t\tann \$2b\$10\$\S{53}$/m);
    assertEquals(text.includes("hunter2"), false);
    assertEquals(await perform(repair, server), text);
  });
}
