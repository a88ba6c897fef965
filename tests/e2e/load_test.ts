import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type Load, loadResult, slowDownload, slowUpload, startLoad, websocketEcho } from "./load.ts";
import { connect, endpoint, requestHead } from "./load_http.ts";
import { Fault } from "./load_fault.ts";
import { until } from "./until.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\none\n";
/** Longer than a busy machine lets us wait for our turn. */
const TIMEOUT = 30_000;
/** The same, where a test waits for it to pass. */
const STALL = 5_000;

/** A server that does `misdeed` with every 50th request, or every so many, and answers the others. */
async function serve(
  misdeed: (socket: Socket) => void,
  every = 50,
): Promise<AsyncDisposable & { url: string }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => ++count % every === 0 ? misdeed(socket) : socket.write(OK));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requestsOf(load: Load, count: number): Promise<void> {
  while (load.requests < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The report of so many requests to a server that does `misdeed`. */
async function loadOn(misdeed: (socket: Socket) => void, timeout = TIMEOUT) {
  await using server = await serve(misdeed);
  const load = startLoad({ url: server.url, rate: 1_000, timeout });
  await requestsOf(load, 220);
  return await load.stop();
}

Deno.test("startLoad() holds its rate and counts no failure of a good server", async () => {
  await using server = await serve((socket) => socket.write(OK));
  const load = startLoad({ url: server.url, rate: 500, timeout: TIMEOUT });
  const began = performance.now();
  await requestsOf(load, 400);
  // It makes up for requests that a busy machine kept back.
  const due = () => (performance.now() - began) / 1_000 * 500;
  await until("it has caught up", () => Promise.resolve(load.requests > 0.95 * due()));
  const report = await load.stop();
  assertEquals(loadResult(report), `0 failed requests of ${report.requests}`);
  assertEquals([...report.bodies], [["one", report.requests]]);
  assertEquals([...report.statuses], [[200, report.requests]]);
  const most = due() + 1;
  assert(report.requests <= most, `${report.requests} requests where ${most} were due`);
});

const misdeeds: [name: string, misdeed: (socket: Socket) => void, reason: RegExp, timeout?: number][] = [
  ["status 503", (socket) => socket.write("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"), /^status 503$/],
  ["status 302", (socket) => socket.write("HTTP/1.1 302 No\r\nContent-Length: 0\r\n\r\n"), /^status 302$/],
  ["a reset", (socket) => socket.resetAndDestroy(), /^reset: /],
  ["a close instead of an answer", (socket) => socket.destroy(), /^closed: no whole answer$/],
  ["a stall", () => {}, /^timeout: no whole answer within 5000 ms$/, STALL],
  ["a stall in the body", (socket) => socket.write(OK.slice(0, -2)), /^timeout: /, STALL],
  ["a short body", (socket) => socket.end(OK.slice(0, -2)), /^short: 2 of 4 bytes missing$/],
  ["a short head", (socket) => socket.end(OK.slice(0, 20)), /^short: no whole answer$/],
  ["a reset in the body", (socket) => {
    socket.write(OK.slice(0, -2), () => setTimeout(() => socket.resetAndDestroy(), 20));
  }, /^short: /],
  ["something else than HTTP", (socket) => socket.write("oops\r\n\r\n"), /^malformed: status line "oops"$/],
];
for (const [name, misdeed, reason, timeout] of misdeeds) {
  Deno.test(`startLoad() counts ${name} as a failure, every time`, async () => {
    const { failed, requests, reasons, failures } = await loadOn(misdeed, timeout);
    const expected = Math.floor(requests / 50);
    assertEquals([failed, expected >= 4], [expected, true]);
    assertEquals([...reasons.keys()].filter((key) => !reason.test(key)), []);
    assertEquals(failures.length, failed);
  });
}

Deno.test("startLoad() counts refused connections as failures, and tells the longest gap", async () => {
  const server = await serve((socket) => socket.write(OK));
  const load = startLoad({ url: server.url, rate: 500, connections: 4 });
  await requestsOf(load, 50);
  await server[Symbol.asyncDispose]();
  const before = load.requests;
  await requestsOf(load, before + 200);
  const { failed, failures, longestGapMs } = await load.stop();
  assert(failed >= 190, `${failed} failed`);
  assertStringIncludes(failures.at(-1)!, "connect: ");
  assert(longestGapMs > 150, `${longestGapMs} ms`);
});

Deno.test("startLoad() opens again what was closed while idle, and says so", async () => {
  const report = await loadOn((socket) => socket.write(OK, () => socket.destroySoon()));
  assertEquals(report.failed, 0);
  assert(report.reopened + report.raced >= 3, `${report.reopened} reopened`);
});

Deno.test("startLoad() goes on after Connection: close", async () => {
  const closing = OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  const report = await loadOn((socket) => socket.end(closing));
  assertEquals([report.failed, report.reopened], [0, 0]);
});

Deno.test("startLoad() opens a connection for every request when told so", async () => {
  let connections = 0;
  const serving = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    if (request.headers.get("connection") === "close") connections++;
    return new Response("one\n");
  });
  const load = startLoad({ url: `http://127.0.0.1:${serving.addr.port}`, keepAlive: false });
  await requestsOf(load, 20);
  const { requests, failed } = await load.stop();
  await serving.shutdown();
  assertEquals([failed, connections], [0, requests]);
});

