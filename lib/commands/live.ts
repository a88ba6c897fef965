// The marker that says which slot has the traffic: a file named after slot and release. Caddy looks for it by a fixed name.

import { isReleaseId, type ReleaseId } from "../core/release.ts";
import { script } from "../core/script.ts";
import { type Command, type Expression, type Script, sh } from "../core/sh.ts";
import type { Slot } from "../core/slot.ts";
import { writeFile } from "../remote/files.ts";
import { ownMarkers, removeOwn } from "./own_files.ts";
import { blueLink, liveDir, liveRoot } from "./paths.ts";

/** The slot with the traffic, and the release in it. */
export interface Marker {
  /** The slot. */
  readonly slot: Slot;
  /** The release. */
  readonly release: ReleaseId;
}

/** Name of the marker: `blue-7-1a2b3c4`. */
export function markerName({ slot, release }: Marker): string {
  return `${slot}-${release}`;
}

/** Reads a marker's name, or what Caddy says of it (`/blue-7-1a2b3c4`); undefined when it is none. */
export function parseMarker(text: string): Marker | undefined {
  const [, slot, release] = /^\/?(blue|green)-(.+)$/.exec(text.trim()) ?? [];
  return release !== undefined && isReleaseId(release) ? { slot: slot as Slot, release } : undefined;
}

/**
 * Moves the traffic: from one moment to the next, by renaming the marker. The link for a marker of the blue slot is there
 * before, and leads nowhere until then.
 */
export function switchLive(app: string, live: Marker): Script {
  const name = markerName(live);
  return script(
    sh`mkdir -p ${liveDir(app)} && chmod 755 ${liveRoot} ${liveDir(app)} && cd ${liveDir(app)}`,
    ...live.slot === "green" ? [] : [
      // Where the slot has the traffic already, the link must never lead nowhere.
      sh`[ ! -f ${blueLink} ] || : >${name}`,
      linkTo(sh`${name}`),
    ],
    sh`if [ ! -f ${name} ]; then
  old=$(ls | grep -E '^(blue|green)-' | head -n 1)
  if [ -n "$old" ]; then mv -f "$old" ${name}; else : >${name}; fi
fi`,
    sh`for other in blue-* green-*; do [ "$other" = ${name} ] || rm -f "$other"; done`,
  );
}

/** Name of the marker beside it without which no visitor reaches a canary. */
export function canaryMarker(release: ReleaseId): string {
  return `canary-${release}`;
}

/** Lets a canary have its visitors, from one moment to the next. */
export function admitCanary(app: string, release: ReleaseId): Command {
  return sh`: >${`${liveDir(app)}/${canaryMarker(release)}`}`;
}

/** Gives the visitors of every canary to the live release, whatever site file Caddy goes by. */
export function dismissCanary(app: string): Command {
  return sh`rm -f ${liveDir(app)}/canary-*`;
}

/** Makes the link lead to a marker beside it, from one moment to the next. */
function linkTo(name: Expression): Command {
  const fresh = `${blueLink}.new`;
  return sh`if [ "$(readlink ${blueLink})" != ${name} ]; then
  rm -f ${fresh} && ln -s ${name} ${fresh} && mv -f ${fresh} ${blueLink}
fi`;
}

/** Makes the link where the marker has none: a site of an earlier version looked for the marker itself. */
export function linkLive(app: string): Command {
  return sh`( cd ${liveDir(app)} 2>/dev/null || exit 0
for marker in blue-*; do
  if [ -f "$marker" ]; then
${linkTo(sh`"$marker"`)}
  fi || exit 1
done )`;
}

/** Ends a script when a slot has the traffic: said at the last moment, whatever a plan thinks. */
export function refuseLive(app: string, slot: Slot): Command {
  return sh`for marker in ${liveDir(app)}/${slot}-*; do
  if [ -e "$marker" ]; then echo ${`${app}_${slot} has the traffic, so it is left alone`} >&2; exit 1; fi
done`;
}

/** Name of the page that stands in for an app, beside its marker. */
export const pausePage = "maintenance.html";

/** Puts a page in place of an app, from one moment to the next. Deploys leave it there. */
export function pauseApp(app: string, page: string): Script {
  return script(
    sh`mkdir -p ${liveDir(app)} && chmod 755 ${liveRoot} ${liveDir(app)}`,
    writeFile(`${liveDir(app)}/${pausePage}`, page),
  );
}

/** Lets requests reach an app again. */
export function resumeApp(app: string): Command {
  return sh`rm -f ${`${liveDir(app)}/${pausePage}`}`;
}

/** Takes the marker away: nothing has the traffic any more. */
export function removeLive(app: string): Command {
  return removeOwn(ownMarkers(app));
}

/** Prints all markers, as `APP MARKER`. */
export function listLive(): Command {
  return sh`cd ${liveRoot} 2>/dev/null && for f in */blue-* */green-*; do [ -f "$f" ] && echo "\${f%%/*} \${f#*/}"; done; :`;
}
