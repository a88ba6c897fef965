// Secrets that are named before they are known.

// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/error.ts";
import { isSecret, type Secret, secret } from "../../../lib/secret.ts";
import { secrets } from "../../../lib/secrets/mod.ts";
import {
  isReference,
  lookupsOf,
  reference,
  referencesIn,
  resolveAll,
  secretText,
} from "../../../lib/secrets/reference.ts";
import { sh } from "../../../lib/sh.ts";

const values: Record<string, string> = { A: "first", B: "it's\nthe second" };
const find = ({ name }: { name: string }) => values[name] ?? "";

Deno.test("secrets(NAME) prints as a secret, in whatever way", () => {
  const value = secrets("DB_PASSWORD");
  assertEquals([`${value}`, JSON.stringify({ value }), Deno.inspect(value), isSecret(value)], [
    "[secret]",
    '{"value":"[secret]"}',
    "[secret]",
    true,
  ]);
});

Deno.test("secrets(NAME) reveals nothing, and says what to do", () => {
  const error = assertThrows(() => secrets("DB_PASSWORD").reveal(), AlcaideError);
  assertEquals([error.message, error.hint], [
    'Cannot reveal the secret "DB_PASSWORD": it is only a reference yet',
    'In a task, read it by "await ctx.secrets.load()", or call "await withSecrets(ctx)" first; ' +
    "to put it into a longer text, use secretText`…`",
  ]);
  assertThrows(() => sh`echo ${secrets("DB_PASSWORD")}`, AlcaideError, "only a reference");
});

for (const name of ["", "A B", "1A", "-", "A=B", "é"]) {
  Deno.test(`secrets() refuses ${JSON.stringify(name)} as a name`, () => {
    assertThrows(() => secrets(name), TypeError, `Cannot name a secret "${name}"`);
  });
}

Deno.test("secretText makes a secret of what is known", () => {
  const text = secretText`a${1}:${secret("x")}@${"db"}`;
  assertEquals([text.reveal(), `${text}`, isReference(text)], ["a1:x@db", "[secret]", false]);
});

Deno.test("secretText is a reference as soon as one of its parts is", () => {
  const inner = secretText`${reference("A")}!`;
  const text = secretText`<${inner}${secret("x")}${reference("B")}>`;
  assertEquals(lookupsOf(text).map(({ name }) => name), ["A", "B"]);
  assertThrows(() => text.reveal(), AlcaideError, '"A"');
  assertEquals(resolveAll(text, find).reveal(), "<first!xit's\nthe second>");
});

for (
  const [value, reason] of [
    [undefined, "it is undefined"],
    [true, "it is true"],
    [NaN, "it is NaN"],
    [Promise.resolve(""), "it is a promise, await it first"],
  ] as const
) {
  Deno.test(`secretText refuses ${value}`, () => {
    assertThrows(
      () => secretText`x${value as unknown as string}`,
      TypeError,
      `Cannot use value 1 in a secret text: ${reason}`,
    );
  });
}

Deno.test("referencesIn() finds references at every depth, and says where", () => {
  const config = {
    env: { A: reference("A"), B: secret("b") },
    list: [{ x: secretText`${reference("B")}` }],
    n: null,
  };
  assertEquals(referencesIn(config).map(({ path }) => path), ["env.A", "list[0].x"]);
});

Deno.test("resolveAll() puts in values and leaves everything else as it is", () => {
  const plain = secret("b");
  const other = { deep: [1, plain] };
  const config = { env: { A: reference("A"), B: plain }, other };
  const made: { env: Record<string, Secret>; other: unknown } = resolveAll(config, find);
  assertEquals([made.env["A"]?.reveal(), isReference(made.env["A"])], ["first", false]);
  assertStrictEquals(made.env["B"], plain);
  assertStrictEquals(made.other, other);
  assertEquals([isReference(config.env.A), Object.isFrozen(made.env)], [true, true]);
});

Deno.test("resolveAll() leaves what isn't a plain record alone", () => {
  const date = new Date(0);
  const made = resolveAll({ date, a: reference("A") }, find);
  assertStrictEquals(made.date, date);
});
