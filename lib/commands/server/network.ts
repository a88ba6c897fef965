// The jails' network: the loopback interface, and address translation for what they ask of the outside.

import { script } from "../../core/script.ts";
import { type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { etcDir, jailInterface, pfFile } from "../paths.ts";
import { setRc } from "./rc_conf.ts";

/** Makes the interface now and at every boot. Jails bring their addresses with them. */
export function installLoopback(): Script {
  return script(
    setRc(`cloned_interfaces+=${jailInterface}`),
    sh`ifconfig ${jailInterface} >/dev/null 2>&1 || ifconfig ${jailInterface} create`,
  );
}

/** Rules of our own: no filter, only translation, so that nothing that passes today stops passing. */
export function pfText(external: string, subnets: readonly string[]): string {
  return `# Made by alcaide: lets jails reach the outside. Changes are overwritten.
set skip on lo
${subnets.map((subnet) => `${pfAdvice(external, subnet)}\n`).join("")}`;
}

/** The networks that such rules translate: other apps may be in others than ours. */
export function pfSubnets(rules: string): string[] {
  return [...rules.matchAll(/^nat on \S+ inet from (\S+) to any /gm)].map(([, subnet = ""]) => subnet);
}

/** The lines to add to an admin's own firewall. */
export function pfAdvice(external: string, subnet: string): string {
  return `nat on ${external} inet from ${subnet} to any -> (${external})`;
}

/**
 * Loads our rules now and at every boot, after pf has checked them. Only for servers without a firewall. From FreeBSD 15 on
 * pfctl asks the kernel also to check a file, so the module is loaded first; at boot and at `service pf start` rc loads it.
 */
export function installPf(external: string, subnets: readonly string[]): Script {
  const beside = `${pfFile}.check`;
  return script(
    sh`kldload -n pf && mkdir -p ${etcDir}`,
    writeFile(beside, pfText(external, subnets)),
    sh`pfctl -nf ${beside} && mv -f ${beside} ${pfFile} || { rm -f ${beside}; exit 1; }`,
    setRc("pf_enable=YES", `pf_rules=${pfFile}`),
    // It is enabled also when it could not load the rules.
    sh`service pf start 2>&1; pfctl -s info 2>/dev/null | grep -q 'Status: Enabled' && pfctl -s nat 2>/dev/null | grep -q '^nat on '`,
  );
}
