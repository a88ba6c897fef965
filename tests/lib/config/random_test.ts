import { assert, assertFalse } from "@std/assert";
import { configKeys, jailKeys } from "../../../lib/config/config.ts";
import { resolveConfig } from "../../../lib/config/resolve.ts";
import { ConfigError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { least } from "./base.ts";

const seed = Number(Deno.env.get("ALCAIDE_SEED") ?? Date.now() % 1_000_000_007);

/** The same numbers for the same seed. */
function generator(state: number): () => number {
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const keys = [
  ...configKeys,
  ...jailKeys,
  "host",
  "path",
  "status",
  "prebuilt",
  "command",
  "email",
  "__proto__",
  "x y",
];
const texts = [
  "",
  "shop",
  "/",
  "/jails",
  "a:b",
  "/a:/b",
  "10.0.0.0/24",
  "::",
  "ssh://x",
  "\0",
  "é",
  "*.a",
  "https://a",
];

function anything(random: () => number, depth: number): unknown {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const kind = Math.floor(random() * (depth > 0 ? 8 : 5));
  if (kind === 0) return pick([null, true, false, undefined]);
  if (kind === 1) return pick([0, 1, -1, 4000, 1e300, NaN, 0.5, 70000]);
  if (kind <= 4) return pick(texts) + (random() < 0.2 ? pick(texts) : "");
  const count = Math.floor(random() * 5);
  if (kind === 5) return Array.from({ length: count }, () => anything(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: count }, () => [pick(keys), anything(random, depth - 1)]),
  );
}

Deno.test(`resolveConfig() gives a configuration or a ConfigError for any value (ALCAIDE_SEED=${seed})`, () => {
  const random = generator(seed);
  let refused = 0;
  for (let round = 0; round < 5000; round++) {
    const value = anything(random, 4);
    // Half of them are good but for one field: they reach further into the checks.
    const key = keys[Math.floor(random() * keys.length)] ?? "";
    const whole = round % 2 === 0 ? value : { ...least, [key]: value };
    try {
      assert(Object.isFrozen(resolveConfig(whole, { directory: "/x" })));
    } catch (error) {
      assert(error instanceof ConfigError, `round ${round}: ${Deno.inspect(whole)} throws ${error}`);
      assert(error.problems.length > 0 && error.problems.every(({ path, problem }) => path && problem));
      refused++;
    }
  }
  assert(refused > 1000);
});

Deno.test("resolveConfig() never prints a secret or a variable", () => {
  const places = [...configKeys, ...jailKeys];
  for (const key of places) {
    const word = secret("hunter2");
    for (const value of [word, [word], { [key]: word, PORT: "hunter2", A: ["hunter2"] }]) {
      const config = { ...least, env: { PORT: "hunter2", A: { x: "hunter2" } }, [key]: value };
      let said = "";
      try {
        resolveConfig(config, { directory: "/x" });
      } catch (error) {
        said = JSON.stringify((error as ConfigError).problems);
      }
      assertFalse(said.includes("hunter2"), `${key}: ${said}`);
    }
  }
});
