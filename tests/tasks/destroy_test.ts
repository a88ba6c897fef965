import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError, type Exit } from "../../lib/core/error.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { ExecOptions } from "../../lib/transport/mod.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { destroy } from "../../tasks/destroy.ts";
import { answer } from "../fake/answer.ts";
import { fakeContext } from "../fake/context.ts";

const left = `own /usr/local/etc/caddy/conf.d/alcaide/shop.caddy
own /var/db/alcaide/apps/shop/fence
all /var/db/alcaide/apps/shop/notes
file shop_blue /usr/local/etc/alcaide/jails/shop_blue.conf
tree /jails/shop_blue
`;

/** The answers of a server: to the probe, to the question for what is left, to that for volumes. */
const said = { left, volumes: "/data/db dir 770\n", failing: "", known: answer({ dataset: "" }) };

/** A person who types these lines, and says yes or no. */
function person(lines: readonly string[], yes: boolean, questions: string[]) {
  const more = [...lines];
  const ask = <T>(question: string, answer: T) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  return {
    line: (question: string) => ask(question, more.shift() ?? null),
    confirm: (question: string) => ask(question, yes),
    secret: () => Promise.resolve(null),
  };
}

function perform(
  options: Record<string, unknown>,
  more: { lines?: string[]; yes?: boolean; said?: Partial<typeof said> } = {},
) {
  const scripts: string[] = [];
  const questions: string[] = [];
  const answers = { ...said, ...more.said };
  const exec = async (script: string, { stdin, onLine }: ExecOptions): Promise<Exit> => {
    const end = (stdout: string, code = 0, stderr = "") => ({ code, stdout, stderr });
    if (script.includes("=== system")) return end(answers.known);
    if (script.includes("echo own ")) return end(answers.left);
    if (script.includes('echo "$v link"')) return end(answers.volumes);
    if (script.includes("locked $fence")) {
      onLine?.("locked 1", "out");
      await new Response(stdin as ReadableStream).text();
      return end("locked 1\nrecorded\n");
    }
    return act(script);
  };
  const act = (script: string): Exit => {
    scripts.push(script);
    const failed = answers.failing !== "" && script.includes(answers.failing);
    return { code: failed ? 1 : 0, stdout: "", stderr: failed ? "Told to fail\n" : "" };
  };
  const web = remote("web", { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
  const ui = memoryUi(
    more.lines === undefined ? {} : { person: person(more.lines, more.yes ?? true, questions) },
  );
  const ctx = fakeContext({ options });
  const run = () => destroy({ ...ctx, ui, servers: servers([web]) });
  return { run, ui, scripts, questions };
}

/** Runs it, and gives what it said and did. */
async function done(...input: Parameters<typeof perform>) {
  const { run, ui, ...rest } = perform(...input);
  await run();
  return { ...rest, ui, result: ui.results.join("\n") };
}

async function refused(...input: Parameters<typeof perform>) {
  const { run, scripts, questions } = perform(...input);
  const { message, hint, exitCode } = await assertRejects(run, AlcaideError);
  return { error: [message, hint], exitCode, scripts, questions };
}

Deno.test("destroy --plan prints what would go and stay, and changes nothing", async () => {
  const { result, scripts } = await done({ plan: true });
  assertEquals([result, scripts], [
    `web: to remove
  - Take shop out of Caddy: its site answers to http://
  - Remove the jail shop_blue: it runs in /jails/shop_blue
  - Forget shop: its releases, logs and addresses are kept
  The volume /data/db stays
  /var/db/alcaide/apps/shop/notes stays: alcaide did not make it`.replace(
      / {2}- Remove the jail shop_db.*\n/,
      "",
    ),
    [],
  ]);
});

Deno.test("destroy asks for the app's name, and removes under its lock", async () => {
  const { result, scripts, questions } = await done({}, { lines: ["shop"] });
  assertEquals(questions.length, 1);
  assertMatch(
    questions[0] ?? "",
    /^web: to remove\n.*\n {2}- Remove the jail shop_blue[^]*\nAll of this goes, and nothing brings it back\. Type shop to go on:$/,
  );
  assertEquals(scripts.length, 3);
  for (const script of scripts) assertStringIncludes(script, "/var/db/alcaide/apps/shop/script.lock");
  assert(!scripts.some((script) => /rm[^\n]*\/data\/db/.test(script)));
  assertStringIncludes(result, "web: removed\n");
});

Deno.test("destroy changes nothing without the app's name", async () => {
  const { error, scripts } = await refused({}, { lines: ["yes"] });
  assertEquals([error, scripts], [
    ["Cannot destroy shop without its name", 'Nothing was changed. Type "shop" for a yes'],
    [],
  ]);
});

Deno.test("destroy refuses to ask where nobody is, and a name that is another app's", async () => {
  assertEquals((await refused({})).error, [
    "Cannot destroy shop without its name: there is no terminal to ask at",
    "Name it: --yes shop",
  ]);
  const other = await refused({ yes: "blog" }, { lines: ["shop"] });
  assertEquals([other.error, other.exitCode, other.questions], [
    ['Cannot destroy shop: --yes names "blog", the app is "shop"', "Write --yes shop"],
    2,
    [],
  ]);
});

Deno.test("destroy --volumes asks a second time, and keeps everything without a yes", async () => {
  const { questions, scripts } = await done({ volumes: true }, { lines: ["shop"] });
  assertEquals(questions[1], "Delete /data/db with all data?");
  assertStringIncludes(scripts[2] ?? "", "rm -rfx /data/db");
  const no = await refused({ volumes: true }, { lines: ["shop"], yes: false });
  assertEquals([no.error, no.scripts], [
    ["Cannot delete volumes of shop without a yes", "Nothing was changed. Leave out --volumes to keep them"],
    [],
  ]);
});

Deno.test("destroy --yes NAME --volumes asks nothing, and tells which volumes stay", async () => {
  const { result, questions } = await done({ yes: "shop", volumes: true }, {
    said: { volumes: "/data/db mount\n" },
  });
  assertEquals(questions, []);
  assertStringIncludes(result, "The volume /data/db stays: it is a file system of its own, or has one in it");
});

Deno.test("destroy takes no lock where nothing is left", async () => {
  const known = answer({ dataset: "", jails: "", host: "", sites: "", accessories: "" });
  const { result, questions, ui } = await done({}, { lines: [], said: { left: "", known } });
  assertEquals([result, questions], ["web: nothing of it is there", []]);
  assert(!ui.text().includes("Take the lock"));
});

Deno.test("destroy stops at what fails, and says how to go on", async () => {
  const { error, scripts } = await refused({ yes: "shop" }, {
    said: { failing: "shop_blue.conf -r shop_blue" },
  });
  assertEquals(scripts.length, 2);
  assertEquals(error[1], "What is gone stays gone: run this again");
});

/** A server that setup has prepared, and that has no app. */
const prepared = answer({
  ...{ dataset: "", jails: "", host: "", sites: "", accessories: "", journal: "", files: "", trees: "" },
  ...{ routed: "", live: "", base: ".templates\n", builds: "" },
});
const server = { known: prepared, left: "own /var/db/alcaide/before\nbefore absent /jails\n" };

Deno.test("destroy --server undoes setup under the host's lock, after a yes by the app's name", async () => {
  const { scripts, questions, result } = await done({ server: true }, { lines: ["shop"], said: server });
  assertEquals(questions.length, 1);
  assertMatch(questions[0] ?? "", /^web: to remove\n[^]*\nSetup of web is undone\. Type shop to go on:$/);
  assertStringIncludes(scripts[0] ?? "", "There is an app on the server");
  assertStringIncludes(scripts[0] ?? "", "/var/db/alcaide/lock ");
  assertStringIncludes(scripts.at(-1) ?? "", "rmdir /var/db/alcaide ");
  assertStringIncludes(result, "web: removed\n  - Remove Caddy: setup installed it");
});

Deno.test("destroy --server --plan changes nothing", async () => {
  const { scripts, result } = await done({ server: true, plan: true }, { said: server });
  assertEquals(scripts, []);
  assertStringIncludes(result, "web: to remove\n");
});

Deno.test("destroy --server refuses an app, no name, and volumes", async () => {
  assertEquals((await refused({ server: true, yes: "shop" })).error, [
    "Cannot undo setup on web: it still has apps: shop",
    '"alcaide destroy" takes an app away, in its own project',
  ]);
  assertEquals(
    (await refused({ server: true }, { said: server })).error[0],
    "Cannot undo setup without its name: there is no terminal to ask at",
  );
  assertEquals(
    (await refused({ server: true }, { lines: ["x"], said: server })).error[0],
    "Cannot undo setup without its name",
  );
  assertEquals((await refused({ server: true, volumes: true, yes: "shop" })).error, [
    "Cannot use --volumes with --server",
    "Volumes go with their app, or stay",
  ]);
});

Deno.test("destroy --server stops at what fails, and says how to go on", async () => {
  const { error } = await refused({ server: true, yes: "shop" }, {
    said: { ...server, failing: "sysrc -x alcaide_enable" },
  });
  assertEquals(error, [
    'Cannot undo setup on web: "Remove the boot script and the rotation of logs" failed',
    "What is gone stays gone: mend what is named above, then run this again",
  ]);
});
