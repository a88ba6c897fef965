// Dump, restore and console in the jail, with programs that only write down their arguments.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { postgresql } from "../../../lib/presets/postgresql.ts";
import type { AccessoryDatabase } from "../../../lib/config/field/accessory_types.ts";
import { secret } from "../../../lib/core/secret.ts";
import { accessorySpecOf } from "../../fake/accessories.ts";
import { type Ended, shell } from "../../shell.ts";
import { standIn } from "../../stand_in.ts";

const options = {
  version: "16",
  volume: "/data/pg",
  password: secret("s3cret"),
  user: "me",
  port: 5433,
  extensions: ["vector"],
};

/** The programs: a script by name, which begins when all input is read; undefined for one that does nothing. */
type Programs = Readonly<Record<string, string | undefined>>;

/** Runs one of the scripts; gives what each program was told and read, in order. */
async function run(
  action: keyof AccessoryDatabase,
  { programs = {}, stdin = "", database = "mine", ready = 0 }: {
    programs?: Programs;
    stdin?: string;
    database?: string;
    ready?: number;
  } = {},
): Promise<Ended & { calls: string[] }> {
  const folder = await Deno.makeTempDir();
  const { accessory, place } = accessorySpecOf("db", postgresql({ ...options, database }));
  const text = accessory.database?.[action]?.(place).text ?? "";
  try {
    const all: Programs = { psql: "", ["pg_dump"]: "", ["pg_restore"]: "", ...programs };
    for (const [name, does] of Object.entries(all)) {
      if (does === undefined) {
        await standIn(`${folder}/${name}`, ":");
        continue;
      }
      const script =
        `{ echo "== ${name} $* ($PGPORT $PGDATABASE $PGOPTIONS)"; cat; } >${folder}/call; cat ${folder}/call >>${folder}/calls
${does}
sed -n 's/^.echo //p' ${folder}/call
`.replaceAll("$MAIN", "$(ps -o ppid= -p $PPID)");
      await standIn(`${folder}/${name}`, script);
    }
    // Nobody waits here: it says at once that the server is there, or a second later.
    await standIn(`${folder}/pg_isready`, `[ -e ${folder}/asked ] || { : >${folder}/asked; exit ${ready}; }`);
    await standIn(`${folder}/jexec`, 'shift 4; exec "$@"');
    const ended = await shell(
      text.replaceAll("/usr/local/bin/", `${folder}/`).replace("/usr/sbin/jexec", `${folder}/jexec`),
      { stdin },
    );
    const calls = await Deno.readTextFile(`${folder}/calls`).catch(() => "");
    return { ...ended, calls: calls.split(/^== /m).slice(1) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("postgresql() dumps all of the app's database in the custom format", async () => {
  const { code, calls } = await run("dump");
  assertEquals([code, calls], [0, ["pg_dump --format=custom (5433 mine )\n"]]);
});

Deno.test("postgresql() tells the size of the app's database", async () => {
  const { code, calls } = await run("size");
  assertEquals([code, calls], [
    0,
    ["psql -X -A -t -c SELECT pg_database_size(current_database()) (5433 mine )\n"],
  ]);
});

Deno.test("postgresql() gives a console as the app's role", async () => {
  const { calls } = await run("console", { stdin: "select 1;\n" });
  assertEquals(calls, ["psql  (5433 mine -c role=me)\nselect 1;\n"]);
});

Deno.test("postgresql() restores into a database beside, then lets the names change", async () => {
  const { code, stdout, calls } = await run("restore", { stdin: "the dump\n" });
  assertEquals([code, stdout], [
    0,
    "Its old data is in the database mine_before now, until the next restore\n",
  ]);
  const [clean, fresh, filled, own, swap, again, ...more] = calls;
  assertEquals(more, []);
  assertEquals(clean, again);
  assertStringIncludes(clean ?? "", 'DROP DATABASE IF EXISTS "mine_restoring" WITH (FORCE);');
  assertStringIncludes(fresh ?? "", 'CREATE DATABASE "mine_restoring" OWNER "me" TEMPLATE template0;');
  assertMatch(
    filled ?? "",
    /^pg_restore .*--single-transaction --exit-on-error +--dbname=mine_restoring .*\nthe dump\n$/,
  );
  assertMatch(
    own ?? "",
    /= replica;\nSET .*\nCREATE EXTENSION IF NOT EXISTS "vector" CASCADE;\nDO[^]*EVENT TRIGGER[^]*insufficient_privilege[^]*REASSIGN OWNED BY "alcaide_restore" TO "me";/,
  );
  assertMatch(
    swap ?? "",
    /BEGIN;\n.*"mine_before" RENAME TO "mine_dropping"[^]*"mine" RENAME TO "mine_before"[^]*"mine_restoring" RENAME TO "mine";\nCOMMIT;\n\\echo/,
  );
});

const broken: Programs[] = [
  { ["pg_restore"]: "echo 'unexpected end of file' >&2; exit 1" },
  { psql: "grep -q REASSIGN ${0%psql}call && { echo 'no rights' >&2; exit 3; }; :" },
  { psql: "grep -q 'CREATE DATABASE' ${0%psql}call && { echo 'disk full' >&2; exit 3; }; :" },
];
for (const programs of broken) {
  Deno.test(`postgresql() leaves the database as it was when ${Object.values(programs)[0]}`, async () => {
    const { code, stdout, stderr, calls } = await run("restore", { programs, stdin: "x" });
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /unexpected end|no rights|disk full/);
    assert(!calls.some((call) => call.includes("RENAME")));
    assertStringIncludes(calls.at(-1) ?? "", 'DROP DATABASE IF EXISTS "mine_restoring"');
  });
}

Deno.test("postgresql() tries again when somebody connects just before the names change", async () => {
  const once =
    "grep -q RENAME ${0%psql}call && [ ! -e ${0%psql}x ] && { : >${0%psql}x; echo 'in use' >&2; exit 3; }; :";
  const { code, stderr, calls } = await run("restore", { programs: { psql: once } });
  assertEquals([code, stderr, calls.filter((call) => call.includes("RENAME")).length], [0, "", 2]);
});

Deno.test("postgresql() gives up when the names can't change, and says why", async () => {
  const never =
    "grep -q RENAME ${0%psql}call && { echo 'it is being accessed by other users' >&2; exit 3; }; :";
  const { code, stderr, calls } = await run("restore", { programs: { psql: never } });
  assertEquals([code, stderr], [1, "it is being accessed by other users\n"]);
  assertStringIncludes(calls.at(-1) ?? "", "DROP DATABASE IF EXISTS");
});

for (const what of ["CREATE DATABASE", "REASSIGN", "RENAME"]) {
  Deno.test(`postgresql() fails when psql says that all is well, and did nothing: ${what}`, async () => {
    const lie = `! grep -q '${what}' \${0%psql}call || exit 0; :`;
    const { code, stdout, calls } = await run("restore", { programs: { psql: lie } });
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(calls.at(-1) ?? "", "DROP DATABASE IF EXISTS");
  });
}

Deno.test("postgresql() fails when pg_restore says that all is well, and has not read the dump", async () => {
  const programs = { ["pg_restore"]: undefined };
  const { code, stdout, stderr } = await run("restore", { programs, stdin: "x" });
  assertEquals([code, stdout, stderr], [1, "", "pg_restore has not read all of it\n"]);
});

Deno.test("postgresql() waits for a database that begins", async () => {
  const { code, stderr } = await run("restore", { ready: 2 });
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("postgresql() cleans up when a restore is told to end", async () => {
  const programs = { ["pg_restore"]: "kill -TERM $PPID; exit 0" };
  const { code, calls } = await run("restore", { programs });
  assertEquals([code, calls.some((call) => call.includes("RENAME"))], [1, false]);
  assertStringIncludes(calls.at(-1) ?? "", "DROP DATABASE IF EXISTS");
});

for (const [when, mark] of [["makes the new database", "CREATE DATABASE"], ["cleans up", "DROP DATABASE"]]) {
  Deno.test(`postgresql() finishes it when a restore is told to end while it ${when}`, async () => {
    // The server would go on without who asked it: what it makes then would stay.
    const psql = `grep -q '${mark}' \${0%psql}call && [ "$(grep -c '${mark}' \${0%psql}calls)" = $first ] && {
  kill -TERM $MAIN $$; sleep 0.1; echo '== done' >>\${0%psql}calls; }; :`;
    const first = mark === "CREATE DATABASE" ? "1" : "4";
    const programs = { psql: psql.replace("$first", first), ["pg_restore"]: "exit 1" };
    const { code, calls } = await run("restore", { programs });
    assertEquals([code, calls.includes("done\n"), calls.some((call) => call.includes("RENAME"))], [
      1,
      true,
      false,
    ]);
    assertStringIncludes(calls.filter((call) => call !== "done\n").at(-1) ?? "", "DROP DATABASE IF EXISTS");
  });
}

Deno.test("postgresql() keeps names of databases within what PostgreSQL takes", async () => {
  const { calls } = await run("restore", { database: "x".repeat(63) });
  for (const [, name = ""] of calls.join("").matchAll(/"(x+_\w+)"/g)) assert(name.length <= 63, name);
});
