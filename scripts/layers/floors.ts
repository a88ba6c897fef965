// The floors of the house: every folder, what it is for, and which folders it may import. A folder imports only those that
// stand above it here, so no two of them can depend on each other.

/** A folder of the sources. */
export interface Floor {
  /** Its path; files in folders below it belong to it, unless those are floors themselves. */
  readonly folder: string;
  /** Its contents, for CONTRIBUTING. */
  readonly holds: string;
  /** The folders that it may import besides itself. */
  readonly imports: readonly string[];
  /** True for plain functions of their arguments: no clock, no network, no Deno. */
  readonly pure?: boolean;
}

const config = ["lib/config/field", "lib/config/sections", "lib/config"];

/** The rooms of `lib/commands/`. All use what lies in the folder itself. */
function rooms(given: readonly (readonly [name: string, holds: string, uses: readonly string[]])[]): Floor[] {
  const path = (name: string) => `lib/commands/${name}`;
  return given.map(([name, holds, uses]) => ({
    folder: path(name),
    holds,
    imports: ["lib/core", "lib/remote", ...config, "lib/commands", ...uses.map(path)],
    pure: true,
  }));
}

const low: readonly Floor[] = [
  { folder: "lib/deps", holds: "the standard library with its types, a file a module", imports: [] },
  {
    folder: "lib/core",
    holds: "`sh`, `secret`, errors, words for messages, releases, slots",
    imports: ["lib/deps"],
    pure: true,
  },
  {
    folder: "lib/transport",
    holds: "how a script gets to a shell: over SSH, and on this machine",
    imports: ["lib/deps", "lib/core"],
  },
  {
    folder: "lib/remote",
    holds: "a server as something to run commands on; files there and here; the source and its revision",
    imports: ["lib/core", "lib/transport"],
  },
  {
    folder: "lib/secrets",
    holds: "the encrypted file, its key, references to values",
    imports: ["lib/deps", "lib/core", "lib/remote"],
  },
  {
    folder: "lib/config/field",
    holds: "a field of the configuration: its kind, its check, its type",
    imports: ["lib/core", "lib/secrets"],
    pure: true,
  },
  {
    folder: "lib/config/sections",
    holds: "the sections of the configuration, a file each",
    imports: ["lib/core", "lib/secrets", "lib/config/field"],
    pure: true,
  },
  {
    folder: "lib/config",
    holds: "the configuration as a whole: read, resolved and shown",
    imports: ["lib/core", "lib/secrets", "lib/config/field", "lib/config/sections"],
    pure: true,
  },
  {
    folder: "lib/commands",
    holds:
      "**all text that runs on a server**: pure functions, a file a subject; here paths, locks, marker, journal",
    imports: ["lib/core", "lib/remote", ...config],
    pure: true,
  },
  ...rooms([
    ["jail", "jails and their trees: template, names, packages, the service in them", []],
    ["caddy", "Caddy: its service, the admin's Caddyfile, sites, certificates, draining", []],
    ["app", "an app's releases in their jails: installed, built, migrated, checked", ["jail"]],
    ["accessory", "accessories: their files, service and record", ["jail"]],
    ["server", "a server as a whole: its probe, boot, network, datasets, rotation", [
      "jail",
      "caddy",
      "app",
    ]],
  ]),
];

const high: readonly Omit<Floor, "imports">[] = [
  { folder: "lib/server", holds: "what a server is: its facts, its jails, its Caddy, its locks" },
  { folder: "lib/presets", holds: "functions that a configuration calls: `phoenix()`, `postgresql()`, …" },
  { folder: "lib/hints", holds: "tables: from what a server said to what to do", pure: true },
  { folder: "lib/ui", holds: "what people and programs see; nothing else prints" },
  { folder: "lib/task", holds: "tasks: what they take, what they get, and how they are run" },
  { folder: "lib/setup", holds: "what a server lacks: from facts to changes" },
  { folder: "lib/deploy", holds: "deploy, rollback and repair: `plan/` decides, `steps/` has a file a step" },
  {
    folder: "lib/running",
    holds: "the work of tasks on an app: deploy, rollback, status, logs, commands in its jails, accessories",
  },
  {
    folder: "lib/doctor",
    holds: "the checks of `alcaide doctor`, a row each: from facts to findings with remedies",
  },
  { folder: "lib/database", holds: "the app's database: where it is, files of dumps" },
  { folder: "lib/init", holds: "the files that `alcaide init` writes" },
  {
    folder: "lib/standalone",
    holds: "the binary: reading an Alcaidefile without Deno's parser, compiling one in",
  },
  { folder: "lib/cli", holds: "the command line: words, help, completion, loading an Alcaidefile" },
  { folder: "lib/vault", holds: "the work of `alcaide secrets`: show, set, edit, a new key" },
  {
    folder: "lib/dashboard",
    holds: "the page of `alcaide dashboard`: who may see it, its parts, its actions, a row each",
  },
  { folder: "tasks", holds: "what a user calls: a file a word of the command line" },
];

/** All floors; each imports only from those above it. */
export const floors: readonly Floor[] = high.reduce<readonly Floor[]>(
  (above, floor) => [...above, { ...floor, imports: above.map(({ folder }) => folder) }],
  low,
);

/** The floor that a file stands on; undefined for files that everything may be imported in. */
export function floorOf(file: string): Floor | undefined {
  const under = floors.filter(({ folder }) => file.startsWith(`${folder}/`));
  return under.sort((one, other) => other.folder.length - one.folder.length)[0];
}

/** The table of CONTRIBUTING. */
export function floorsTable(): string {
  const rows = floors.map(({ folder, holds, imports }, index) => {
    const all = index > 0 && imports.length === index;
    const allowed = all
      ? "all above"
      : imports.map((name) => name.replace("lib/", "")).join(", ") || "nothing";
    return `| \`${folder}/\` | ${holds} | ${allowed} |`;
  });
  return ["| folder | what is in it | may import |", "| --- | --- | --- |", ...rows].join("\n");
}
