import { assertEquals, assertRejects } from "@std/assert";
import { inJail, streamInJail } from "../../../lib/commands/jail/in_jail.ts";
import { removeJailFiles, startJail, stopJail, writeJailFiles } from "../../../lib/commands/jail/jail.ts";
import { besideTree, copyTemplate, deleteTree } from "../../../lib/commands/jail/tree.ts";
import { AlcaideError, CommandError } from "../../../lib/core/error.ts";
import { type Jail, jail } from "../../../lib/server/jail.ts";
import { secret } from "../../../lib/core/secret.ts";
import { script } from "../../../lib/core/script.ts";
import { type Command, sh } from "../../../lib/core/sh.ts";
import { listening } from "./listening.ts";

const spec = { name: "box", path: "/jails/box", ip4: "10.66.0.50" };

const template = { name: "template", path: "/jails/.templates/14.3-RELEASE" };
const deeds = [
  {
    name: "jail().create() copies the template and writes the jail's file",
    run: (s: ReturnType<typeof listening>) => jail(s.server, spec).create(template.path),
    script: script(copyTemplate(template, { name: "box", path: "/jails/box" }), writeJailFiles(spec)).text,
  },
  {
    name: "jail().start() starts it",
    run: (s: ReturnType<typeof listening>) => jail(s.server, spec).start(),
    script: startJail(spec).text,
  },
  {
    name: "jail().stop() stops it",
    run: (s: ReturnType<typeof listening>) => jail(s.server, spec).stop(),
    script: stopJail(spec).text,
  },
  {
    name: "jail().destroy() stops it before anything is deleted",
    run: (s: ReturnType<typeof listening>) => jail(s.server, spec).destroy(),
    script: script(
      stopJail(spec),
      deleteTree(besideTree({ name: "box", path: "/jails/box" })),
      deleteTree({ name: "box", path: "/jails/box" }),
      removeJailFiles("box"),
    ).text,
  },
  {
    name: "jail().run() runs in it",
    run: (s: ReturnType<typeof listening>) => jail(s.server, spec).run(sh`echo ${"it's"}`),
    script: inJail(
      "box",
      sh`${script(sh`cd /`)}
echo ${"it's"}`,
    ).text,
  },
  {
    name: "jail().run() leaves a stream to its command",
    run: (s: ReturnType<typeof listening>) => jail(s.server, spec).run(sh`cat`, { stdin: "x" }),
    script: streamInJail(
      "box",
      sh`${script(sh`cd /`)}
cat`,
    ).text,
  },
];
for (const { name, run, script } of deeds) {
  Deno.test(name, async () => {
    const place = listening();
    await run(place);
    assertEquals(place.scripts, [script]);
  });
}

const ways: readonly (readonly [what: string, run: (box: Jail, command: Command) => Promise<unknown>])[] = [
  ["run", (box, command) => box.run(command)],
  ["read", (box, command) => box.read(command)],
  ["test", (box, command) => box.test(command)],
  ["exec", (box, command) => box.exec(command)],
  ["run with lines", (box, command) => box.run(command, { onLine: () => {} })],
];
for (const [what, run] of ways) {
  Deno.test(`jail() brings a secret by standard input, never as an argument: ${what}`, async () => {
    const place = listening();
    await run(jail(place.server, spec), sh`: ${secret("s3cr3t-marker")}`);
    const [first = "", ...rest] = place.scripts[0]?.split("\n") ?? [];
    assertEquals(
      [first.includes("s3cr3t"), first.includes("/bin/sh -s <<"), rest.join().includes("s3cr3t")],
      [
        false,
        true,
        true,
      ],
    );
  });
}

const terminal = { columns: 80, rows: 24, type: "xterm" };
for (const [what, options] of Object.entries({ stdin: { stdin: "x" }, "a terminal": { terminal } })) {
  Deno.test(`jail() refuses a secret beside ${what}, before anything runs`, async () => {
    const place = listening();
    const error = await assertRejects(
      () => jail(place.server, spec).run(sh`: ${secret("s3cr3t-marker")}`, options),
      AlcaideError,
      "Cannot put a secret into an argument list: every user of the machine can read it",
    );
    assertEquals([error.hint, place.scripts], [
      "Run the command without stdin and terminal, or write the secret to a file of mode 600 first",
      [],
    ]);
  });
}

Deno.test("jail() names itself in errors", async () => {
  const failing = () => jail(listening("", 3).server, spec).run(sh`false`);
  await assertRejects(failing, CommandError, "Cannot finish a command on web box");
});
