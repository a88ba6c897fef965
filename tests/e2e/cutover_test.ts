// A cutover under 200 WebSockets, 50 event streams and requests; clients of another site on the same Caddy notice nothing.

import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { removeApp } from "./clean.ts";
import { describeLoad, eventStream, slowDownload, startLoad, websocketEcho } from "./load.ts";
import { makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

const SOCKETS = 200;
const STREAMS = 50;

scenario("a cutover with WebSockets and event streams", async (place, part) => {
  await using shop = await makeProject(place, "shop", { drain: { requests: 1, sockets: 40 } });
  await using blog = await makeProject(place, "blog");
  await shop.well(["setup"]);
  for (const project of [shop, blog]) {
    await project.release({ text: "one" });
    await project.well(["deploy"]);
  }
  const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
  /** Opens conversations, and gives their ends once all are under way. */
  const chats = async (count: number, host: string, signal = new AbortController().signal) => {
    const opened = Array.from({ length: count }, () => Promise.withResolvers<void>());
    const ends = opened.map(({ resolve }) =>
      websocketEcho(place.http, { host, messages: 200, interval: 2_000, signal, opened: resolve }).finally(
        resolve,
      )
    );
    await Promise.all(opened.map(({ promise }) => promise));
    return { ends: Promise.all(ends) };
  };

  await part("all sockets live until they end, and the next site's clients notice nothing", async () => {
    await shop.release({ text: "two" });
    const load = startLoad({ url: place.http, host: shop.domain, rate: 20, keepAlive: false });
    const beside = startLoad({ url: place.http, host: blog.domain, rate: 10, keepAlive: false });
    const said = new AbortController();
    const sockets = await chats(SOCKETS, shop.domain, said.signal);
    const neighbours = await chats(20, blog.domain, said.signal);
    const streams = many(STREAMS, () => eventStream(place.http, 20_000, { host: shop.domain }));
    const child = shop.start(["deploy"]);
    // Their time, not that of requests, is in force: ten seconds after the switch they are still there.
    const open = await seen(child, /(\d+) sockets to the old release still open/);
    said.abort();
    const { code } = await child.status;
    const [report, other] = await Promise.all([load.stop(), beside.stop()]);
    say(describeLoad(report).join("\n"));
    assertEquals(code, 0);
    assertGreaterOrEqual(Number(open), SOCKETS);
    const ends = [await sockets.ends, await streams, await neighbours.ends].map((all) => {
      const cut = all.filter(({ completed }) => !completed);
      return [all.length - cut.length, ...cut.slice(0, 3).map(({ error }): unknown => error)];
    });
    assertEquals(ends, [[SOCKETS], [STREAMS], [20]]);
    assertEquals([report.failed, other.failed], [0, 0], [...report.failures, ...other.failures].join("\n"));
    assertEquals([[...report.bodies.keys()].sort(), [...other.bodies.keys()]], [["one", "two"], ["one"]]);
    say(
      `${SOCKETS} WebSockets, ${STREAMS} event streams, 20 WebSockets of the other site: 0 cut; then open: ${open}`,
    );
    say(`${report.requests} requests, and ${other.requests} of the other site: 0 failed`);
  });

  await part("sockets are cut when their time is over, requests in flight are not", async () => {
    await shop.configure({ drain: { requests: 60, sockets: 1 } });
    await shop.release({ text: "three" });
    const sockets = await chats(20, shop.domain);
    const child = shop.start(["deploy"]);
    await seen(child, /Check the app/);
    const long = await slowDownload(place.http, 8_000, { host: shop.domain });
    const cut = await seen(child, /(\d+) sockets to the old release cut after 1 s/);
    assertEquals([(await child.status).code, cut, long.completed, long.error], [0, "20", true, undefined]);
    assertEquals((await sockets.ends).filter(({ completed }) => completed).length, 0);
  });

  for (const app of ["shop", "blog"]) await removeApp(place, app);
});

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** The outputs of programs that are watched, until now. */
const outputs = new WeakMap<Deno.ChildProcess, { text: string; ended: Promise<unknown> }>();

/** Waits until a program has printed such a text, and gives its first group; undefined when it ends without it. */
async function seen(child: Deno.ChildProcess, pattern: RegExp): Promise<string | undefined> {
  let output = outputs.get(child);
  if (output === undefined) {
    const all = output = { text: "", ended: Promise.resolve() as Promise<unknown> };
    const read = async (stream: ReadableStream<Uint8Array>) => {
      for await (const piece of stream.pipeThrough(new TextDecoderStream())) all.text += piece;
    };
    all.ended = Promise.all([read(child.stdout), read(child.stderr)]);
    outputs.set(child, all);
  }
  let running = true;
  output.ended.then(() => running = false);
  while (running && !pattern.test(output.text)) await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.resolve();
  const match = pattern.exec(output.text);
  if (match === null) say(output.text);
  return match?.[1];
}
