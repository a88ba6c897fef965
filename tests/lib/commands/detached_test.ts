import { assertEquals } from "@std/assert";
import { doWork, followWork, type Work } from "../../../lib/commands/detached.ts";
import { setupWork, stateDir, workDir } from "../../../lib/commands/paths.ts";
import { sh } from "../../../lib/core/sh.ts";
import { type Playground, playground } from "../../playground.ts";

const all = { out: 0, err: 0 };
const lock = { app: "shop", fence: 7 };
const dir = `${workDir("shop")}/one`;

async function locked(): Promise<Playground> {
  const place = await playground();
  await place.write(`${stateDir}/apps/shop/fence`, "7\n");
  return place;
}

/** Work that has printed something and is neither at work nor has ended. */
async function gone(place: Playground): Promise<Work> {
  for (const [name, text] of [["out", "one\ntwo\n"], ["err", "!\n"], ["pid", "999999999\n"]] as const) {
    await place.write(`${dir}/${name}`, text);
  }
  return { dir, command: sh`echo again`, lock };
}

Deno.test("doWork() prints what the work prints, and ends with its status", async () => {
  await using place = await locked();
  const work = { dir, command: sh`cat; echo ${"it's bad"} >&2; exit 4`, lock };
  assertEquals(await place.run(doWork(work, all), { stdin: "in" }), {
    code: 4,
    stdout: "in",
    stderr: "it's bad\n",
  });
  assertEquals([await place.read(`${dir}/out`), await place.read(`${dir}/status`)], ["in", "4\n"]);
  assertEquals(
    (await place.run(doWork({ ...work, command: sh`echo twice` }, { out: 1, err: 3 }))).stdout,
    "n",
  );
});

Deno.test("doWork() without a lock leaves nothing", async () => {
  await using place = await playground();
  const work = { dir: `${setupWork}/one`, command: sh`echo done` };
  assertEquals((await place.run(doWork(work, all))).stdout, "done\n");
  assertEquals((await place.run(sh`ls -A ${setupWork}`)).stdout, "");
});

Deno.test("doWork() without a lock leaves nothing when it is ended as soon as its work has begun", async () => {
  await using place = await playground();
  // Asked for the second of the boot, which comes first; the group of these tests is left alone.
  await place.program("sysctl", "kill -TERM $PPID");
  await place.program("ps", "exit 1");
  const work = { dir: `${setupWork}/one`, command: sh`sleep 5` };
  assertEquals((await place.run(doWork(work, all))).code, 143);
  assertEquals((await place.run(sh`ls -A ${setupWork}`)).stdout, "");
});

Deno.test("followWork() says that the work was ended from outside, and begins none", async () => {
  await using place = await locked();
  assertEquals(await place.run(followWork(await gone(place), { out: 4, err: 2 })), {
    code: 1,
    stdout: "two\n",
    stderr: "It was ended from outside, before it could say how it went\n",
  });
});

Deno.test("followWork() does not take the process of another boot for the work", async () => {
  await using place = await locked();
  const work = await gone(place);
  await place.write(`${dir}/pid`, `${Deno.pid}\n`);
  const rebooted = sh`sysctl() { echo '{ sec = 20, usec = 1 } Thu'; }
stat() { echo 10; }
${followWork(work, all)}`;
  assertEquals((await place.run(rebooted)).code, 1);
});

for (const [name, script] of [["doWork", doWork], ["followWork", followWork]] as const) {
  Deno.test(`${name}() does nothing once somebody else has the lock`, async () => {
    await using place = await locked();
    await place.write(`${stateDir}/apps/shop/fence`, "8\n");
    assertEquals(await place.run(script(await gone(place), all)), {
      code: 75,
      stdout: "",
      stderr: "Another deploy has begun since\n",
    });
  });
}
