// Runs all checks one after another and counts them. `scripts/test` calls it.

import { $ } from "../lib/remote/dollar.ts";
import { browserUnavailable } from "../tests/browser/available.ts";
import { hostUnavailable } from "../tests/host/mod.ts";
import { terminalUnavailable } from "../tests/terminal/tmux.ts";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The counts of a whole run, and each failure in words. */
interface Totals extends Counts {
  readonly failures: string[];
}

interface Stage {
  readonly title: string;
  readonly args: readonly string[];
  /** True when it is a test run, whose tests are counted one by one. */
  readonly tests?: boolean;
  /** Variables that it gets besides those that are set. */
  readonly env?: Record<string, string>;
  /** Why it can't run here. */
  readonly skip?: string | undefined;
}

const unavailable = hostUnavailable();

/** Scenarios wait for a fifth of their time: one more of them than cores are there. */
const scenariosAtOnce = { DENO_JOBS: `${navigator.hardwareConcurrency + 1}` };

const stages: readonly Stage[] = [
  { title: "format", args: ["fmt", "--check"] },
  { title: "lint", args: ["lint", "--quiet"] },
  // Frozen: deno.lock holds what the sources import, no less and no more.
  { title: "types", args: ["check", "--quiet", "--frozen", "."] },
  { title: "documentation of the public API", args: ["doc", "--lint", "mod.ts", "internal.ts"] },
  // Nothing leaves this machine. Types have been checked above.
  { title: "publishing", args: ["publish", "--dry-run", "--allow-dirty", "--no-check", "--quiet"] },
  { title: "layers and forbidden words", args: ["run", "-A", "scripts/check_imports.ts"] },
  // Before the unit tests: some of them use the real Caddy that it brings.
  {
    title: "the test host and its contract",
    tests: true,
    args: ["test", "-A", "--no-check", "--parallel", "tests/host"],
    skip: unavailable,
  },
  {
    title: "unit tests",
    tests: true,
    args: [
      "test",
      "-A",
      "--no-check",
      "--parallel",
      "tests/lib",
      "tests/tasks",
      "tests/scripts",
      "tests/app",
      "tests/bench",
      "tests/chaos",
      "tests/fuzz",
    ],
  },
  {
    title: "pictures of the terminal",
    tests: true,
    args: ["test", "-A", "--no-check", "tests/terminal"],
    skip: terminalUnavailable(),
  },
  {
    title: "pages of the documentation",
    tests: true,
    args: ["test", "-A", "--no-check", "--parallel", "tests/docs"],
  },
  {
    title: "examples in the documentation",
    tests: true,
    args: ["test", "-A", "--doc", "--permit-no-files", "mod.ts", "internal.ts", "lib", "tasks", "README.md"],
  },
  {
    title: "end to end",
    tests: true,
    // Files share a host that is given by address, so there they follow one another.
    args: [
      "test",
      "-A",
      "--no-check",
      ...(Deno.env.get("ALCAIDE_TEST_HOST") ? [] : ["--parallel"]),
      "tests/e2e",
    ],
    env: scenariosAtOnce,
    skip: hostSkip(),
  },
  {
    title: "the dashboard in a browser",
    tests: true,
    args: ["test", "-A", "--no-check", "tests/browser"],
    skip: hostSkip() ?? browserUnavailable(),
  },
  {
    title: "older FreeBSD",
    tests: true,
    // Those that use most of a server's commands: setup, deploys, jails and their boot, packages in jails.
    args: [
      ...["test", "-A", "--no-check", "--parallel"],
      ...["main_job", "database", "accessories", "boot"].map((name) => `tests/e2e/${name}_test.ts`),
    ],
    env: { ...scenariosAtOnce, FREEBSD: "13.2" },
    skip: Deno.env.get("ALCAIDE_TEST_HOST") ? "another host is given, and it has one version" : unavailable,
  },
  {
    title: "faults (a sample), and random sequences of commands",
    // As many as fit: the table says how many that were. The same each time: `deno task chaos` looks for new faults.
    args: [
      ...["run", "-A", "tests/chaos/main.ts", "--seed", "11"],
      ...["--sample", "400", "--model", "60", "--minutes", "5"],
    ],
    skip: unavailable,
  },
];

