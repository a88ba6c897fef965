// Every text that the commands make.

import * as accessory from "../../../lib/commands/accessory/accessory.ts";
import * as dump from "../../../lib/commands/accessory/dump.ts";
import * as upgrade from "../../../lib/commands/accessory/upgrade.ts";
import * as accessoryFiles from "../../../lib/commands/accessory/files.ts";
import * as app from "../../../lib/commands/app/app.ts";
import * as undo from "../../../lib/commands/server/undo.ts";
import * as left from "../../../lib/commands/app/left.ts";
import * as ownFiles from "../../../lib/commands/own_files.ts";
import * as build from "../../../lib/commands/app/build.ts";
import { assetMakers, forAssets } from "./asset_commands.ts";
import * as boot from "../../../lib/commands/server/boot.ts";
import * as caddy from "../../../lib/commands/caddy/caddyfile.ts";
import { shareDomains } from "../../../lib/commands/caddy/shared.ts";
import { askService, startCaddy } from "../../../lib/commands/caddy/service.ts";
import * as certificate from "../../../lib/commands/caddy/certificate.ts";
import * as doctor from "../../../lib/commands/server/doctor.ts";
import * as files from "../../../lib/remote/files.ts";
import * as history from "../../../lib/commands/history.ts";
import * as inJail from "../../../lib/commands/jail/in_jail.ts";
import * as jail from "../../../lib/commands/jail/jail.ts";
import * as journal from "../../../lib/commands/journal.ts";
import * as live from "../../../lib/commands/live.ts";
import * as lock from "../../../lib/commands/lock.ts";
import * as migrate from "../../../lib/commands/app/migrate.ts";
import * as names from "../../../lib/commands/jail/names.ts";
import * as network from "../../../lib/commands/server/network.ts";
import * as packages from "../../../lib/commands/jail/packages.ts";
import { processCommands } from "./process_commands.ts";
import * as remains from "../../../lib/commands/server/remains.ts";
import * as probe from "../../../lib/commands/server/probe.ts";
import * as site from "../../../lib/commands/caddy/site.ts";
import * as template from "../../../lib/commands/jail/template.ts";
import { secret } from "../../../lib/core/secret.ts";
import { type Command, raw, sh } from "../../../lib/core/sh.ts";
import { accessoryRecord, release, siteOf } from "../../fake/facts.ts";
import { underWay } from "../../../lib/commands/caddy/admin.ts";
import { drainApp } from "../../../lib/commands/caddy/drain.ts";
import { forGuard } from "./guard_commands.ts";
import { forLogs, logs } from "./log_commands.ts";
import { forSchedules, schedule } from "./schedule_commands.ts";
import { forTemplates, templateMakers } from "./template_commands.ts";
import { fileMakers, forFiles } from "./file_commands.ts";
import * as check from "../../../lib/commands/app/check.ts";
import {
  accessories,
  building,
  detached,
  env,
  forDatabase,
  hidden,
  holder,
  look,
  now,
  odd,
  onZfs,
  own,
  spec,
} from "./samples.ts";

