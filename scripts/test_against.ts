// Runs the end-to-end tests against another host, one file after another on the same: a test host in a process of its own,
// unless `ALCAIDE_TEST_HOST` names one.
//
// `sh scripts/deno run -A scripts/test_against.ts [FILE…]`

import { serveHost, testAgainst } from "../tests/e2e/against.ts";

/** These start hosts by themselves, or none. */
const elsewhere = ["another_host_test.ts", "load_test.ts", "serve_host_test.ts"];

async function allFiles(): Promise<string[]> {
  const folder = new URL("../tests/e2e/", import.meta.url);
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return names.filter((name) => name.endsWith("_test.ts") && !elsewhere.includes(name)).sort();
}

async function run(variables: Readonly<Record<string, string>>, files: readonly string[]): Promise<number> {
  const failed: string[] = [];
  for (const file of files) {
    const { code } = await testAgainst(variables, file, "inherit");
    if (code !== 0) failed.push(file);
  }
  const text = failed.length === 0 ? `${files.length} files passed` : `failed: ${failed.join(", ")}`;
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  return failed.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  const files = Deno.args.length > 0 ? Deno.args.map((name) => name.replace(/.*\//, "")) : await allFiles();
  if (Deno.env.get("ALCAIDE_TEST_HOST")) Deno.exit(await run({}, files));
  let code: number;
  {
    await using host = await serveHost();
    code = await run(host.variables, files);
  }
  Deno.exit(code);
}
