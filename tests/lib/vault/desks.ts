// A desk with secrets.

import { assertEquals } from "@std/assert";
import { type Desk, desk } from "../../tasks/secrets_cli.ts";

/** A desk with a key, an encrypted file, and values in it. */
export async function filled(values: Record<string, string> = {}): Promise<Desk> {
  const made = await desk();
  await made.run(["secrets", "init"]);
  for (const [name, value] of Object.entries(values)) {
    const { code, err } = await made.run(["secrets", "set", name, "--exact"], { stdin: value });
    assertEquals(code, 0, err);
  }
  return made;
}