/** A host given by address needs no test host. */
function hostSkip(): string | undefined {
  return Deno.env.get("ALCAIDE_TEST_HOST") ? undefined : unavailable;
}

async function runStage(stage: Stage, totals: Totals): Promise<void> {
  if (stage.skip !== undefined) {
    say(`skipped: ${stage.title}: ${stage.skip}`);
    totals.skipped++;
    return;
  }
  const began = Date.now();
  say(`== ${stage.title}`);
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const args = stage.tests
      ? [stage.args[0] ?? "", `--junit-path=${report}`, ...stage.args.slice(1)]
      : [...stage.args];
    const variables = Object.entries(stage.env ?? {});
    const command = variables.reduce(
      (made, [name, value]) => made.env(name, value),
      $`${Deno.execPath()} ${args}`,
    );
    const success = await command.code() === 0;
    const xml = stage.tests ? await Deno.readTextFile(report) : "";
    const own = readReport(xml);
    const failures = readFailures(xml);
    // A run that fails without a failed test (it doesn't compile, it leaks) fails all the same.
    if (!stage.tests && success) own.passed++;
    if (!success && own.failed === 0) own.failed++;
    if (stage.tests && own.passed === 0 && own.failed === 0) own.failed++;
    if (own.failed > 0 && failures.length === 0) failures.push("no test failed, and the run did");
    totals.passed += own.passed;
    totals.failed += own.failed;
    totals.skipped += own.skipped;
    totals.failures.push(...failures.map((failure) => `${stage.title}: ${failure}`));
    say(
      `   ${stage.title}: ${own.passed} passed, ${own.failed} failed, ${own.skipped} skipped in ${
        seconds(began)
      } s`,
    );
  } finally {
    await Deno.remove(report);
  }
}

/** Counts of a JUnit report. */
function readReport(xml: string): Counts {
  const head = /<testsuites [^>]*>/.exec(xml)?.[0] ?? "";
  const of = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const skipped = (xml.match(/<skipped/g) ?? []).length;
  const failed = of("failures") + of("errors");
  return { passed: of("tests") - failed - skipped, failed, skipped };
}

/**
 * Each failed test or step of a JUnit report: its file, its name and the first lines of its error.
 * A test that failed for its steps alone is none: they stand for themselves.
 */
function readFailures(xml: string): string[] {
  const cases = xml.matchAll(
    /<testcase name="([^"]*)" classname="([^"]*)"[^>]*>\s*<failure message="[^"]*">([^<]*)<\/failure>/g,
  );
  return [...cases]
    .filter(([, , , why]) => !/^\d+ test steps? failed\.$/.test(why ?? ""))
    .map(([, name, file, why]) =>
      plain(`${file}: ${name}\n${(why ?? "").split("\n").slice(0, 40).join("\n")}`)
    );
}

/** The text that XML's escapes stand for. */
function plain(xml: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return xml.replace(/&(\w+);/g, (escape, name) => characters[name] ?? escape);
}

function seconds(began: number): string {
  return ((Date.now() - began) / 1000).toFixed(1);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  const began = Date.now();
  const only = Deno.args[0];
  const totals: Totals = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const stage of stages) {
    if (only === undefined || stage.title.includes(only)) await runStage(stage, totals);
  }
  // Once more at the end: of a long output the last lines are kept and read.
  for (const failure of totals.failures) say(`\nfailed: ${failure}`);
  say(`in ${seconds(began)} s`);
  say(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  Deno.exit(totals.failed > 0 ? 1 : 0);
}
