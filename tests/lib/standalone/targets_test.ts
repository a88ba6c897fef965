import { assertEquals } from "@std/assert";
import {
  binaryName,
  compileArguments,
  compileEnvironment,
  minorOf,
  newEnough,
  runtimeVersion,
  targetNamed,
  targetNames,
} from "../../../lib/standalone/targets.ts";
import { jobsFor } from "../../../scripts/compile.ts";

const base = [
  "compile",
  "--allow-all",
  "--quiet",
  "--no-check",
  "--no-lock",
  "--no-code-cache",
  "--no-config",
  "--node-modules-dir=none",
  "--v8-flags=--no-incremental-marking",
];

Deno.test("compileArguments() names Deno's target, the output and the entry last", () => {
  const triples = {
    "linux-x64": "x86_64-unknown-linux-gnu",
    "linux-arm64": "aarch64-unknown-linux-gnu",
    "macos-x64": "x86_64-apple-darwin",
    "macos-arm64": "aarch64-apple-darwin",
    "windows-x64": "x86_64-pc-windows-msvc",
  };
  assertEquals(Object.keys(triples), [...targetNames]);
  for (const target of targetNames) {
    assertEquals(compileArguments({ entry: "mod.js", output: "out", target, include: ["a.js", "b.js"] }), [
      ...base,
      "--target",
      triples[target],
      "--include",
      "a.js",
      "--include",
      "b.js",
      "--output",
      "out",
      "mod.js",
    ]);
  }
});

Deno.test("compileArguments() leaves out the target of this machine and takes an import map", () => {
  assertEquals(compileArguments({ entry: "main.ts", output: "out", importMap: "imports.json" }), [
    ...base,
    "--import-map",
    "imports.json",
    "--output",
    "out",
    "main.ts",
  ]);
});

Deno.test("compileEnvironment() gives your own runtime only to this machine's binary", () => {
  const env = { DENORT_BIN: "/denort", HOME: "/home/me" };
  const native = "x86_64-unknown-linux-gnu";
  const own = { HOME: "/home/me", NO_COLOR: "1", DENO_NO_PACKAGE_JSON: "1", DENORT_BIN: "/denort" };
  assertEquals(compileEnvironment(env, { target: undefined, native }), own);
  assertEquals(compileEnvironment(env, { target: "linux-x64", native }), own);
  assertEquals(compileEnvironment(env, { target: "macos-arm64", native }), {
    HOME: "/home/me",
    NO_COLOR: "1",
    DENO_NO_PACKAGE_JSON: "1",
  });
});

Deno.test("targetNamed() knows our names and Deno's", () => {
  assertEquals(targetNamed("macos-arm64"), "macos-arm64");
  assertEquals(targetNamed("aarch64-apple-darwin"), "macos-arm64");
  assertEquals(targetNamed("amiga"), undefined);
});

Deno.test("binaryName() ends in .exe for Windows", () => {
  assertEquals(binaryName("shop", "windows-x64"), "shop.exe");
  assertEquals(binaryName("shop.exe", "windows-x64"), "shop.exe");
  assertEquals(binaryName("shop", "linux-arm64"), "shop");
});

Deno.test("jobsFor() names one binary, some, or all", () => {
  assertEquals(jobsFor(undefined).map(({ target }) => target), [undefined]);
  assertEquals(jobsFor("linux-x64,aarch64-apple-darwin").map(({ file }) => file), [
    "alcaide-linux-x64",
    "alcaide-macos-arm64",
  ]);
  assertEquals(jobsFor("all").map(({ file }) => file), [
    "alcaide-linux-x64",
    "alcaide-linux-arm64",
    "alcaide-macos-x64",
    "alcaide-macos-arm64",
    "alcaide-windows-x64.exe",
  ]);
});

Deno.test("newEnough() begins with Deno 2.6", () => {
  assertEquals(["1.46.3", "2.5.9", "2.6.0", "2.10.1", "3.0.0"].map(newEnough), [
    false,
    false,
    true,
    true,
    true,
  ]);
  assertEquals(minorOf("2.10.1"), "2.10");
});

Deno.test("runtimeVersion() finds the version that a runtime names", () => {
  const bytes = new TextEncoder().encode("\0\0Deno/2.6Deno/2.6.10\0");
  assertEquals(runtimeVersion(bytes), "2.6.10");
  assertEquals(runtimeVersion(new Uint8Array(100)), undefined);
});
