// The program's version.

import project from "../../deno.json" with { type: "json" };

/** The version in `deno.json`. */
export const version: string = project.version;

/** The package's name in `deno.json`. */
export const name: string = project.name;
