// Times of a log's lines.

import { assertEquals } from "@std/assert";
import { servers } from "../../lib/remote/servers.ts";
import { terminalUi } from "../../lib/ui/terminal.ts";
import { logs } from "../../tasks/logs.ts";
import { fakeContext } from "../fake/context.ts";
import { rememberingSink } from "../lib/ui/sinks.ts";
import { printing, show } from "./printing.ts";

const facts = "alcaide log: 1795971600 1795978800";

Deno.test("logs() --timestamps says when each line was written, and what that is worth", async () => {
  const lines = [facts, "2026-11-29T18:00:00Z one", "two"];
  const ctx = { ...fakeContext({ options: { timestamps: true } }) };
  await logs({ ...ctx, servers: servers([printing("a", lines).server]) });
  const of = (at: string, is: "own" | "earliest") => ({ at: `2026-11-29T${at}Z`, is });
  assertEquals(ctx.ui.events, [
    { type: "output", stream: "out", text: "2026-11-29T18:00:00Z one\n", time: of("18:00:00", "own") },
    { type: "output", stream: "out", text: "two\n", time: of("18:00:00", "earliest") },
    {
      type: "info",
      text: "Lines marked + bear no time; the log was written to last at 2026-11-29T19:00:00Z",
    },
  ]);
});

Deno.test("logs() --timestamps stands behind the names of several servers", async () => {
  const out = rememberingSink();
  const ui = terminalUi({ out: out.sink, err: rememberingSink().sink });
  const all = [printing("a", [facts, "one"]), printing("b", [`${facts} 0`, "2026-11-29 18:00:00 two"])];
  await logs({
    ...fakeContext({ options: { timestamps: true } }),
    ui,
    servers: servers(all.map(({ server }) => server)),
  });
  assertEquals(out.text().split("\n"), [
    "a: 2026-11-29T17:00:00Z+ one",
    "b: 2026-11-29T18:00:00Z  2026-11-29 18:00:00 two",
    "",
  ]);
});

Deno.test("logs() shows a line that looks like what is known of a log, unless times are asked for", async () => {
  assertEquals(await show([printing("a", [facts])]), [`${facts}\n`]);
});
