// The suite on a host that is given by its address alone: a test host of another process, which somebody else uses too.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { serveHost, testAgainst } from "./against.ts";
import { onlyOnTestHost, repository } from "./place.ts";
import { partsOf } from "./scenario.ts";

/** The main job, one that is skipped, and one on a host that has been prepared. All: scripts/test_against.ts. */
const files = ["main_job_test.ts", "boot_test.ts", "own_tasks_test.ts"];

const reason = onlyOnTestHost("be started for this");

Deno.test({
  name: `the suite runs on a host given by its address${reason ? ` (skipped: ${reason})` : ""}`,
  ignore: reason !== undefined,
  fn: async (context) => {
    await using host = await serveHost();
    const part = partsOf(context);
    for (const file of files) {
      await part(file, async () => {
        const { code, text } = await testAgainst(host.variables, file, "piped");
        assertEquals(code, 0, text);
        // Nothing is left out without a reason.
        for (const line of text.split("\n").filter((line) => line.includes("... ignored"))) {
          assertMatch(line, /\(skipped: another host is given, and only the test host can .+\)/);
        }
      });
    }

    await part("a host that somebody uses for an app of a test's name is left alone", async () => {
      const known = host.variables["ALCAIDE_TEST_KNOWN_HOSTS"];
      const { hostname, port } = new URL(
        (host.variables["ALCAIDE_TEST_HOST"] ?? "").replace("ssh:", "http:"),
      );
      const site = "/usr/local/etc/caddy/conf.d/alcaide/shop.caddy";
      const ssh = (script: string) =>
        new Deno.Command("ssh", {
          args: [
            ...["-F", "none", "-o", "BatchMode=yes", "-o", `UserKnownHostsFile=${known}`],
            ...[
              "-i",
              host.variables["ALCAIDE_TEST_KEY"] ?? "",
              "-p",
              port || "22",
              `root@${hostname}`,
              script,
            ],
          ],
        }).output();
      assert((await ssh(`echo 'http://shop.example.com { respond "mine" }' >${site}`)).success);
      const { code, text } = await testAgainst(host.variables, "own_tasks_test.ts", "piped");
      assertEquals(code, 1);
      assertMatch(text, /Cannot test on .*: it has an app shop of somebody's/);
      assert((await ssh(`test -e ${site}`)).success);
    });

    await part("missing needs of a scenario are named", async () => {
      const { ALCAIDE_TEST_HOST = "" } = host.variables;
      const variables = { ALCAIDE_TEST_HOST, ALCAIDE_TEST_KEY: "", ALCAIDE_TEST_MIRROR: "" };
      const { code, text } = await testAgainst(variables, "own_tasks_test.ts", "piped");
      assertEquals(code, 1);
      assertMatch(text, /Set ALCAIDE_TEST_KEY and ALCAIDE_TEST_MIRROR as docs\/testing\.md says/);
      assert(await Deno.stat(join(repository, "docs/testing.md")));
    });
  },
});
