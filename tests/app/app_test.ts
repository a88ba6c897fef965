import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { slowDownload, slowUpload, websocketEcho } from "../e2e/load.ts";
import { runApp, startApp } from "./start.ts";

async function get(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  return `${response.status} ${await response.text()}`;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The answer to these bytes on a raw connection, until the app closes it. */
async function raw(url: string, text: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
  await conn.write(bytes(text));
  return await new Response(conn.readable).text();
}

Deno.test("app answers the release's text, and names it in a header", async () => {
  await using app = await startApp({ text: "release 7\nsecond line" });
  const response = await fetch(await app.listening());
  assertEquals(await response.text(), "release 7\nsecond line\n");
  assertEquals(response.headers.get("x-release"), "release 7");
});

Deno.test("app answers its plain pages", async () => {
  await using app = await startApp();
  const url = await app.listening();
  assertEquals(await get(`${url}/health`), "200 ok\n");
  assertEquals(await get(`${url}/nothing`), "404 no such page\n");
  assertEquals(await get(`${url}/status?code=418`), "418 status 418\n");
  assertStringIncludes(await get(`${url}/headers?a=b`, { headers: { "X-One": "1" } }), "x-one: 1\n");
  assertMatch(
    await get(`${url}/id`),
    new RegExp(`^200 uid \\d+\ngid \\d+\npid ${app.pid}\nppid \\d+\ncwd /`),
  );
});

Deno.test("app redirects where it is told", async () => {
  await using app = await startApp();
  const response = await fetch(`${await app.listening()}/redirect?to=/health%3Fa`, { redirect: "manual" });
  await response.body?.cancel();
  assertEquals([response.status, response.headers.get("location")], [302, "/health?a"]);
});

Deno.test("app answers a variable byte for byte", async () => {
  const value = "a 'b' \"c\" $d\\e `f`\n\té ü\n";
  await using app = await startApp({ env: { HOSTILE: value } });
  const url = await app.listening();
  assertEquals(await get(`${url}/env?name=HOSTILE`), `200 ${value}`);
  assertEquals(await get(`${url}/env?name=NONE`), "404 not set\n");
});

Deno.test("app writes, appends to and reads files", async () => {
  await using app = await startApp();
  const url = await app.listening();
  const path = encodeURIComponent(`${app.directory}/notes`);
  assertEquals(
    await get(`${url}/read?path=${path}`),
    `404 cannot read ${app.directory}/notes: No such file or directory\n`,
  );
  assertEquals(await get(`${url}/write?path=${path}&text=one%0a`), "200 wrote 4 bytes\n");
  assertEquals(await get(`${url}/write?path=${path}&text=two&append=1`), "200 wrote 3 bytes\n");
  assertEquals(await get(`${url}/read?path=${path}`), "200 one\ntwo");
  assertStringIncludes(await get(`${url}/write?path=/nowhere/x&text=y`), "500 cannot write /nowhere/x: ");
});

Deno.test("app answers slowly, with a length and in chunks", async () => {
  await using app = await startApp({ text: "slow" });
  const url = await app.listening();
  const { completed, durationMs } = await slowDownload(url, 300);
  assertEquals([completed, durationMs >= 295], [true, true]);
  const text = await get(`${url}/slow?ms=200&chunked=1&piece=20`);
  assertEquals(text, "200 piece 1 ...........\npiece 2 ...........\nend slow\n");
});

Deno.test("app counts uploads: slow, in chunks, expecting 100", async () => {
  await using app = await startApp();
  const url = await app.listening();
  assertEquals((await slowUpload(url, 100_000, 200)).error, undefined);
  const body = ReadableStream.from([bytes("123"), bytes("456789")]);
  assertEquals(await get(`${url}/upload`, { method: "POST", body }), "200 9 cbf43926\n");
  const head = "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  const answer = await raw(url, `${head}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n123456789`);
  assertMatch(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n9 cbf43926\n$/);
});

Deno.test("app keeps a connection through requests with bodies, pipelined and HEAD", async () => {
  await using app = await startApp({ text: "kept" });
  const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  const head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
  const last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const answer = await raw(await app.listening(), post + head + last);
  assertEquals(answer.split("HTTP/1.1 200 OK").length, 4);
  assertEquals(answer.split("\r\n\r\nkept\n").length, 3);
});

Deno.test("app refuses what is not HTTP", async () => {
  await using app = await startApp();
  const url = await app.listening();
  assertStringIncludes(await raw(url, "nonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n");
  assertStringIncludes(await raw(url, `GET /${"x".repeat(40_000)}`), "HTTP/1.1 431 ");
});

Deno.test("app echoes over a WebSocket", async () => {
  await using app = await startApp({ text: "socket" });
  const report = await websocketEcho(await app.listening(), { messages: 8 });
  assertEquals(report, { completed: true, echoed: 8, closeCode: 1000, release: "socket" });
});

Deno.test("app sends events", async () => {
  await using app = await startApp({ text: "news" });
  assertEquals(
    await get(`${await app.listening()}/sse?count=2`),
    "200 id: 1\ndata: news\n\nid: 2\ndata: news\n\n",
  );
});

Deno.test("app crashes when asked, after an answer or without", async () => {
  await using first = await startApp();
  assertEquals(await get(`${await first.listening()}/crash?answer=1`), "200 crashing\n");
  assertEquals((await first.ended()).code, 1);
  await using second = await startApp();
  assertEquals(await raw(await second.listening(), "GET /crash HTTP/1.1\r\n\r\n"), "");
  assertEquals((await second.ended()).code, 1);
});

Deno.test("app logs a line when asked", async () => {
  await using app = await startApp();
  await get(`${await app.listening()}/log?text=hello+there`);
  await app.says("hello there\n");
  app.kill("SIGTERM");
  assertStringIncludes((await app.ended()).stdout, "\nhello there\n");
});

Deno.test("app told to stop lets a slow answer and an upload end", async () => {
  await using app = await startApp({ text: "draining" });
  const url = await app.listening();
  const answer = await fetch(`${url}/slow?ms=1500`);
  using upload = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
  await upload.write(bytes("POST /upload HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"));
  await upload.read(new Uint8Array(100));
  app.kill("SIGTERM");
  await app.says("stopping, 2 connections open");
  await assertRejects(() => fetch(url), TypeError);
  await upload.write(bytes("123456789"));
  assertStringIncludes(await new Response(upload.readable).text(), "\r\n\r\n9 cbf43926\n");
  assertStringIncludes(await answer.text(), "\nend draining\n");
  const { code, stdout } = await app.ended();
  assertMatch(stdout, /stopped after \d+ ms, 0 connections cut\n$/);
  assertEquals(code, 0);
});

Deno.test("app told to stop closes idle connections, events and WebSockets at once", async () => {
  await using app = await startApp();
  const url = await app.listening();
  await get(url);
  const events = await fetch(`${url}/sse`);
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  await new Promise((resolve) => socket.onopen = resolve);
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  app.kill("SIGTERM");
  const { code, stdout } = await app.ended();
  assertEquals(code, 0);
  // Its wait takes ten seconds.
  assertEquals(Number(/stopped after (\d+) ms/.exec(stdout)?.[1]) < 5_000, true);
  assertStringIncludes(await events.text(), "data: test");
  assertEquals((await closed).code, 1001);
});

Deno.test("app told to hold lives on after TERM", async () => {
  await using app = await startApp();
  assertEquals(await get(`${await app.listening()}/hold?ms=400`), "200 will hold for 400 ms\n");
  app.kill("SIGTERM");
  const { code, stdout } = await app.ended();
  assertEquals([code, Number(/stopped after (\d+) ms/.exec(stdout)?.[1]) >= 400], [0, true]);
});

const failures: [string, Record<string, string>, string][] = [
  ["exit", { APP_FAIL: "exit" }, "release test cannot start: told to exit\n"],
  ["missing-env", { APP_FAIL: "missing-env" }, "environment variable SECRET_KEY_BASE is missing\n"],
  ["no PORT", { PORT: "" }, "environment variable PORT is missing\n"],
];
for (const [name, env, stderr] of failures) {
  Deno.test(`app exits 1 and says why: ${name}`, async () => {
    assertEquals(await runApp({ env }), { code: 1, stdout: "", stderr });
  });
}

Deno.test("app is told how to fail by app.conf as well", async () => {
  const { code, stderr } = await runApp({ text: "bad", conf: { APP_FAIL: "exit" } });
  assertEquals([code, stderr], [1, "release bad cannot start: told to exit\n"]);
});

Deno.test("app says when its port is taken", async () => {
  await using app = await startApp();
  const { port } = new URL(await app.listening());
  const { code, stderr } = await runApp({ env: { PORT: port } });
  assertEquals([code, stderr], [1, `cannot listen on 127.0.0.1:${port}: Address already in use\n`]);
});

Deno.test("app answers 500 to everything when told so", async () => {
  await using app = await startApp({ conf: { APP_FAIL: "status500" } });
  const url = await app.listening();
  assertEquals([await get(url), await get(`${url}/health`)], Array(2).fill("500 told to answer 500\n"));
});

Deno.test("app warms up when told so", async () => {
  await using app = await startApp({ conf: { APP_FAIL: "warm-up", APP_START_MS: "1500" } });
  const url = await app.listening();
  const answers = [await get(url)];
  while (answers.at(-1) === "503 warming up\n") answers.push(await get(url));
  assertEquals([answers[0], answers.at(-1)], ["503 warming up\n", "200 test\n"]);
});

Deno.test("app binds 127.0.0.1 only when told so", async () => {
  await using app = await startApp({ env: { HOST: "0.0.0.0" }, conf: { APP_FAIL: "localhost" } });
  assertMatch(await app.listening(), /^http:\/\/127\.0\.0\.1:/);
});

Deno.test("app told to use IPv6 listens there, or says as Erlang does that it can not", async () => {
  await using app = await startApp({ conf: { APP_FAIL: "ipv6" } });
  const said = await Promise.race([app.listening(), app.ended().then(({ stderr }) => stderr)]);
  assertMatch(said, /^http:\/\/\[::\]:\d+$|: :eafnosupport\n$/);
});

Deno.test("app ignores a HOST that csh exports", async () => {
  await using app = await startApp({ env: { HOST: "freebsd.example.org" } });
  assertMatch(await app.listening(), /^http:\/\/0\.0\.0\.0:/);
});

Deno.test("app starts late, or never listens, and stops on TERM all the same", async () => {
  const start = performance.now();
  await using late = await startApp({ env: { APP_FAIL: "slow-start", APP_START_MS: "300" } });
  await late.listening();
  assertEquals(performance.now() - start >= 300, true);
  await using never = await startApp({ env: { APP_FAIL: "listen-never" } });
  await never.says("started, never listening, release test");
  never.kill("SIGTERM");
  assertEquals((await never.ended()).code, 0);
});
