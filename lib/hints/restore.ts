// Why a database failed, or refused a dump: from its own words to a remedy.

import type { Known } from "./known.ts";

/** Failures of all that asks a database. */
export const databaseFailures: Known = {
  'The database does not run in its jail: "alcaide accessory logs NAME" says why, and "alcaide accessory restart NAME" starts it':
    /Is the server running locally/,
};

/** Failures of a restore. */
export const restoreFailures: Known = {
  'The dump gives rights to this role, and dumps hold no roles: make it first, in "alcaide accessory run NAME -- su -m postgres -c psql"':
    /role "[^"]*" does not exist/,
  "The dump needs an extension whose package is not in the jail: add the package to packages of the accessory, and run setup":
    /extension "[^"]*" is not available|could not open extension control file/,
  "The dump is of a newer PostgreSQL: restore it into that version or a later one":
    /unsupported version .* in file header|unrecognized configuration parameter/,
  'It is not in the custom format of "alcaide db dump": feed plain SQL to "alcaide db console"':
    /does not appear to be a valid archive|is a text format dump/,
};
