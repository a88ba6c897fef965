/**
 * Every text that the commands make.
 *
 * @module
 */

import { postgresql } from "../../../lib/presets/postgresql.ts";
import { redis } from "../../../lib/presets/redis.ts";
import { service } from "../../../lib/presets/service.ts";
import * as accessory from "../../../lib/commands/accessory.ts";
import * as accessoryFiles from "../../../lib/commands/accessory_files.ts";
import * as app from "../../../lib/commands/app.ts";
import * as build from "../../../lib/commands/build.ts";
import * as boot from "../../../lib/commands/boot.ts";
import * as caddy from "../../../lib/commands/caddy.ts";
import { askService, startCaddy } from "../../../lib/commands/caddy_service.ts";
import * as certificate from "../../../lib/commands/certificate.ts";
import * as files from "../../../lib/remote/files.ts";
import * as inJail from "../../../lib/commands/in_jail.ts";
import * as jail from "../../../lib/commands/jail.ts";
import * as journal from "../../../lib/commands/journal.ts";
import * as live from "../../../lib/commands/live.ts";
import * as lock from "../../../lib/commands/lock.ts";
import * as logs from "../../../lib/commands/logs.ts";
import * as migrate from "../../../lib/commands/migrate.ts";
import * as modes from "../../../lib/commands/modes.ts";
import * as names from "../../../lib/commands/names.ts";
import * as network from "../../../lib/commands/network.ts";
import * as packages from "../../../lib/commands/packages.ts";
import * as probe from "../../../lib/commands/probe.ts";
import * as site from "../../../lib/commands/site.ts";
import * as template from "../../../lib/commands/template.ts";
import * as tree from "../../../lib/commands/tree.ts";
import { secret } from "../../../lib/core/secret.ts";
import { type Command, raw, sh } from "../../../lib/core/sh.ts";
import type { UserAccessory } from "../../../lib/config/types.ts";
import { accessorySpecOf } from "../../fake/accessories.ts";
import { accessoryRecord, release, siteOf } from "../../fake/facts.ts";
import { hostileWord, seeded } from "../../shell.ts";

const random = seeded(41);
const odd = () => hostileWord(random).replaceAll("\0", "");
const hidden = secret(`s3cret ' " $x \`y\` ${odd()}`);

