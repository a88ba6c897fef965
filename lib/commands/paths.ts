// Where things are on a server. Everything below is ours.

import type { Slot } from "../core/slot.ts";

/** State of all apps. */
export const stateDir = "/var/db/alcaide";
/** The addresses and user ids that are given out on this server. */
export const hostFile = `${stateDir}/host.json`;
/** Held for changes that concern the whole server. */
export const hostLock = `${stateDir}/lock`;
/** Directory of setup's work that goes on without a connection. */
export const setupWork = `${stateDir}/detached`;
/** Records of actions on apps, a file each. They outlive their apps. */
export const historyDir = `${stateDir}/history`;
/** Configuration of ours. */
export const etcDir = "/usr/local/etc/alcaide";
/** Where the jails' files are. */
export const jailsDir = `${etcDir}/jails`;
/** Records of accessories: what setup made, by the names of their jails. */
export const accessoriesDir = `${stateDir}/accessories`;
/** Where the markers are that say what has the traffic; Caddy reads it. */
export const liveRoot = `${etcDir}/live`;
/** Logs of all apps. */
export const logDir = "/var/log/alcaide";
/** Logs of accessories, a directory each; no app can be called so. */
export const accessoryLogs = `${logDir}/_accessories`;
/** The script that starts the live jails at boot. */
export const bootScript = "/usr/local/etc/rc.d/alcaide";
/** Caddy's configuration, which belongs to the admin. */
export const caddyfile = "/usr/local/etc/caddy/Caddyfile";
/** Where our site files are. */
export const sitesDir = "/usr/local/etc/caddy/conf.d/alcaide";
/** The domains that several apps share; its name is no app's, and behind all of theirs. */
export const sharedFile = `${sitesDir}/~shared.caddy`;
/** The program, by its full path: services run without `/usr/local/bin` in their path. */
export const caddyProgram = "/usr/local/bin/caddy";
/** Our rules for outbound address translation. */
export const pfFile = `${etcDir}/pf.conf`;
/** newsyslog's file about our logs. */
export const rotationFile = "/usr/local/etc/newsyslog.conf.d/alcaide.conf";
/** cron's file about the apps' schedules. */
export const cronFile = "/usr/local/etc/cron.d/alcaide";
/** The scripts of schedules, `APP.NAME`. */
export const schedulesDir = `${etcDir}/schedules`;
/** Logs of schedules. Jails don't see them: root writes there. */
export const scheduleLogs = `${logDir}/_schedules`;
/** Assets of all apps, for Caddy. */
export const assetsRoot = "/usr/local/www/alcaide";
/** The port on 127.0.0.1 at which Caddy tells us what it serves. Jails can't reach it. */
export const probePort = 2020;
/** The host's interface that jails' addresses are on. */
export const jailInterface = "lo1";
/** Mark of a directory tree that is ours; holds its name. */
export const markFile = ".alcaide";

