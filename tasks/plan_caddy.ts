/**
 * What Caddy lacks on a server before sites can be served.
 *
 * @module
 */

import { addImport, hasImport, importLine, startCaddy } from "../lib/commands/caddy.ts";
import { caddyfile } from "../lib/commands/paths.ts";
import type { Facts, SetupFacts } from "../lib/facts.ts";
import { sh } from "../lib/sh.ts";
import type { Change } from "./change.ts";

/** Decides what has to be done so that Caddy runs and reads our sites. */
export function caddyChanges(facts: Facts, setup: SetupFacts): (Change | undefined)[] {
  const installed = facts.caddy.version !== undefined;
  const enabled = setup.rc["caddy_enable"]?.toUpperCase() === "YES";
  const imported = hasImport(setup.caddyfile);
  return [
    installed ? undefined : {
      title: "Install Caddy",
      reason: "it is not installed",
      command: sh`pkg -N >/dev/null 2>&1 || env ASSUME_ALWAYS_YES=yes pkg bootstrap || exit 1
env ASSUME_ALWAYS_YES=yes pkg install -y caddy || exit 1`,
      hint: "The server needs a way to its package repository: pkg update shows what is wrong",
    },
    enabled ? undefined : {
      title: "Enable Caddy",
      reason: "it would not run after a reboot",
      command: sh`sysrc caddy_enable=YES >/dev/null`,
    },
    imported ? undefined : {
      title: `Add one line to ${caddyfile}`,
      reason: "it does not bring in alcaide's sites",
      command: addImport(),
      hint: `Add this line yourself, outside of any block: ${importLine}`,
    },
    facts.caddy.running && imported ? undefined : {
      title: facts.caddy.running ? "Reload Caddy" : "Start Caddy",
      reason: facts.caddy.running ? "its configuration changed" : "it does not run",
      command: facts.caddy.running ? sh`service caddy reload` : startCaddy(),
    },
  ];
}
