/**
 * The main job, shown: a server is prepared, an app deployed, deployed again and rolled back while requests pour in.
 * Everything is real but the server's FreeBSD, which is the tests' own.
 *
 * @module
 */

import { describeLoad, type LoadReport, startLoad } from "../tests/e2e/load.ts";
import { openPlace, type Place } from "../tests/e2e/place.ts";
import { makeProject, type Project } from "../tests/e2e/project.ts";
import { hostUnavailable } from "../tests/host/mod.ts";

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

async function demo(place: Place): Promise<LoadReport> {
  await using project = await makeProject(place, "shop", { health: { path: "/health", timeout: 20 } });
  say(`A server: ${place.target}\nAn Alcaidefile.ts:\n`);
  say((await Deno.readTextFile(`${project.directory}/Alcaidefile.ts`)).replaceAll(project.directory, "."));
  await show(project, "setup");
  await project.release({ text: "release one" });
  await show(project, "deploy");
  say("\nFrom now on 250 requests a second come in.");
  const load = startLoad({ url: place.http, host: project.domain, rate: 250, keepAlive: false });
  let report;
  try {
    for (const text of ["release two", "release three"]) {
      await project.release({ text });
      await show(project, "deploy");
    }
    say("\nBack to the release before, and forward again:");
    await show(project, "rollback");
    await show(project, "rollback", "3");
    await project.release({ text: "a bad one", conf: { APP_FAIL: "exit" } });
    say("\nA release that ends at once is never let near the requests:");
    await show(project, "deploy").catch((error) => say(`(${error.message}, as it should)`));
  } finally {
    report = await load.stop();
  }
  await show(project, "status");
  await show(project, "run", "bin/app echo hello from the jail");
  await show(project, "logs", "-n", "3");
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
