// Problems of the time that an app gets to end, and of its limits.

import { assertEquals } from "@std/assert";
import { complaints } from "./base.ts";

const cases: readonly (readonly [changes: Record<string, unknown>, said: string])[] = [
  [{ stopTimeout: 0 }, "stopTimeout: it is 0 (Give a whole number of seconds from 1 to 900)"],
  [{ stopTimeout: 1.5 }, "stopTimeout: it is 1.5 (Give a whole number of seconds from 1 to 900)"],
  [{ limits: "512M" }, 'limits: it is "512M" (Give a record such as { memory: "512M" })'],
  [{ limits: { ram: "1G" } }, "limits.ram: there is no such field (Known: cpu, memory and processes)"],
  [{ limits: { memory: 512 } }, 'limits.memory: it is 512 (Give a text such as "512M" or "2G")'],
  [{ limits: { memory: "512 MB" } }, 'limits.memory: it is "512 MB" (Give a text such as "512M" or "2G")'],
  [{ limits: { memory: "" } }, 'limits.memory: it is empty (Give a text such as "512M" or "2G")'],
  [{ limits: { memory: "31m" } }, 'limits.memory: "31m" is less than 32M (Give more)'],
  [{ limits: { cpu: 0 } }, "limits.cpu: it is 0 (Give a whole number from 1 to 25600)"],
  [{ limits: { cpu: "150%" } }, 'limits.cpu: it is "150%" (Give a whole number from 1 to 25600)'],
  [{ limits: { processes: 4 } }, "limits.processes: it is 4 (Give a whole number from 5 to 100000)"],
];

for (const [changes, said] of cases) {
  Deno.test(`resolveConfig() refuses ${Deno.inspect(changes)}`, () =>
    assertEquals(complaints(changes), [said]));
}
