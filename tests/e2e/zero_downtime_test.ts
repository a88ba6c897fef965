// Ten deploys under load: no request fails, long ones complete, volumes keep what was written.

import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { removeApp } from "./clean.ts";
import { describeLoad, slowDownload, slowUpload, startLoad } from "./load.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

const DEPLOYS = 10;

scenario("ten deploys under load lose no request", async (place, part) => {
  await using project = await makeProject(place, "shop", { volumes: ["/data/shop:/app/uploads"] });
  await project.well(["setup"]);
  await project.release({ text: "release 0" });
  const first = await project.alcaide(["deploy"]);
  assertEquals(first.code, 0, first.stderr);
  assertEquals((await ask(place, project, "/write?path=/app/uploads/kept&text=kept")).status, 200);

  await part(`${DEPLOYS} deploys at 250 requests a second`, async () => {
    // A connection for each request: nothing is ever sent twice, so every failure counts as one.
    const load = startLoad({ url: place.http, host: project.domain, rate: 220, path: "/", keepAlive: false });
    // Beside it kept connections, as browsers have them. Caddy closes idle ones at every reload; a request that meets
    // one just being closed is sent again, as browsers do, and counted as raced.
    const kept = startLoad({ url: place.http, host: project.domain, rate: 30, path: "/" });
    const long: ReturnType<typeof slowDownload>[] = [];
    try {
      for (let i = 1; i <= DEPLOYS; i++) {
        await project.release({ text: `release ${i}` });
        // A response and an upload of ten seconds straddle the first cutover.
        if (i === 1) {
          long.push(slowDownload(place.http, 10_000, { host: project.domain }));
          long.push(slowUpload(place.http, 1_000_000, 10_000, { host: project.domain }));
        }
        await project.well(["deploy"]);
      }
    } finally {
      const [report, browsers] = await Promise.all([load.stop(), kept.stop()]);
      say(describeLoad(report).join("\n"));
      const streams = await Promise.all(long);
      for (const stream of streams) assert(stream.completed, stream.error);
      assertEquals(report.failed, 0, report.failures.join("\n"));
      assertEquals(report.raced, 0);
      assertEquals(browsers.failed, 0, browsers.failures.join("\n"));
      // A slow machine sends fewer a second and deploys for longer.
      assertGreaterOrEqual(report.requests, 500 * DEPLOYS);
      assertEquals(report.bodies.size, DEPLOYS + 1);
      const sum = report.requests + browsers.requests;
      say(`${report.failed + browsers.failed} failed requests of ${sum} during ${DEPLOYS} deploys`);
      say(
        `${browsers.raced} of ${browsers.requests} on kept connections were sent again (${browsers.unproven} without proof)`,
      );
    }
  });

  await part("the volume kept what the first release wrote", async () => {
    assertEquals((await ask(place, project, "/read?path=/app/uploads/kept")).text.trim(), "kept");
  });

  await removeApp(place, "shop");
});

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
