// Checks of the app on a server: what setup made, what is half done, who else has what it needs.

import { isServed } from "../config/sections/processes.ts";
import { AlcaideError } from "../core/error.ts";
import { conflicts } from "../deploy/plan/checks.ts";
import { imagesOf, oldImage } from "../deploy/plan/image.ts";
import { disagreements } from "../deploy/repair/disagreements.ts";
import type { Kind } from "../deploy/repair/row.ts";
import { owns } from "../server/facts.ts";
import { refuseOther } from "../server/project.ts";
import { accessoryStatuses } from "../setup/accessory_status.ts";
import { allLimitsProblem } from "../setup/advice.ts";
import { planHome } from "../setup/dataset.ts";
import { planSetup } from "../setup/plan.ts";
import { setupRefusals } from "../setup/refusals.ts";
import { type Check, error, note, refused, sentence, unknown, type Verdict, warning } from "./check.ts";
import type { SeenServer } from "./seen.ts";
import { refusalsOf } from "./system.ts";

/** Disagreements that other checks find, and names that the next deploy puts in force. */
const elsewhere: readonly Kind[] = [
  "interface",
  "pf",
  "boot",
  "import",
  "enable",
  "foreign",
  "dataset",
  "address",
  "accessory",
  "names",
];

/** The checks, in the order of the documentation. */
export const appChecks: readonly Check<SeenServer>[] = [
  {
    id: "setup",
    about:
      "everything that `alcaide setup` would still do: interface, base system, pf, Caddy, boot script, logs, modes of files",
    fine: "setup has nothing to do",
    worst: "warning",
    look: missing,
  },
  {
    id: "dataset",
    about:
      "ZFS below the base path: a dataset that is not mounted, jails that are copies though they could be clones",
    fine: "The base path is where it was",
    worst: "error",
    look: (seen) => [
      ...refusalsOf("dataset")(seen),
      ...planHome(seen.config.jail.basePath, seen.facts, seen.setup).advice.map((text) => note(text)),
    ],
  },
  {
    id: "owner",
    about: "an app of this name that belongs to another project",
    fine: "No other project has an app of this name",
    worst: "error",
    look: ({ config, facts, project, server }) =>
      tried(() => (refuseOther(config, facts, project, server), [])),
  },
  {
    id: "conflicts",
    about: "jails, directories, addresses and domains that the app needs and somebody else has",
    fine: "Nobody else has what the app needs",
    worst: "error",
    look: ({ config, facts, server }) =>
      conflicts(config, facts, isServed(config, server)).flatMap((one) => refused(one)),
  },
  {
    id: "traffic",
    about: "Caddy, marker and journal that disagree, and what an interrupted deploy left half done",
    fine: "Nothing is half done",
    worst: "error",
    look: ({ config, facts }) =>
      disagreements(config, facts).filter(({ kind }) => !elsewhere.includes(kind)).map((
        { kind, says, leave },
      ) =>
        (kind === "contradiction" ? error : warning)(
          sentence(says),
          leave ?? "alcaide repair --plan, alcaide repair",
        )
      ),
  },
  {
    id: "dying",
    about: "jails that the kernel still holds after their end",
    fine: "No jail of ours is dying",
    worst: "note",
    look: ({ facts }) =>
      facts.jails.filter((jail) => jail.dying && owns(facts, jail)).map(({ name }) =>
        note(
          `The jail ${name} is dying: connections of it are still open`,
          "It goes by itself; the next deploy waits for it",
        )
      ),
  },
  {
    id: "image",
    about: "an image of the app's jails that is older than 30 days",
    fine: "The packages of the app's jails are recent",
    worst: "warning",
    look: ({ config, facts, now }) => {
      const old = oldImage(imagesOf(facts, config.app)[0], now);
      return old === undefined ? [] : [warning(old.says, old.remedy)];
    },
  },
  {
    id: "accessories",
    about: "accessories that are not set up, do not run, or are not well",
    fine: "No accessory is ill",
    worst: "error",
    look: ({ config, facts, server }) =>
      accessoryStatuses(config, facts, server).filter(({ problem }) => problem !== null).map((one) => {
        const says = `Accessory ${one.name}: ${one.problem}`;
        if (!one.configured) return note(says);
        if (one.address === null) return warning(says);
        return error(says, `alcaide accessory logs ${one.name}, alcaide accessory restart ${one.name}`);
      }),
  },
  {
    id: "limits",
    about: "a kernel that counts, where the app or an accessory has `limits`",
    fine: "Nothing stands in the way of limits",
    worst: "error",
    look: ({ config, facts, server }) => refused(allLimitsProblem(config, facts, server)),
  },
];

/** Before the first setup all of it is missing, which is one thing to say. */
function missing({ config, facts, setup, server }: SeenServer): Verdict[] {
  if (Object.values(setupRefusals(config, facts, setup)).some(Boolean)) {
    return [unknown("setup refuses the server as it is, so what it lacks is not known")];
  }
  const { changes } = planSetup(config, facts, server);
  if (changes.length === 0) return [];
  if (facts.templates.length === 0 && facts.hostText === "") {
    return [note("The server is not prepared yet", "alcaide setup")];
  }
  return changes.map(({ title, reason }) => warning(`setup would "${title}": ${reason}`, "alcaide setup"));
}

/** The verdicts of a function that may refuse by an error for people. */
function tried(look: () => Verdict[]): Verdict[] {
  try {
    return look();
  } catch (problem) {
    if (!(problem instanceof AlcaideError)) throw problem;
    return [error(problem.message, problem.hint)];
  }
}
