// Disagreements about jails that should run: the live one and the accessories, with their mounts and addresses.

import { settleUpgrade, upgradeTrees } from "../../commands/accessory/upgrade.ts";
import { waitForAccessory } from "../../commands/accessory/accessory.ts";
import { startServices } from "../../commands/app/processes.ts";
import { underSetupLock } from "../../commands/lock.ts";
import {
  addAddress,
  askDisk,
  dropAddress,
  type JailSpec,
  mountAgain,
  sharedMounts,
  startJail,
  writeJailFiles,
} from "../../commands/jail/jail.ts";
import { treeOf } from "../../commands/jail/tree.ts";
import { buildJailName, consoleFile, jailInterface } from "../../commands/paths.ts";
import { declaredOf } from "../../core/release.ts";
import { script } from "../../core/script.ts";
import { sh } from "../../core/sh.ts";
import { type KnownAccessory, recordedJail, unfinishedAccessory } from "../../server/accessories.ts";
import { accessoriesOf, type Facts, hasAddress, ownJails, owns, runs } from "../../server/facts.ts";
import { imageTree } from "../../server/images.ts";
import type { Routed } from "../../server/routed.ts";
import { missingServices } from "../../server/processes.ts";
import { disputesOf } from "../../server/traffic.ts";
import { appJail, mountedBase, mountedLayer } from "../plan/jail.ts";
import { type Disagreement, leave, mend, type Scene } from "./row.ts";

/** Everything about jails that should run. */
export function jailRows(scene: Scene): Disagreement[] {
  const { facts, live } = scene;
  return [
    ...accessoryRows(scene),
    ...live === undefined ? [] : liveRows(scene, live),
    ...shouldRun(scene).filter((jail) => runs(facts, jail.name) && owns(facts, jail))
      .flatMap((jail) => lostParts(jail, facts)),
  ];
}

/** Datasets of ours that are not mounted: a boot without ZFS, or by hand. */
export function unmountedRows({ config: { app }, facts }: Scene): Disagreement[] {
  return unmounted(facts).filter(({ jail }) => ownJails(app, facts).includes(jail)).map(({ name }) =>
    mend("dataset", `the dataset ${name} is not mounted`, {
      title: `Mount ${name}`,
      command: sh`[ "$(zfs get -H -o value mounted ${name})" = yes ] || zfs mount ${name}`,
    })
  );
}

/** Datasets with our mark in that of the base path that are not mounted. */
function unmounted({ dataset, setup, remains }: Facts): { name: string; jail: string }[] {
  if (dataset === undefined) return [];
  return (setup?.datasets ?? []).filter(({ mounted }) => !mounted)
    .map(({ name }) => ({ name, jail: name.slice(dataset.length + 1) }))
    .filter(({ name, jail }) => name === `${dataset}/${jail}` && remains?.marks.get(name) === jail);
}

/** The live jail and the accessories, with what they have mounted. */
function shouldRun(scene: Scene): JailSpec[] {
  const { config, facts, live } = scene;
  return [...live ? [liveJail(scene, live)] : [], ...accessoriesOf(facts, config.app).map(recordedJail)];
}

function liveJail({ config, place, facts }: Scene, live: Routed): JailSpec {
  const { volumes = [], thin = false, image } = live.record?.config ?? {};
  const kind = thin ? "thin" : "copied";
  const base = mountedBase({ ...config.jail, kind }, facts, live.record?.freebsd ?? "");
  const tree = image && imageTree(config.jail.basePath, undefined, { app: config.app, name: image.name });
  return {
    ...appJail({ ...config, volumes }, declaredOf(live.record?.config), place, live),
    ...{ ...base, ...mountedLayer(base, tree) },
  };
}

function liveRows(scene: Scene, live: Routed): Disagreement[] {
  const { config, facts, facts: { jailFiles, remains } } = scene;
  const { jail: { name }, record } = live;
  const stopped = disputesOf(live, facts, config.app).get("stopped");
  const gone = !jailFiles.has(name) || remains?.jailFiles.includes(`${name}.fstab`) === false;
  const volumes = record?.config.volumes ?? [];
  return [
    ...gone && record
      ? [mend("files", `the files of jail ${name} are gone, so it would not start at boot`, {
        title: `Write the files of jail ${name}`,
        command: writeJailFiles(liveJail(scene, live)),
      })]
      : [],
    ...stopped === undefined ? [] : [mend("stopped", stopped, {
      title: `Start jail ${name}`,
      command: startJail({ ...live.jail, mounts: volumes }),
      hint: `Its console log names the reason: tail ${consoleFile(name)} on the server`,
    })],
  ];
}

/** Processes of the live release that should run and don't. */
export function processRows({ config: { app }, facts, live }: Scene): Disagreement[] {
  if (live === undefined || !runs(facts, live.jail.name)) return [];
  return [...missingServices(facts, app, live)].map(([name, services]) =>
    mend(
      "process",
      `${services.length === 1 ? name : `${services.length} of ${name}`} should run and does not`,
      {
        title: `Start ${name}`,
        command: startServices(live.jail, services),
      },
    )
  );
}

