// What FreeBSD, Caddy, pkg and apps say leads to the remedy.

import { assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { AlcaideError, CommandError } from "../../../lib/core/error.ts";
import { explainCheck, parseCheck } from "../../../lib/hints/check.ts";
import { explainSetup } from "../../../lib/hints/setup.ts";
import { explainStep, stepHint } from "../../../lib/hints/step.ts";
import { type Said, said } from "../../errors/said.ts";
import { titleOf } from "../../errors/trouble.ts";
import { config, facts, silentServer } from "../../fake/facts.ts";
import { planOn } from "../../fake/plan.ts";

const server = silentServer();
const settings = config();
const own = planOn(server, settings, facts());

/** The error that a user gets to see when these words came. */
function errorFor({ where, text }: Pick<Said, "where" | "text">): unknown {
  const failed = new CommandError("web", "script", { code: 1, stdout: "", stderr: `${text}\n` });
  if (where === "setup") return explainSetup("web", "Do it", undefined, failed);
  if (where === "step") return explainStep("web", failed);
  const report = `probe 1 no answer\n# log\n${text}\n# processes\n# sockets\n# answer\n`;
  assertEquals(parseCheck(report).log.join("\n"), text);
  return explainCheck("web", report, { code: 1, stdout: "", stderr: "" }, own.app, settings);
}

for (const one of said) {
  Deno.test(`${titleOf(one)}, leads to its remedy`, () => {
    const error = errorFor(one);
    assertInstanceOf(error, AlcaideError);
    assertMatch(error.message, /^Cannot .* web/);
    assertMatch(error.hint ?? "", one.hint);
    const shown = [error, error.cause].flatMap((e) => (e instanceof AlcaideError ? e.details : [])).join(
      "\n",
    );
    for (const line of one.text.split("\n")) assertEquals(shown.includes(line), true, `${line} is shown`);
  });
}

Deno.test("explainStep() puts the remedy before the hint that a failure has already", () => {
  const exit = { code: 1, stdout: "", stderr: "No space left" };
  const error = explainStep("web", new CommandError("web", "x", exit, { hint: "Run it again" }));
  assertInstanceOf(error, CommandError);
  assertMatch(error.hint ?? "", /^The server's disk is full .*\. Run it again$/);
});

Deno.test("explainStep() leaves alone what it does not know, and what is no command's failure", () => {
  const failed = new CommandError("web", "x", { code: 1, stdout: "", stderr: "odd" });
  const other = new TypeError("No space left");
  assertEquals([explainStep("web", failed), explainStep("web", other)], [failed, other]);
});

Deno.test("explainStep() keeps how the command ended", () => {
  const exit = { code: null, signal: "KILL", stdout: "", stderr: "" };
  const error = explainStep("web", new CommandError("web", "tar", exit));
  assertInstanceOf(error, CommandError);
  assertEquals([error.exit, error.shown], [exit, "tar"]);
  assertMatch(error.hint ?? "", /run out of memory/);
});

Deno.test("explainSetup() falls back to the change's own hint", () => {
  const failed = new CommandError("web", "x", { code: 1, stdout: "", stderr: "odd" });
  const error = explainSetup("web", "Do it", "Look there", failed);
  assertInstanceOf(error, AlcaideError);
  assertEquals([error.message, error.hint], ['Cannot set up web: "Do it" failed', "Look there"]);
});

const ofAccessories = [
  ["pkg: No packages available to install matching 'postgresql99-server' have been found", /pkg search/],
  ["FATAL:  could not create shared memory segment: Function not implemented", /sysvshm = new/],
  ["/var/db/postgres/data16 on the volume holds data of PostgreSQL 15", /another volume/],
  ["/var/db/postgres/data16 is gone: is the volume mounted?", /mount the file system that holds it/],
  ["/data/db has files in it and belongs to another user id than 770, so it is left alone", /chown -R/],
  ['psql:<stdin>:14: ERROR:  extension "vector" is not available', /add the one that does to packages/],
  ['LOG:  invalid value for parameter "max_connections": "many"', /Correct the setting/],
  ["shop_db is not well after 60 s", /alcaide accessory logs NAME/],
] as const;
for (const [text, hint] of ofAccessories) {
  Deno.test(`explainSetup() knows what to do about "${text.slice(0, 60)}"`, () => {
    const error = errorFor({ where: "setup", text });
    assertInstanceOf(error, AlcaideError);
    assertMatch(error.hint ?? "", hint);
  });
}

Deno.test("stepHint() knows a killed program, also where its last words share the line", () => {
  const hint = stepHint({ code: 1, stdout: "", stderr: "tar: Write errorKilled\n" });
  assertMatch(hint ?? "", /run out of memory/);
});
