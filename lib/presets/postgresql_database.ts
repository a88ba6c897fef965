// Work with the data of a PostgreSQL accessory: a console, a dump of it, and a restore that keeps what was there.

import { streamInJail } from "../commands/jail/in_jail.ts";
import type { AccessoryDatabase, AccessoryPlace } from "../config/field/accessory_types.ts";
import { script } from "../core/script.ts";
import { type Command, document, type Script, sh } from "../core/sh.ts";

/** The database of the app. */
export function databaseOf({ options, app }: Pick<AccessoryPlace, "options" | "app">): string {
  return String(options["database"] ?? app);
}

/** The role of the app. */
export function roleOf({ options, app }: Pick<AccessoryPlace, "options" | "app">): string {
  return String(options["user"] ?? app);
}

/** Creates the extensions that the configuration names, with those that they need. */
export function extensionsText({ options }: Pick<AccessoryPlace, "options">): string {
  const names = (options["extensions"] ?? []) as readonly string[];
  if (names.length === 0) return "";
  return `${quietly}${names.map((name) => `CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE;\n`).join("")}`;
}

/** Seconds that a database gets to begin, as after a boot. */
const startSeconds = 30;

const quietly = "SET client_min_messages = warning;\n";

/** The role that restores a dump: a superuser, since some extensions need one. The objects then get the app's role. */
const maker = "alcaide_restore";

/** How to work with what is in it. */
export const postgresqlDatabase: AccessoryDatabase = {
  // Objects made there belong to the app.
  console: (at) => program(at, sh`PGOPTIONS=${`-c role=${roleOf(at)}`} exec /usr/local/bin/psql`),
  // The dump is complete, whoever owns its objects.
  dump: (at) => program(at, sh`exec /usr/local/bin/pg_dump --format=custom`),
  restore: (at) => program(at, restore(at)),
  size: (at) =>
    program(at, sh`exec /usr/local/bin/psql -X -A -t -c ${"SELECT pg_database_size(current_database())"}`),
};

/** A program with the app's database as the one that it connects to. */
function program(at: AccessoryPlace, command: Command): Command {
  return streamInJail(
    at.jail,
    sh`PGPORT=${at.port} PGDATABASE=${databaseOf(at)}; export PGPORT PGDATABASE
${command}`,
    { user: "postgres" },
  );
}

/** Names of databases end at 63 characters. */
function named(database: string, end: string): string {
  return `${database.slice(0, 52)}_${end}`;
}

/**
 * Fills a new database beside the one in use, and lets them change their names when it is whole: in one transaction, so
 * that at every moment there is a database of that name. The one before is kept until the next restore.
 */
function restore(at: AccessoryPlace): Script {
  const [database, role] = [databaseOf(at), roleOf(at)];
  const names = {
    database,
    fresh: named(database, "restoring"),
    before: named(database, "before"),
    old: named(database, "dropping"),
  };
  const { fresh, before, old } = names;
  const filled =
    sh`/usr/local/bin/pg_restore --no-owner --no-acl --role=${maker} --single-transaction --exit-on-error \
  --dbname=${fresh}`;
  const readWhole =
    sh`{ [ "$(head -c 1 | wc -c)" -eq 0 ] || { echo 'pg_restore has not read all of it' >&2; false; }; }`;
  return script(
    sh`ask() {
  [ "$({ cat && printf '\\echo done\n'; } | /usr/local/bin/psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -f - "$@")" = done ]
}
clean() {
  ask -d postgres ${document(cleanUp(fresh, old))}
}
stop() {
  trap '' HUP INT TERM PIPE
  clean
  exit 1
}
tries=0
until /usr/local/bin/pg_isready -q || [ "$tries" -ge ${startSeconds} ]; do
  sleep 1
  tries=$((tries + 1))
done
# The server goes on with what it was told though nobody asks any more: nobody may clean up before it is done.
trap '' HUP INT TERM PIPE
clean`,
    sh`ask -d postgres ${document(makeFresh(fresh, role))}
made=$?
trap stop HUP INT TERM PIPE
{ [ "$made" -eq 0 ] && ${filled} && ${readWhole} && ask -d ${fresh} ${
      document(handOver(role, extensionsText(at)))
    }
} || stop`,
    sh`for try in 1 2 3 4 5; do
  said=$(ask -d postgres 2>&1 ${document(swap(names))}
  ) && break
  [ "$try" -lt 5 ] || { printf '%s\n' "$said" >&2; stop; }
done`,
    sh`clean
echo ${`Its old data is in the database ${before} now, until the next restore`}`,
  );
}

function cleanUp(fresh: string, old: string): string {
  return `${quietly}DROP DATABASE IF EXISTS "${fresh}" WITH (FORCE);
DROP DATABASE IF EXISTS "${old}" WITH (FORCE);
DROP ROLE IF EXISTS "${maker}";
`;
}

function makeFresh(fresh: string, role: string): string {
  return `CREATE ROLE "${maker}" SUPERUSER NOLOGIN;
CREATE DATABASE "${fresh}" OWNER "${role}" TEMPLATE template0;
REVOKE CONNECT ON DATABASE "${fresh}" FROM PUBLIC;
`;
}

/**
 * Gives the app what was made. Of some things the owner has to be a superuser, each version of PostgreSQL says of which: they
 * stay with ours, and so do functions of event triggers, which run with the rights of whoever changes a table. Event
 * triggers don't run meanwhile. Extensions that the configuration names and the dump lacks are made, too.
 */
function handOver(role: string, extensions: string): string {
  return `SET session_replication_role = replica;
${extensions}DO $do$
DECLARE one text;
BEGIN
  FOR one IN SELECT DISTINCT evtfoid::regprocedure::text FROM pg_event_trigger JOIN pg_proc p ON p.oid = evtfoid
    WHERE proowner = '"${maker}"'::regrole
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', one, session_user);
  END LOOP;
  FOR one IN
    SELECT format('FOREIGN DATA WRAPPER %I', fdwname) FROM pg_foreign_data_wrapper WHERE fdwowner = '"${maker}"'::regrole
    UNION ALL SELECT format('EVENT TRIGGER %I', evtname) FROM pg_event_trigger WHERE evtowner = '"${maker}"'::regrole
    UNION ALL SELECT format('SUBSCRIPTION %I', subname) FROM pg_subscription WHERE subowner = '"${maker}"'::regrole
  LOOP
    BEGIN
      EXECUTE format('ALTER %s OWNER TO %I', one, '${role}');
    EXCEPTION WHEN insufficient_privilege THEN
      EXECUTE format('ALTER %s OWNER TO %I', one, session_user);
    END;
  END LOOP;
END
$do$;
REASSIGN OWNED BY "${maker}" TO "${role}";
DROP OWNED BY "${maker}";
ANALYZE;
`;
}

interface Names {
  readonly database: string;
  readonly fresh: string;
  readonly before: string;
  readonly old: string;
}

/** A database that somebody is connected to keeps its name: connections are ended, and whoever comes between waits. */
function swap({ database, fresh, before, old }: Names): string {
  const rename = (from: string, to: string) =>
    `SELECT 'ALTER DATABASE "${from}" RENAME TO "${to}"' FROM pg_database WHERE datname = '${from}' \\gexec\n`;
  return `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('${database}', '${fresh}', '${before}');
BEGIN;
${rename(before, old)}${rename(database, before)}ALTER DATABASE "${fresh}" RENAME TO "${database}";
COMMIT;
`;
}
