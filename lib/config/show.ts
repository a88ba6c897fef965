/**
 * A resolved configuration for people and for programs. Secrets stay masked in both.
 *
 * @module
 */

import { isSecret } from "../core/secret.ts";
import { list } from "../core/text.ts";
import type { Accessory } from "./accessory_types.ts";
import type { Config, JailBuild, Server, Tls } from "./types.ts";

/** What `alcaide config` prints. */
export interface ShownConfig {
  /** Plain data for `--json`. */
  readonly value: unknown;
  /** A line for each field. */
  readonly text: string;
}

/** Shows a configuration as data and as text. */
export function showConfig(config: Config): ShownConfig {
  const rows = rowsOf(config);
  const width = Math.max(...rows.map(([name]) => name.length));
  const text = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  return { value: JSON.parse(JSON.stringify(config, (_, value) => value ?? null)), text };
}

function rowsOf(config: Config): [string, string][] {
  const { jail, health, build } = config;
  const row = (name: string, value: string): [string, string] => [name, value === "" ? "-" : value];
  return [
    row("app", config.app),
    ...config.servers.map((server, index) => row(`server[${index}]`, serverText(server))),
    row("domain", list(config.domains)),
    row("redirects", list(config.redirects)),
    row("tls", tlsText(config.tls)),
    row("jail.basePath", jail.basePath),
    row("jail.freebsd", jail.freebsd ?? "the server's own"),
    row("jail.port", String(jail.port)),
    row("jail.subnet", jail.subnet),
    row("jail.packages", list(jail.packages)),
    row("jail.nameservers", jail.nameservers === undefined ? "the server's own" : list(jail.nameservers)),
    row("jail.mirror", jail.mirror),
    ...(build.kind === "command"
      ? [row("build.command", build.command), row("build.result", build.path)]
      : []),
    ...(build.kind === "prebuilt" ? [row("build.prebuilt", build.path)] : []),
    ...(build.kind === "jail" ? jailRows(build).map(([name, value]) => row(name, value)) : []),
    row("start", config.start),
    ...Object.entries(config.env).map(([name, value]) =>
      row(`env.${name}`, isSecret(value) ? "[secret]" : envText(value))
    ),
    row(
      "secretEnv",
      config.secretEnv === undefined ? "all that the encrypted file holds" : list(config.secretEnv),
    ),
    row("keyCommand", config.keyCommand ?? ""),
    row("health.path", health.path),
    row(
      "health.status",
      health.status[0] === health.status[1] ? `${health.status[0]}` : health.status.join("-"),
    ),
    row("health.timeout", seconds(health.timeout)),
    row("health.interval", seconds(health.interval)),
    row("drain", seconds(config.drain)),
    row("keep", String(config.keep)),
    ...config.volumes.map((volume, index) => row(`volumes[${index}]`, `${volume.host}:${volume.jail}`)),
    ...config.beforeStart.map((command, index) => row(`beforeStart[${index}]`, command)),
    row("migrate", config.migrate ?? ""),
    row("console", config.console ?? ""),
    ...Object.values(config.accessories).map((one) => row(`accessories.${one.name}`, accessoryText(one))),
    row("directory", config.directory),
    row("environment", config.environment ?? ""),
  ];
}

function jailRows(build: JailBuild): [string, string][] {
  const { packages, commands, env, erlang } = build;
  return [
    ["build.jail.packages", list(packages)],
    ...commands.map((text, index): [string, string] => [`build.jail.commands[${index}]`, text]),
    ["build.jail.result", build.result],
    ...Object.entries(env).map(([name, value]): [string, string] => [
      `build.jail.env.${name}`,
      isSecret(value) ? "[secret]" : envText(value),
    ]),
    ["build.jail.caches", list(build.caches)],
    ["build.jail.timeout", seconds(build.timeout)],
    ...(erlang === undefined ? [] : [["build.erlang.node", erlang.node] as [string, string]]),
  ];
}

function serverText(server: Server): string {
  const { name, host, user, port, key, become, jump, hostKey } = server;
  const keys = hostKey === undefined ? undefined : list([hostKey].flat(), "or");
  const more = Object.entries({ host, user, port, key, become, jump, hostKey: keys })
    .filter(([field, value]) => value !== undefined && !(field === "host" && value === name))
    .map(([field, value]) => `${field} ${value}`);
  return more.length === 0 ? name : `${name} (${more.join(", ")})`;
}

function accessoryText({ kind, version, ports, volumes, servers }: Accessory): string {
  return [
    version === "" ? kind : `${kind} ${version}`,
    ...(ports.length === 0 ? [] : [`port ${list(ports.map(String))}`]),
    ...volumes.map((volume) => `${volume.host}:${volume.jail}`),
    ...(servers.length === 0 ? [] : [`on ${list(servers)}`]),
  ].join(", ");
}

function tlsText(tls: Tls): string {
  if (tls.kind === "own") return "a certificate of your own";
  return Object.values(tls).join(", ");
}

/** Lines of a value would look like fields of their own. */
function envText(value: string): string {
  return /[\r\n]/.test(value) || value === "" ? JSON.stringify(value) : value;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
