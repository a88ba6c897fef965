/**
 * The part of the model that `setup` changes.
 *
 * @module
 */

import { bootText, installBootScript } from "../../lib/commands/server/boot.ts";
import { installRotation, rotationText } from "../../lib/commands/server/rotation.ts";
import { addImport, importLine } from "../../lib/commands/caddy/caddyfile.ts";
import { startCaddy } from "../../lib/commands/caddy/service.ts";
import { openClosed } from "../../lib/commands/jail/modes.ts";
import { installLoopback, installPf, pfText } from "../../lib/commands/server/network.ts";
import { setRc } from "../../lib/commands/server/rc_conf.ts";
import { recordBefore } from "../../lib/commands/server/undo.ts";
import { pfFile } from "../../lib/commands/paths.ts";
import { patchTemplate } from "../../lib/commands/jail/patch.ts";
import { makeTemplate } from "../../lib/commands/jail/template.ts";
import type { Command } from "../../lib/core/sh.ts";

/** The things that setup makes. */
export interface SetupState {
  templates: string[];
  /** The version of the base system, with patch level; empty: nobody asks. */
  userland: string;
  loopback: boolean;
  pf: boolean;
  /** True when pf has lost its rules. */
  flushed: boolean;
  caddyInstalled: boolean;
  caddyEnabled: boolean;
  caddyRuns: boolean;
  imported: boolean;
  booted: boolean;
  rotates: boolean;
  closed: string[];
}

/** A server as FreeBSD's installer leaves it. */
export function bare(): SetupState {
  return {
    templates: [],
    userland: "",
    loopback: false,
    pf: false,
    flushed: false,
    caddyInstalled: false,
    caddyEnabled: false,
    caddyRuns: false,
    imported: false,
    booted: false,
    rotates: false,
    closed: [],
  };
}

/** A server that setup has prepared. */
export function prepared(): SetupState {
  return {
    templates: ["14.3-RELEASE"],
    userland: "",
    loopback: true,
    pf: true,
    flushed: false,
    caddyInstalled: true,
    caddyEnabled: true,
    caddyRuns: true,
    imported: true,
    booted: true,
    rotates: true,
    closed: [],
  };
}

const subnet = "10.66.0.0/24";

/** The probe's output for setup. */
export function setupSections(state: SetupState): Record<string, string> {
  const rc = {
    ...(state.loopback ? { cloned_interfaces: "lo1" } : {}),
    ...(state.pf ? { pf_enable: "YES", pf_rules: pfFile } : { pf_enable: "NO" }),
    ...(state.caddyEnabled ? { caddy_enable: "YES" } : {}),
    ...(state.booted ? { alcaide_enable: "YES" } : {}),
  };
  return {
    kernel: "14.3-RELEASE-p5\n",
    programs: "",
    "rc.conf": "",
    sysrc: Object.entries(rc).map(([name, value]) => `${name}: ${value}\n`).join(""),
    interfaces: `vtnet0 lo0${state.loopback ? " lo1" : ""}\n`,
    loopback: "",
    routes: "203.0.113.0/24     link#1             U        vtnet0\n",
    default: "  interface: vtnet0\n",
    listeners: state.caddyRuns ? "root     caddy      812   6  tcp46  *:80                 *:*\n" : "",
    pf: `/sbin/pfctl\n${state.pf ? "loaded\nStatus: Enabled for 0 days 00:01:02\n" : ""}${
      state.pf && !state.flushed
        ? "nat on vtnet0 inet from 10.66.0.0/24 to any -> (vtnet0) round-robin\n"
        : ""
    }`,
    "pf rules": state.pf ? pfText("vtnet0", [subnet]) : "",
    boot: state.booted ? bootText() : "",
    caddyfile: state.imported ? `${importLine}\n` : "",
    rotation: state.rotates ? rotationText() : "",
    closed: state.closed.map((path) => `${path}\n`).join(""),
  };
}

const template = {
  basePath: "/jails",
  freebsd: "14.3-RELEASE",
  machine: "amd64",
  arch: "amd64",
  mirror: "https://download.freebsd.org/releases",
  dataset: undefined,
};

/** Setup's commands by their exact text, with their effects. */
export const setupCommands: readonly (readonly [Command, (state: SetupState) => void])[] = [
  [recordBefore("/jails"), () => {}],
  [installLoopback(), (s) => s.loopback = true],
  [makeTemplate(template), (s) => s.templates.push(template.freebsd)],
  [
    patchTemplate({ ...template, level: 5 }),
    (s) => s.templates.push(`${template.freebsd}-p5`),
  ],
  [installPf("vtnet0", [subnet]), (s) => [s.pf, s.flushed] = [true, false]],
  [addImport(), (s) => s.imported = true],
  [setRc("caddy_enable=YES"), (s) => s.caddyEnabled = true],
  [startCaddy(), (s) => s.caddyRuns = s.caddyInstalled && s.caddyEnabled],
  [installBootScript(), (s) => s.booted = true],
  [installRotation(), (s) => s.rotates = true],
  [openClosed("/jails"), (s) => s.closed = []],
];

/** Changes that have no function of their own: a line by which each is known. */
export const setupLines: readonly (readonly [string, (state: SetupState) => void])[] = [
  ["env ASSUME_ALWAYS_YES=yes pkg install -y caddy", (s) => s.caddyInstalled = true],
];
