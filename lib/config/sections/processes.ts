// Processes: what a release runs beside the web process, and where.

import { hasWeb, mostInstances, type ReleaseProcesses, webProcess } from "../../core/process.ts";
import { list as listText } from "../../core/text.ts";
import { checkName } from "./accessories.ts";
import { built } from "./build.ts";
import { on } from "./on.ts";
import { selected } from "./select.ts";
import { describeKind, isRecord } from "../../core/kind.ts";
import { child, complain, type Field, record, refuse } from "../field/field.ts";
import {
  boolean,
  command,
  type CommandOptions,
  integer,
  optionalInteger,
  readCommand,
  row,
} from "../field/kinds.ts";
import { type Around, type Declared, keysOf, readFields, shape } from "../field/schema.ts";
import type { Config } from "../field/types.ts";
import type { Process } from "../field/values.ts";

const wanted = '"bin/shop worker" or a record such as { start: "bin/shop worker", instances: 2 }';

const processRecord = shape({
  name: "UserProcess",
  text: "A process of the app: its command, or a record.",
  or: "string",
  wanted,
  fields: {
    start: command({ text: "The command that starts it, run in `/app` as the app's user.", required: true }),
    instances: integer({
      text: "How many of it run on a server. `web` runs once.",
      fallback: 1,
      range: [1, mostInstances],
    }),
    stopTimeout: optionalInteger({
      text: "Seconds that it gets to end once it is asked to by SIGTERM; after that it is killed.",
      otherwise: "`stopTimeout` of the app",
      range: [1, 900],
      unit: "seconds",
    }),
    on: on(),
    alone: boolean({
      text:
        "Those of the old release end, on all servers, before those of the new one start: the two never run at the same time.",
      otherwise: "`false`: the new ones start, then the old ones are stopped",
    }),
    startBefore: boolean({
      text: "It starts before the switch, and a deploy is taken back when it does not stay up.",
      otherwise: "`false`: it starts after the switch, and a deploy fails when it does not stay up",
    }),
  },
});

/** The field `processes`. */
export const processes: Declared<readonly Process[]> = {
  text:
    'The processes of a release, by name: `{ web: "bin/shop start", worker: { start: "bin/shop worker", instances: 2 } }`. Each runs in ' +
    "the release's jail with a log of its own. `web` gets the requests; without it, and without `start`, the app has no site.",
  otherwise: "`start` alone, as `web`",
  resolved: "The processes of a release, `web` first.",
  type: "Record<string, UserProcess>",
  form: "{ NAME: string | { … } }",
  becomes: "readonly Process[]",
  records: [processRecord],
  read: readProcesses,
  show: (name, all) =>
    all.filter((one) => one.name !== webProcess || one.on).flatMap((one) =>
      row(`${name}.${one.name}`, shown(one))
    ),
  init: (name) =>
    `// Further processes of a release, each with its own log: a command, or { start, instances, stopTimeout, on, alone, startBefore }.
// processes: { worker: "bin/${name} worker" },`,
};

function shown({ start, instances, stopTimeout, on, alone, startBefore }: Process): string {
  return [
    `"${start}"`,
    ...instances === 1 ? [] : [`${instances} instances`],
    `${stopTimeout} s to end`,
    ...on ? [`on ${listText(on)}`] : [],
    ...alone ? ["alone"] : [],
    ...startBefore ? ["before the switch"] : [],
  ].join(", ");
}

/** The field `start`: the short form of `processes.web`. */
export function webStart(
  options: CommandOptions & { fallback: (around: Around) => string },
): Declared<string> {
  const declared = command(options);
  return {
    ...declared,
    read: (field, around) => {
      const all = around.given("processes");
      if (field.value !== undefined || !isRecord(all.value)) return declared.read(field, around);
      // The field itself says what is wrong with it, once.
      const web = child({ ...all, problems: [] }, webProcess);
      return readCommand(isRecord(web.value) ? child(web, "start") : web);
    },
  };
}

