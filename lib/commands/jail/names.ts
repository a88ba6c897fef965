// Names that a jail knows, and whom it asks for others.

import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { hostName, type JailSpec } from "./jail.ts";

/** An address and its names, as in `/etc/hosts`. */
export interface HostNames {
  /** The address. */
  readonly address: string;
  /** Its names. */
  readonly names: readonly string[];
}

/** Writes the names and resolvers of a jail. Its tree must be there, and nothing run in it. */
export function writeNames(jail: JailSpec, hosts?: readonly HostNames[]): Script {
  return script(
    writeFile(`${jail.path}/etc/hosts`, hostsText(jail, hosts)),
    writeResolver(jail.path, jail.nameservers),
  );
}

/** Names that a jail knows: its own, so that programs find themselves, and those of accessories. */
export function hostsText({ name, ip4 }: JailSpec, hosts: readonly HostNames[] = []): string {
  return `# Made by alcaide. Changes are overwritten.
${ip4} localhost
${ip4} ${hostName(name)} ${name}
${hosts.map(({ address, names }) => `${address} ${names.join(" ")}\n`).join("")}`;
}

/** Writes the resolvers of a tree: these, or those of the server that a jail can reach. The server's other lines stay. */
export function writeResolver(root: string, nameservers?: readonly string[]): Command {
  const file = `${root}/etc/resolv.conf`;
  const beside = `${file}.new`;
  const text = nameservers === undefined
    ? sh`grep -v -E ${`^[[:space:]]*nameserver[[:space:]]+(${unreachable})`} /etc/resolv.conf`
    : sh`{ grep -v -E '^[[:space:]]*nameserver[[:space:]]' /etc/resolv.conf; printf 'nameserver %s\n' ${nameservers}; }`;
  // grep fails where no other line is left, and that is well.
  return sh`rm -f ${beside} && ${text} >${beside} 2>/dev/null
chmod 644 ${beside} && mv -f ${beside} ${file}`;
}

/** Prints the addresses of the server's own resolvers. */
export const listResolvers: Command =
  sh`awk '$1 == "nameserver" { print $2 }' /etc/resolv.conf 2>/dev/null; :`;

/** 127.0.0.1 is a jail's own there, and jails have no IPv6. */
const unreachable = String.raw`127\.|0\.0\.0\.0|[^[:space:]]*:`;

/** Tells whether a jail can ask a resolver of the server's. */
export function isReachable(nameserver: string): boolean {
  return !/^(127\.|0\.0\.0\.0)|:/.test(nameserver);
}
