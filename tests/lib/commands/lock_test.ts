import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  askLock,
  fenced,
  fencedStream,
  holdLock,
  parseHolder,
  releaseLock,
  underHostLock,
  whileFence,
} from "../../../lib/commands/lock.ts";
import { historyDir, historyFile, hostLock, stateDir } from "../../../lib/commands/paths.ts";
import { secret } from "../../../lib/core/secret.ts";
import { sh } from "../../../lib/core/sh.ts";
import { type Playground, playground } from "../../playground.ts";

const dir = `${stateDir}/apps/shop`;
const holder = { by: "it's me@here", since: "2026-01-02T03:04:05.000Z", what: "deploy" };

async function withFence(fence: number): Promise<Playground> {
  const place = await playground();
  await place.write(`${dir}/fence`, `${fence}\n`);
  return place;
}

for (const [name, guard] of [["fenced", fenced], ["fencedStream", fencedStream]] as const) {
  Deno.test(`${name}() runs a command while its lock is the newest`, async () => {
    await using place = await withFence(7);
    const { code, stdout } = await place.run(guard("shop", 7, sh`echo ${"it's on"}`));
    assertEquals([code, stdout], [0, "it's on\n"]);
  });

  Deno.test(`${name}() runs nothing once a newer lock was taken`, async () => {
    await using place = await withFence(8);
    const { code, stdout, stderr } = await place.run(guard("shop", 7, sh`echo on`));
    assertEquals([code, stdout, stderr], [75, "", "Another deploy has begun since\n"]);
  });

  Deno.test(`${name}() stops and says so when the lock's number can't be read`, async () => {
    await using place = await playground();
    await place.write(`${dir}/fence/not a file`, "");
    const { code, stdout, stderr } = await place.run(guard("shop", 7, sh`echo on`));
    assertEquals([code, stdout], [1, ""]);
    assertMatch(
      stderr,
      /cat: .*\nCannot tell whether another deploy has begun since: \S+\/fence cannot be read\n$/,
    );
  });

  Deno.test(`${name}() passes the command's status on`, async () => {
    await using place = await withFence(7);
    assertEquals((await place.run(guard("shop", 7, sh`exit 3`))).code, 3);
  });

  Deno.test(`${name}() doesn't show secrets`, () => {
    assertEquals(guard("shop", 7, sh`echo ${secret("hunter2")}`).shown.includes("hunter2"), false);
  });
}

Deno.test("fencedStream() leaves standard input to the command", async () => {
  await using place = await withFence(7);
  assertEquals((await place.run(fencedStream("shop", 7, sh`cat`), { stdin: "stream" })).stdout, "stream");
});

Deno.test("fencedStream() runs nothing where no lock was ever taken", async () => {
  await using place = await playground();
  assertEquals((await place.run(fencedStream("shop", 1, sh`echo on`))).code, 75);
});

Deno.test("whileFence() runs a command and passes its status on", async () => {
  await using place = await playground();
  const { code, stdout } = await place.run(whileFence("shop", 7, sh`echo on; exit 4`));
  assertEquals([code, stdout], [4, "on\n"]);
});

Deno.test("underHostLock() runs a command and passes its status on", async () => {
  await using place = await playground();
  const { code, stdout } = await place.run(underHostLock(sh`echo on; exit 4`));
  assertEquals([code, stdout], [4, "on\n"]);
});

