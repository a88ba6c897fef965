import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { service } from "../../lib/presets/service.ts";
import { AlcaideError, LostConnectionError, UsageError } from "../../lib/core/error.ts";
import type { ExecOptions } from "../../lib/transport/mod.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { inFolder } from "../folder.ts";
import { type Circumstances, perform, postgres, print, running } from "./db_running.ts";

const dumped = new Uint8Array([0x50, 0x47, 0, 0xff, 0x0a]);

/** A dump to be restored, and what the server got of it. */
async function restore(folder: string, how: Circumstances = {}) {
  await Deno.writeFile(`${folder}/it`, dumped);
  const got: number[] = [];
  const work = async (options: ExecOptions) => {
    const { stdin } = options;
    if (stdin instanceof ReadableStream) { for await (const chunk of stdin) got.push(...chunk); }
    return await print(new TextEncoder().encode("Its old data is in before\n"))(options);
  };
  return { ...await perform(["restore", `${folder}/it`], { work, ...how }), got };
}

const live = { "while-live": true };

Deno.test("db restore sends the file to pg_restore after a yes, under the app's lock", async () => {
  await inFolder(async (folder) => {
    const { ui, scripts, got } = await restore(folder, { options: live });
    assertEquals(ui.questions, ["Replace everything in db (postgresql 16) of shop on web by it?"]);
    assertEquals(got, [...dumped]);
    assertMatch(ui.results[0] ?? "", /^db of web holds the data of it, after /);
    assertStringIncludes(scripts[0] ?? "", '"$fence" != 3 ]');
  });
});

Deno.test("db restore does nothing without a yes", async () => {
  await inFolder(async (folder) => {
    const error = await assertRejects(() => restore(folder, { options: live, yes: false }), AlcaideError);
    assertEquals([error.message, error.hint], [
      "Cannot restore db without a yes",
      "Answer yes at a terminal, or use --yes",
    ]);
  });
});

Deno.test("db restore refuses while the app is live, and only then", async () => {
  await inFolder(async (folder) => {
    const error = await assertRejects(() => restore(folder), AlcaideError);
    assertEquals([error.message, error.hint], [
      "Cannot restore db: 7-1a2b3c4 of shop is live on web",
      "With --while-live it loses its connections, and its writes meanwhile are not in the restored database",
    ]);
    const without = await restore(folder, { jails: running.split("\n").slice(1).join("\n") });
    assertEquals(without.got, [...dumped]);
  });
});

for (
  const [words, hint] of [
    [
      'pg_restore: error: could not execute query: ERROR:  role "far" does not exist',
      "The dump gives rights to this role, and dumps hold no roles: make it first, in " +
      '"alcaide accessory run NAME -- su -m postgres -c psql". ',
    ],
    [
      'pg_restore: error: could not execute query: ERROR:  extension "vector" is not available',
      "The dump needs an extension whose package is not in the jail: add the package to packages of the accessory, and run setup. ",
    ],
    [
      "pg_restore: error: unsupported version (1.16) in file header",
      "The dump is of a newer PostgreSQL: restore it into that version or a later one. ",
    ],
    [
      "pg_restore: error: input file does not appear to be a valid archive",
      'It is not in the custom format of "alcaide db dump": feed plain SQL to "alcaide db console". ',
    ],
    [
      "psql: error: connection to server on socket failed. Is the server running locally?",
      'The database does not run in its jail: "alcaide accessory logs NAME" says why, and ' +
      '"alcaide accessory restart NAME" starts it. ',
    ],
  ] as const
) {
  Deno.test(`db restore gives a remedy, and the lines with the reason: ${words}`, async () => {
    await inFolder(async (folder) => {
      const command = `Command was: CREATE FUNCTION f()${"\n  line".repeat(20)}`;
      const stderr = `pg_restore: connecting\n${words}\n${command}\n`;
      const work = () => Promise.resolve({ code: 1, stderr });
      const error = await assertRejects(() => restore(folder, { options: live, work }), AlcaideError);
      assertEquals(error.hint, `${hint}Nothing was changed: it holds its old data`);
      assertEquals([error.details[0], error.details.length], [words, 12]);
    });
  });
}

Deno.test("db restore that fails says that nothing is changed", async () => {
  await inFolder(async (folder) => {
    const work = () => Promise.resolve({ code: 1, stderr: "pg_restore: error: end of file\n" });
    const error = await assertRejects(() => restore(folder, { options: live, work }), AlcaideError);
    assertEquals([error.message, error.details, error.hint], [
      "Cannot restore db on web: it ended with status 1",
      ["pg_restore: error: end of file"],
      "Nothing was changed: it holds its old data",
    ]);
  });
});

