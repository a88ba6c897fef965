// Writes the tables of checks into `docs/doctor.md` from their declaration. `deno run -A scripts/doctor.ts`

import { checks } from "../lib/doctor/examine.ts";

/** Where the tables are. */
export const doctorFile: URL = new URL("../docs/doctor.md", import.meta.url);

/** The page with today's tables between its marks. */
export function doctorText(page: string): string {
  const tables = checks.map(([title, rows]) =>
    [
      `### ${title}`,
      "",
      "| check | what it looks at | at worst |",
      "| --- | --- | --- |",
      ...rows.map(({ id, about, worst }) => `| \`${id}\` | ${about} | ${worst} |`),
    ].join("\n")
  );
  return page.replace(
    /(<!-- Made by scripts\/doctor\.ts.*?-->\n).*?(\n<!-- end -->)/s,
    (_, begin: string, end: string) => `${begin}\n${tables.join("\n\n")}\n${end}`,
  );
}

if (import.meta.main) await Deno.writeTextFile(doctorFile, doctorText(await Deno.readTextFile(doctorFile)));
