// Redis in a jail of its own.

import { demandRecord } from "../core/kind.ts";
import { inJail } from "../commands/jail/in_jail.ts";
import type { AccessoryFile, AccessoryPlace, UserAccessory } from "../config/field/types.ts";
import { secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { sh } from "../core/sh.ts";
import type { AccessoryOptions } from "./accessory_options.ts";
import * as option from "./accessory_options.ts";

/** What {@linkcode redis} is told. */
export interface RedisOptions extends AccessoryOptions {
  /** The memory that it may take, such as `"256mb"`. */
  readonly memory?: string;
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
  demandRecord(options, "redis", '{ password: secrets("REDIS_PASSWORD") }');
  const { volume } = options;
  return {
    ...option.fieldsOf(options, 6379),
    kind: "redis",
    packages: ["redis"],
    volumes: volume === undefined ? [] : [`${String(volume).split(":")[0]}:${home}`],
    uid: 535,
    rc: "redis",
    rcConf: { ["redis_config"]: configFile },
    stopTimeout: 60,
    check,
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

const check = option.checks({
  password: option.password,
  port: option.port,
  memory: option.text(/^[1-9]\d*(kb|mb|gb)?$/, 'Give a size such as "256mb"', { optional: true }),
  settings: option.settings(/^[a-z][a-z0-9-]*$/, {
    bind: "It is the jail's own address",
    port: "Set port beside settings",
    requirepass: "Set password beside settings",
    maxmemory: "Set memory beside settings",
    dir: "It lies on the volume",
    daemonize: "Its service decides that",
    pidfile: "Its service decides that",
    logfile: 'Logs go where "alcaide accessory logs" finds them',
  }),
  volume: option.volume(home, { optional: true }),
  server: option.anything,
});

function files(at: AccessoryPlace): AccessoryFile[] {
  const { memory, volume, password } = at.options;
  const own: Record<string, unknown> = {
    bind: at.address,
    port: at.port,
    "protected-mode": "yes",
    requirepass: option.reveal(password),
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
    { path: passwordFile, text: secret(option.reveal(password)), own: false },
  ];
}

/** As redis.conf quotes: any byte can be written. */
function quoted(value: unknown): string {
  const text = typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}
