// The alias in the text of a mix.exs; tests/e2e/elixir_test.ts calls it.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { withMixAlias } from "../../../lib/init/mix.ts";

const phoenix = `  defp aliases do
    [
      setup: ["deps.get", "ecto.setup"]
    ]
  end
`;

Deno.test("withMixAlias() puts the alias first into the list of aliases, once", () => {
  const text = withMixAlias(phoenix) ?? "";
  assertEquals(text.split("\n").map((line) => line.trim()).slice(0, 3), [
    "defp aliases do",
    "[",
    '{:"alcaide.deploy",',
  ]);
  assertStringIncludes(text, 'end},\n      setup: ["deps.get", "ecto.setup"]\n    ]\n  end\n');
  assertEquals(withMixAlias(text), text);
});

Deno.test("withMixAlias() adds nothing where there is no list of aliases", () => {
  assertEquals(withMixAlias('aliases: [setup: ["deps.get"]]'), undefined);
});

Deno.test("docs/phoenix.md shows the alias as it is written", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/phoenix.md", import.meta.url));
  const [, shown = ""] = /^```elixir\n( *defp aliases do\n[^]*?)^```$/m.exec(page) ?? [];
  assertEquals(withMixAlias(phoenix.replace(/^ *setup.*\n/m, "")), shown);
});
