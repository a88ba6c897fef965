// The history's record of a rotated key.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { withReader } from "../../../lib/cli/loader.ts";
import { servers } from "../../../lib/remote/servers.ts";
import { recordRotation } from "../../../lib/vault/rotated.ts";
import { fakeContext } from "../../fake/context.ts";
import { historyOf } from "../../fake/history.ts";
import { type FakeServer, fakeServer } from "../../fake/server.ts";

const rotation = { file: "alcaide.secrets", began: Date.UTC(2026, 0, 1) };

/** Records a rotation beside an Alcaidefile; gives how many times it was connected, and what was said. */
async function record(written: unknown, all: readonly FakeServer[] = []) {
  const config = () => written instanceof Error ? Promise.reject(written) : Promise.resolve(written);
  const file = { path: "/nowhere/Alcaidefile.ts", config, tasks: {}, hidden: [] };
  const ctx = fakeContext();
  let connected = 0;
  await recordRotation(
    withReader(ctx, () => Promise.resolve(written === null ? undefined : file)),
    rotation,
    () => {
      connected++;
      return servers(all.map(({ remote }) => remote));
    },
  );
  return { connected, text: ctx.ui.text() };
}

const app = { app: "shop", server: ["a", "b"], build: { prebuilt: "dist" } };

Deno.test("recordRotation() adds a record on each server, without a secret", async () => {
  const all = ["a", "b"].map((name) => fakeServer({ name }));
  assertEquals((await record(app, all)).text, "");
  for (const { model } of all) {
    const [{ milliseconds = -1, ...told } = { milliseconds: 0 }] = historyOf(model);
    assertEquals([told, milliseconds > 0], [{
      ...{ by: "me@here", since: "2026-01-01T00:00:00.000Z", what: "secrets rotate" },
      ...{ about: "alcaide.secrets", outcome: "succeeded", steps: [] },
    }, true]);
  }
});

Deno.test("recordRotation() warns of a server that isn't reached, and the others have it", async () => {
  const all = ["a", "b"].map((name) => fakeServer({ name }));
  all[0]?.plan({ exec: 1, micro: 0, kind: "lost" });
  const { text } = await record(app, all);
  assertStringIncludes(text, "Cannot write to the history of a: ");
  assertStringIncludes(text, "What was done counts all the same. Only its record is missing there");
  assertEquals(all.map(({ model }) => historyOf(model).length), [0, 1]);
});

for (
  const [name, written] of [
    ["there is no Alcaidefile", null],
    ["it names no server", { app: "shop", build: { prebuilt: "dist" } }],
    ["it exports nothing", undefined],
    ["it is broken", new Error("oops")],
  ] as const
) {
  Deno.test(`recordRotation() tries nothing where ${name}`, async () => {
    assertEquals(await record(written), { connected: 0, text: "" });
  });
}
