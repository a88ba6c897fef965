/**
 * Values for the commands that every_command.ts makes: odd names, secrets, specs.
 *
 * @module
 */

import { postgresql } from "../../../lib/presets/postgresql.ts";
import { redis } from "../../../lib/presets/redis.ts";
import { service } from "../../../lib/presets/service.ts";
import type { AccessorySpec } from "../../../lib/commands/accessory/files.ts";
import type * as app from "../../../lib/commands/app/app.ts";
import type * as build from "../../../lib/commands/app/build.ts";
import type * as live from "../../../lib/commands/live.ts";
import { lockOnLinux, refuseOvertaken, retakeLock } from "../../../lib/commands/lock.ts";
import { dropSetupWork } from "../../../lib/commands/own_files.ts";
import { doWork, endWork, followWork } from "../../../lib/commands/detached.ts";
import * as template from "../../../lib/commands/jail/template.ts";
import type * as tree from "../../../lib/commands/jail/tree.ts";
import { secret } from "../../../lib/core/secret.ts";
import { type Command, sh } from "../../../lib/core/sh.ts";
import type { UserAccessory } from "../../../lib/config/field/types.ts";
import { accessorySpecOf } from "../../fake/accessories.ts";
import { hostileWord, seeded } from "../../shell.ts";
import type { CheckOptions } from "../../../lib/commands/app/check.ts";
import { envText } from "../../../lib/commands/jail/variables.ts";

const random = seeded(41);
/** A hostile word, another each time. */
export const odd = () => hostileWord(random).replaceAll("\0", "");
/** A secret that no shown text may hold. */
export const hidden = secret(`s3cret ' " $x \`y\` ${odd()}`);

/** An app in its jail. */
export const spec: app.AppSpec = {
  app: "shop",
  release: "7-1a2b3c4",
  jail: {
    name: "shop_blue",
    path: "/jails/shop_blue",
    ip4: "10.66.0.2",
    mounts: [{ host: "/data/it's here", jail: "/data" }],
  },
  uid: 60000,
  start: "env A='b c' bin/shop start",
  port: 4000,
  packages: ["openssl", "icu"],
};
/** A check of it. */
export const look: CheckOptions = {
  path: `/a?b=${odd()}`,
  host: "shop.example.com",
  proto: "https",
  status: [200, 399],
  timeout: 1500,
  interval: 250,
};
/** A tree. */
export const small: tree.TreeSpec = { name: "shop_blue", path: "/jails/shop_blue" };
/** The same as a dataset. */
export const onZfs: tree.TreeSpec = { ...small, dataset: "zroot/jails/shop_blue" };
/** A template. */
export const base: template.TemplateSpec = {
  basePath: "/jails",
  freebsd: "14.3-RELEASE",
  machine: "amd64",
  arch: "amd64",
  mirror: "https://download.freebsd.org/releases",
  dataset: undefined,
};
/** A build. */
export const building: build.BuildSpec = {
  app: "shop",
  jail: { name: "shop_build", path: "/jails/shop_build", ip4: "10.66.0.4" },
  tree: { name: "shop_build", path: "/jails/shop_build" },
  template: template.templateTree(base),
  uid: 60001,
  packages: ["elixir", "git"],
  key: "0011223344556677",
  commands: ["mix compile", "echo 'a b' | tee \"x\""],
  result: "_build/prod/rel/shop",
  packed: false,
  env: { MIX_ENV: "prod", KEY: hidden, ODD: odd() },
  caches: ["deps", "_build"],
  timeout: 1_800_000,
  fence: 7,
};
/** A holder of a lock. */
export const holder = { by: odd(), since: "2026-01-02T03:04:05.000Z", what: "deploy" };
/** An environment. */
export const env = envText({ KEY: hidden, B: odd() });

/** A certificate of its own. */
export const own = { kind: "own", cert: secret("s3cret certificate"), key: secret("s3cret key") } as const;
/** A marker. */
export const now: live.Marker = { slot: "blue", release: "7-1a2b3c4" };

/** Accessories by kind. */
export const accessories: Readonly<Record<string, AccessorySpec>> = Object.fromEntries(
  Object.entries<UserAccessory>({
    postgresql: postgresql({
      version: "16",
      volume: "/data/pg",
      password: hidden,
      settings: { ["work_mem"]: "4MB" },
    }),
    redis: redis({ volume: "/data/redis", password: hidden, memory: "64mb" }),
    service: service({
      start: `run --key "$KEY" 'x y'`,
      ports: [7700],
      env: { KEY: hidden, A: odd() },
      files: { "/usr/local/etc/it.conf": hidden },
      setup: ["echo 'a b' # it's", "true"],
      health: `nc -z "$ADDRESS" "$PORT"`,
    }),
  }).map(([name, one]) => [name, accessorySpecOf(name, one)]),
);
const { database } = accessories["postgresql"]?.accessory ?? {};
/** Commands for a database. */
export const forDatabase = Object.entries(database ?? {}).map(([name, make]) =>
  [`inJail for ${name}`, make(accessories["postgresql"]?.place)] as const
);

const work = { dir: "/var/db/alcaide/detached/it's", command: sh`echo ${hidden}` };

/** Detached work. */
export const detached: readonly (readonly [name: string, command: Command])[] = [
  ["doWork", doWork({ ...work, lock: { app: "shop", fence: 7 } }, { out: 0, err: 0 })],
  ["doWork, without a lock", doWork(work, { out: 0, err: 0 })],
  ["followWork", followWork(work, { out: 5, err: 6 })],
  ["endWork", endWork(work)],
  ["dropSetupWork", dropSetupWork()],
  ["retakeLock", retakeLock("shop", holder, 7)],
  ["lockOnLinux", lockOnLinux()],
  ["refuseOvertaken", refuseOvertaken("shop", 7)],
];
