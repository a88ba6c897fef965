/** A further deploy of an app whose jails have packages, beside one of an app whose jails have none. */

import { openPlace } from "../e2e/place.ts";
import { makeProject } from "../e2e/project.ts";
import { hostUnavailable } from "../host/mod.ts";
import { readPorts } from "../host/ports.ts";
import { inTurns, median } from "./measure.ts";
import { well } from "./prepare.ts";
import { type Finding, type Part, ratioRow } from "./row.ts";

const rounds = 5;

/** The part of the benchmark. */
export const image: Part = {
  name: "image",
  description: "A further deploy with packages, and one without",
  unavailable: hostUnavailable,
  run: measure,
};

async function measure(): Promise<Finding> {
  const packages = (await readPorts()).map(({ name }) => name);
  await using place = await openPlace();
  await using shop = await makeProject(place, "shop", { image: { packages } });
  await using blog = await makeProject(place, "blog");
  const deploy = (project: typeof shop) => () => well(project, "deploy");
  for (const project of [shop, blog]) {
    await well(project, "setup");
    await project.release({ text: "one" });
    await well(project, "deploy");
  }
  const { ours, beside } = await inTurns(rounds, { ours: deploy(shop), beside: deploy(blog) });
  const title = `a further deploy with ${packages.length} packages, one with none beside it`;
  return {
    rows: [ratioRow(title, median(ours), median(beside))],
    values: { rounds, packages },
    notes: [
      "Nothing is installed in either. Jails are copies, and a copy takes longer by the size of the packages, here several times that of the test host's base system.",
      "Its ZFS makes clones by copying, so they can't be measured here.",
    ],
  };
}
