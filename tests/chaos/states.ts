/** The hosts that commands are broken on, as they are before: made once, kept as files, and begun from by every lane. */

import { join } from "@std/path";
import { local } from "../../lib/remote/local.ts";
import { sh } from "../../lib/core/sh.ts";
import { openPlace, type Place } from "../e2e/place.ts";
import { makeProject, type Project } from "../e2e/project.ts";
import type { TestHost } from "../host/mod.ts";
import { postgresqlVersion } from "../host/ports.ts";
import { runHere } from "./client.ts";
import { quiet } from "./quiet.ts";

/** A state of a host and of the project beside it. */
export interface State {
  /** The state that it is made from. */
  readonly from?: string;
  /** The configuration, besides that of all. */
  readonly values?: Record<string, unknown>;
  /** Fields of it that are code. */
  readonly code?: Readonly<Record<string, string>>;
  readonly make?: (place: Place, project: Project) => Promise<void>;
}

/** The names of the app, of the dump of its database, and of the limits that all have. */
export const app = "shop";
export const dumpFile = "shop.dump";
const limits = { drain: 1, keep: 2, health: { path: "/health", timeout: 20 } };

/** Runs commands one after another, which all must succeed. */
export async function well(project: Project, ...all: readonly (readonly string[])[]): Promise<void> {
  for (const args of all) {
    const { code, text } = await runHere(project, args);
    if (code !== 0) throw new Error(`Cannot prepare: alcaide ${args.join(" ")}: ${text}`);
  }
}

/** A release for the next deploy; committed, where the build is made from a repository. */
export async function newRelease(project: Project, text: string): Promise<void> {
  await project.release({ text });
  const isRepository = await Deno.stat(join(project.directory, ".git")).then(() => true, () => false);
  if (!isRepository) return;
  await local({ cwd: project.directory }).run(
    sh`git add -A && git -c user.name=me -c user.email=me@here commit -q -m change`,
  );
}

async function deploy(project: Project, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await newRelease(project, `base ${number}`);
    await well(project, ["deploy"]);
  }
}

/** Asks the app's database. */
export const sql = (place: Place, statement: string, database = "shop") =>
  place.test!.shell(
    sh`jexec -l -U postgres shop_db psql -X -q -A -t -v ON_ERROR_STOP=1 -d ${database} -c ${statement}`.text,
  );

/** The accessory, as code of the configuration. */
export const database = {
  accessories:
    `{ db: postgresql({ version: "${await postgresqlVersion()}", volume: "/data/shop/db", password: secret("it's") }) }`,
};

async function dumped(place: Place, project: Project): Promise<void> {
  await well(project, ["setup"]);
  const items = "CREATE TABLE items AS SELECT i AS id FROM generate_series(1, 500) i";
  await sql(place, `${items}; ALTER TABLE items OWNER TO shop`);
  await well(project, ["db", "dump", join(project.directory, dumpFile)]);
  await sql(place, "DELETE FROM items WHERE id > 100");
}

/** A deploy whose machine died after the jail was started. */
async function halfDone(place: Place, project: Project): Promise<void> {
  await newRelease(project, "half");
  const child = project.start(["deploy"]);
  await place.test!.fault({ program: "daemon", effect: "signal", signal: { pid: child.pid, name: "KILL" } });
  await child.output();
}

/** All states, by name. */
export const states: Readonly<Record<string, State>> = {
  fresh: {},
  ready: { from: "fresh", make: (_place, project) => well(project, ["setup"]) },
  one: { from: "ready", make: (_place, project) => deploy(project, 1) },
  three: { from: "one", make: (_place, project) => deploy(project, 2, 3) },
  four: { from: "three", make: (_place, project) => deploy(project, 4) },
  half: { from: "three", make: halfDone },
  // Two are kept, and both were built.
  built: {
    from: "one",
    values: { build: { jail: { commands: ["cp -R release dist"], result: "dist" } } },
    make: async (_place, project) => {
      await local({ cwd: project.directory }).run(sh`git init -q && printf 'home/\ntmp/\n' >.gitignore`);
      await well(project, ["setup"]);
      await deploy(project, 2, 3, 4);
    },
  },
  plain: { from: "one", code: database },
  dumped: { from: "plain", code: database, make: dumped },
};

/** A host with its project that can be brought to any state. */
export class Bench implements AsyncDisposable {
  /** The project that belongs to the state. */
  project!: Project;

  private constructor(readonly folder: string, readonly place: Place) {}

  /** @param folder where the states are kept, for all lanes */
  static async open(folder: string): Promise<Bench> {
    await Deno.mkdir(folder, { recursive: true });
    return new Bench(folder, await openPlace({ diskMb: 4_000 }));
  }

  get host(): TestHost {
    return this.place.test!;
  }

  /** Brings the host to a state, which is made when nobody has made it yet. From a copy another state can be made. */
  async to(name: string, copied = false): Promise<void> {
    const kept = join(this.folder, name);
    if (!await exists(kept)) {
      using lock = await Deno.open(`${kept}.lock`, { create: true, write: true });
      await lock.lock(true);
      if (!await exists(kept)) return await this.#make(name, kept);
    }
    const disk = join(kept, "disk");
    await (copied ? this.host.restore(disk) : this.host.beginFrom(disk));
    await this.#begin(name, kept);
    if (!await quiet(this.host)) throw new Error("The boot does not end");
  }

  async #make(name: string, kept: string): Promise<void> {
    const { from, make } = states[name]!;
    if (from === undefined) await this.#begin(name);
    else await this.to(from, true);
    await this.#configure(name);
    await make?.(this.place, this.project);
    await quiet(this.host);
    const { directory } = this.project;
    await local().run(sh`rm -rf ${kept}.new && mkdir -p ${kept}.new/project`);
    await this.host.save(`${kept}.new/disk`);
    const files = sh`tar -cf - --exclude=./tmp --exclude=./home --exclude=./Alcaidefile.ts .`;
    await local({ cwd: directory }).run(sh`${files} | tar -xf - -C ${kept}.new/project`);
    await local().run(sh`cp ${this.place.key} ${kept}.new/key && mv ${kept}.new ${kept}`);
    await quiet(this.host);
  }

  /** A project with the files that were kept. */
  async #begin(name: string, kept?: string): Promise<void> {
    await this.project?.[Symbol.asyncDispose]();
    this.project = await makeProject(this.place, app, limits);
    if (kept !== undefined) {
      const { directory } = this.project;
      await local().run(sh`cp -a ${kept}/project/. ${directory}`);
      // The host has the keys of the one that the state was made on.
      await Deno.copyFile(join(kept, "key"), this.place.key);
      const key = await Deno.readTextFile(join(kept, "disk/etc/ssh/ssh_host_ed25519_key.pub"));
      await Deno.writeTextFile(join(directory, "home/.ssh/known_hosts"), `${this.host.address} ${key}`);
    }
    await this.#configure(name);
  }

  async #configure(name: string): Promise<void> {
    const { values = {}, code = {} } = states[name]!;
    await this.project.configure(values, "", code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
    await this.project?.[Symbol.asyncDispose]();
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