/** Directory of an app's state. */
export const appDir = (app: string): string => `${stateDir}/apps/${app}`;
/** The records of actions on an app, a line each. */
export const historyFile = (app: string): string => `${historyDir}/${app}.jsonl`;
/** Directory of an app's work that goes on without a connection. */
export const workDir = (app: string): string => `${appDir(app)}/detached`;
/** Directory of a release's state. */
export const releaseDir = (app: string, id: string): string => `${appDir(app)}/releases/${id}`;
/** Directory of a command that runs in a release without a connection. */
export const runDir = (app: string, id: string, run: string): string => `${releaseDir(app, id)}/runs/${run}`;
/** The uploaded file that holds a release. */
export const artifactFile = (app: string, id: string): string => `${releaseDir(app, id)}/artifact`;
/** The chunks of that file, by which the next upload finds what is new. */
export const chunksFile = (app: string, id: string): string => `${releaseDir(app, id)}/chunks`;
/** Directory of the build at work: its source, the record of its jail. */
export const buildDir = (app: string): string => `${appDir(app)}/build`;
/** Where the source waits on the host for its build jail. */
export const sourceFile = (app: string): string => `${buildDir(app)}/source.tar.gz`;
/** Directory of what was built in jails, by what it was built from. */
export const buildsDir = (app: string): string => `${appDir(app)}/builds`;
/** A build of one state of source and configuration. */
export const builtFile = (app: string, key: string): string => `${buildsDir(app)}/${key}/artifact`;
/** Name of an app's build jail. */
export const buildJailName = (app: string): string => `${app}_build`;
/** Name of the jail in which an app's image is made; with two underscores it is no accessory's. */
export const imageJailName = (app: string): string => `${app}__image`;
/** The beginning of the name of an image's tree. */
export const imagePrefix = "alcaide_image_";
/** The environment of a release: quoted shell lines, 0600. */
export const envFile = (app: string, id: string): string => `${releaseDir(app, id)}/env`;
/** Caddy's log of an app's answers: when, how long, which status. Caddy's user can write there. */
export const answersLog = (app: string): string => `/var/log/caddy/alcaide_${app}.log`;
/** The log of a release, on the host so that it outlives the jail. */
export const logFile = (app: string, id: string): string => `${logDir}/${app}/${id}.log`;
/** The output of a release's migration. */
export const migrateLog = (app: string, id: string): string => `${logDir}/${app}/${id}.migrate.log`;
/** The log of a schedule, which outlives releases. */
export const scheduleLog = (app: string, name: string): string => `${scheduleLogs}/${app}.${name}.log`;
/** Directory of schedules' last runs and locks. */
export const scheduleState = (app: string): string => `${appDir(app)}/schedules`;
/** The jail's file, for `jail -f`. */
export const jailFile = (name: string): string => `${jailsDir}/${name}.conf`;
/** The jail's mounts. */
export const fstabFile = (name: string): string => `${jailsDir}/${name}.fstab`;
/** The output of the jail's start and stop. */
export const consoleFile = (name: string): string => `${logDir}/${name}.console.log`;
/** Directory of an app's marker. */
export const liveDir = (app: string): string => `${liveRoot}/${app}`;
/** Directory of an app's assets, one a release. */
export const assetsDir = (app: string): string => `${assetsRoot}/${app}`;
/**
 * The link beside the marker that Caddy looks for at each request: it leads to the marker of the blue slot. While that is
 * there, the blue jail has the traffic, else the green one.
 */
export const blueLink = ".blue";
/** Directory of an app's own certificates. */
export const tlsDir = (app: string): string => `${etcDir}/tls/${app}`;
/** The app's site file. */
export const siteFile = (app: string): string => `${sitesDir}/${app}.caddy`;
/** Directory of the base system that jails are copied from. */
export const templateDir = (basePath: string, freebsd: string): string => `${basePath}/.templates/${freebsd}`;
/** The link to the newest base system of a release. Thin jails mount it, whatever it leads to when they start. */
export const newestTemplate = (basePath: string, freebsd: string): string =>
  `${basePath}/.templates/.${freebsd}.newest`;
/** Where a thin jail has the base system, below its root. */
export const basePoint = "/.base";
/** Where a thin jail has the packages of its image, and the image keeps them: relative links lead as far as from `/usr/local`. */
export const layerPoint = "/usr/.local";
/** Name of a slot's jail. */
export const jailName = (app: string, slot: Slot): string => `${app}_${slot}`;
/** Name of an accessory's jail. */
export const accessoryJail = (app: string, name: string): string => `${app}_${name}`;
/** The record of what setup made of an accessory. */
export const accessoryFile = (jail: string): string => `${accessoriesDir}/${jail}.json`;
/** The directory of an accessory's logs. */
export const accessoryLogDir = (jail: string): string => `${accessoryLogs}/${jail}`;
/** The script that tells whether an accessory is well. */
export const accessoryHealth = (jail: string): string => `${accessoriesDir}/${jail}.health`;
/** Name under which Caddy answers about an app on 127.0.0.1. */
export const probeHost = (app: string): string => `${app}.alcaide.internal`;
