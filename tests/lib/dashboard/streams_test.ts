import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { task } from "../../../lib/task/task.ts";
import { open, tasksWith } from "./opened.ts";

/** Reads a stream of events until a text is in it. */
async function until(answer: Response, text: string): Promise<string> {
  let seen = "";
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader && !seen.includes(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    seen += value;
  }
  await reader?.cancel();
  return seen;
}

const options = {
  follow: { type: "boolean", description: "Follow" },
  process: { type: "string", description: "Process" },
} as const;

Deno.test("every browser hears of what changes", async () => {
  await using page = await open();
  const browsers = await Promise.all([page.get("events"), page.get("events")]);
  assertEquals(browsers.map(({ headers }) => headers.get("content-type")), [
    "text/event-stream",
    "text/event-stream",
  ]);
  for (const text of await Promise.all(browsers.map((one) => until(one, "6-a")))) {
    assertStringIncludes(text, 'event: part\ndata: {"id":"shop-head"');
  }
});

Deno.test("a log is followed, its secrets masked, until nobody reads it", async () => {
  const left = Promise.withResolvers<void>();
  const given: unknown[] = [];
  const logs = task({
    description: "Say it",
    options,
    run: ({ ui, options, signal }) => {
      given.push(options);
      ui.output(new TextEncoder().encode("password: hunter2\n"), "out");
      return new Promise<void>((_, fail) =>
        signal.addEventListener("abort", () => {
          left.resolve();
          fail(signal.reason);
        })
      );
    },
  });
  await using page = await open({
    tasks: tasksWith({ logs }),
    user: { app: "shop", server: "web", build: { prebuilt: "dist" }, env: { PASSWORD: secret("hunter2") } },
  });
  const text = await until(await page.get("logs?app=shop&of=web"), "[secret]");
  assertEquals(text, 'event: text\ndata: "password: [secret]\\n"\n\n');
  await left.promise;
  assertEquals(given, [{ follow: true, process: "web" }]);
});

Deno.test("a log that can't be read says why, and ends", async () => {
  const logs = task({
    description: "Fail",
    options,
    run: () => {
      throw new AlcaideError("Cannot read it", { hint: "Deploy first" });
    },
  });
  await using page = await open({ tasks: tasksWith({ logs, accessory: logs }) });
  const read = async (of: string) => await (await page.get(`logs?app=shop&of=${of}`)).text();
  assertStringIncludes(await read("none"), "event: end");
  assertEquals(
    await read("web"),
    'event: text\ndata: "Cannot read it\\nDeploy first\\n"\n\nevent: end\ndata: \n\n',
  );
});

Deno.test("a log of an app that is not on the dashboard is refused", async () => {
  await using page = await open();
  const answer = await page.get("logs?app=blog&of=web");
  assertEquals(answer.status, 409);
  assertStringIncludes(await answer.text(), "Cannot find the app");
});

Deno.test("a reader that is slower than a log gets its last lines; what it can't take is left out, and said", async () => {
  const logs = task({
    description: "Say much",
    options,
    run: ({ ui }) => {
      for (let line = 1; line <= 100_000; line++) ui.line("web", `line ${line}`);
      return Promise.resolve();
    },
  });
  await using page = await open({ tasks: tasksWith({ logs }) });
  const text = await (await page.get("logs?app=shop&of=web")).text();
  assertStringIncludes(text, "… lines are left out: they came too fast");
  assertStringIncludes(text, "line 100000");
  assert(text.length < 1_000_000, `${text.length}`);
});
