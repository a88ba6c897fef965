// Draws docs/deploy.svg: a deploy as it looks at a terminal, from a run on the test host.

import { openPlace } from "../tests/e2e/place.ts";
import { hostUnavailable } from "../tests/host/mod.ts";
import { makeShop } from "./demo.ts";
import { drawTerminal, shownLines } from "./terminal_svg.ts";

const picture = new URL("../docs/deploy.svg", import.meta.url);

/** Everything before the deploy that is drawn: the second one, whose build jail is there already. */
const before = [["secrets", "init"], ["secrets", "set", "DB_PASSWORD", "--generate"], ["setup"], ["deploy"]];

/** Deploys at a terminal and gives all that the terminal got, with an address from the documentation's range. */
async function recordDeploy(): Promise<string> {
  await using place = await openPlace();
  await using project = await makeShop(place);
  for (const args of before) {
    const { code, stderr } = await project.alcaide(args);
    if (code !== 0) throw new Error(stderr);
    await project.write("release.txt", `after ${args[0]}\n`);
    await project.commit();
  }
  const child = project.atTerminal(["deploy"], { NO_COLOR: "" });
  const shown = new Response(child.stdout).text();
  await child.stdin.close();
  await child.stderr.cancel();
  if (!(await child.status).success) throw new Error(await shown);
  const address = place.target.replace(/^.*@|:\d+$/g, "");
  return (await shown).replaceAll(address, "203.0.113.7");
}

if (import.meta.main) {
  const reason = hostUnavailable();
  if (reason !== undefined) throw new Error(`Cannot draw the picture: ${reason}`);
  const lines = shownLines(await recordDeploy());
  await Deno.writeTextFile(picture, drawTerminal(["$ alcaide deploy", ...lines]));
  Deno.exit(0);
}
