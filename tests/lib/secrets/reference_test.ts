// Secrets that are named before they are known.

import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { isSecret, type Secret, secret } from "../../../lib/core/secret.ts";
import { secrets } from "../../../lib/secrets/mod.ts";
import {
  isReference,
  lookupsOf,
  rawUrlsIn,
  reference,
  referencesIn,
  resolveAll,
  secretText,
  secretUrl,
} from "../../../lib/secrets/reference.ts";
import { sh } from "../../../lib/core/sh.ts";

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
    'Cannot reveal the secret "DB_PASSWORD": it is still only a reference',
    'In a task, read it by "await ctx.secrets.load()", or call "await withSecrets(ctx)" first; ' +
    "to put it into a longer text, use secretText`…` or secretUrl`…`",
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

const awkward = "p@ss/w#rd%?:é []";

Deno.test("secretUrl encodes each value, so that a password may have any characters", () => {
  const url = secretUrl`ecto://${"shop@x"}:${secret(awkward)}@db:${5432}/shop`;
  assertEquals([`${url}`, isReference(url), rawUrlsIn({ url })], ["[secret]", false, []]);
  const read = new URL(url.reveal());
  assertEquals([read.username, read.password].map(decodeURIComponent), ["shop@x", awkward]);
  assertEquals([read.host, read.pathname], ["db:5432", "/shop"]);
});

Deno.test("secretUrl encodes a secret that is looked up later, once", () => {
  const url = secretUrl`ecto://shop:${secretText`${reference("A")}${secret("#")}`}@db/shop`;
  assertEquals(lookupsOf(url).map(({ name }) => name), ["A"]);
  assertThrows(() => url.reveal(), AlcaideError, '"A"');
  const found = resolveAll(url, () => awkward);
  assertEquals(decodeURIComponent(new URL(found.reveal()).password), `${awkward}#`);
  assertEquals(rawUrlsIn({ url }), []);
  const within = secretText`${url}?x=1`;
  assertEquals(resolveAll(within, () => "@").reveal(), "ecto://shop:%40%23@db/shop?x=1");
});

Deno.test("secretUrl keeps each byte of a password of every character", () => {
  const every = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1)).join("") + "é–漢😀";
  const { text } = sh`${secretUrl`postgresql://shop:${secret(every)}@db:5432/shop?x=${every}`}`;
  const read = new URL(secretUrl`postgresql://shop:${secret(every)}@db:5432/shop?x=${every}`.reveal());
  assertEquals([decodeURIComponent(read.password), read.searchParams.get("x"), read.host], [
    every,
    every,
    "db:5432",
  ]);
  // None of those that a shell, a URL or a line would take for its own.
  assertMatch(text, /^'postgresql:\/\/shop:[\w.~!*()'"\\%-]+@db:5432\/shop\?x=[\w.~!*()'"\\%-]+'$/);
});

Deno.test("rawUrlsIn() finds each secretText in which a secret stands before the @ of a URL", () => {
  const [a, b] = [secret("x"), reference("B")];
  const raw = {
    known: secretText`ecto://shop:${a}@db/shop`,
    reference: secretText`redis://:${b}@cache`,
    user: secretText`ecto://${a}:${b}@db`,
    within: [secretText`<${secretText`x://u:p${b}q@db`}>`],
  };
  const fine = {
    whole: secretText`${b}?ssl=true`,
    encoded: secretUrl`ecto://shop:${b}@db`,
    path: secretText`https://hooks.example.com/services/${b}@x`,
    host: secretText`https://${b}/x`,
    query: secretText`https://a.b?to=${b}@c.d`,
    plain: secretText`shop:${b}@db`,
    text: secretText`ecto://shop:${"known"}@db ${b}`,
    alone: secret("ecto://shop:p@ss@db"),
  };
  assertEquals(rawUrlsIn({ raw, fine }), ["raw.known", "raw.reference", "raw.user", "raw.within[0]"]);
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
