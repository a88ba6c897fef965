// What Caddy lacks on a server before sites can be served.

import { hasAsk } from "../commands/caddy/ask.ts";
import { addImport, hasImport, importLine } from "../commands/caddy/caddyfile.ts";
import { addAsk } from "../commands/caddy/on_demand.ts";
import { startCaddy } from "../commands/caddy/service.ts";
import { caddyfile } from "../commands/paths.ts";
import { setRc } from "../commands/server/rc_conf.ts";
import type { Config } from "../config/field/types.ts";
import { type CaddyFacts, type Facts, isEnabled, type SetupFacts } from "../server/facts.ts";
import { script } from "../core/script.ts";
import { sh } from "../core/sh.ts";
import type { Change, Refusal } from "../server/change.ts";

/** Decides what has to be done so that Caddy runs and reads our sites. */
export function caddyChanges(config: Config, facts: Facts, setup: SetupFacts): (Change | undefined)[] {
  const installed = facts.caddy.version !== undefined;
  const ask = askChange(config, setup);
  const whole = hasImport(setup.caddyfile) && ask === undefined;
  return [
    installed ? undefined : {
      title: "Install Caddy",
      reason: "it is not installed",
      command: script(
        sh`pkg -N >/dev/null 2>&1 || env ASSUME_ALWAYS_YES=yes pkg bootstrap`,
        sh`env ASSUME_ALWAYS_YES=yes pkg install -y caddy`,
      ),
      long: true,
      hint: "The server must reach its package repository: pkg update shows the problem",
    },
    enableChange(setup),
    importChange(setup),
    ask,
    facts.caddy.running && whole ? undefined : {
      title: facts.caddy.running ? "Reload Caddy" : "Start Caddy",
      reason: facts.caddy.running ? "its configuration changed" : "it does not run",
      command: facts.caddy.running ? sh`service caddy reload` : startCaddy(),
    },
  ];
}

/** Caddy at boot. */
export function enableChange(setup: SetupFacts): Change | undefined {
  return isEnabled(setup, "caddy_enable") ? undefined : {
    title: "Enable Caddy",
    reason: "it would not run after a reboot",
    command: setRc("caddy_enable=YES"),
  };
}

/** Our line in the admin's Caddyfile. */
export function importChange(setup: SetupFacts): Change | undefined {
  return hasImport(setup.caddyfile) ? undefined : {
    title: `Add one line to ${caddyfile}`,
    reason: "it does not import alcaide's sites",
    command: addImport(),
    hint: `Add this line yourself, outside of any block: ${importLine}`,
  };
}

/** Our lines about certificates on demand there, for an app that has customers' domains. */
export function askChange({ tls }: Pick<Config, "tls">, setup: SetupFacts): Change | undefined {
  if (!("ask" in tls) || tls.ask === undefined || hasAsk(setup.caddyfile)) return undefined;
  return {
    title: `Add on_demand_tls to ${caddyfile}`,
    reason: "it does not ask for certificates of customers' domains",
    command: addAsk(),
    hint:
      "It has room for one answer: take on_demand_tls, and sites with certificates on demand, out of it, or leave out domain.ask",
  };
}

/** Finds a variable of rc.conf by which Caddy reads something else than the Caddyfile that has our import line. */
export function refuseService({ service }: CaddyFacts): Refusal | undefined {
  const { config, adapter, admin, extra_flags: flags = "" } = service;
  const elsewhere = /(?:^|\s)(--config|-c|--adapter|-a)(?=[\s=]|$)/.exec(flags)?.[1];
  const hint = (variable: string) =>
    `Put the configuration into ${caddyfile} (it may import other files), then: sysrc -x ${variable}`;
  if (config && config !== caddyfile) {
    return { problem: `caddy_config in rc.conf is ${config}, not ${caddyfile}`, hint: hint("caddy_config") };
  }
  if (adapter && adapter !== "caddyfile") {
    return { problem: `caddy_adapter in rc.conf is ${adapter}, not caddyfile`, hint: hint("caddy_adapter") };
  }
  if (elsewhere) {
    return { problem: `caddy_extra_flags in rc.conf has ${elsewhere}`, hint: hint("caddy_extra_flags") };
  }
  if (admin === "off") {
    const why = "Caddy takes new sites through its admin address only";
    return { problem: "caddy_admin in rc.conf is off", hint: `${why}: sysrc -x caddy_admin` };
  }
  return undefined;
}
