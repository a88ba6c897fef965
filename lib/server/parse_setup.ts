// Reads the part of a server's answer that only `setup` looks at.

import { parseDatasets, parseHolder } from "./datasets.ts";
import type { SetupFacts } from "./facts.ts";
import { rows, splitFirst } from "./rows.ts";

/** Reads the facts for setup, a section at a time. */
export function parseSetup(get: (name: string) => string): SetupFacts {
  const pf = rows(get("pf"));
  const rc = Object.fromEntries(
    rows(get("sysrc")).map((row) => splitFirst(row, ": ")).filter(([k]) => /^\w+$/.test(k)),
  );
  return {
    kernel: rows(get("kernel"))[0] ?? "",
    missingPrograms: rows(get("programs")),
    rcConfError: get("rc.conf").trim(),
    rc,
    // Of init and rc.shutdown the one that loses patience first.
    shutdown: Math.min(Number(get("shutdown")) || 120, Number(rc["rcshutdown_timeout"]) || Infinity),
    interfaces: (rows(get("interfaces"))[0] ?? "").split(/\s+/),
    loopback: get("loopback"),
    routes: parseRoutes(get("routes")),
    externalInterface: /interface:\s*(\S+)/.exec(get("default"))?.[1],
    listeners: rows(get("listeners")).map(parseListener).filter((l) => l !== undefined),
    pf: {
      adminFile: pf.includes("/etc/pf.conf"),
      loaded: pf.includes("loaded"),
      enabled: pf.some((row) => row.startsWith("Status: Enabled")),
      translates: pf.some((row) => row.startsWith("nat on ")),
      // The program is enough: setup loads the kernel module.
      available: pf.some((row) => row.endsWith("/pfctl")),
      ours: get("pf rules"),
    },
    bootScript: get("boot"),
    caddyfile: get("caddyfile"),
    rotation: get("rotation"),
    closed: rows(get("closed")).map((path) => path.replace(/\/\.$/, "")),
    datasets: parseDatasets(get("zfs")),
    holder: parseHolder(get("disk")),
    jailPaths: rows(get("jail paths")),
  };
}

function parseRoutes(text: string): SetupFacts["routes"][number][] {
  return rows(text).flatMap((row) => {
    const [to = "", , , via = ""] = row.trim().split(/\s+/);
    return /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(to) ? [{ to: to.includes("/") ? to : `${to}/32`, via }] : [];
  });
}

function parseListener(row: string): SetupFacts["listeners"][number] | undefined {
  const [, program, , , , local] = row.trim().split(/\s+/);
  const match = /^(.*):(\d+)$/.exec(local ?? "");
  return program && match ? { program, address: match[1] ?? "", port: Number(match[2]) } : undefined;
}