function readProcesses(field: Field, around: Around): Process[] {
  const { config } = around;
  const web = { name: webProcess, start: config.start, instances: 1, stopTimeout: config.stopTimeout };
  const alone = { ...web, on: undefined, alone: false, startBefore: false };
  if (field.value === undefined) return [alone];
  if (!isRecord(field.value)) {
    refuse(field, describeKind(field.value), 'Give a record such as { worker: "bin/shop worker" }');
    return [alone];
  }
  const names = Object.keys(field.value);
  const start = around.given("start");
  const hasWeb = names.includes(webProcess);
  if (hasWeb && start.value !== undefined) {
    const hint = "start is the short form of processes.web: give one or the other";
    refuse(child(field, webProcess), "it stands beside start", hint);
  }
  const isServed = hasWeb || start.value !== undefined;
  if (!isServed && config.domains.length > 0) {
    const problem = "the app has a domain, and no web process gets its requests";
    const example = around.once(built).defaults.start || "bin/shop start";
    refuse(field, problem, `Give web: { web: ${JSON.stringify(example)}, … }, or leave out domain`);
  }
  const own = names.flatMap((name) => readProcess(child(field, name), name, around) ?? []);
  const all = [
    ...isServed && !hasWeb ? [alone] : [],
    ...own.filter(isWeb),
    ...own.filter((one) => !isWeb(one)),
  ];
  refuseIdle(field, all, around);
  return all;
}

function isWeb({ name }: Process): boolean {
  return name === webProcess;
}

function readProcess(field: Field, name: string, around: Around): Process | undefined {
  complain(field, checkName(name, "worker"));
  const { fields } = processRecord;
  const given = typeof field.value === "string"
    ? record({ ...field, value: { start: field.value } }, keysOf(fields), wanted)
    : record(field, keysOf(fields), wanted);
  if (given === undefined) return undefined;
  // A command alone is complained of by its own name.
  const short = typeof field.value === "string" ? { ...given, start: field } : given;
  const read = readFields(fields, (key) => short[key], around);
  if (name === webProcess) refuseForWeb(given);
  else if (read.alone && read.startBefore) {
    const problem = "it stands beside alone: the old ones would end before the release has proven itself";
    refuse(given.startBefore, problem, "Give one or the other");
  }
  return { name, ...read, stopTimeout: read.stopTimeout ?? around.config.stopTimeout };
}

/** The web process is one, and has a way of its own to take over from the old one. */
function refuseForWeb(given: Readonly<Record<"instances" | "alone" | "startBefore", Field>>): void {
  if (given.instances.value !== undefined && given.instances.value !== 1) {
    refuse(given.instances, "web runs once", "Let its server use several processors by itself");
  }
  for (const field of [given.alone, given.startBefore]) {
    if (field.value === undefined || field.value === false) continue;
    refuse(field, "web starts before the switch, beside that of the old release", "Leave it out");
  }
}

/** A server that runs nothing is a mistake. */
function refuseIdle(field: Field, all: readonly Process[], { config }: Around): void {
  for (const server of config.servers) {
    if (all.length === 0 || all.some(({ on }) => selected(on, server))) continue;
    refuse(field, `none of them runs on ${server.name}`, "Look at their on, or take the server out");
  }
}

/** Tells whether a server, by its name, has the web process: it is asked over HTTP only then. */
export function isServed(config: Parameters<typeof processesOn>[0], server: string): boolean {
  return hasWeb(processesOn(config, server));
}

/** The processes of a configuration that run on a server, by its name. */
export function processesOn(
  { servers, processes, stopTimeout }: Pick<Config, "servers" | "processes" | "stopTimeout">,
  server: string,
): ReleaseProcesses {
  const place = servers.find(({ name }) => name === server);
  const here = processes.filter(({ on }) => place === undefined || selected(on, place));
  const web = here.find(isWeb);
  return {
    start: web?.start ?? "",
    stopTimeout: web?.stopTimeout ?? stopTimeout,
    processes: here.filter((one) => !isWeb(one)).map(({ on: _, ...one }) => one),
  };
}
