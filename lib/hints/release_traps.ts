// Messages of ill releases of Elixir, each with its advice.

import type { Known } from "./known.ts";

/** The particular before the general. */
export const releaseTraps: Known = {
  'Phoenix opens no port by itself: set PHX_SERVER: "true" in env (phoenix() does), or start bin/server':
    /Configuration :server was not enabled for \S+/,
  'Phoenix needs SECRET_KEY_BASE: make one with "alcaide secrets set SECRET_KEY_BASE --generate"':
    /environment variable SECRET_KEY_BASE is missing|:secret_key_base/,
  'It needs DATABASE_URL, such as ecto://shop:PASSWORD@db/shop: put it into the secrets with "alcaide secrets set DATABASE_URL"':
    /environment variable DATABASE_URL is missing/,
  "The release has no such module: mix phx.gen.release writes one; without migrations write phoenix({ migrate: false })":
    /function \S*\.Release\.migrate\/0 is undefined/,
  "The release was made on another system: let alcaide build it on the server with build: phoenix() or elixir()":
    /erts-[\d.]+\/bin\/\S+: (not found|No such file|cannot execute|Exec format)|erlexec: (not found|No such file)/,
  "It can't write its generated configuration: it needs /app/tmp, or another directory that it can write, in RELEASE_TMP":
    /Could not (read|write) runtime configuration|because it could not write|RELEASE_TMP/,
  'Erlang wants a home directory: set HOME: "/app" in env': /HOME must be set/,
  "Another node of this name runs in the jail: end it, or leave RELEASE_NODE out, so that each release has its own":
    /the name \S+ seems to be in use by another Erlang node/,
  "The node's name doesn't fit its kind: leave RELEASE_DISTRIBUTION at sname and RELEASE_NODE out":
    /Can't set (long|short) node name|Hostname \S+ is illegal/,
  "The database refuses the password: DATABASE_URL holds another one than the database has":
    /:invalid_password|28P01|password authentication failed/,
  "The database does not exist: look at the end of DATABASE_URL, and at database of the accessory":
    /:invalid_catalog_name|3D000|database "[^"]*" does not exist/,
};
