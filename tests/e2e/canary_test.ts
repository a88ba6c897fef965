// Canaries under load: one counted over 20,000 fresh visitors of the test host and promoted, one that its guard takes back.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { importLine } from "../../lib/commands/caddy/caddyfile.ts";
import { caddyfile } from "../../lib/commands/paths.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { costOfReload } from "./place.ts";
import { describeLoad, startLoad } from "./load.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { parsed } from "../schemas.ts";

scenario("a canary gets its share, and is promoted or taken back", async (place, part) => {
  await using project = await makeProject(place, "shop");
  await project.well(["setup"]);
  await project.release({ text: "one" });
  await project.well(["deploy"]);
  const host = project.domain;
  // Another host may answer a hundred of them in a second, and 4,000 are as good a proof.
  const VISITORS = place.test ? 20_000 : 4_000;
  /** A load during some work; nobody may notice it. */
  const unnoticed = async (run: () => Promise<void>) => {
    const load = startLoad({ url: place.http, host, rate: 20, connections: 4 });
    await run();
    const report = await load.stop();
    say(describeLoad(report).join("\n"));
    assert(report.failed <= costOfReload(place), report.failures.join("\n"));
    return [...report.bodies.keys()].sort();
  };

  await part(`10 % of ${VISITORS} fresh visitors get the canary`, async () => {
    await project.release({ text: "two" });
    await unnoticed(async () => {
      await project.well(["deploy", "--canary", "10"]);
    });
    const load = startLoad({ url: place.http, host, rate: 1e6, connections: 16, timeout: 30_000 });
    while (load.requests < VISITORS) await new Promise((resolve) => setTimeout(resolve, 50));
    const { requests, failed, failures, bodies } = await load.stop();
    const share = 100 * (bodies.get("two") ?? 0) / requests;
    say(`${requests} requests, ${failed} failed: ${share.toFixed(2)} % got the canary`);
    assertEquals([failed, [...bodies.keys()].sort()], [0, ["one", "two"]], failures.join("\n"));
    assert(share > 8 && share < 12, `${share}`);
  });

  await part("status counts both, other work is refused, and a visitor stays where they are", async () => {
    for (let i = 0; i < 3; i++) await ask(place, project, "/status?code=500");
    const { stdout } = await project.alcaide(["status", "--json"]);
    const [{ live, canary, problems }] = parsed(stdout, "status");
    const { percent, answers, errors, live: others } = canary;
    assertMatch(`${live} ${canary.release}`, /^1-\S+ 2-/);
    assertEquals([percent, errors + others.errors, problems], [10, 3, []]);
    assert(answers + others.answers > VISITORS && others.answers > 7 * answers, stdout);
    const second = await project.alcaide(["deploy"]);
    assertEquals(second.code, 1);
    assertMatch(second.stderr, /Cannot deploy: 2-\S+ is a canary on \S+, with 10% of the visitors/);
    // setup reloads Caddy, and leaves the canary its visitors.
    const other = `${caddyfile}.new`;
    await place.server.run(sh`grep -v -x -F ${importLine} ${caddyfile} >${other}; mv ${other} ${caddyfile}`);
    assertMatch((await project.well(["setup"])).stdout, /ready, 2 changes made/);
    const cookie = (digits: string) =>
      ask(place, project, `/ HTTP/1.1\r\nCookie: alcaide_shop_2=${digits}\r\nX:`);
    assertEquals([(await cookie("0000")).text, (await cookie("ffff")).text], ["two\n", "one\n"]);
  });

  await part("it is promoted, and no request fails", async () => {
    assertEquals(
      await unnoticed(async () => {
        await project.well(["promote"]);
      }),
      ["one", "two"],
    );
    assertEquals((await ask(place, project, "/")).text, "two\n");
  });

  await part("another is taken back by its guard, and no other request fails", async () => {
    await project.configure({ guard: { for: 600, maxErrors: "1%" } });
    await project.release({ text: "three" });
    const ill = startLoad({ url: place.http, host, rate: 20, connections: 1, path: "/status?code=500" });
    await unnoticed(async () => {
      const { code, stdout, stderr } = await project.alcaide(["deploy", "--canary", "50"]);
      assertEquals(code, 1, stdout + stderr);
      assertMatch(
        stderr,
        /Cannot keep release 3-\S+ on \S+: \d+ errors of \d+ answers, and guard\.maxErrors is 1%/,
      );
    });
    await ill.stop();
    assertEquals((await ask(place, project, "/")).text, "two\n");
    const { stdout } = await project.alcaide(["status"]);
    assert(!/canary|prepared|problem/.test(stdout), stdout);
    assertStringIncludes(stdout, "2-");
  });

  await removeApp(place, "shop");
});

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
