import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Terminal } from "../../../../lib/transport/mod.ts";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { exists, type Sshd, sshTest, startSshd } from "./sshd.ts";

const env = {};
const terminal: Terminal = { columns: 91, rows: 17, type: "xterm-256color" };

/** Files of scripts for terminals that hold a text; there may be other tests' own. */
async function scriptsWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/tmp")) {
    if (!/^alcaide\.\w{10}$/.test(name)) continue;
    const script = await Deno.readTextFile(`/tmp/${name}`).catch(() => "");
    if (script.includes(text)) found.push(name);
  }
  return found;
}

/** Runs a script at a terminal and gives what it shows. */
async function show(
  server: Sshd,
  script: string,
  stdin?: string | ReadableStream<Uint8Array>,
  onShown?: (text: string) => void,
  at = terminal,
) {
  await using transport = sshTransport(server.target, { env });
  const decoder = new TextDecoder();
  let shown = "";
  const exit = await transport.exec(script, {
    terminal: at,
    ...(stdin === undefined ? {} : { stdin }),
    onData: (chunk) => {
      shown += decoder.decode(chunk, { stream: true });
      onShown?.(shown);
    },
  });
  return { exit, shown };
}

sshTest("a terminal has its size and kind", async () => {
  await using server = await startSshd();
  const { exit, shown } = await show(server, 'stty size; echo "$TERM"; exit 4');
  assertEquals([exit.code, shown], [4, "17 91\r\nxterm-256color\r\n"]);
});

sshTest("a terminal's new size reaches the script", async () => {
  await using server = await startSshd();
  let resize = (_columns: number, _rows: number) => {};
  const at = { ...terminal, onResize: (callback: typeof resize) => void (resize = callback) };
  const script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.02; done";
  const { shown } = await show(
    server,
    script,
    undefined,
    (text) => text.endsWith("ready\r\n") && resize(100, 30),
    at,
  );
  assert(shown.endsWith("30 100\r\n"), shown);
});

sshTest("a terminal passes on what is typed", async () => {
  await using server = await startSshd();
  const { shown } = await show(server, 'stty -echo; read line; echo "got $line"', "some words\n");
  assert(shown.endsWith("got some words\r\n"), shown);
});

sshTest("the end of what is typed is the end for the script", async () => {
  await using server = await startSshd();
  const { exit, shown } = await show(server, "stty -echo; cat; echo over", "line\n");
  assert(shown.endsWith("over\r\n"), shown);
  assertEquals(exit.code, 0);
});

sshTest("Ctrl-C at a terminal reaches the script as its signal", async () => {
  await using server = await startSshd();
  const { writable, readable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const { exit } = await show(server, "echo ready; sleep 60", readable, (text) => {
    if (text.endsWith("ready\r\n")) writer.write(new Uint8Array([3])).catch(() => {});
  });
  await writer.abort().catch(() => {});
  assertEquals([exit.code, exit.signal], [null, "INT"]);
});

sshTest("a script for a terminal leaves no file", async () => {
  await using server = await startSshd();
  const mark = crypto.randomUUID();
  const { shown } = await show(
    server,
    `echo "$0"; grep -l ${mark} /tmp/alcaide.?????????? 2>/dev/null; exit 1`,
  );
  assertMatch(shown, /^\/tmp\/alcaide\.\w{10}\r\n$/);
  assertEquals(await scriptsWith(mark), []);
});

sshTest("a command at a terminal ends when its signal comes", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const controller = new AbortController();
  const onData = () => controller.abort(new Error("enough"));
  const running = transport.exec("echo ready; sleep 60", { terminal, onData, signal: controller.signal });
  await assertRejects(() => running, Error, "enough");
  assertEquals((await transport.exec("echo on", {})).stdout, "on\n");
});

sshTest("a terminal behind doas works", async () => {
  await using server = await startSshd({ doas: "permit nopass deploy as root" });
  const { shown } = await show({ ...server, target: server.user }, "id -u; stty size");
  assertEquals(shown, "0\r\n17 91\r\n");
}, exists("/usr/bin/doas") ? undefined : "needs doas (package opendoas)");
