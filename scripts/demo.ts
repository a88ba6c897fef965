// The main job, shown: a server is prepared, an Elixir app with its database deployed, deployed again and rolled back while
// requests pour in. Everything is real but the server's FreeBSD, which is the tests' own.

import { describeLoad, type LoadReport, startLoad } from "../tests/e2e/load.ts";
import { openPlace, type Place } from "../tests/e2e/place.ts";
import { type ElixirProject, makeElixirProject } from "../tests/e2e/elixir_project.ts";
import { ask, type Project } from "../tests/e2e/project.ts";
import { hostUnavailable } from "../tests/host/mod.ts";
import { postgresqlVersion } from "../tests/host/ports.ts";

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Runs the program and shows what it says as it says it. */
async function show(project: Project, ...args: string[]): Promise<void> {
  say(`\n$ alcaide ${args.join(" ")}`);
  const child = project.start(args);
  await Promise.all([
    child.stdout.pipeTo(Deno.stdout.writable, { preventClose: true }),
    child.stderr.pipeTo(Deno.stderr.writable, { preventClose: true }),
  ]);
  const { code } = await child.status;
  if (code !== 0) throw new Error(`alcaide ${args[0]} ended with status ${code}`);
}

/** An Elixir app that is built on the server, and its database. */
export async function makeShop(place: Place): Promise<ElixirProject> {
  const project = await makeElixirProject(place, {}, {});
  const [address, port = "22"] = place.target.replace(/^.*@/, "").split(":");
  const major = await postgresqlVersion();
  await project.write(
    "Alcaidefile.ts",
    `import { defineConfig, elixir, postgresql, secrets, secretUrl } from "alcaide";

export default defineConfig({
  app: "shop",
  server: { host: "${address}", port: ${port}, user: "root", key: "${place.key}" },
  domain: "shop.test",
  tls: "off",
  jail: { packages: ["postgresql${major}-client"], mirror: "${place.mirror}" },
  build: elixir({ deps: false }),
  accessories: {
    db: postgresql({ version: "${major}", volume: "/data/shop", password: secrets("DB_PASSWORD") }),
  },
  env: { DATABASE_URL: secretUrl\`ecto://shop:\${secrets("DB_PASSWORD")}@db/shop\` },
  health: { path: "/health" },
});
`,
  );
  return project;
}

/** The app's answer. */
async function visit(place: Place, project: Project): Promise<string> {
  return (await ask(place, project, "/visit")).text.trim();
}

async function demo(place: Place): Promise<LoadReport> {
  await using project = await makeShop(place);
  say(`A server: ${place.target}\nAn Alcaidefile.ts:\n`);
  say((await Deno.readTextFile(`${project.directory}/Alcaidefile.ts`)).replaceAll(project.directory, "."));
  await show(project, "secrets", "init");
  await show(project, "secrets", "set", "DB_PASSWORD", "--generate");
  await project.commit();
  await show(project, "setup");
  say("\nThe source is built in a jail on the server; the database is migrated before the app starts:");
  await show(project, "deploy");
  say(`\nVisits that its database counts: ${await visit(place, project)}, ${await visit(place, project)}`);
  say("From now on 250 requests a second come in.");
  const load = startLoad({ url: place.http, host: project.domain, rate: 250, keepAlive: false });
  let report;
  try {
    await project.write("release.txt", "release two\n");
    await project.commit();
    await show(project, "deploy");
    say("\nBack to the release before; nothing is built:");
    await show(project, "rollback");
    say("\nA release that can't start is never let near the requests:");
    await project.write("config/runtime.exs", 'raise "environment variable SECRET_KEY_BASE is missing."\n');
    await project.commit();
    await show(project, "deploy").catch((error) => say(`(${error.message}, as it should)`));
  } finally {
    report = await load.stop();
  }
  await show(project, "status");
  await show(project, "run", "bin/shop rpc 'IO.puts(Node.self())'");
  await show(project, "db", "dump", "shop.dump");
  say(`\nVisits that its database counts: ${await visit(place, project)}`);
  say(`\n${describeLoad(report).join("\n")}`);
  return report;
}

if (import.meta.main) {
  const reason = hostUnavailable();
  if (reason !== undefined) {
    say(`The demo can't run here: ${reason}`);
    Deno.exit(1);
  }
  const began = Date.now();
  let report: LoadReport;
  {
    await using place = await openPlace();
    report = await demo(place);
  }
  say(`\n(the demo took ${((Date.now() - began) / 1000).toFixed(0)} s)`);
  say(`${report.failed} failed requests of ${report.requests}`);
  Deno.exit(report.failed === 0 ? 0 : 1);
}
