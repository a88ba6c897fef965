// A declared field reads, shows and documents itself.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { accessory } from "../../../../lib/config/sections/accessory_fields.ts";
import { configuration } from "../../../../lib/config/config.ts";
import { inner, integer, optionalString, seconds } from "../../../../lib/config/field/kinds.ts";
import { type Around, readShape, renamed, shape, showFields } from "../../../../lib/config/field/schema.ts";
import type { Config } from "../../../../lib/config/field/types.ts";
import { ConfigError, type Problem } from "../../../../lib/core/error.ts";
import { complaints, resolve } from "../base.ts";

const about = { text: "A field." };
const pump = shape({
  name: "UserPump",
  text: "A pump.",
  wanted: "a record such as { rate: 3 }",
  fields: {
    rate: integer({ ...about, fallback: 3, range: [1, 9] }),
    rest: renamed("pause", seconds({ ...about, fallback: 2, range: [0, 10], fraction: true })),
    label: optionalString({ ...about, wanted: 'a text such as "left"', absent: "none" }),
    valve: inner(shape({
      name: "UserValve",
      text: "A valve.",
      wanted: "a record",
      fields: { open: integer({ ...about, fallback: 0, range: [0, 1] }) },
    })),
  },
});

const around: Around = {
  directory: "/x",
  config: {} as Config,
  given: (name) => ({ path: name, value: undefined, problems: [] }),
  once: (make) => make(around),
};

function read(value: unknown) {
  const problems: Problem[] = [];
  return { values: readShape(pump, { path: "pump", value, problems }, around), problems };
}

Deno.test("readShape() fills in what is absent, also a whole record", () => {
  const values = { rate: 3, pause: 2000, label: undefined, valve: { open: 0 } };
  assertEquals(read(undefined), { values, problems: [] });
  assertEquals(read({}), { values, problems: [] });
});

Deno.test("readShape() reads a field under its new name, and seconds as milliseconds", () => {
  assertEquals(read({ rate: 4, rest: 0.5, label: "a", valve: { open: 1 } }).values, {
    rate: 4,
    pause: 500,
    label: "a",
    valve: { open: 1 },
  });
});

Deno.test("readShape() says all that is wrong, and nothing of fields where there is no record", () => {
  const said = (value: unknown) =>
    read(value).problems.map(({ path, problem, hint }) => `${path}: ${problem} (${hint})`);
  assertEquals(said({ rates: 1, rate: 10, valve: { open: 2 } }), [
    'pump.rates: there is no such field (Did you mean "rate"?)',
    "pump.rate: it is 10 (Give a whole number from 1 to 9)",
    "pump.valve.open: it is 2 (Give a whole number from 0 to 1)",
  ]);
  assertEquals(said([]), ["pump: it is a list (Give a record such as { rate: 3 })"]);
});

Deno.test("showFields() shows fields under the names that users write", () => {
  assertEquals(showFields(pump.fields, { ...read({}).values }, "pump"), [
    ["pump.rate", "3"],
    ["pump.rest", "2 s"],
    ["pump.label", "none"],
    ["pump.valve.open", "0"],
  ]);
});

Deno.test("a declared number documents its default and its limits", () => {
  const { otherwise, limits, type, becomes } = pump.fields.rest;
  assertEquals({ otherwise, limits, type, becomes }, {
    otherwise: "2",
    limits: "From 0 to 10.",
    type: "number",
    becomes: "number",
  });
});

Deno.test("every field of the configuration stands in the file that init writes", () => {
  const silent = Object.entries(configuration.fields).filter(([, field]) => field.init === undefined);
  assertEquals(silent.map(([name]) => name), []);
});

Deno.test("every field of an accessory has a meaning", () => {
  const silent = Object.entries(accessory.fields).filter(([, { text }]) => !text.endsWith("."));
  assertEquals(silent.map(([name]) => name), []);
});

Deno.test("resolveConfig() says problems in the order of documents, whoever asks for a field first", () => {
  const said = complaints({
    volumes: ["a"],
    jail: { port: 0 },
    tls: "acme",
    keep: 1,
    redirects: "www.a.org",
  });
  assertEquals(said.map((one) => one.split(":")[0]), ["redirects", "tls", "jail.port", "keep", "volumes[0]"]);
});

Deno.test("resolveConfig() reads a field once, however many ask for it", () => {
  let calls = 0;
  const build = () => {
    calls++;
    return { jail: { result: "dist" } };
  };
  assertEquals(resolve({ build }).build.kind, "jail");
  assertEquals(calls, 1);
  const failing = () => {
    throw new Error("no");
  };
  const error = assertThrows(() => resolve({ build: failing }), ConfigError);
  assert(error instanceof ConfigError);
  assertEquals(error.problems.length, 1);
});
