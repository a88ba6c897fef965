import { assertEquals } from "@std/assert";
import { fold } from "../../../lib/cli/fold.ts";

const cases: Readonly<Record<string, readonly [line: string, columns: number, rows: readonly string[]]>> = {
  "lets a description go on below its beginning": [
    "  deploy  Deploy a new release; the old one serves",
    36,
    ["  deploy  Deploy a new release; the", "          old one serves"],
  ],
  "takes an option with its letter and value for one name": [
    "  -c, --config FILE  Use this Alcaidefile, not the nearest one",
    46,
    ["  -c, --config FILE  Use this Alcaidefile, not", "                     the nearest one"],
  ],
  "indents less where little room is left": [
    "  -e, --environment TEXT  The environment handed to the configuration",
    36,
    ["  -e, --environment TEXT  The", "      environment handed to the", "      configuration"],
  ],
  "breaks a description of long words below its name": [
    "      --environment TEXT  Alcaidefile-of-the-app now",
    34,
    ["      --environment TEXT", "      Alcaidefile-of-the-app now"],
  ],
  "breaks sentences": ['Run "alcaide init" to begin.', 20, ['Run "alcaide init"', "to begin."]],
  "leaves examples whole": ["  alcaide logs -n 20 --grep ERROR", 20, ["  alcaide logs -n 20 --grep ERROR"]],
  "leaves lines that fit alone": ["  init  Begin", 20, ["  init  Begin"]],
  "leaves empty lines alone": ["", 20, [""]],
};

for (const [name, [line, columns, rows]] of Object.entries(cases)) {
  Deno.test(`fold() ${name}`, () => assertEquals(fold(line, columns), rows));
}
