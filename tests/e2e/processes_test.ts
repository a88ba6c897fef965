// Two workers beside the web process: over deploys and a rollback under load no job of a queue in PostgreSQL is run twice or lost, and
// workers of two releases never run at the same time.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { startLoad } from "./load.ts";
import { onlyOnTestHost } from "./place.ts";
import { postgresqlMajor, withoutPostgresql } from "./postgresql.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";
import { parsed } from "../schemas.ts";

const url = "postgresql://shop:word@db/shop";

/** Takes jobs until it is asked to end; what it has begun it finishes. A job that is taken is nobody else's any more. */
const worker = `#!/bin/sh
trap 'stop=1' TERM
release=$(cat release.txt)
echo "at work: $release"
while [ -z "$stop" ]; do
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v release="$release" -d "$DATABASE_URL" <<'END' 2>/dev/null || sleep 0.2
UPDATE jobs SET state = 'taken' WHERE id = (SELECT id FROM jobs WHERE state = 'waiting' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id AS job \\gset
SELECT FROM pg_sleep(0.1);
INSERT INTO runs (job, release) VALUES (:job, :'release');
UPDATE jobs SET state = 'done' WHERE id = :job;
END
done
echo "ended: $release"
`;

scenario("workers run beside the web process", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const skip = await withoutPostgresql(place);
  const major = await postgresqlMajor(place);
  const processes = { worker: { start: "bin/worker", instances: 2, alone: true, stopTimeout: 60 } };
  const configure = (more: Record<string, unknown> = {}) =>
    project.configure(
      {
        jail: { mirror: place.mirror, packages: [`postgresql${major}-client`] },
        ...{ drain: 5, keep: 10, processes: { ...processes, ...more } },
      },
      "",
      {
        env: `{ DATABASE_URL: secret("${url}") }`,
        accessories:
          `{ db: postgresql({ version: "${major}", volume: "/data/shop/db", password: secret("word") }) }`,
      },
    );
  const run = async (args: readonly string[], code = 0) => {
    const result = await project.alcaide(args);
    assertEquals(result.code, code, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
    return result;
  };
  const sql = (statement: string) =>
    place.server.read(sh`jexec -l -U postgres shop_db psql -X -q -A -t -d shop -c ${statement}`);
  const release = async (text: string) => {
    await project.release({ text });
    await Deno.writeTextFile(join(project.directory, "release/bin/worker"), worker, { mode: 0o755 });
  };
  const rows = async () => {
    const [found] = parsed((await run(["status", "--json"])).stdout, "status");
    return found.processes.map((
      one: { name: string; declared: number; wanted: number; instances: { running: boolean }[] },
    ) =>
      [one.name, one.declared, one.wanted, one.instances.filter(({ running }) => running).length].join(" ")
    );
  };

  await part("no job is run twice or lost over five deploys and a rollback", async () => {
    await configure();
    await run(["setup"]);
    await sql(
      "CREATE TABLE jobs (id serial PRIMARY KEY, state text NOT NULL DEFAULT 'waiting'); " +
        "CREATE TABLE runs (job int, release text, at timestamptz DEFAULT clock_timestamp()); " +
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO shop",
    );
    await release("release 0");
    await run(["deploy"]);
    const load = startLoad({ url: place.http, host: project.domain, rate: 200, path: "/", keepAlive: false });
    const feeding = new AbortController();
    const feed = (async () => {
      while (!feeding.signal.aborted) {
        await sql("INSERT INTO jobs SELECT FROM generate_series(1, 5)");
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    })();
    try {
      for (let i = 1; i <= 5; i++) {
        await release(`release ${i}`);
        await run(["deploy"]);
      }
      await run(["rollback"]);
    } finally {
      feeding.abort();
      await feed;
      const report = await load.stop();
      assertEquals(report.failed, 0, report.failures.join("\n"));
    }
    await until(
      "the queue is empty",
      async () => await sql("SELECT count(*) FROM jobs WHERE state <> 'done'") === "0",
    );
    const [jobs, ran, distinct] =
      (await sql("SELECT (SELECT count(*) FROM jobs), count(*), count(DISTINCT job) FROM runs")).split("|")
        .map(Number);
    assert(jobs !== undefined && jobs > 50, `only ${jobs} jobs`);
    assertEquals([ran, distinct], [jobs, jobs]);
    const order = (await sql("SELECT release FROM runs ORDER BY at")).split("\n");
    const changes = order.filter((one, index) => one !== order[index - 1]);
    assertEquals(changes, [0, 1, 2, 3, 4, 5, 4].map((number) => `release ${number}`));
  }, { skip });

  await part("status, logs, scale and restart know them", async () => {
    assertEquals(await rows(), ["web 1 1 1", "worker 2 2 2"]);
    assertMatch(
      (await run(["status"])).stdout,
      /processes:\n {4}web: pid \d+, for .*\n {4}worker 1: pid \d+.*\n {4}worker 2: pid/,
    );
    assertMatch((await run(["logs", "--process", "worker"])).stdout, /worker\.2[^\n]*at work: release 4/);
    const before = (await run(["logs", "--process", "worker", "--release", "3", "--timestamps"])).stdout;
    assertMatch(before, /worker\.2: [\d-]+T[\d:]+Z\+ at work: release 2\n/);
    assertStringIncludes((await run(["scale", "worker=3"])).stdout, "until the next deploy");
    assertEquals(await rows(), ["web 1 1 1", "worker 2 3 3"]);
    assertStringIncludes((await run(["logs", "--process", "worker.3"])).stdout, "at work: release 4");
    await run(["scale", "worker=1"]);
    assertEquals(await rows(), ["web 1 1 1", "worker 2 1 1"]);
    assertStringIncludes((await run(["restart", "worker"])).stdout, "worker was restarted");
    assertStringIncludes((await run(["restart"])).stderr, "requests that it answers are interrupted");
    assertEquals((await ask(place, project, "/")).text, "release 4\n");
  }, { skip });

  await part(
    "one that should run and doesn't is named and repaired; a reboot starts those that should",
    async () => {
      const jail =
        (await place.server.read(sh`basename /usr/local/etc/alcaide/live/shop/[bg]*-*`)).startsWith("blue")
          ? "shop_blue"
          : "shop_green";
      await place.server.run(sh`jexec ${jail} service alcaide_worker_1 stop`);
      assertStringIncludes((await run(["status"])).stdout, "problem: worker should run and does not");
      await run(["repair"]);
      assertEquals(await rows(), ["web 1 1 1", "worker 2 1 1"]);
      if (place.test) {
        await place.test.reboot();
        await until("the worker is back", async () => (await rows()).join() === "web 1 1 1,worker 2 1 1");
      }
    },
    { skip: skip ?? onlyOnTestHost("be rebooted") },
  );

  await part(
    "one that does not stay up stops a deploy before the switch, and fails it afterwards",
    async () => {
      await configure({ broken: { start: "false", startBefore: true } });
      await release("release 6");
      const before = await run(["deploy"], 1);
      assertStringIncludes(before.stderr, "broken 1 does not stay up");
      assertEquals((await ask(place, project, "/")).text, "release 4\n");
      await configure({ broken: "false" });
      const after = await run(["deploy"], 1);
      assertStringIncludes(after.stderr, "is live, and not all of its processes stay up");
      assertEquals((await ask(place, project, "/")).text, "release 6\n");
      assertEquals((await rows())[1], "worker 2 2 2");
    },
    { skip },
  );

  await part("an app of workers alone has no site, and is never asked", async () => {
    await project.configure({
      ...{ domain: undefined, start: undefined },
      processes: { clock: "sleep 100000" },
    });
    await release("release 7");
    // Visitors of the domain get no answer any more, which a deploy asks about.
    await run(["deploy", "--yes"]);
    assertEquals(await rows(), ["clock 1 1 1"]);
    assertMatch((await run(["status"])).stdout, /health: no web process/);
    assertEquals(await place.server.test(sh`[ -e /usr/local/etc/caddy/conf.d/alcaide/shop.caddy ]`), false);
    // The broken one of that release is broken again.
    assertStringIncludes((await run(["rollback"], 1)).stderr, "broken 1 does not stay up");
    assertEquals((await ask(place, project, "/")).text, "release 6\n");
  }, { skip });

  await removeApp(place, "shop");
});
