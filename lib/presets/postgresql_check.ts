// The options of PostgreSQL, checked.

import { packageName } from "../config/field/kinds.ts";
import type { Problem } from "../core/error.ts";
import * as option from "./accessory_options.ts";

/** The home of the user of PostgreSQL's packages, which holds the data. */
export const home = "/var/db/postgres";

type Options = Readonly<Record<string, unknown>>;

/** Tells what is wrong with the options of `postgresql()`. */
export function check(options: Options): Problem[] {
  return [...checkOptions(options), ...otherVersions(options)];
}

const checkOptions = option.checks({
  version: option.text(/^[1-9]\d$/, 'Give a major version such as "16"'),
  volume: option.volume(home),
  password: option.password,
  port: option.port,
  database: option.text(/^[a-z_][a-z0-9_]{0,62}$/, 'Give a name such as "shop"', { optional: true }),
  user: option.text(
    /^(?!pg_|postgres$)[a-z_][a-z0-9_]{0,62}$/,
    'Give a name such as "shop", not one of PostgreSQL\'s own',
    { optional: true },
  ),
  settings: option.settings(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/, {
    listen_addresses: "It is the jail's own address",
    port: "Set port beside settings",
    data_directory: "It lies on the volume",
    hba_file: "Setup decides who may connect",
    logging_collector: 'Logs go where "alcaide accessory logs" finds them',
    log_directory: 'Logs go where "alcaide accessory logs" finds them',
  }),
  packages: option.texts(packageName, "Give names as pkg search prints them"),
  extensions: option.texts(
    /^[a-z_][a-z0-9_-]{0,62}$/,
    'Give names such as "vector", as pg_available_extensions has them',
  ),
  server: option.anything,
});

/** A package for another version would bring that one's server along. */
function otherVersions({ version, packages }: Options): Problem[] {
  return (Array.isArray(packages) ? packages : []).flatMap((name, index) => {
    const [, major] = /^postgresql(\d+)-/.exec(String(name)) ?? [];
    if (major === undefined || major === version) return [];
    const hint = `Write "${String(name).replace(major, String(version))}"`;
    return [{ path: `packages[${index}]`, problem: `it is for PostgreSQL ${major}`, hint }];
  });
}
