import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { isSecret, type Secret, secret } from "../../../lib/core/secret.ts";

const printings: readonly { name: string; print: (s: Secret) => string }[] = [
  { name: "a template", print: (s) => `${s}` },
  { name: "String()", print: (s) => String(s) },
  { name: "concatenation", print: (s) => "" + s },
  { name: "JSON", print: (s) => JSON.stringify({ s, list: [s] }) },
  { name: "Deno.inspect", print: (s) => Deno.inspect({ s, deep: [{ s }] }) },
  { name: "an error's message", print: (s) => new Error(`no ${s}`).stack ?? "" },
  { name: "its keys and values", print: (s) => JSON.stringify(Object.entries(s).map(String)) },
];

for (const { name, print } of printings) {
  Deno.test(`secret() doesn't print in ${name}`, () => {
    assertFalse(print(secret("hunter2")).includes("hunter2"));
  });
}

Deno.test("secret() gives its text to who asks for it", () => assertEquals(secret("a\nb").reveal(), "a\nb"));

Deno.test("secret() can't be changed", () => {
  assertThrows(() => Object.assign(secret("a"), { reveal: () => "b" }), TypeError);
});

Deno.test("isSecret() knows a secret of another copy of the library", () => {
  assertEquals(isSecret({ reveal: () => "", [Symbol.for("alcaide.secret")]: true }), true);
});

for (const value of ["text", undefined, null, { reveal: () => "" }]) {
  Deno.test(`isSecret() says no to ${Deno.inspect(value)}`, () => assertFalse(isSecret(value)));
}
