/** A further deploy of an app whose jails have ten packages, beside one of an app whose jails have none: copies, and clones on ZFS. */

import { openPlace } from "../e2e/place.ts";
import { makeProject } from "../e2e/project.ts";
import { hostUnavailable } from "../host/mod.ts";
import { readPorts } from "../host/ports.ts";
import { inTurns, median } from "./measure.ts";
import { type Finding, type Part, ratioRow } from "./row.ts";

const rounds = 5;
const kinds = { copies: {}, clones: { zfs: "jails" } } as const;

/** The part of the benchmark. */
export const image: Part = {
  name: "image",
  description: "A further deploy with packages, and one without",
  unavailable: hostUnavailable,
  run: measure,
};

async function measure(say: (text: string) => void): Promise<Finding> {
  const packages = (await readPorts()).map(({ name }) => name);
  const rows = [];
  for (const [kind, options] of Object.entries(kinds)) {
    say(`${rounds} rounds with ${kind}`);
    await using place = await openPlace(options);
    await using shop = await makeProject(place, "shop", { image: { packages } });
    await using blog = await makeProject(place, "blog");
    const deploy = async (project: typeof shop, task = "deploy") => {
      const { code, stderr } = await project.alcaide([task]);
      if (code !== 0) throw new Error(`Cannot ${task} ${project.app}: ${stderr}`);
    };
    for (const project of [shop, blog]) {
      await deploy(project, "setup");
      await project.release({ text: "one" });
      await deploy(project);
    }
    const { ours, beside } = await inTurns(rounds, { ours: () => deploy(shop), beside: () => deploy(blog) });
    const title = `a further deploy with ${packages.length} packages, one with none beside it (${kind})`;
    rows.push(ratioRow(title, median(ours), median(beside)));
  }
  return {
    rows,
    values: { rounds, packages },
    notes: [
      "Nothing is installed in either. A copy takes longer by the size of the packages, here several times that of the test host's base system.",
    ],
  };
}