/** Why the live jail is not what it should be, so that starting it would bring nothing back. */
export function otherTree(scene: Scene, live: Routed): string | undefined {
  const { facts } = scene;
  const { jail, jail: { name }, release } = live;
  if (!owns(facts, jail) && !unmounted(facts).some((one) => one.jail === name)) {
    return facts.base.includes(name)
      ? `the tree of jail ${name} has no mark of ours, and ${release} should be in it`
      : `${jail.path} is not there. ${askDisk}`;
  }
  const image = live.record?.config.image?.name;
  const isThere = facts.images.some((one) => one.name === image && one.whole);
  if (!isThere && liveJail(scene, live).layer !== undefined) {
    return `the image ${image} is not there, and jail ${name} has its packages from it`;
  }
  const holds = facts.jailFiles.get(name) ?? "";
  return holds === "" || holds === release
    ? undefined
    : `jail ${name} holds ${holds}, the marker names ${release}`;
}

function accessoryRows({ config, facts }: Scene): Disagreement[] {
  const { app } = config;
  const records = accessoriesOf(facts, app);
  const unfinished = Object.keys(facts.host.jails ?? {}).filter((jail) =>
    ownJails(app, facts).includes(jail) && jail !== buildJailName(app)
  ).flatMap((jail) => unfinishedAccessory(config, jail.slice(app.length + 1), facts) ?? []);
  const cut = new Map(records.map((record) => [record, upgradeRow(record, facts)]));
  return [
    ...[...cut.values()].filter((row) => row !== undefined),
    ...records.filter((record) => !runs(facts, record.jail) && !cut.get(record)).map((record) => {
      const says = `the accessory ${record.name} does not run`;
      const jail = recordedJail(record);
      if (!facts.jailFiles.has(record.jail) || !owns(facts, jail)) {
        return leave(
          "accessory",
          `${says}, and the files of its jail are gone`,
          `"alcaide accessory remove ${record.name}" keeps its data, then "alcaide setup"`,
        );
      }
      return mend("accessory", says, {
        title: `Start ${record.name}`,
        command: underSetupLock(script(startJail(jail), waitForAccessory(record.jail, 60_000))),
        hint: `The reason is in its log: "alcaide accessory logs ${record.name}"`,
      });
    }),
    ...unfinished.map(({ name }) =>
      leave(
        "accessory",
        `the accessory ${name} is only half made`,
        `"alcaide setup" finishes it, or "alcaide accessory remove ${name}" ends it`,
      )
    ),
  ];
}

/** An upgrade that left trees or files: undone, or finished where the new tree was well. */
function upgradeRow(record: KnownAccessory, facts: Facts): Disagreement | undefined {
  const { name, jail } = record;
  const spec = recordedJail(record);
  const tree = treeOf(spec, facts);
  const { remains } = facts;
  const { next, old } = upgradeTrees(tree);
  const marks = [[next, [next.name]], [old, [old.name, tree.name]]] as const;
  const found = marks.filter(([{ path }]) => remains?.halves.has(path));
  const foreign = found.find(([{ path }, own]) =>
    ![...own, "empty"].includes(remains?.halves.get(path) ?? "")
  );
  if (foreign !== undefined) {
    return leave("foreign", `${foreign[0].path} exists, and alcaide did not make it`, "Move it away");
  }
  const exchanged = remains?.jailFiles.includes(`${jail}.conf.kept`) ||
    found.some(([one]) => one === old);
  if (found.length === 0 && !exchanged) return undefined;
  return mend("accessory", `an upgrade of ${name} was cut off, or is at work`, {
    title: `Clear up the upgrade of ${name}`,
    command: underSetupLock(
      script(settleUpgrade(spec, tree), ...exchanged ? [waitForAccessory(jail, 60_000)] : []),
    ),
    hint: `"alcaide accessory upgrade ${name}" does it again`,
  });
}

/** Mounts and the address that a jail which runs has lost. */
function lostParts(
  spec: JailSpec,
  { remains, setup }: Facts,
): Disagreement[] {
  const { name, path, ip4, mounts = [] } = spec;
  if (remains === undefined || setup === undefined) return [];
  const isMounted = (at: string) => remains.mounts.some((mount) => mount.at === `${path}${at}`);
  const lost = (at: string, what: string, host?: string) =>
    mend("mount", `${what} is not mounted at ${path}${at}`, {
      title: `Mount ${what} at ${path}${at}`,
      command: mountAgain(path, at, host),
      hint: 'The next "alcaide deploy" makes a jail that has it mounted',
    });
  return [
    ...hasAddress(setup, ip4) ? [] : [
      mend("address", `${ip4} of jail ${name} is not on ${jailInterface}`, {
        title: `Give jail ${name} its address`,
        command: addAddress(ip4),
      }),
    ],
    ...isMounted("/dev") ? [] : [lost("/dev", "devfs")],
    ...[...sharedMounts(spec), ...mounts].filter(({ jail }) => !isMounted(jail))
      .map(({ host, jail }) => lost(jail, host, host)),
  ];
}

/** Addresses of the app that a jail left behind. */
export function leftAddresses({ config: { app }, facts, place }: Scene): Disagreement[] {
  const own = ownJails(app, facts).flatMap((jail) => facts.host.jails?.[jail]?.address ?? []);
  return [place.blue, place.green, ...own].filter((ip4) =>
    facts.setup !== undefined && hasAddress(facts.setup, ip4) &&
    !facts.jails.some((jail) => !jail.dying && jail.addresses.includes(ip4))
  ).map((ip4) =>
    mend("address", `${ip4} is on ${jailInterface}, and no jail has it`, {
      title: `Take ${ip4} off ${jailInterface}`,
      command: dropAddress(ip4),
    })
  );
}