Deno.test("underHostLock() runs nothing while somebody else holds the lock", async () => {
  await using place = await playground();
  await place.write(hostLock, "");
  const other = new Deno.Command("flock", {
    args: [place.at(hostLock), "sh", "-c", "echo; read x"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = other.stdout.getReader();
  await reader.read();
  const { code, stdout } = await place.run(underHostLock(sh`echo on`));
  await other.stdin.close();
  await reader.cancel();
  await other.status;
  assertEquals([code, stdout], [75, ""]);
});

Deno.test("underHostLock() nests in what is fenced", async () => {
  await using place = await withFence(7);
  const { stdout } = await place.run(fenced(
    "shop",
    7,
    sh`echo before
${underHostLock(sh`echo ${"it's on"}`)}`,
  ));
  assertEquals(stdout, "before\nit's on\n");
});

/** FreeBSD's sh reads with a limit; of the shells here only bash does. */
function holding(fence?: number) {
  const script = holdLock("shop", holder);
  return async (stdin: string) => {
    await using place = await playground();
    if (fence !== undefined) await place.write(`${dir}/fence`, `${fence}\n`);
    const text = script.text.replaceAll("/bin/sh", "bash");
    const { code, stdout } = await place.run({ ...script, text }, { stdin });
    const history = await place.read(historyFile("shop"));
    return { code, stdout, history, fence: await place.read(`${dir}/fence`), names: await place.names(dir) };
  };
}

Deno.test("holdLock() counts from 1, and lets go at the last word", async () => {
  assertEquals(await holding()("alive\nend\n"), {
    code: 0,
    stdout: "locked 1\n",
    history: undefined,
    fence: "1\n",
    names: ["fence", "lock", "releases"],
  });
});

Deno.test("holdLock() counts on from the lock before", async () => {
  assertEquals((await holding(41)("end\n")).stdout, "locked 42\n");
});

Deno.test("holdLock() does not begin to count anew when the number before can't be read", async () => {
  await using place = await playground();
  await place.write(`${dir}/fence/not a file`, "");
  const text = holdLock("shop", holder).text.replaceAll("/bin/sh", "bash");
  const { code, stdout } = await place.run({ text, shown: text }, { stdin: "end\n" });
  assertEquals([code, stdout, await place.names(`${dir}/fence`)], [1, "", ["not a file"]]);
});

Deno.test("holdLock() lets go when its client is gone", async () => {
  assertEquals((await holding()("alive\n")).names, ["fence", "lock", "releases"]);
});

Deno.test("holdLock() keeps the record that its client sends", async () => {
  const record = JSON.stringify({ ...holder, error: { message: "a \\\\ b\\n $(x)" } });
  const { stdout, history } = await holding()(`alive\n500 ${record}\nend\n`);
  assertEquals([stdout, history], ["locked 1\nrecorded\n", `${record}\n`]);
});

Deno.test("holdLock() keeps who held it where no record comes", async () => {
  assertEquals((await holding()("alive\n")).history, `${JSON.stringify(holder)}\n`);
});

Deno.test("holdLock() keeps who held it before and was killed", async () => {
  await using place = await withFence(5);
  const before = `${JSON.stringify({ ...holder, by: "you@there" })}\n`;
  await place.write(`${dir}/lock.info`, before);
  const text = holdLock("shop", holder).text.replaceAll("/bin/sh", "bash");
  await place.run({ text, shown: text }, { stdin: "end\n" });
  assertEquals(await place.read(historyFile("shop")), before);
});

Deno.test("holdLock() says who holds the lock and leaves the fence alone", async () => {
  await using place = await withFence(5);
  await place.write(`${dir}/lock.info`, `${JSON.stringify(holder)}\n`);
  await place.program("lockf", "exit 75");
  const { code, stdout } = await place.run(holdLock("shop", holder));
  assertEquals([code, JSON.parse(stdout), await place.read(`${dir}/fence`)], [75, holder, "5\n"]);
});

Deno.test("holdLock() takes a lock that somebody has just asked for, whoever held it before", async () => {
  await using place = await withFence(5);
  await place.write(`${dir}/lock.info`, `${JSON.stringify(holder)}\n`);
  await place.program(
    "lockf",
    `[ -e '${place.at(dir)}/asked' ] || { : >'${place.at(dir)}/asked'; exit 75; }
shift 5; shift; exec bash "$@"`,
  );
  const { code, stdout } = await place.run(holdLock("shop", holder), { stdin: "end\n" });
  assertEquals([code, stdout], [0, "locked 6\n"]);
});

Deno.test("holdLock() never waits for a lock", () => {
  assertMatch(holdLock("shop", holder).text, /lockf -k -s -t 0 /);
});

Deno.test("holdLock() keeps the app's directory to root", () => {
  assertStringIncludes(
    holdLock("shop", holder).text,
    `chmod 700 ${stateDir} ${dir} ${historyDir}\n} || exit $?`,
  );
});

Deno.test("askLock() prints nothing where nobody ever deployed", async () => {
  await using place = await playground();
  const { code, stdout } = await place.run(askLock("shop"));
  assertEquals([code, stdout], [0, ""]);
});

Deno.test("askLock() prints nothing while the lock is free", async () => {
  await using place = await withFence(7);
  const { code, stdout } = await place.run(askLock("shop"));
  assertEquals([code, stdout], [0, ""]);
});

Deno.test("askLock() prints who holds the lock, or that somebody does", async () => {
  await using place = await withFence(7);
  await place.program("lockf", "exit 75");
  const unknown = await place.run(askLock("shop"));
  await place.write(`${dir}/lock.info`, `${JSON.stringify(holder)}\n`);
  const known = await place.run(askLock("shop"));
  assertEquals([unknown.stdout, JSON.parse(known.stdout)], ["?\n", holder]);
});

Deno.test("releaseLock() makes its holder's scripts end, and leaves the lock free", async () => {
  await using place = await withFence(7);
  await place.write(`${dir}/lock.info`, `${JSON.stringify(holder)}\n`);
  assertEquals((await place.run(releaseLock("shop"))).code, 0);
  assertEquals((await place.run(fenced("shop", 7, sh`echo on`))).code, 75);
  assertEquals((await place.names(dir)).filter((name) => name.startsWith("lock.")), []);
});

Deno.test("holdLock() lets go when its lock is taken away", async () => {
  await using place = await playground();
  const script = holdLock("shop", holder);
  const text = script.text.replaceAll("/bin/sh", "bash").replace(
    'echo "locked $fence"',
    `: >${dir}/lock.release; echo locked`,
  );
  const { code } = await place.run({ ...script, text }, { stdin: "alive\nalive\nalive\n" });
  assertEquals([code, (await place.names(dir)).includes("lock.release")], [0, false]);
});

Deno.test("parseHolder() reads who it is, and makes nothing of anything else", () => {
  assertEquals(parseHolder(JSON.stringify(holder)), holder);
  for (const text of ["", "?", "{", "null", "7", '{"by":"me"}', '{"by":{},"since":"","what":""}']) {
    assertEquals(parseHolder(text), undefined, text);
  }
});
