// A guarded deploy under load: a release with 5 % errors is taken back, a good one stays.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { raw, sh } from "../../lib/core/sh.ts";
import { local } from "../../lib/remote/local.ts";
import { removeApp } from "./clean.ts";
import { describeLoad, slowDownload, startLoad } from "./load.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { patience } from "./until.ts";

scenario("a guard takes a release back that answers with errors", async (place, part) => {
  await using project = await makeProject(place, "shop", {
    guard: { for: 600, maxErrors: "1%" },
    notify: { on: ["guard"], command: "cat >>notices.jsonl" },
  });
  await project.well(["setup"]);
  await project.release({ text: "one" });
  const first = await project.alcaide(["deploy"]);
  assertEquals(first.code, 0, first.stderr);

  await part("5 % of errors bring the old release back, and nothing else fails", async () => {
    await project.release({ text: "two" });
    const host = project.domain;
    const load = startLoad({ url: place.http, host, rate: 19, connections: 4, keepAlive: false });
    const ill = startLoad({ url: place.http, host, rate: 1, connections: 1, path: "/status?code=500" });
    const { code, stdout, stderr } = await project.alcaide(["deploy"]);
    const long = await slowDownload(place.http, 100, { host });
    const [report] = await Promise.all([load.stop(), ill.stop()]);
    say(describeLoad(report).join("\n"));
    assertEquals([code, long.release], [1, "one"], stdout + stderr);
    assertMatch(
      stderr,
      /Cannot keep release 2-\S+ on \S+: \d+ errors of \d+ answers, and guard\.maxErrors is 1%/,
    );
    assertEquals(report.failed, 0, report.failures.join("\n"));
    assertEquals([...report.bodies.keys()].sort(), ["one", "two"]);
    const releases = await project.alcaide(["releases"]);
    assertMatch(releases.stdout, /2-\S+ +failed/);
    const [notice, ...more] = (await Deno.readTextFile(`${project.directory}/notices.jsonl`)).trim().split(
      "\n",
    )
      .map((line) => JSON.parse(line));
    assertEquals([notice.event, notice.release, notice.previous, more], ["guard", "2-none", "1-none", []]);
    const history = await project.alcaide(["--json", "history", "-n", "1"]);
    assertEquals(JSON.parse(history.stdout).value.entries[0].since, notice.since, history.stderr);
    assertStringIncludes(await place.server.read(sh`tail -n 1 /var/log/caddy/alcaide_shop.log`), '"status":');
  });

  await part("a good one stays", async () => {
    await project.configure({ guard: { for: 5, maxErrors: "1%" } });
    await project.release({ text: "three" });
    const { stdout, stderr } = await project.well(["deploy"]);
    assertStringIncludes(stdout + stderr, "the guard saw only 0 answers: too few to judge the release by");
    assertEquals((await ask(place, project, "/")).text, "three\n");
  });

  await part("a watched branch is deployed once, and a broken commit not twice", async () => {
    await project.configure({ guard: undefined, health: { path: "/health", timeout: patience(2) } });
    await git(project, "init -q -b main && init -q --bare tmp/origin && printf 'home\\ntmp\\n' >.gitignore");
    await git(project, "remote add origin tmp/origin");
    const look = async (text: string, conf: Record<string, string> = {}) => {
      await project.release({ text, conf });
      await git(project, `add -A && commit -q -m ${text} && push -q origin HEAD:main`);
      const first = await project.alcaide(["watch", "--once", "--branch", "main"]);
      const second = await project.alcaide(["watch", "--once", "--branch", "main"]);
      assertMatch(first.stderr, /^20\S+Z branch main is at [0-9a-f]{12}: deploying$/m);
      assertEquals([second.code, second.stderr.includes("deploying")], [0, false], second.stderr);
      return [first.code, (await ask(place, project, "/")).text];
    };
    assertEquals(await look("four"), [0, "four\n"]);
    assertEquals(await look("broken", { APP_FAIL: "listen-never" }), [1, "four\n"]);
    const child = project.start(["watch", "--every", "10s", "--branch", "main"]);
    let told = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      told += text;
      if (text.includes("watching branch main")) child.kill("SIGTERM");
    }
    await child.stdout.cancel();
    assertMatch(told, /^20\S+Z stopped$/m);
    assertEquals([(await child.status).code, told.includes("deploying")], [0, false], told);
  });

  await removeApp(place, "shop");
});

/** Runs git in a project's directory. */
async function git({ directory }: Project, words: string): Promise<void> {
  const me = "git -c user.name=me -c user.email=me@here";
  await local({ cwd: directory }).run(raw(words.replaceAll(/(^|&& )(?!printf)/g, `$1${me} `)));
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
