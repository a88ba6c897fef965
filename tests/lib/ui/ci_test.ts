import { assert, assertEquals, assertMatch } from "@std/assert";
import { AlcaideError, ConfigError } from "../../../lib/core/error.ts";
import { ciSystem, ciUi } from "../../../lib/ui/ci.ts";
import type { Mark } from "../../../lib/ui/code_quality.ts";
import { terminalUi } from "../../../lib/ui/terminal.ts";
import { rememberingSink } from "./sinks.ts";

/** A job's ui whose clock goes on by a second at each look, its log, and its summary. */
function job(system: "github" | "gitlab" = "github") {
  const [out, err] = [rememberingSink(), rememberingSink()];
  const summary: string[] = [];
  const marks: Mark[] = [];
  let clock = 0;
  const now = () => (clock += 1000);
  const ui = ciUi({
    system,
    ui: terminalUi({ out: out.sink, err: err.sink, now: () => 0 }),
    err: err.sink,
    now,
    summarize: (text) => summary.push(text),
    mark: (all) => marks.push(...all),
  });
  return { ui, out, err, summary, marks };
}

Deno.test("ciSystem() is known by the variables of the job", () => {
  const of = (...names: string[]) => ciSystem((name) => names.includes(name) ? "true" : undefined);
  assertEquals(of("CI", "GITHUB_ACTIONS"), "github");
  assertEquals(of("CI", "GITLAB_CI"), "gitlab");
  assertEquals(of("CI"), undefined);
});

Deno.test("ciUi() folds the lines of a step, and leaves a step without lines as it is", () => {
  const { ui, err } = job();
  ui.step("Check");
  ui.step("Build 100%");
  ui.line("local", "compiling");
  ui.step("Upload");
  ui.end();
  assertEquals(
    err.text(),
    "✓ Check 0.0 s\n::group::Build 100%25\n• Build 100%\nlocal | compiling\n::endgroup::\n✓ Build 100% 0.0 s\n✓ Upload 0.0 s\n",
  );
});

Deno.test("ciUi() folds in the form of GitLab", () => {
  const { ui, err } = job("gitlab");
  ui.step("Build");
  ui.line("local", "compiling");
  ui.end();
  assertMatch(
    err.text(),
    // deno-lint-ignore no-control-regex -- GitLab's marks are made of them
    /^\x1b\[0Ksection_start:\d+:alcaide_step\r\x1b\[0KBuild\n[^]*\n\x1b\[0Ksection_end:\d+:alcaide_step\r\x1b\[0K\n✓ Build/,
  );
});

Deno.test("ciUi() marks an error at the line of the Alcaidefile", () => {
  const { ui, err } = job();
  ui.fail(new AlcaideError("Cannot build\nat all"), { position: "Alcaidefile.ts:3:5", excerpt: [] });
  assertEquals(
    err.text().split("\n").filter((line) => line.startsWith("::")),
    ["::error file=Alcaidefile.ts,line=3,col=5::Cannot build%0Aat all"],
  );
});

Deno.test("ciUi() says in an annotation why, and what to do", () => {
  const { ui, err } = job();
  const cause = new AlcaideError("It answers 500", { hint: "Look at its log", details: ["a line"] });
  ui.fail(new AlcaideError("Cannot check", { cause }));
  ui.warn("late", "Set the clock");
  assertEquals(err.text().split("\n").filter((line) => line.startsWith("::")), [
    "::error::Cannot check%0Abecause: It answers 500%0AHint: Look at its log",
    "::warning::late%0AHint: Set the clock",
  ]);
});

Deno.test("ciUi() hands over the errors that have a line, for GitLab's report", () => {
  const { ui, err, marks } = job("gitlab");
  const at = { position: "Alcaidefile.ts:3:5", excerpt: [] };
  ui.warn("old");
  ui.fail(new AlcaideError("Cannot \x1b[31mbuild\x1b[0m"), at);
  ui.fail(new AlcaideError("Cannot reach web"));
  ui.end();
  assertEquals(marks, [{ text: "Cannot build", file: "Alcaidefile.ts", line: "3" }]);
  assert(!err.text().includes("::"));
});

Deno.test("ciUi() marks each problem of a configuration", () => {
  const { ui, err } = job();
  ui.fail(
    new ConfigError([
      { path: "Alcaidefile.ts:7:1", problem: "it throws Error" },
      { path: "server", problem: "it is missing", hint: "Give one" },
    ]),
  );
  assertEquals(
    err.text().split("\n").filter((line) => line.startsWith("::")),
    [
      "::error file=Alcaidefile.ts,line=7,col=1::Cannot use Alcaidefile.ts:7:1: it throws Error",
      "::error::Cannot use server: it is missing%0AGive one",
    ],
  );
});

Deno.test("ciUi() marks the line of a field, as far as the file says its names", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    file,
    'export default {\n  app: "shop",\n  jail: {\n    port: 80, "keep": 1 },\n};\n',
  );
  const { ui, err } = job();
  const paths = ["jail.port", "jail.basePath", "keep", "server", "jail.port.x[0]"];
  ui.fail(new ConfigError(paths.map((path) => ({ path, problem: "no" })), { file }));
  await Deno.remove(file);
  ui.fail(new ConfigError([{ path: "app", problem: "no" }], { file }));
  const places = [...err.text().matchAll(/^::error(?: file=.*,line=(\d+),col=(\d+))?::/gm)];
  assertEquals(places.map(([, line, column]) => [line, column].join(":")), [
    ...["4:5", "3:3", "4:15", ":", "4:5", ":"],
  ]);
});

Deno.test("ciUi() sums up steps, warnings and the result", () => {
  const { ui, out, summary } = job();
  ui.step("Build");
  ui.warn("a | b\nc");
  ui.step("Route");
  ui.result({}, "live: ```7```");
  ui.end();
  assertEquals(out.text(), "live: ```7```\n");
  assertEquals(summary, [
    "| step | took |\n| --- | --- |\n| ✓ Build | 1.0 s |\n| ✓ Route | 1.0 s |\n\n" +
    "> **Warning:** a \\| b c\n\n````text\nlive: ```7```\n````\n\n",
  ]);
});

Deno.test("ciUi() sums up a failure with the step that failed", () => {
  const { ui, err, summary } = job();
  ui.step("Check");
  ui.failed("Check");
  ui.fail(new AlcaideError("Cannot check", { hint: "Look" }));
  ui.end();
  assertEquals(
    err.text(),
    "✗ Check 0.0 s\nError: Cannot check\n  Hint: Look\n::error::Cannot check%0AHint: Look\n",
  );
  assertEquals(summary, [
    "| step | took |\n| --- | --- |\n| ✗ Check | 1.0 s |\n\n```text\nError: Cannot check\n  Hint: Look\n```\n\n",
  ]);
});

Deno.test("ciUi() says nothing in a summary when nothing happened", () => {
  const { ui, summary } = job();
  ui.end();
  assertEquals(summary, []);
});
