// The rc script's own ways to start and to stop, run for real with a stand-in for rc.subr.

import { assertEquals, assertMatch } from "@std/assert";
import { startedText, supervisedText } from "../../../../lib/commands/jail/supervised.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { type Playground, playground } from "../../../playground.ts";
import type { Ended } from "../../../shell.ts";
import { envText } from "../../../../lib/commands/jail/variables.ts";

const text = supervisedText({
  envFile: "/env",
  user: "app",
  startFile: "/start",
  log: "/log",
  stopTimeout: 45,
});

/** Calls the script's stop as rc.subr does: with the supervisor's process id, or with none. */
function stop(place: Playground, pid: number | ""): Promise<Ended> {
  const rc = `name=alcaide_app
load_rc_config() { :; }
run_rc_command() { rc_pid=${pid}; eval "$stop_cmd"; }`;
  return place.run(raw(text.replace(". /etc/rc.subr", rc)));
}

/** A supervisor that has a child; prints both ids when they are there. */
async function supervisor(onTerm: string) {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", `trap '${onTerm}' TERM; sleep 300 & echo $$ $!; wait`],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const pids = new TextDecoder().decode(value).trim().split(" ").map(Number);
  return {
    pids,
    async [Symbol.asyncDispose]() {
      for (const pid of pids) if (alive(pid)) Deno.kill(pid, "SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

/** A dead process that nobody has waited for yet counts as gone. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

Deno.test("the supervisor's stop asks it to end and waits for it", async () => {
  await using place = await playground();
  await place.program(
    "pwait",
    `echo "$*" >${
      place.at("/waited")
    }; for try in $(seq 200); do kill -0 "$3" || exit 0; sleep 0.05; done; exit 124`,
  );
  await using running = await supervisor("kill $!; exit");
  const [pid = 0, child = 0] = running.pids;
  const { code, stdout } = await stop(place, pid);
  assertEquals([code, stdout, alive(pid), alive(child)], [0, "Stopping alcaide_app.\n", false, false]);
  assertEquals(await place.read("/waited"), `-t 45 ${pid} ${child}\n`);
});

// Since FreeBSD 14 it waits for its program, however long that takes.
Deno.test("the supervisor's stop ends it and its program when they don't", async () => {
  await using place = await playground();
  await place.program("pwait", "exit 124");
  await using running = await supervisor("");
  const [pid = 0, child = 0] = running.pids;
  const { code, stdout } = await stop(place, pid);
  for (let tries = 0; tries < 200 && (alive(pid) || alive(child)); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals([code, alive(pid), alive(child)], [0, false, false]);
  assertEquals(stdout, "Stopping alcaide_app.\nkilled after 45 s\n");
});

Deno.test("the supervisor's stop says that it doesn't run", async () => {
  await using place = await playground();
  const { code, stdout } = await stop(place, "");
  assertEquals(code, 1);
  assertMatch(stdout, /not running/);
});

const made = { PATH: "/daemon/bin:/bin:/usr/bin", HOME: "/daemon", LANG: "C.UTF-8", USER: "app", TZ: "UTC" };

/** Starts a program as rc.subr and daemon do, who makes its user's variables anew; gives those that the program has. */
async function variablesOf(env: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  await using place = await playground();
  await place.write("/env", envText(env));
  await place.write("/start", startedText("/usr/bin/env -0"));
  const anew = Object.entries(made).map(([name, value]) => `${name}=${value}`).join(" ");
  const rc = `load_rc_config() { :; }
run_rc_command() { eval "$start_precmd" && ${anew} /bin/sh ${place.at("/start")}; }`;
  const { stdout } = await place.run(
    raw(text.replace(". /etc/rc.subr", rc).replace("/env)", `${place.at("/env")})`)),
  );
  return new Map(
    stdout.split("\0").map((row) => {
      const at = row.indexOf("=");
      return [row.slice(0, at), row.slice(at + 1)];
    }),
  );
}

Deno.test("a program that is watched over has the variables of its file, whatever daemon makes of them", async () => {
  const own = { PATH: "/app/bin", HOME: "/data", LANG: "de_DE.UTF-8", USER: "shop", TZ: "Europe/Berlin" };
  const all = { ...own, GREETING: "it's $HOME\n\n", ODD: " é漢😀\u0001\u0081\u0088`x`\\ " };
  const seen = await variablesOf(all);
  assertEquals(Object.keys(all).map((name) => seen.get(name)), Object.values(all));
  assertEquals([...seen.keys()].filter((name) => name.startsWith("ALCAIDE")), []);
});

Deno.test("a program that is watched over has daemon's variables where its file says nothing", async () => {
  const seen = await variablesOf({ GREETING: "hi" });
  assertEquals(Object.keys(made).map((name) => seen.get(name)), Object.values(made));
});

Deno.test("a program that is watched over does not start without the file of its variables", async () => {
  await using place = await playground();
  const rc = `load_rc_config() { :; }
run_rc_command() { eval "$start_precmd"; }`;
  assertEquals((await place.run(raw(text.replace(". /etc/rc.subr", rc)))).code, 1);
});