Deno.test("startLoad() reads chunked answers", async () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n1;x\r\n\n\r\n0\r\n\r\n";
  const report = await loadOn((socket) => socket.write(chunked));
  assertEquals(report.failed, 0);
  assertEquals([...report.bodies.keys()].sort(), ["one", "two"]);
});

/** How a second request ends, and whether it never arrived, on a server that does `then` after the first. */
async function secondRequest(then: (socket: Deno.Conn) => Promise<void>): Promise<[string, boolean]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = listener.accept().then(async (socket) => {
    await socket.read(new Uint8Array(1_000));
    await socket.write(new TextEncoder().encode(OK));
    await then(socket);
    socket.close();
  });
  const to = endpoint(`http://127.0.0.1:${listener.addr.port}`);
  const connection = await connect(to, TIMEOUT);
  await connection.exchange(requestHead(to, "/"), TIMEOUT);
  const second = () => connection.exchange(requestHead(to, "/"), TIMEOUT);
  const patient = new Promise((resolve) => setTimeout(resolve, 20));
  if (then === closeNow) await Promise.all([serving, patient]);
  try {
    await second();
    return ["answered", false];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [error.kind, await connection.refusedRequest()];
  } finally {
    connection.close();
    await serving;
  }
}

async function closeNow(): Promise<void> {}

async function readAndClose(socket: Deno.Conn): Promise<void> {
  await socket.read(new Uint8Array(1_000));
}

Deno.test("refusedRequest() is true when the server had closed before the request came", async () => {
  assertEquals(await secondRequest(closeNow), ["closed", true]);
});

Deno.test("refusedRequest() is false when the server took the request and closed then", async () => {
  assertEquals(await secondRequest(readAndClose), ["closed", false]);
});

Deno.test("slowDownload() tells a cut answer", async () => {
  const cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
  await using server = await serveOnce((socket) => socket.end(cut));
  const { completed, error } = await slowDownload(server.url, 100);
  assertEquals([completed, error], [false, "short: 96 of 100 bytes missing"]);
});

Deno.test("slowUpload() tells an early refusal", async () => {
  await using server = await serveOnce((socket) =>
    socket.write("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
  );
  const { completed, error, durationMs } = await slowUpload(server.url, 1_000, 2_000);
  assertEquals([completed, error, durationMs < 2_000], [false, "status 502", true]);
});

Deno.test("slowUpload() tells a wrong checksum", async () => {
  await using server = await serveOnce((socket) => setTimeout(() => socket.write(OK), 100));
  const { completed, error } = await slowUpload(server.url, 1_000, 50);
  assertEquals([completed, error], [false, 'the app received "one\\n"']);
});

Deno.test("websocketEcho() tells a refusal", async () => {
  await using server = await serveOnce((socket) => socket.write(OK));
  const { completed, error } = await websocketEcho(server.url);
  assertEquals([completed, error], [false, "status 200"]);
});

/** A server that does `deed` when a request begins. */
async function serveOnce(deed: (socket: Socket) => void): Promise<AsyncDisposable & { url: string }> {
  const sockets = new Set<Socket>();
  return await serve((socket) => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    deed(socket);
  }, 1);
}
