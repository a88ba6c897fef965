// Obstacles in the places of keys, drafts and temporary files.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { below, desk } from "../../tasks/secrets_cli.ts";

Deno.test("secrets init says which file stands in its way", async () => {
  const cases: readonly [
    name: string,
    prepare: (path: string) => Promise<void>,
    code: number,
    says: string,
  ][] = [
    [
      "a file .alcaide",
      (path) => Deno.writeTextFile(`${path}/.alcaide`, "x"),
      78,
      'Error: Cannot use .alcaide/master.key: a file stands where its directory belongs\n  Move ".alcaide" away\n',
    ],
    [
      "a link .alcaide to nowhere",
      (path) => Deno.symlink("/nonexistent/x", `${path}/.alcaide`),
      1,
      '.alcaide": a file stands where a directory belongs\n  Hint: Move the file away, or name another directory\n',
    ],
    [
      "a directory master.key",
      (path) => Deno.mkdir(`${path}/.alcaide/master.key`, { recursive: true }),
      1,
      "Error: Cannot read .alcaide/master.key\n  because: Is a directory",
    ],
    [
      "a directory that takes no files",
      (path) => Deno.chmod(path, 0o500),
      1,
      '.alcaide": Permission denied\n',
    ],
  ];
  for (const [name, prepare, code, says] of cases) {
    // To root every directory is writable.
    if (Deno.uid() === 0 && says.includes("denied")) continue;
    await using it = await desk();
    await prepare(it.path);
    const before = await below(it.path);
    const ran = await it.run(["secrets", "init"]);
    assertStringIncludes(ran.err, says, name);
    assertEquals([ran.code, await below(it.path)], [code, before], name);
    await Deno.chmod(it.path, 0o700);
  }
});

Deno.test("secrets edit begins only where it can keep what would be lost, and start an editor", async () => {
  await using it = await desk();
  await it.run(["secrets", "init"]);
  const editor = await it.editor('echo "no value" >"$file"');
  const nowhere = await it.run(["secrets", "edit"], { env: { ...editor, TMPDIR: "/nonexistent" } });
  assertEquals([nowhere.code, nowhere.err], [
    1,
    "Error: Cannot make a temporary file\n" +
    "  because: No such file or directory (os error 2): tmpfile\n" +
    "  Hint: Set TMPDIR to a directory that exists and is writable\n",
  ]);
  const key = (await it.read(".alcaide/master.key")).trim();
  await Deno.remove(`${it.path}/.alcaide`, { recursive: true });
  await Deno.writeTextFile(`${it.path}/.alcaide`, "x");
  const { code, err } = await it.run(["secrets", "edit"], { env: { ...editor, ALCAIDE_MASTER_KEY: key } });
  assertEquals([code, err], [
    78,
    "Error: Cannot use .alcaide/alcaide.secrets.draft: a file stands where its directory belongs\n" +
    '  Move ".alcaide" away\n',
  ]);
});
