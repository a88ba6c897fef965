// The lines of README and docs, as they stand there, in a project with a server and on that server.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { ran, readShellBlocks, shellBlocks } from "../docs/shell_blocks.ts";
import { onlyOnTestHost, type Place, repository } from "./place.ts";
import { postgresqlMajor } from "./postgresql.ts";
import { cacheDirectory, makeProject, type Project, type Result, resultOf } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

/** A project in which a shell runs lines, with `alcaide` on its path. */
async function makeShell(place: Place): Promise<Project> {
  const tools = await Deno.makeTempDir({ prefix: "alcaide-docs-" });
  const program = `#!/bin/sh\nexec '${Deno.execPath()}' run -A --quiet '${repository}cli.ts' "$@"\n`;
  await Deno.writeTextFile(join(tools, "alcaide"), program, { mode: 0o755 });
  const who = {
    GIT_AUTHOR_NAME: "me",
    GIT_AUTHOR_EMAIL: "me@here",
    GIT_COMMITTER_NAME: "me",
    GIT_COMMITTER_EMAIL: "me@here",
  };
  const project = await makeProject(place, "shop", {}, {
    command: ["/bin/sh", "-ec"],
    env: {
      ...who,
      PATH: `${tools}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      DENO_DIR: await cacheDirectory(),
      EDITOR: "true",
    },
  });
  const end = project[Symbol.asyncDispose];
  return {
    ...project,
    [Symbol.asyncDispose]: async () => {
      await Deno.remove(tools, { recursive: true });
      await end.call(project);
    },
  };
}

/** A release whose commands are those that the pages call. */
async function makeRelease(project: Project): Promise<void> {
  await project.release({ text: "one" });
  const script = '#!/bin/sh\ncase "$1" in start) exec bin/app ;; *) echo "$@" ;; esac\n';
  await Deno.writeTextFile(join(project.directory, "release/bin/shop"), script, { mode: 0o755 });
}

/** A person's answers, each after the text that it answers. */
type Answers = readonly (readonly [said: string, answer: string])[];

async function answered(child: Deno.ChildProcess, answers: Answers): Promise<Result> {
  const writer = child.stdin.getWriter();
  const open = [...answers];
  let stdout = "";
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += piece;
    const [next] = open;
    if (next === undefined || !stdout.includes(next[0])) continue;
    open.shift();
    await writer.write(new TextEncoder().encode(next[1]));
  }
  await writer.close().catch(() => {});
  await child.stderr.cancel();
  return { code: (await child.status).code, stdout, stderr: "", text: stdout };
}

scenario("the commands of README and docs work as they stand there", async (place, part) => {
  const { server } = place;
  await using shell = await makeShell(place);
  const blocks = new Map((await readShellBlocks()).map(({ key, text }) => [key, text]));
  const done = new Set<string>();
  const find = (start: string): string => {
    const [key, ...more] = [...blocks.keys()].filter((key) => key.startsWith(start) && !done.has(key));
    assert(
      key !== undefined && (more.length === 0 || key === start),
      `"${start}" names ${more.length + 1} blocks`,
    );
    assertEquals(shellBlocks[key], ran[0]);
    done.add(key);
    return blocks.get(key) ?? "";
  };
  const tails = async () => (await server.read(sh`pgrep -x tail; :`)).split("\n");
  /** Runs a line that follows a log, and presses Ctrl-C once the server follows it. */
  const followed = async (text: string): Promise<Result> => {
    const before = await tails();
    const child = shell.atTerminal([text]);
    const writer = child.stdin.getWriter();
    const ended = resultOf(child);
    await until(`"${text}" follows`, async () => (await tails()).some((pid) => !before.includes(pid)));
    await writer.write(new TextEncoder().encode("\x03"));
    const result = await ended;
    await writer.close().catch(() => {});
    return result;
  };
  /** Runs a line; what goes on for ever is interrupted, and what asks gets answers. */
  const line = async (text: string, answers: Answers = []) => {
    const follows = / -f\b/.test(text.replace(/#.*/, ""));
    const { code, stdout, stderr } = follows
      ? await followed(text)
      : answers.length === 0
      ? await shell.alcaide([text])
      : await answered(shell.atTerminal([text]), answers);
    assertEquals(code, follows ? 130 : 0, `${text}: ${stdout}${stderr}`);
  };
  /** Runs a block here, line by line; some lines ask. */
  const run = async (start: string, typed: Readonly<Record<string, Answers>> = {}, before = "") => {
    for (const text of find(start).split("\n").filter((text) => text.trim() !== "")) {
      await line(`${before}${text}`, Object.entries(typed).find(([part]) => text.includes(part))?.[1]);
    }
  };
  /** Runs a block on the server, as root. */
  const onServer = async (start: string, codes = [0]) => {
    const exit = await server.exec(sh`/bin/sh -c ${find(start)} </dev/null`);
    assert(codes.includes(exit.code ?? -1), `${start}: ${exit.code} ${exit.stdout}${exit.stderr}`);
  };
  const major = await postgresqlMajor(place);
  const configure = () =>
    shell.configure(
      { start: "bin/shop start", console: "bin/shop remote", keep: 20, build: { prebuilt: "release" } },
      "",
      {
        accessories:
          `{ db: postgresql({ version: "${major}", volume: "/data/shop/db", password: secrets("DB_PASSWORD") }), cache: service({ start: "sleep 100000" }) }`,
      },
    );

  await part("the commands that begin a project", async () => {
    await shell.alcaide(["mkdir -p new/shop git && cd git && git init -q"]);
    await run("docs/phoenix.md: alcaide init", {}, "cd new/shop; ");
    await run("docs/phoenix.md: alcaide secrets set DB_PASSWORD", {}, "cd new/shop; ");
    await shell.alcaide(["cp new/shop/Alcaidefile.ts git/"]);
    await run(
      "docs/secrets.md: alcaide secrets init     ",
      { "asks twice": [["not shown", "one word\n"], ["Once more", "one word\n"]] },
      "cd git; ",
    );
    await run("docs/first-server.md: mkdir dist");
    await run("docs/tasks.md: mkdir -p ~/.local");
    await Deno.remove(join(shell.directory, "Alcaidefile.ts"));
    await configure();
    await makeRelease(shell);
    await run("README.md: alcaide secrets init");
  });

  await part("setup, and the database before the app is live", async () => {
    await run("docs/first-server.md: alcaide setup --plan");
    await Deno.writeTextFile(join(shell.directory, "report.sql"), "SELECT 1;\n");
    await line("alcaide db dump shop.dump");
    await run("docs/database.md: alcaide db restore shop.dump", { "restore shop.dump": [["?", "y\n"]] });
    await Deno.remove(join(shell.directory, "shop.dump"));
    await run("docs/database.md: alcaide accessory run db");
    await run("docs/database.md: alcaide db console");
  });

  await part("deploys, looks and rollbacks", async () => {
    await run("docs/first-server.md: alcaide deploy --plan");
    await run("docs/first-server.md: alcaide logs -f");
    await run("docs/phoenix.md: alcaide setup");
    await run("docs/careful-deploys.md: alcaide deploy --prepare");
    await run("docs/phoenix.md: alcaide deploy");
    await run("docs/runbook.md: alcaide deploy --plan");
    await run("docs/runbook.md: alcaide status                    #");
    await run("docs/history.md: alcaide history");
    await run("docs/runbook.md: alcaide status                 # what");
    await run("docs/runbook.md: alcaide status           # problems");
    await run("docs/runbook.md: alcaide rollback --list");
    await run("README.md: alcaide setup");
    // Its last line enters the blue jail, which may be the one that is stopped.
    await onServer("docs/runbook.md: service alcaide status", [0, 1]);
  });

  await part("accessories", async () => {
    await run("docs/accessories.md: alcaide accessory list", { "remove cache": [["?", "y\n"]] });
    await run("docs/runbook.md: alcaide accessory list");
    await run("docs/runbook.md: alcaide accessory remove db --yes\n".trim());
    await run("docs/runbook.md: alcaide accessory remove db --yes    #");
  });

  await part("the app is taken off the server", async () => {
    await run("docs/runbook.md: alcaide destroy --plan", { "# asks": [["go on:", "shop\n"]] });
    await run("docs/runbook.md: alcaide destroy --server --plan", {
      "destroy --server": [["go on:", "shop\n"]],
    });
  });

  const wanted = Object.keys(shellBlocks).filter((key) => shellBlocks[key] === ran[0]);
  assertEquals(wanted.filter((key) => !done.has(key)), [], "the table says that these are run here");
}, { skip: onlyOnTestHost("lose an app") });
