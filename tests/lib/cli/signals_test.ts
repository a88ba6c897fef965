import { assert, assertEquals, assertFalse } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { onSignals, type SignalSource } from "../../../lib/cli/signals.ts";
import { type EndSignal, InterruptedError } from "../../../lib/core/error.ts";

/** Signals sent by the test. */
function makeSource() {
  const listeners = new Map<EndSignal, () => void>();
  const source: SignalSource = {
    addSignalListener: (signal, listener) => void listeners.set(signal, listener),
    removeSignalListener: (signal) => void listeners.delete(signal),
  };
  return { source, listeners, send: (signal: EndSignal) => listeners.get(signal)?.() };
}

function makeInterruption() {
  const { source, listeners, send } = makeSource();
  const said: string[] = [];
  const exits: number[] = [];
  const interruption = onSignals({
    warn: (text) => said.push(text),
    exit: (code) => exits.push(code),
    source,
  });
  return { interruption, listeners, send, said, exits };
}

const codes = [["SIGINT", 130], ["SIGTERM", 143], ["SIGQUIT", 131], ["SIGHUP", 129]] as const;
for (const [signal, code] of codes) {
  Deno.test(`onSignals() aborts with status ${code} at the first ${signal}`, () => {
    const { interruption, send, exits } = makeInterruption();
    assertFalse(interruption.signal.aborted);
    send(signal);
    const { reason } = interruption.signal;
    assert(reason instanceof InterruptedError);
    assertEquals([reason.exitCode, exits], [code, []]);
  });

  Deno.test(`onSignals() ends at once at the third ${signal}, but never for a terminal that is closed`, () => {
    const { send, exits } = makeInterruption();
    for (let count = 0; count < 3; count++) send(signal);
    assertEquals(exits, signal === "SIGHUP" ? [] : [code]);
  });
}

Deno.test("onSignals() says at the second signal that cleaning goes on", () => {
  const { send, said, exits } = makeInterruption();
  send("SIGINT");
  send("SIGTERM");
  assertEquals(said, [
    "Stopping and cleaning up",
    "Still cleaning up; another signal ends at once and leaves things half done",
  ]);
  assertEquals(exits, []);
});

Deno.test("onSignals() ends at once at the second signal where nothing is undone", () => {
  const { interruption, send, said, exits } = makeInterruption();
  const { signal } = interruption;
  signal.addEventListener("abort", () => signal.reason.undoes = false);
  send("SIGINT");
  send("SIGINT");
  assertEquals([said, exits], [["Stopping; another signal ends at once"], [130]]);
});

Deno.test("onSignals() listens no longer than it should", () => {
  const { interruption, listeners } = makeInterruption();
  assertEquals(listeners.size, 4);
  interruption[Symbol.dispose]();
  assertEquals(listeners.size, 0);
});

const program = fromFileUrl(new URL("../../../lib/cli/signals.ts", import.meta.url));
for (const [how, wanted] of [["", 129], ["trap '' HUP; ", 143]] as const) {
  Deno.test(`onSignals() takes SIGHUP ${how === "" ? "by default" : "not under nohup"}`, async () => {
    const text = `const { onSignals } = await import(${JSON.stringify(program)});
const { signal } = onSignals({ warn: () => {}, exit: () => {} });
const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
Deno.kill(Deno.pid, "SIGHUP");
${how === "" ? "" : 'Deno.kill(Deno.pid, "SIGTERM");'}
await stopped;
console.log(signal.reason.exitCode);`;
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${how}exec "$0" eval --quiet --no-check "$1"`, Deno.execPath(), text],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), `${wanted}\n`, new TextDecoder().decode(stderr));
  });
}