/** Each with the name of what makes it. */
export const all: readonly (readonly [name: string, command: Command])[] = [
  ...Object.entries(accessories).flatMap(([kind, one]) =>
    [
      [`createAccessory ${kind}`, accessory.createAccessory(one)],
      [`fillTree ${kind}`, accessory.fillTree(one, "/jails/it's")],
      [`upgradeAccessory ${kind}`, upgrade.upgradeAccessory(one, accessoryRecord())],
      [`settleUpgrade ${kind}`, upgrade.settleUpgrade(one.jail, one.tree)],
      [`removeUpgrade ${kind}`, upgrade.removeUpgrade(one.jail, one.tree)],
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
  ["dumpWithEstimate", dump.dumpWithEstimate("shop", "db", sh`cat ${odd()}`, sh`echo ${odd()}`)],
  ["inJail", inJail.inJail("shop_db", sh`echo ${hidden}`, { user: "postgres" })],
  ["accessoryCommand", inJail.accessoryCommand("shop_db", raw(`echo "$PORT" | cat`))],
  ["callService", inJail.callService("shop_db", "redis", sh`start`)],
  ["streamInJail", inJail.streamInJail("shop_db", sh`echo ${odd()}`)],
  ["installApp", app.installApp(spec)],
  ["installApp without packages", app.installApp({ ...spec, packages: [] })],
  ...forAssets,
  ["writeNames", names.writeNames(spec.jail, [{ address: "10.66.0.4", names: ["db", "db_jail"] }])],
  ["writeResolver", names.writeResolver("/jails/it's", ["9.9.9.9", "1.1.1.1"])],
  ["addPackages", packages.addPackages("/jails/shop_db", ["redis"])],
  ["setEnabled", app.setEnabled("/jails/shop_blue", true)],
  ["startApp", app.startApp(spec)],
  ["stopApp", app.stopApp(spec.jail)],
  ["checkApp", check.checkApp(spec, look)],
  ["waitForListener", check.waitForListener(spec.jail, 4000, 20_000)],
  ["migrateApp", migrate.migrateApp(spec, raw("bin/shop eval 'x \"y\"' | tee /tmp/z"), 7)],
  ["asApp", app.asApp(spec, raw("bin/shop eval 'x \"y\"' | tee /tmp/z"))],
  ["underWay", underWay("tcp/10.66.0.2:4000")],
  ["drainApp", drainApp(spec.jail, 4000, { requests: 30_000, sockets: 30_000 })],
  ["drainApp with sockets", drainApp(spec.jail, 4000, { requests: 30_000, sockets: 300_000 })],
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
  ["shareDomains", shareDomains("/sites", "shop")],
  ["recordBefore", undo.recordBefore("/srv/jails")],
  ["listServer", undo.listServer("/jails")],
  ["refuseApps", undo.refuseApps()],
  ["restoreVariable", undo.restoreVariable("pf_rules", "it's odd")],
  ["restoreVariable that was not set", undo.restoreVariable("pf_rules", undefined)],
  ["undoCaddy", undo.undoCaddy({ absent: true, installed: true, ran: false, enabled: undefined })],
  ["undoPf", undo.undoPf({ enable: "NO", rules: undefined, loaded: false })],
  ["undoFiles", undo.undoFiles()],
  ["deleteTemplate", template.deleteTemplate(onZfs)],
  ["removeBase", undo.removeBase("/jails", "z/jails", ["/jails"])],
  ["undoLoopback", undo.undoLoopback(false)],
  ["removeDirectories", undo.removeDirectories(["/usr/local/etc"])],
  ["listLeft", left.listLeft("shop", "/jails")],
  ["forgetApp", left.forgetApp({ app: "shop", accessories: ["shop_db"], host: { before: "a", after: "b" } })],
  ["lookAtVolumes", left.lookAtVolumes(["/data/it's here"])],
  ["deleteVolume", left.deleteVolume("/data/it's here", 60000)],
  ["removeOwn", ownFiles.removeOwn(ownFiles.ownMarkers("shop"))],
  ["listOwn", ownFiles.listOwn(ownFiles.ownMarkers("shop"))],
  ["verifySite", caddy.verifySite({ app: "shop", token: "t", path: look.path }, now)],
  ["verifySite public", caddy.verifySite({ app: "shop", token: "t", path: "/", publicHost: "a.b" }, now)],
  ["askHealth", caddy.askHealth("shop", "t", look.path)],
  ["askTls", caddy.askTls({ names: ["a.b", "c.d"], path: look.path })],
  ["writeCertificate", certificate.writeCertificate("shop", own)],
  ["dropCertificates", certificate.dropCertificates("shop", own)],
  ["dropCertificates of all", certificate.dropCertificates("shop")],
  ["startCaddy", startCaddy()],
  ["askService", askService],
  ...forFiles,
  ["writeJailFiles", jail.writeJailFiles({ ...spec.jail, parameters: ['x = "y";'] })],
  ["startJail", jail.startJail(spec.jail)],
  ["stopJail", jail.stopJail(spec.jail)],
  ["unmountBelow", jail.unmountBelow("/jails/it's")],
  ["addAddress", jail.addAddress("10.66.0.2")],
  ["dropAddress", jail.dropAddress("10.66.0.2")],
  ["mountAgain", jail.mountAgain("/jails/shop_blue", "/data", "/data/shop")],
  ["removeJailFiles", jail.removeJailFiles("shop_blue")],
  ["writeRelease", journal.writeRelease(release("7-1a2b3c4", { reason: odd(), by: odd() }))],
  ["endRelease", journal.endRelease(release("7-1a2b3c4", { by: odd() }))],
  ["writeHostFile", journal.writeHostFile(`${odd()}\n`, odd())],
  ["replaceHostFile", journal.replaceHostFile(`${odd()}\n`, odd())],
  ["endRelease", journal.endRelease(release("7-x", { state: "failed", reason: odd() }))],
  ["dropReleases", journal.dropReleases("shop", ["1-a", "2-b"])],
  ["switchLive", live.switchLive("shop", now)],
  ["pauseApp", live.pauseApp("shop", "<h1>it's closed</h1>")],
  ["resumeApp", live.resumeApp("shop")],
  ["refuseLive", live.refuseLive("shop", "blue")],
  ["removeLive", live.removeLive("shop")],
  ["listLive", live.listLive()],
  ["holdLock", lock.holdLock("shop", holder)],
  ...detached,
  ["addRecord", history.addRecord("shop", odd(), 500)],
  ["askLock", lock.askLock("shop")],
  ["releaseLock", lock.releaseLock("shop")],
  ["fenced", lock.fenced("shop", 7, journal.writeHostFile("", "a"))],
  ["fencedStream", lock.fencedStream("shop", 7, files.receiveFile("/x", { size: 1, sha256: "ab" }))],
  ["whileFence", lock.whileFence("shop", 7, sh`echo ${hidden}`)],
  ["underHostLock", lock.underHostLock(sh`echo ${hidden}`)],
  ["underSetupLock", lock.underSetupLock(sh`echo ${hidden}`)],
  ...processCommands,
  ["installLoopback", network.installLoopback()],
  ["installPf", network.installPf("vtnet0", ["10.66.0.0/24"])],
  ["nearest", probe.nearest("/jails/it's")],
  ["probe", probe.probe({ basePath: "/jails" })],
  ["probe with health", probe.probe({ basePath: "/jails", health: true })],
  [
    "doctorProbe",
    doctor.doctorProbe({
      basePath: "/jails",
      app: "shop",
      mirror: "m",
      freebsd: "14.3-RELEASE",
      names: ["a"],
    }),
  ],
  ["probe for setup", probe.probe({ basePath: odd(), setup: true, more: remains.remainsOf("shop", odd()) })],
  ["askLive", probe.askLive()],
  ...forTemplates,
  ...forGuard,
  ...forLogs,
  ...forSchedules,
];

/** Their makers, by file. */
export const makers = {
  accessory,
  accessoryFiles,
  upgrade,
  inJail,
  app,
  ...assetMakers,
  boot,
  check,
  build,
  caddy,
  certificate,
  jail,
  journal,
  live,
  lock,
  logs,
  names,
  network,
  packages,
  probe,
  site,
  template,
  ...templateMakers,
  ...fileMakers,
  schedule,
};
