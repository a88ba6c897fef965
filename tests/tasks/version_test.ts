// version, and upgrade --check against a server of the test's own.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AlcaideError, UsageError } from "../../lib/core/error.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { version as number } from "../../lib/core/version.ts";
import { askLatest, isNewer, latestIn } from "../../lib/standalone/newest.ts";
import { upgrade } from "../../tasks/upgrade.ts";
import { version } from "../../tasks/version.ts";
import type { Context } from "../../lib/task/context.ts";

/** The output of a task. */
async function saidBy(run: (ctx: Context) => Promise<unknown>, options: Record<string, unknown> = {}) {
  const ui = memoryUi();
  await run({ ui, options, signal: new AbortController().signal } as unknown as Context);
  return ui.results[0] ?? "";
}

/** Answers requests for releases while something runs. */
async function withPlace(answer: () => Response, use: (place: string) => Promise<void>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const before = Deno.env.get("ALCAIDE_RELEASES");
  const place = `http://127.0.0.1:${server.addr.port}/`;
  Deno.env.set("ALCAIDE_RELEASES", place);
  try {
    await use(place);
  } finally {
    if (before === undefined) Deno.env.delete("ALCAIDE_RELEASES");
    else Deno.env.set("ALCAIDE_RELEASES", before);
    await server.shutdown();
  }
}

Deno.test("version says what this is and what runs it", async () => {
  assertEquals(
    await saidBy(version),
    `alcaide ${number} (run by Deno ${Deno.version.deno}, ${Deno.build.target})`,
  );
});

Deno.test("upgrade --check knows a newer version, and that there is none", async () => {
  await withPlace(() => Response.json({ latest: "99.0.1" }), async () => {
    assertEquals(await saidBy(upgrade, { check: true }), `Alcaide 99.0.1 is available; this is ${number}`);
  });
  await withPlace(() => Response.json({ tag_name: `v${number}` }), async () => {
    assertEquals(await saidBy(upgrade, { check: true }), `Alcaide ${number} is the newest version`);
  });
});

Deno.test("upgrade --check says that an answer broke off, or takes too long", async () => {
  /** An answer of which only the beginning comes. */
  const begun = (then: (body: ReadableStreamDefaultController) => void) =>
    new Response(
      new ReadableStream({
        start(body) {
          body.enqueue(new TextEncoder().encode('{"latest"'));
          then(body);
        },
      }),
      { headers: { "content-length": "100" } },
    );
  const answers = [
    { answer: () => begun((body) => body.close()), says: "its answer broke off" },
    { answer: () => begun(() => {}), says: "no answer within 0.3 s" },
  ];
  for (const { answer, says } of answers) {
    await withPlace(answer, async (place) => {
      const asked = askLatest(new AbortController().signal, 300);
      const error = await assertRejects(() => asked, AlcaideError);
      assertEquals(error.message, `Cannot ask ${place} for newer versions: ${says}`);
    });
  }
});

Deno.test("upgrade --check says that nobody answers", async () => {
  const answers = [
    { answer: () => new Response("", { status: 404 }), problem: "it answers 404" },
    { answer: () => new Response("<html>"), problem: "its answer is not JSON" },
  ];
  for (const { answer, problem } of answers) {
    await withPlace(answer, async (place) => {
      const error = await assertRejects(() => saidBy(upgrade, { check: true }), AlcaideError);
      assertEquals(error.message, `Cannot ask ${place} for newer versions: ${problem}`);
      assertEquals(error.hint, "Look at the network, or name another place in ALCAIDE_RELEASES");
      assertEquals(error.exitCode, 1);
    });
  }
});

Deno.test("upgrade --check says that there is no network", async () => {
  let gone = "";
  await withPlace(() => new Response(""), (place) => Promise.resolve(void (gone = place)));
  Deno.env.set("ALCAIDE_RELEASES", gone);
  try {
    const error = await assertRejects(() => saidBy(upgrade, { check: true }), AlcaideError);
    assertEquals(error.message, `Cannot ask ${gone} for newer versions: it can't be reached`);
  } finally {
    Deno.env.delete("ALCAIDE_RELEASES");
  }
});

Deno.test("upgrade without --check replaces nothing", async () => {
  const error = await assertRejects(() => saidBy(upgrade), UsageError);
  assertEquals(error.message, "Cannot upgrade without --check");
});

Deno.test("latestIn() refuses what names no version", () => {
  for (const answer of [null, {}, { latest: "new" }, { tag_name: 7 }]) {
    try {
      latestIn(answer, "https://example.com");
      assert(false, "it should throw");
    } catch (error) {
      assertEquals((error as Error).message, "Cannot find a version in the answer of https://example.com");
    }
  }
});

Deno.test("isNewer() compares numbers, not letters", () => {
  assertEquals([isNewer("0.10.0", "0.9.3"), isNewer("0.9.3", "0.10.0"), isNewer("1.0.0", "1.0.0")], [
    true,
    false,
    false,
  ]);
});
