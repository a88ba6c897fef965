/** The commands that are broken, each with the state of the host before it. */

import { join } from "@std/path";
import { local } from "../../lib/remote/local.ts";
import { sh } from "../../lib/core/sh.ts";
import type { Place } from "../e2e/place.ts";
import { ask, makeProject, type Project } from "../e2e/project.ts";
import { postgresqlVersion } from "../host/ports.ts";

/** A command, and what it is run on. */
export interface Scenario {
  readonly title: string;
  readonly args: (project: Project) => readonly string[];
  /** A release is live before and must serve throughout. */
  readonly serving: boolean;
  /** The state after it has as much as the state before, so that one case can follow another. */
  readonly repeatable?: boolean;
  /** Brings a host that was just made to the state before. */
  readonly prepare: (place: Place) => Promise<Project>;
  /** Done before each case: what a saved disk doesn't keep, and the new release with this text. */
  readonly begin?: (place: Place, project: Project, text: string) => Promise<void>;
  /** The text that the app shows once it is done; undefined when nothing is deployed. */
  readonly shows?: (text: string) => string;
  /** The reason why the command has not reached its aim. */
  readonly lacks?: (place: Place) => Promise<string | undefined>;
  /** More lines for the inventory. */
  readonly more?: (place: Place) => Promise<string>;
}

const limits = { drain: 1, keep: 2, health: { path: "/health", timeout: 10 } };
const wait = ["--wait", "90s"];

/** Runs commands one after another, which all must succeed. */
async function well(project: Project, ...all: readonly (readonly string[])[]): Promise<Project> {
  for (const args of all) {
    const { code, stderr } = await project.alcaide(args);
    if (code !== 0) throw new Error(`Cannot prepare: alcaide ${args.join(" ")}: ${stderr}`);
  }
  return project;
}

/** A project with so many releases on its server. */
async function released(place: Place, count: number, values: Record<string, unknown> = {}): Promise<Project> {
  const project = await makeProject(place, "shop", { ...limits, ...values });
  await well(project, ["setup"]);
  for (let number = 1; number <= count; number++) {
    await newRelease(project, `base ${number}`);
    await well(project, ["deploy"]);
  }
  return project;
}

/** A release for the next deploy; committed, where the build is made from a repository. */
async function newRelease(project: Project, text: string): Promise<void> {
  await project.release({ text });
  const isRepository = await Deno.stat(join(project.directory, ".git")).then(() => true, () => false);
  if (isRepository) await commit(project);
}

async function commit({ directory }: Project): Promise<void> {
  await local({ cwd: directory }).run(
    sh`git add -A && git -c user.name=me -c user.email=me@here commit -q -m change`,
  );
}

/** A project that is built in a jail of the server, from a repository. */
async function built(place: Place, count: number): Promise<Project> {
  const build = { jail: { commands: ["cp -R release dist"], result: "dist" } };
  const project = await makeProject(place, "shop", { ...limits, build });
  await local({ cwd: project.directory }).run(sh`git init -q && printf 'home/\ntmp/\n' >.gitignore`);
  await well(project, ["setup"]);
  for (let number = 1; number <= count; number++) {
    await newRelease(project, `base ${number}`);
    await well(project, ["deploy"]);
  }
  return project;
}

async function withDatabase(project: Project): Promise<void> {
  const version = await postgresqlVersion();
  await project.configure({}, "", {
    accessories:
      `{ db: postgresql({ version: "${version}", volume: "/data/shop/db", password: secret("it's") }) }`,
  });
}

const sql = (place: Place, statement: string, database = "shop") =>
  place.test!.shell(
    sh`jexec -l -U postgres shop_db psql -X -q -A -t -v ON_ERROR_STOP=1 -d ${database} -c ${statement}`.text,
  );

async function databaseAnswers(place: Place): Promise<string | undefined> {
  const { code, stdout, stderr } = await sql(place, "SELECT 1");
  return code === 0 && stdout === "1\n" ? undefined : `the database does not answer: ${stderr}`;
}

const dumpFile = "shop.dump";
const rows = "SELECT count(*) FROM items";

async function dumped(place: Place): Promise<Project> {
  const project = await released(place, 1);
  await withDatabase(project);
  await well(project, ["setup"]);
  await sql(
    place,
    "CREATE TABLE items AS SELECT i AS id FROM generate_series(1, 500) i; ALTER TABLE items OWNER TO shop",
  );
  await well(project, ["db", "dump", dumpFile]);
  await sql(place, "DELETE FROM items WHERE id > 100");
  return project;
}

/** A deploy whose machine died after the jail was started. */
async function halfDone(place: Place): Promise<Project> {
  const project = await released(place, 3);
  await newRelease(project, "half");
  const child = project.start(["deploy"]);
  await place.test!.fault({ program: "daemon", effect: "signal", signal: { pid: child.pid, name: "KILL" } });
  await child.output();
  return project;
}

const shows = (text: string) => text;
const begin = (_place: Place, project: Project, text: string) => newRelease(project, text);

/** All scenarios, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  setup: {
    title: "setup on a fresh host",
    args: () => ["setup"],
    serving: false,
    prepare: (place) => makeProject(place, "shop", limits),
  },
  first: {
    title: "first deploy",
    args: () => ["deploy", ...wait],
    serving: false,
    prepare: (place) => released(place, 0),
    begin,
    shows,
  },
  further: {
    title: "further deploy",
    args: () => ["deploy", ...wait],
    serving: true,
    repeatable: true,
    prepare: (place) => released(place, 4),
    begin,
    shows,
  },
  built: {
    title: "deploy with a build jail",
    args: () => ["deploy", ...wait],
    serving: true,
    repeatable: true,
    prepare: (place) => built(place, 4),
    begin,
    shows,
  },
  rollback: {
    title: "rollback",
    args: () => ["rollback", "3", ...wait],
    serving: true,
    prepare: (place) => released(place, 4),
    shows: () => "base 3",
  },
  accessory: {
    title: "accessory provisioning",
    args: () => ["setup"],
    serving: true,
    prepare: async (place) => {
      const project = await released(place, 1);
      await withDatabase(project);
      return project;
    },
    lacks: databaseAnswers,
  },
  restore: {
    title: "db restore",
    args: ({ directory }) => ["db", "restore", join(directory, dumpFile), "--while-live", "--yes", ...wait],
    serving: true,
    prepare: dumped,
    lacks: async (place) => {
      const { stdout } = await sql(place, rows);
      return stdout === "500\n" ? undefined : `the table has ${stdout.trim()} rows`;
    },
    more: async (place) =>
      (await sql(
        place,
        "SELECT 'database ' || datname FROM pg_database UNION SELECT 'role ' || rolname FROM pg_roles",
        "postgres",
      )).stdout,
  },
  repair: {
    title: "repair",
    args: () => ["repair", ...wait],
    serving: true,
    prepare: halfDone,
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
