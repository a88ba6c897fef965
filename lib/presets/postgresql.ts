// PostgreSQL in a jail of its own.

import { demandRecord } from "../core/kind.ts";
import { busyStatus } from "../commands/accessory/accessory.ts";
import { callService, inJail } from "../commands/jail/in_jail.ts";
import type { AccessoryFile, AccessoryPlace, UserAccessory } from "../config/field/types.ts";
import { databaseOf, extensionsText, postgresqlDatabase, roleOf } from "./postgresql_database.ts";
import { secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { type Command, document, type Expression, type Script, sh } from "../core/sh.ts";
import type { AccessoryOptions } from "./accessory_options.ts";
import * as option from "./accessory_options.ts";
import { check, home } from "./postgresql_check.ts";

/** What {@linkcode postgresql} is told. */
export interface PostgresqlOptions extends AccessoryOptions {
  /** Its major version, such as `"16"`. */
  readonly version: string;
  /** The host directory that holds its data, such as `"/data/postgres"`. */
  readonly volume: string;
  /** The app's database. Default: the app's name. */
  readonly database?: string;
  /** The app's role, which owns the database. Default: the app's name. */
  readonly user?: string;
  /** Further packages for its jail, such as `["postgresql17-pgvector"]`. */
  readonly packages?: readonly string[];
  /** Extensions that setup creates in the app's database, such as `["vector"]`; it never drops one. */
  readonly extensions?: readonly string[];
}

/** The user of PostgreSQL's packages. */
const uid = 770;
const configFile = "/usr/local/etc/alcaide/postgresql.conf";
const hbaFile = "/usr/local/etc/alcaide/pg_hba.conf";
const logDirectory = "/var/log/alcaide";

/**
 * PostgreSQL in a jail of its own, with a role and a database for the app. Only the app's jails may connect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { postgresql, secret } from "alcaide";
 *
 * const db = postgresql({ version: "16", volume: "/data/postgres", password: secret("hunter2") });
 * assertEquals(db.ports, [5432]);
 * ```
 */
export function postgresql(options: PostgresqlOptions): UserAccessory {
  demandRecord(
    options,
    "postgresql",
    '{ version: "17", volume: "/data/shop/db", password: secrets("DB_PASSWORD") }',
  );
  const { version } = options;
  const [volume] = String(options.volume).split(":");
  return {
    ...option.fieldsOf(options, 5432),
    kind: "postgresql",
    version,
    packages: [
      ...new Set([
        ...["server", "client", "contrib"].map((part) => `postgresql${version}-${part}`),
        ...Array.isArray(options.packages) ? options.packages : [],
      ]),
    ],
    volumes: [`${volume}:${home}`],
    uid,
    rc: "postgresql",
    rcConf: {
      ["postgresql_data"]: dataDirectory(version),
      // As the service has them, but for the log: to /dev/null goes there what the server says before it has its own.
      ["postgresql_flags"]: `-w -s -m fast -l ${logDirectory}/start.log`,
    },
    parameters: ["sysvshm = new", "sysvsem = new", "sysvmsg = new"],
    stopTimeout: 90,
    check,
    files,
    setup: initialise,
    health: isHealthy,
    change: takeSettings,
    apply: makeRoleAndDatabase,
    upgrade,
    database: postgresqlDatabase,
  };
}

const upgrade = [
  'Take a copy of the data: "alcaide db dump before.dump"',
  "Give the new version a name of its own beside the old one, with a volume of its own, and run setup",
  'Put the data into it: "alcaide db restore before.dump --accessory NAME --while-live"',
  "Point the app's environment at the new name and deploy",
  'When all is well: "alcaide accessory remove" the old one',
];

function dataDirectory(version: unknown): string {
  return `${home}/data${version}`;
}

/** Settings stand outside of the data: what the admin changed there with ALTER SYSTEM still counts more. */
function files(at: AccessoryPlace): AccessoryFile[] {
  const own = new Map<string, unknown>([
    ["listen_addresses", at.address],
    ["port", at.port],
    ["hba_file", hbaFile],
    ["password_encryption", "scram-sha-256"],
    // As the port comes it writes to syslog, which no jail of ours runs.
    ["log_destination", "stderr"],
    ["logging_collector", true],
    ["log_directory", logDirectory],
    // A file for each day of the week: old ones are overwritten, so the disk does not fill.
    ["log_filename", "postgresql-%a.log"],
    ["log_rotation_age", "1d"],
    ["log_rotation_size", 0],
    ["log_truncate_on_rotation", true],
    ["log_line_prefix", "%m [%p] %q%u@%d "],
    // As the times that logs are asked for since; else it is that of the machine.
    ["log_timezone", "UTC"],
    ...Object.entries(at.options["settings"] ?? {}),
  ]);
  const rows = [...own].map(([name, value]) => `${name} = ${settingText(value)}\n`);
  const hosts = at.clients.map((client) =>
    `host "${databaseOf(at)}" "${roleOf(at)}" ${client}/32 scram-sha-256\n`
  );
  const note = "# Made by alcaide. Changes are overwritten.\n";
  return [
    { path: configFile, text: `${note}${rows.join("")}` },
    { path: hbaFile, text: `${note}local all postgres peer\n${hosts.join("")}` },
  ];
}

function settingText(value: unknown): string {
  const text = typeof value === "boolean" ? (value ? "on" : "off") : String(value);
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A cluster that is whole gets its name at the end: what was cut off has none. */
function initialise(at: AccessoryPlace): Script {
  const data = dataDirectory(at.options["version"]);
  const beside = `${home}/.alcaide-initdb`;
  const none = at.made ? sh`echo ${`${data} is gone: is the volume mounted?`} >&2; exit 1` : sh`:`;
  const cluster = script(
    sh`umask 077
if [ ! -f ${`${data}/PG_VERSION`} ]; then
  ${none}
  rm -rfx ${beside} &&
  /usr/local/bin/initdb -D ${beside} --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth-local=peer --auth-host=scram-sha-256 >/dev/null &&
  mv ${beside} ${data}
fi`,
    sh`found=$(cat ${`${data}/PG_VERSION`})
[ "$found" = ${String(at.options["version"])} ] || {
  echo ${`${data} on the volume holds data of PostgreSQL `}"$found" >&2; exit 1
}`,
    sh`include="include_if_exists = '"${configFile}"'"
grep -q -x -F "$include" ${`${data}/postgresql.conf`} || printf '\n%s\n' "$include" >>${`${data}/postgresql.conf`}`,
  );
  return script(asPostgres(at, cluster), checkSettings(at));
}

/** Reads the settings without a server: a mistake in them must not stop one that runs. */
function checkSettings(at: AccessoryPlace): Command {
  return asPostgres(
    at,
    sh`/usr/local/bin/postgres -D ${dataDirectory(at.options["version"])} -C listen_addresses >/dev/null`,
  );
}

function isHealthy(at: AccessoryPlace): Command {
  return asPostgres(
    at,
    sh`${isReady(at)}; status=$?
[ "$status" -ne 1 ] || status=${busyStatus}
exit "$status"`,
  );
}

/** Ends with status 1 while the server starts, stops or recovers after a crash; 2 where nothing answers. */
function isReady({ address, port }: AccessoryPlace): Expression {
  return sh`/usr/local/bin/pg_isready -q -h ${address} -p ${port}`;
}

/** Reloads, or restarts where a setting takes a restart: the server itself says which. */
function takeSettings(at: AccessoryPlace): Script {
  return script(
    asPostgres(at, sh`while ${isReady(at)}; [ $? -eq 1 ]; do sleep 0.5; done`),
    sh`waiting=$(
${
      asPostgres(
        at,
        sh`/usr/local/bin/psql -X -A -t -q -p ${at.port} -d postgres -c 'select count(*) from pg_file_settings where not applied and error is not null'`,
      )
    }
)`,
    sh`if [ "$waiting" = 0 ]; then
  echo 'reloaded'
  action=reload
else
  echo 'restarted'
  action=restart
fi`,
    callService(at.jail, "postgresql", sh`"$action"`),
  );
}

/** The role with its password, the database and its extensions. The lines with the password are kept out of the server's log and of errors. */
function makeRoleAndDatabase(at: AccessoryPlace): Command {
  const [role, database, extensions] = [roleOf(at), databaseOf(at), extensionsText(at)];
  const password = option.reveal(at.options["password"]).replaceAll("'", "''");
  const statements = `\\set ON_ERROR_STOP on
\\set VERBOSITY terse
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET password_encryption = 'scram-sha-256';
SET standard_conforming_strings = on;
SELECT 'CREATE ROLE "${role}" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec
ALTER ROLE "${role}" LOGIN PASSWORD '${password}';
SELECT 'CREATE DATABASE "${database}" OWNER "${role}"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec
REVOKE CONNECT ON DATABASE "${database}" FROM PUBLIC;
ALTER DATABASE "${database}" OWNER TO "${role}";
${extensions === "" ? "" : `\\connect "${database}"\n${extensions}`}`;
  return asPostgres(
    at,
    sh`/usr/local/bin/psql -X -q -p ${at.port} -d postgres -f - ${document(secret(statements))}`,
  );
}

function asPostgres({ jail }: AccessoryPlace, command: Command): Command {
  return inJail(jail, command, { user: "postgres" });
}