const spec: app.AppSpec = {
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
const check: app.CheckOptions = {
  path: `/a?b=${odd()}`,
  host: "shop.example.com",
  proto: "https",
  status: [200, 399],
  timeout: 1500,
  interval: 250,
};
const small: tree.TreeSpec = { name: "shop_blue", path: "/jails/shop_blue" };
const onZfs: tree.TreeSpec = { ...small, dataset: "zroot/jails/shop_blue" };
const base: template.TemplateSpec = {
  basePath: "/jails",
  freebsd: "14.3-RELEASE",
  machine: "amd64",
  arch: "amd64",
  mirror: "https://download.freebsd.org/releases",
  dataset: undefined,
};
const building: build.BuildSpec = {
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
const holder = { by: odd(), since: "2026-01-02T03:04:05.000Z", what: "deploy" };
const env = app.envText({ KEY: hidden, B: odd() });

const own = { kind: "own", cert: secret("s3cret certificate"), key: secret("s3cret key") } as const;
const now: live.Marker = { slot: "blue", release: "7-1a2b3c4" };

const accessories: Readonly<Record<string, accessory.AccessorySpec>> = Object.fromEntries(
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
const forDatabase = Object.entries(database ?? {}).map(([name, make]) =>
  [`inJail for ${name}`, make(accessories["postgresql"]?.place)] as const
);

/** Each with the name of what makes it. */
export const all: readonly (readonly [name: string, command: Command])[] = [
  ...Object.entries(accessories).flatMap(([kind, one]) =>
    [
      [`createAccessory ${kind}`, accessory.createAccessory(one)],
      [`startAccessory ${kind}`, accessory.startAccessory(one)],
      [`startService ${kind}`, accessory.startService(one)],
      [`restartAccessory ${kind}`, accessory.restartAccessory(one)],
      [`configureAccessory ${kind}`, accessory.configureAccessory(one, { timeout: 1000 })],
      [`configureAccessory ${kind} again`, accessory.configureAccessory(one, { timeout: 1000, undo: true })],
      [`writeAccessoryFiles ${kind}`, accessoryFiles.writeAccessoryFiles(one, { keep: true })],
      [`putFilesBack ${kind}`, accessoryFiles.putFilesBack(one)],
      [`forgetFiles ${kind}`, accessoryFiles.forgetFiles(one)],
      [`writeHealth ${kind}`, accessory.writeHealth(one)],
      [`applyAccessory ${kind}`, accessory.applyAccessory(one)],
      [`removeAccessory ${kind}`, accessory.removeAccessory(one.jail, one.tree)],
    ] as const
  ),
  ["giveToOwners", packages.giveToOwners("shop_queue", ["/var/db/rabbitmq", "/it's here"])],
  ["waitForAccessory", accessory.waitForAccessory("shop_db", 60_000)],
  ["writeAccessory", accessory.writeAccessory(accessoryRecord())],
  ...forDatabase,
  ["inJail", inJail.inJail("shop_db", sh`echo ${hidden}`, { user: "postgres" })],
  ["accessoryCommand", inJail.accessoryCommand("shop_db", raw(`echo "$PORT" | cat`))],
  ["callService", inJail.callService("shop_db", "redis", sh`start`)],
  ["streamInJail", inJail.streamInJail("shop_db", sh`echo ${odd()}`)],
  ["installApp", app.installApp(spec)],
  ["installApp without packages", app.installApp({ ...spec, packages: [] })],
  ["writeNames", names.writeNames(spec.jail, [{ address: "10.66.0.4", names: ["db", "db_jail"] }])],
  ["writeResolver", names.writeResolver("/jails/it's", ["9.9.9.9", "1.1.1.1"])],
  ["addPackages", packages.addPackages("/jails/shop_db", ["redis"])],
  ["setEnabled", app.setEnabled("/jails/shop_blue", true)],
  ["startApp", app.startApp(spec)],
  ["stopApp", app.stopApp(spec.jail)],
  ["checkApp", app.checkApp(spec, check)],
  ["migrateApp", migrate.migrateApp(spec, raw("bin/shop eval 'x \"y\"' | tee /tmp/z"), 7)],
  ["asApp", app.asApp(spec, raw("bin/shop eval 'x \"y\"' | tee /tmp/z"))],
  ["drainApp", app.drainApp(spec.jail, 4000, 30_000)],
  ["makeLogDirectory", app.makeLogDirectory("shop")],
  ["writeJailEnv", app.writeJailEnv(spec.jail, secret(env))],
  ["writeEnv", app.writeEnv("shop", "7-1a2b3c4", secret(env))],
  ["installPackages", packages.installPackages("/jails/shop_build", ["elixir"])],
  ["buildInJail", build.buildInJail(building)],
  ["buildInJail of a tarball", build.buildInJail({ ...building, packed: true, result: "dist/x.tar.gz" })],
  [
    "buildInJail of the source itself",
    build.buildInJail({ ...building, result: ".", caches: [], packages: [], commands: [] }),
  ],
  ["stopBuild", build.stopBuild(building)],
  ["removeBuildJail", build.removeBuildJail(building)],
  ["makeBuildDirectory", build.makeBuildDirectory("shop")],
  ["adoptBuild", build.adoptBuild("shop", building.key, "7-1a2b3c4")],
  ["makeBuilt", build.makeBuilt("shop", building.key)],
  ["acceptBuild", build.acceptBuild("shop", building.key, 1, "ab")],
  ["pruneBuilds", build.pruneBuilds("shop", 5)],
  ["listBuilds", build.listBuilds("/var/db/alcaide/apps")],
  ["installBootScript", boot.installBootScript()],
  ["addImport", caddy.addImport()],
  ["applySite", caddy.applySite("shop", siteOf())],
  ["removeSite", caddy.removeSite("shop")],
  ["verifySite", caddy.verifySite({ app: "shop", token: "t", path: check.path }, now)],
  [
    "verifySite in public",
    caddy.verifySite({ app: "shop", token: "t", path: "/", publicHost: "a.b" }, now),
  ],
  ["askHealth", caddy.askHealth("shop", "t", check.path)],
  ["askTls", caddy.askTls({ names: ["a.b", "c.d"], path: check.path })],
  ["writeCertificate", certificate.writeCertificate("shop", own)],
  ["dropCertificates", certificate.dropCertificates("shop", own)],
  ["dropCertificates of all", certificate.dropCertificates("shop")],
  ["startCaddy", startCaddy()],
  ["askService", askService],
  ["writeFile", files.writeFile(`/tmp/${odd()}`, odd())],
  ["writeFile with a secret", files.writeFile("/tmp/x", hidden, { mode: 0o600 })],
  ["makeDirectory", files.makeDirectory(`/tmp/${odd()}`)],
  ["receiveFile", files.receiveFile(`/tmp/${odd()}`, { size: 1, sha256: "ab" })],
  ["writeJailFiles", jail.writeJailFiles({ ...spec.jail, parameters: ['x = "y";'] })],
  ["startJail", jail.startJail(spec.jail)],
  ["stopJail", jail.stopJail(spec.jail)],
  ["unmountBelow", jail.unmountBelow("/jails/it's")],
  ["removeJailFiles", jail.removeJailFiles("shop_blue")],
  ["writeRelease", journal.writeRelease(release("7-1a2b3c4", { reason: odd(), by: odd() }))],
  ["writeHostFile", journal.writeHostFile(`${odd()}\n`, odd())],
  ["replaceHostFile", journal.replaceHostFile(`${odd()}\n`, odd())],
  ["dropFailed", journal.dropFailed("shop", "7-x")],
  ["dropReleases", journal.dropReleases("shop", ["1-a", "2-b"])],
  ["switchLive", live.switchLive("shop", now)],
  ["pauseApp", live.pauseApp("shop", "<h1>it's closed</h1>")],
  ["resumeApp", live.resumeApp("shop")],
  ["refuseLive", live.refuseLive("shop", "blue")],
  ["removeLive", live.removeLive("shop")],
  ["listLive", live.listLive()],
  ["holdLock", lock.holdLock("shop", holder)],
  ["askLock", lock.askLock("shop")],
  ["releaseLock", lock.releaseLock("shop")],
  ["fenced", lock.fenced("shop", 7, journal.writeHostFile("", "a"))],
  ["fencedStream", lock.fencedStream("shop", 7, files.receiveFile("/x", { size: 1, sha256: "ab" }))],
  ["lockOnLinux", lock.lockOnLinux()],
  ["whileFence", lock.whileFence("shop", 7, sh`echo ${hidden}`)],
  ["underHostLock", lock.underHostLock(sh`echo ${hidden}`)],
  ["underSetupLock", lock.underSetupLock(sh`echo ${hidden}`)],
  ["showLog", logs.showLog("shop", { count: 5, grep: odd() })],
  ["showLog without a pattern", logs.showLog("shop", { count: 5 })],
  ["followLog", logs.followLog("shop", { count: 5, grep: odd() })],
  ["followLog without a pattern", logs.followLog("shop", { count: 5 })],
  ["showAccessoryLog", logs.showAccessoryLog("shop_db", { count: 5, grep: odd() })],
  ["followAccessoryLog", logs.followAccessoryLog("shop_db", { count: 5 })],
  ["listClosed", modes.listClosed("/jails/it's")],
  ["openClosed", modes.openClosed("/jails/it's")],
  ["openTree", modes.openTree("/jails/it's")],
  ["installLoopback", network.installLoopback()],
  ["installPf", network.installPf("vtnet0", ["10.66.0.0/24"])],
  ["probe", probe.probe({ basePath: "/jails" })],
  ["probe with health", probe.probe({ basePath: "/jails", health: true })],
  ["probe for setup", probe.probe({ basePath: "/jails/it's", setup: true })],
  ["askLive", probe.askLive()],
  ["makeTemplate", template.makeTemplate(base)],
  ["makeTemplate on ZFS", template.makeTemplate({ ...base, dataset: "zroot/jails" })],
  ["copyTemplate", tree.copyTemplate(template.templateTree(base), small)],
  ["copyTemplate on ZFS", tree.copyTemplate(template.templateTree({ ...base, dataset: "z" }), onZfs)],
  ["deleteTree", tree.deleteTree(small)],
  ["deleteTree on ZFS", tree.deleteTree(onZfs)],
];

/** What makes them, by file. */
export const makers = {
  accessory,
  accessoryFiles,
  inJail,
  app,
  boot,
  build,
  caddy,
  certificate,
  files,
  jail,
  journal,
  live,
  lock,
  logs,
  modes,
  names,
  network,
  packages,
  probe,
  site,
  template,
  tree,
};