Deno.test("db restore that says nothing has done nothing", async () => {
  await inFolder(async (folder) => {
    const work = () => Promise.resolve({ code: 0 });
    const error = await assertRejects(() => restore(folder, { options: live, work }), AlcaideError);
    assertEquals([error.message, error.hint], [
      "Cannot restore db on web: nothing ran",
      "Nothing was changed: it holds its old data",
    ]);
  });
});

Deno.test("db restore whose connection is lost says that it happened whole or not at all", async () => {
  await inFolder(async (folder) => {
    const ui = memoryUi({ answer: true });
    const work = () => Promise.reject(new LostConnectionError("Cannot reach web"));
    await assertRejects(() => restore(folder, { options: live, work, ui }), LostConnectionError);
    assertStringIncludes(ui.text(), "db holds its old data, or all of it");
  });
});

for (
  const [name, content, message] of [
    ["an empty file", "", "it is empty"],
    ["no file", undefined, "there is no such file"],
  ] as const
) {
  Deno.test(`db restore refuses ${name} before it speaks to a server`, async () => {
    await inFolder(async (folder) => {
      if (content !== undefined) await Deno.writeTextFile(`${folder}/it`, content);
      const error = await assertRejects(() => perform(["restore", `${folder}/it`]), AlcaideError);
      assertStringIncludes(error.message, message);
    });
  });
}

Deno.test("db console hands on what the database says, and its status", async () => {
  const said = new TextEncoder().encode("shop=> ");
  const { ui, scripts } = await perform(["console"], { work: print(said) });
  assert(ui.events.some((event) => event.type === "output" && event.text === "shop=> "));
  assertStringIncludes(scripts[0] ?? "", "-c role=shop");
});

const other = service({ start: "run" });
const two = { db: postgres, other: { ...postgres, volumes: ["/data/other:/var/db/postgres"] } };
const refused: readonly [name: string, args: readonly string[], how: Circumstances, text: string][] = [
  ["no database", ["console"], { accessories: { other } }, "Cannot find a database of shop"],
  ["several of them", ["console"], { accessories: two }, "Cannot choose between db and other"],
  ["another name", ["console"], { options: { accessory: "dbx" } }, 'Cannot find an accessory "dbx" of shop'],
  [
    "an accessory that is not a database",
    ["console"],
    { accessories: { db: postgres, other }, options: { accessory: "other" } },
    'Cannot use "other": it is not a database that can be dumped',
  ],
  [
    "one that is not made",
    ["console"],
    { made: false },
    "Cannot open the console of db: it is not set up on web",
  ],
  [
    "one that does not run",
    ["dump", "/tmp/nowhere.dump"],
    { jails: "" },
    "Cannot dump db: it does not run on web",
  ],
  ["another server", ["console"], { options: { server: "x" } }, 'Cannot find db on "x"'],
  ["no file to dump to", ["dump"], {}, "Cannot dump without a file"],
  ["a file for a console", ["console", "x"], {}, "Cannot take a file for a console"],
  ["bytes among JSON", ["dump", "-"], { options: { json: true } }, "Cannot print a dump with --json"],
];
for (const [name, args, how, text] of refused) {
  Deno.test(`db refuses ${name}`, async () => {
    const error = await assertRejects(() => perform(args, how), AlcaideError);
    assertEquals(error.message, text);
    assert(error.hint !== undefined || error instanceof UsageError);
  });
}

Deno.test("db console, dump and restore leave a record each", async () => {
  await inFolder(async (folder) => {
    const all = [
      await perform(["console"]),
      await perform(["dump", `${folder}/other`], { work: print(dumped) }),
      await restore(folder, { options: live }),
    ];
    assertEquals(
      all.flatMap(({ records }) => records.map(({ what, about, outcome }) => [what, about, outcome])),
      [
        ["db console", "db", "succeeded"],
        ["db dump", "db", "succeeded"],
        ["db restore", "db", "succeeded"],
      ],
    );
  });
});

Deno.test("db asks which server when the database is on several", async () => {
  const accessories = { db: { ...postgres, server: "all" } };
  const error = await assertRejects(
    () => perform(["console"], { accessories, names: ["a", "b"] }),
    UsageError,
  );
  assertEquals(error.message, "Cannot choose between db on a and b");
  await perform(["console"], { accessories, names: ["a", "b"], options: { server: "b" } });
  await perform(["console"], { accessories, names: ["a", "b"], options: { server: "of-b" } });
  const both = perform(["console"], { accessories, names: ["a", "b"], options: { server: "all-dbs" } });
  assertEquals((await assertRejects(() => both, UsageError)).message, "Cannot choose between db on a and b");
});
