/** The commands that are broken, each with the state of the host before it. */

import { join } from "@std/path";
import type { Place } from "../e2e/place.ts";
import { ask, type Project } from "../e2e/project.ts";
import { dumpFile, newRelease, sql } from "./states.ts";

/** A command, and the state that it is run on. */
export interface Scenario {
  readonly title: string;
  readonly state: string;
  readonly args: (project: Project) => readonly string[];
  /** A release is live before and must serve throughout. */
  readonly serving: boolean;
  /** Done before each case: what a saved disk doesn't keep, and the new release with this text. */
  readonly begin?: (place: Place, project: Project, text: string) => Promise<void>;
  /** The text that the app shows once it is done; undefined when nothing is deployed. */
  readonly shows?: (text: string) => string;
  /** The reason why the command has not reached its aim. */
  readonly lacks?: (place: Place) => Promise<string | undefined>;
  /** More lines for the inventory. */
  readonly more?: (place: Place) => Promise<string>;
}

const wait = ["--wait", "90s"];
const shows = (text: string) => text;
const begin = (_place: Place, project: Project, text: string) => newRelease(project, text);

async function databaseAnswers(place: Place): Promise<string | undefined> {
  const { code, stdout, stderr } = await sql(place, "SELECT 1");
  return code === 0 && stdout === "1\n" ? undefined : `the database does not answer: ${stderr}`;
}

async function allRows(place: Place): Promise<string | undefined> {
  const { stdout } = await sql(place, "SELECT count(*) FROM items");
  return stdout === "500\n" ? undefined : `the table has ${stdout.trim()} rows`;
}

const namesInDatabase = async (place: Place) =>
  (await sql(
    place,
    "SELECT 'database ' || datname FROM pg_database UNION SELECT 'role ' || rolname FROM pg_roles",
    "postgres",
  )).stdout;

/** All scenarios, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  setup: { title: "setup on a fresh host", state: "fresh", args: () => ["setup"], serving: false },
  first: {
    title: "first deploy",
    state: "ready",
    args: () => ["deploy", ...wait],
    serving: false,
    begin,
    shows,
  },
  further: {
    title: "further deploy",
    state: "four",
    args: () => ["deploy", ...wait],
    serving: true,
    begin,
    shows,
  },
  built: {
    title: "deploy with a build jail",
    state: "built",
    args: () => ["deploy", ...wait],
    serving: true,
    begin,
    shows,
  },
  rollback: {
    title: "rollback",
    state: "four",
    args: () => ["rollback", "3", ...wait],
    serving: true,
    shows: () => "base 3",
  },
  accessory: {
    title: "accessory provisioning",
    state: "plain",
    args: () => ["setup"],
    serving: true,
    lacks: databaseAnswers,
  },
  restore: {
    title: "db restore",
    state: "dumped",
    args: ({ directory }) => ["db", "restore", join(directory, dumpFile), "--while-live", "--yes", ...wait],
    serving: true,
    lacks: allRows,
    more: namesInDatabase,
  },
  repair: {
    title: "repair",
    state: "half",
    args: () => ["repair", ...wait],
    serving: true,
    begin: async (place) => {
      await place.test!.shell("jail -f /usr/local/etc/alcaide/jails/shop_green.conf -c shop_green");
    },
  },
};

/** The first line that the app shows, or why it shows none. */
export async function shown(place: Place, project: Project): Promise<string> {
  const { status, text } = await ask(place, project, "/").catch((error) => ({ status: 0, text: `${error}` }));
  return status === 200 ? text.split("\n")[0] ?? "" : `status ${status}`;
}
