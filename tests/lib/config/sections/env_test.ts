// The limit of a program's variables together, and secrets in plain templates.

import { assertEquals } from "@std/assert";
import { service } from "../../../../lib/presets/service.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { secrets } from "../../../../lib/secrets/mod.ts";
import { complaints } from "../base.ts";

const cases: readonly (readonly [changes: Record<string, unknown>, ...said: string[]])[] = [
  [
    { env: { BLOB: "x".repeat(200_000), A: secret("y".repeat(999)) } },
    "env: its variables hold 202 kB together, BLOB 201 kB of it: a program gets at most 120 kB (Put long texts into files that the app reads)",
  ],
  [
    { env: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`V${i}`, "'".repeat(600)])) },
    "env: its variables hold 145 kB together, V10 3 kB of it: a program gets at most 120 kB (Put long texts into files that the app reads)",
  ],
  [{ env: { BLOB: "x".repeat(119_000), LATER: secrets("LATER") } }],
  [
    { build: { jail: { commands: ["make"], result: "dist", env: { BLOB: secret("x".repeat(120_000)) } } } },
    "build.env: its variables hold 121 kB together, BLOB 121 kB of it: a program gets at most 120 kB (Put long texts into files that the app reads)",
  ],
  [
    { accessories: { queue: service({ start: "q", env: { BLOB: "x".repeat(120_000) } }) } },
    "accessories.queue.env: its variables hold 121 kB together, BLOB 121 kB of it: a program gets at most 120 kB (Put long texts into files that the app reads)",
  ],
  [
    { env: { A: `ecto://shop:${secrets("DB_PASSWORD")}@db` } },
    "env.A: it holds [secret]: a secret stands in a text that can't hold one (Write secretUrl`…` for a URL, secretText`…` for any other text)",
  ],
];
for (const [changes, ...said] of cases) {
  Deno.test(`variables: ${said[0] ?? "less than a program gets is fine"}`, () =>
    assertEquals(complaints(changes), said));
}

Deno.test("resolveConfig() tells that the store is no secret where a name was left out", () => {
  assertEquals(complaints({ env: { A: secrets() } }), [
    'env.A: it is a record (Name the secret, as in secrets("NAME"))',
  ]);
});
