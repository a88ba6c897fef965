// An edit of secrets: before, and what may be left of it.

import { assertEquals } from "@std/assert";
import { below, type Desk, desk } from "../../tasks/secrets_cli.ts";

/** A desk with a secret A that is `hunter2`. */
export async function filled(): Promise<Desk> {
  const made = await desk();
  await made.run(["secrets", "init"]);
  await made.run(["secrets", "set", "A"], { stdin: "hunter2" });
  return made;
}

/** Nothing private is left, and no file of the project shows a value. */
export async function assertClean(it: Desk, ...values: string[]): Promise<void> {
  assertEquals(await it.leftovers(), []);
  for (const file of await below(it.path)) {
    const text = await Deno.readTextFile(file);
    for (const value of values) assertEquals(text.includes(value), false, file);
  }
}

export async function valueOf(it: Desk, name: string): Promise<string> {
  return (await it.run(["secrets", "show", name])).out;
}

/** An editor that changes nothing, and takes its time. */
export const unhurried = { EDITOR: "sh -c 'sleep 1.1'" };

export const again = '"alcaide secrets edit" goes on with the text';
