/** The tree of a jail, thin, and copied or, where the host has ZFS, cloned: how long it takes, and how much of the disk. */

import { templateTree } from "../../lib/commands/jail/template.ts";
import { copyTemplate, deleteTree, type TreeSpec } from "../../lib/commands/jail/tree.ts";
import { sh } from "../../lib/core/sh.ts";
import type { Remote } from "../../lib/remote/remote.ts";
import { openPlace } from "../e2e/place.ts";
import { makeProject } from "../e2e/project.ts";
import { hostUnavailable } from "../host/mod.ts";
import { median, round, time } from "./measure.ts";
import { type Finding, type Part, ratioRow } from "./row.ts";

const rounds = 7;
const basePath = "/jails";

/** The part of the benchmark. */
export const jail: Part = {
  name: "jail",
  description: "The tree of a jail, thin, and copied or cloned",
  unavailable: hostUnavailable,
  run: measure,
};

async function measure(): Promise<Finding> {
  await using place = await openPlace();
  await using project = await makeProject(place, "shop");
  await project.well(["setup"]);
  const { server } = place;
  const dataset = await datasetOf(server);
  const template = templateTree({
    basePath,
    freebsd: (await server.read(sh`uname -r`)).replace(/-p\d+$/, ""),
    dataset,
  });
  const [thin, whole] = [treeOf("bench_thin"), treeOf("bench_whole", dataset)];
  const times = { thin: [] as number[], whole: [] as number[] };
  const sizes = { thin: 0, whole: 0 };
  for (let turn = 0; turn < rounds; turn++) {
    times.thin.push(await time(() => server.run(copyTemplate(template, thin, { thin: true }))));
    times.whole.push(await time(() => server.run(copyTemplate(template, whole))));
    sizes.thin = await sizeOf(server, thin);
    sizes.whole = await sizeOf(server, whole);
    for (const tree of [thin, whole]) await server.run(deleteTree(tree));
  }
  return finding(times, sizes, dataset === undefined ? "copied" : "cloned");
}

async function datasetOf(server: Remote): Promise<string | undefined> {
  const found = await server.read(
    sh`kldstat -q -m zfs && zfs list -H -o name,mountpoint ${basePath} 2>/dev/null; :`,
  );
  const [name, mountpoint] = found.split("\t");
  return mountpoint === basePath ? name : undefined;
}

function treeOf(name: string, dataset?: string): TreeSpec {
  return { name, path: `${basePath}/${name}`, dataset: dataset && `${dataset}/${name}` };
}

/** Megabytes that a tree takes; what a clone shares is not its own. */
async function sizeOf(server: Remote, { path, dataset }: TreeSpec): Promise<number> {
  return dataset === undefined
    ? Number(await server.read(sh`du -sk ${path} | cut -f 1`)) / 1024
    : Number(await server.read(sh`zfs list -H -p -o used ${dataset}`)) / 2 ** 20;
}

function finding(
  times: Readonly<Record<"thin" | "whole", readonly number[]>>,
  sizes: Readonly<Record<"thin" | "whole", number>>,
  kind: string,
): Finding {
  const [thin, whole] = [median(times.thin), median(times.whole)];
  const ratio = sizes.thin / sizes.whole;
  return {
    rows: [
      {
        ...ratioRow(`time for a thin jail's tree, a ${kind} one beside it`, thin, whole),
        aim: "under 1 s",
        met: thin < 1000,
      },
      {
        title: "its size, the other's beside it",
        ours: `${round(sizes.thin, 1)} MB`,
        beside: `${round(sizes.whole, 1)} MB`,
        ratio,
        aim: "at most 0.1",
        met: ratio <= 0.1,
      },
    ],
    values: { rounds, kind, thin, whole, megabytes: sizes },
    notes: [
      `Medians of ${rounds} in turns, each with its round trip. The test host's base system is a tenth of FreeBSD's: there a copy takes ` +
      "longer, and a thin jail does not.",
    ],
  };
}
