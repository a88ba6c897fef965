/** A further deploy of an app whose jails have packages, beside one of an app whose jails have none: copied jails, and thin ones. */

import { openPlace, type Place } from "../e2e/place.ts";
import { makeProject } from "../e2e/project.ts";
import { hostUnavailable } from "../host/mod.ts";
import { readPorts } from "../host/ports.ts";
import { inTurns, median } from "./measure.ts";
import { type Finding, type Part, ratioRow, type Row } from "./row.ts";

const rounds = 5;
/** Those with all their files below /usr/local, as FreeBSD's packages have them: others bring Debian's libraries in /lib. */
const local = ["caddy", "doas", "elixir", "erlang", "go"];

/** The part of the benchmark. */
export const image: Part = {
  name: "image",
  description: "A further deploy with packages, and one without",
  unavailable: hostUnavailable,
  run: measure,
};

async function measure(): Promise<Finding> {
  const packages = (await readPorts()).map(({ name }) => name).filter((name) => local.includes(name));
  await using place = await openPlace();
  const rows = [
    await measureKind(place, "copied", packages),
    await measureKind(place, "thin", packages, 1.2),
  ];
  return {
    rows,
    values: { rounds, packages },
    notes: [
      "Nothing is installed in either. A copied jail takes longer by the size of the packages, here several times that of the test host's base system; a thin one mounts them.",
      "Its ZFS makes clones by copying, so they can't be measured here.",
    ],
  };
}

async function measureKind(
  place: Place,
  kind: "copied" | "thin",
  packages: readonly string[],
  aim?: number,
): Promise<Row> {
  const jail = { mirror: place.mirror, kind };
  await using ours = await makeProject(place, `shop_${kind}`, { jail, image: { packages } });
  await using beside = await makeProject(place, `blog_${kind}`, { jail });
  const deploy = (project: typeof ours) => () => project.well(["deploy"]);
  for (const project of [ours, beside]) {
    await project.well(["setup"]);
    await project.release({ text: "one" });
    await project.well(["deploy"]);
  }
  const times = await inTurns(rounds, { ours: deploy(ours), beside: deploy(beside) });
  const title = `a further deploy with ${packages.length} packages, ${kind} jails, one with none beside it`;
  return ratioRow(title, median(times.ours), median(times.beside), aim);
}
