// Checks of what a server has for its programs: memory, open files, time to end, patches of FreeBSD.

import { bytes } from "../core/text.ts";
import { withoutPatch } from "../server/facts.ts";
import { patchOf } from "../server/patches.ts";
import { shutdownProblem } from "../setup/advice.ts";
import { type Check, refused, unknown, type Verdict, warning } from "./check.ts";
import type { SeenServer } from "./seen.ts";

/** The least memory for a build, swap included: a server of 2 GB shows a little less. */
const buildMemory = 1_900_000_000;

/** The checks, in the order of the documentation. */
export const supplyChecks: readonly Check<SeenServer>[] = [
  {
    id: "updates",
    about:
      "patches that FreeBSD has for the server's release, as its update servers say, and the server lacks",
    fine: "The server has FreeBSD's latest patches",
    worst: "warning",
    look: ({ facts: { userland }, setup: { kernel }, more: { latest } }) => {
      const release = withoutPatch(userland);
      if (!release.endsWith("-RELEASE")) return [];
      if (latest === undefined) {
        return [unknown(
          `FreeBSD's update servers did not tell the latest patches of ${release}`,
          "On a server of packages pkg upgrade -n shows them, else freebsd-update fetch",
        )];
      }
      return latest <= Math.max(patchOf(userland), patchOf(kernel)) ? [] : [warning(
        `FreeBSD has ${release}-p${latest}, the server is at ${userland}`,
        'freebsd-update fetch install; where the kernel is among them a reboot; then "alcaide setup" and "alcaide deploy"',
      )];
    },
  },
  {
    id: "memory",
    about: "memory and swap for a build in a jail, and a program that the kernel ended for want of them",
    fine: "No lack of memory is known",
    worst: "warning",
    look: (seen) => [...memoryForBuild(seen), ...killed(seen)],
  },
  {
    id: "files",
    about: "open files beside the most that the kernel allows",
    fine: "Few files are open",
    worst: "warning",
    look: ({ more: { openFiles, mostFiles } }) => {
      if (openFiles === undefined || mostFiles === undefined) {
        return [unknown("The number of open files could not be read")];
      }
      return openFiles < 0.8 * mostFiles ? [] : [warning(
        `${openFiles} of ${mostFiles} files are open`,
        "Look for leaks with fstat, or raise kern.maxfiles: sysctl, and /etc/sysctl.conf for the next boot",
      )];
    },
  },
  {
    id: "shutdown",
    about: "the time that a shutdown of the server leaves to `stopTimeout`",
    fine: "A shutdown waits as long as programs may need",
    worst: "warning",
    look: ({ config, setup, server }) => refused(shutdownProblem(config, setup, server), warning),
  },
];

function memoryForBuild({ config, more: { memory, swap = 0 } }: SeenServer): Verdict[] {
  if (config.build.kind !== "jail") return [];
  if (memory === undefined) return [unknown("The server's memory could not be read")];
  const has = `${bytes(memory)} of memory and ${swap === 0 ? "no" : `${bytes(swap)} of`} swap`;
  return memory + swap >= buildMemory ? [] : [warning(
    `The server has ${has}, and a build needs about 2 GB`,
    "Add swap (https://docs.freebsd.org/en/books/handbook/config/#adding-swap-space), or build elsewhere",
  )];
}

function killed({ more }: SeenServer): Verdict[] {
  return more.killed === "" ? [] : [warning(
    `The kernel ended a program since its start: ${more.killed}`,
    "Add memory or swap, or set limits.memory, so that an app can't take it from the others",
  )];
}
