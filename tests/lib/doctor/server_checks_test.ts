// The checks of a server: a healthy one, and one with each thing broken.

import { assertEquals } from "@std/assert";
import { runChecks } from "../../../lib/doctor/check.ts";
import { serverChecks } from "../../../lib/doctor/examine.ts";
import { type Odd, seen, told } from "./seeing.ts";
import { serviceCases } from "./service_cases.ts";
import { systemCases } from "./system_cases.ts";

const findings = (odd: Odd = {}) => told(runChecks(serverChecks, seen(odd)));
const cases = [...systemCases, ...serviceCases];

Deno.test("a healthy server has nothing to say", () => assertEquals(findings(), []));

for (const { name, finds, ...odd } of cases) {
  Deno.test(`doctor finds ${name}`, () => assertEquals(findings(odd), [...finds]));
}

Deno.test("every check of a server is seen at its worst", () => {
  const seenAt = new Set(cases.flatMap(({ finds }) => finds.map((line) => line.split(":")[0])));
  const missing = serverChecks.map(({ worst, id }) => `${worst} ${id}`).filter((one) => !seenAt.has(one));
  assertEquals(missing, []);
});
