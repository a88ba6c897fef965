// Messages when Deno can't compile. A script stands in for Deno.

import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { compile, denoVersion } from "../../../lib/standalone/deno.ts";
import { standIn } from "../../stand_in.ts";

/** A directory with a program that answers like Deno, and a way to call it. */
async function withDeno(
  { version = "2.9.6", compiling = "exit 0" },
  use: (deno: string, directory: string) => Promise<void>,
) {
  const directory = await Deno.makeTempDir();
  try {
    const deno = `${directory}/deno`;
    const text = `if [ "$1" = --version ]; then echo "deno ${version} (stable)"; exit 0; fi
printf '%s\\n' "$@" >${directory}/args; echo "DENORT_BIN=$DENORT_BIN" >>${directory}/args
${compiling}
`;
    await standIn(deno, text);
    await use(deno, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const spec = { entry: "main.ts", output: "out" };

async function said(run: () => Promise<unknown>) {
  const { message, hint, details } = await assertRejects(run, AlcaideError);
  return { message, hint, details };
}

Deno.test("denoVersion() asks for the version", async () => {
  await withDeno({}, async (deno) => assertEquals(await denoVersion({ deno }), "2.9.6"));
});

Deno.test("denoVersion() says that there is no Deno, or too old a one", async () => {
  const hint =
    "Install Deno 2.6 or later from https://deno.com and put it on the PATH; only compiling needs it";
  assertEquals(await said(() => denoVersion({ deno: "/no/such/deno" })), {
    message: "Cannot find Deno to compile with",
    hint,
    details: [],
  });
  await withDeno({ version: "2.5.1" }, async (deno) => {
    assertEquals(await said(() => denoVersion({ deno })), {
      message: "Cannot compile with Deno 2.5.1: it is too old",
      hint,
      details: [],
    });
  });
});

Deno.test("compile() says what Deno says, without its stack", async () => {
  const compiling =
    `printf 'error: Module not found "x"\\n\\nStack backtrace:\\n 0: <unknown>\\n' >&2; exit 1`;
  await withDeno({ compiling }, async (deno) => {
    assertEquals(await said(() => compile(spec, { deno, env: {} })), {
      message: "Cannot compile: Deno refuses",
      hint: "Deno's output names the problem",
      details: ['error: Module not found "x"'],
    });
  });
});

Deno.test("compile() says what to do where Deno can't fetch its runtime", async () => {
  const compiling = "echo 'error: https://dl.deno.land/release/denort.zip: no route' >&2; exit 1";
  await withDeno({ compiling }, async (deno) => {
    assertEquals(
      (await said(() => compile(spec, { deno, env: {} }))).hint,
      "Deno downloads its runtime for binaries from dl.deno.land; without that network, name one in DENORT_BIN",
    );
    const target = Deno.build.arch === "x86_64" ? "linux-arm64" : "linux-x64";
    const env = { DENORT_BIN: "/denort" };
    assertEquals(
      (await said(() => compile({ ...spec, target }, { deno, env }))).hint,
      "Deno downloads its runtime for binaries from dl.deno.land; the one in DENORT_BIN is for this machine only",
    );
  });
});

Deno.test("compile() takes the runtime of DENORT_BIN and says so, but not for another machine", async () => {
  await withDeno({ version: "2.6.8" }, async (deno, directory) => {
    const runtime = `${directory}/denort`;
    await Deno.writeTextFile(runtime, "…Deno/2.6.10…");
    const env = { DENORT_BIN: runtime, PATH: "/usr/bin:/bin" };
    const given = async () => (await Deno.readTextFile(`${directory}/args`)).trim().split("\n").at(-1);
    assertEquals(await compile(spec, { deno, env }), { runtime });
    assertEquals(await given(), `DENORT_BIN=${runtime}`);
    const target = Deno.build.arch === "x86_64" ? "linux-arm64" : "linux-x64";
    assertEquals(await compile({ ...spec, target }, { deno, env }), { runtime: undefined });
    assertEquals(await given(), "DENORT_BIN=");
  });
});

Deno.test("compile() refuses a runtime that would not run", async () => {
  await withDeno({}, async (deno, directory) => {
    const runtime = `${directory}/denort`;
    const refusal = () => said(() => compile(spec, { deno, env: { DENORT_BIN: runtime } }));
    assertEquals((await refusal()).message, `Cannot read DENORT_BIN: "${runtime}"`);
    await Deno.writeTextFile(runtime, "something else");
    assertEquals((await refusal()).message, `Cannot use DENORT_BIN: "${runtime}" is not a runtime of Deno`);
    await Deno.writeTextFile(runtime, "…Deno/2.6.10…");
    assertEquals(await refusal(), {
      message: "Cannot use DENORT_BIN: it is of Deno 2.6.10, and Deno 2.9.6 compiles",
      hint: "Unset it, or use Deno 2.6",
      details: [],
    });
  });
});

Deno.test("compile() stops at Ctrl-C", async () => {
  await withDeno({ compiling: "exec sleep 60" }, async (deno) => {
    const controller = new AbortController();
    const running = compile(spec, { deno, env: { PATH: "/usr/bin:/bin" }, signal: controller.signal });
    setTimeout(() => controller.abort(new AlcaideError("Interrupted")), 200);
    await assertRejects(() => running, AlcaideError, "Interrupted");
  });
});
