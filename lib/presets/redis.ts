/**
 * Redis in a jail of its own.
 *
 * @module
 */

import { inJail } from "../commands/jail/in_jail.ts";
import type { AccessoryFile, AccessoryPlace, UserAccessory } from "../config/types.ts";
import { type Secret, secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { sh } from "../core/sh.ts";
import {
  every,
  hidden,
  known,
  passwordOption,
  portOption,
  reveal,
  settingsOption,
  textOption,
  volumeOption,
} from "./accessory_options.ts";

/** What {@linkcode redis} is told. */
export interface RedisOptions {
  /** The password that the app connects with; best as a secret. */
  readonly password: string | Secret;
  /** The host directory that holds its data; without it nothing outlives a restart of the jail. */
  readonly volume?: string;
  /** The port. Default: 6379. */
  readonly port?: number;
  /** The memory that it may take, such as `"256mb"`. */
  readonly memory?: string;
  /** Settings of redis.conf, such as `{ "maxmemory-policy": "allkeys-lru" }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** With several servers: the one that it runs on, or `"all"`. */
  readonly server?: string;
}

const home = "/var/db/redis";
const runDirectory = "/var/run/redis";
const configFile = "/usr/local/etc/alcaide/redis.conf";
const passwordFile = "/usr/local/etc/alcaide/redis.password";

/**
 * Redis in a jail of its own. With a volume it writes every change to disk (`appendonly`); without one it is a cache.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { redis, secret } from "alcaide";
 *
 * const cache = redis({ password: secret("hunter2"), memory: "256mb" });
 * assertEquals(cache.ports, [6379]);
 * ```
 */
export function redis(options: RedisOptions): UserAccessory {
  const { volume, port = 6379, server } = options;
  return {
    kind: "redis",
    ...(server === undefined ? {} : { server }),
    packages: ["redis"],
    volumes: volume === undefined ? [] : [`${String(volume).split(":")[0]}:${home}`],
    ports: [port],
    uid: 535,
    rc: "redis",
    rcConf: { ["redis_config"]: configFile },
    stopTimeout: 60,
    options: { ...options, password: hidden(options.password) },
    check: (given) => [
      ...checkOptions(given),
      ...(given["volume"] === undefined ? [] : volumeOption("volume", home)(given)),
    ],
    files,
    // Its service finds it by the process id that it writes there; with a volume its home is decided elsewhere.
    setup: (at) =>
      inJail(
        at.jail,
        sh`install -d -o redis -g redis ${[runDirectory, ...volume === undefined ? [home] : []]}`,
      ),
    health: (at) =>
      inJail(
        at.jail,
        script(
          sh`REDISCLI_AUTH=$(cat ${passwordFile}) && export REDISCLI_AUTH`,
          sh`/usr/local/bin/redis-cli -h ${at.address} -p ${at.port} ping | grep -q -x PONG`,
        ),
      ),
  };
}

const checkOptions = every(
  known(["password", "volume", "port", "memory", "settings", "server"]),
  passwordOption("password"),
  portOption("port"),
  textOption("memory", /^[1-9]\d*(kb|mb|gb)?$/, { hint: 'Give a size such as "256mb"', optional: true }),
  settingsOption("settings", /^[a-z][a-z0-9-]*$/, [
    ["bind", "It is the jail's own address"],
    ["port", "Set port beside settings"],
    ["requirepass", "Set password beside settings"],
    ["maxmemory", "Set memory beside settings"],
    ["dir", "It lies on the volume"],
    ["daemonize", "Its service decides that"],
    ["pidfile", "Its service decides that"],
    ["logfile", 'Logs go where "alcaide accessory logs" finds them'],
  ]),
);

function files(at: AccessoryPlace): AccessoryFile[] {
  const { memory, volume, password } = at.options;
  const own: Record<string, unknown> = {
    bind: at.address,
    port: at.port,
    "protected-mode": "yes",
    requirepass: reveal(password),
    daemonize: "yes",
    pidfile: `${runDirectory}/redis.pid`,
    logfile: "/var/log/alcaide/redis.log",
    dir: home,
    appendonly: volume === undefined ? "no" : "yes",
    ...(volume === undefined ? { save: "" } : {}),
    ...(memory === undefined ? {} : { maxmemory: memory }),
    ...(at.options["settings"] as Record<string, unknown> | undefined),
  };
  const rows = Object.entries(own).map(([name, value]) => `${name} ${quoted(value)}\n`);
  return [
    { path: configFile, text: secret(`# Made by alcaide. Changes are overwritten.\n${rows.join("")}`) },
    { path: passwordFile, text: secret(reveal(password)), own: false },
  ];
}

/** As redis.conf quotes: any byte can be written. */
function quoted(value: unknown): string {
  const text = typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
