// Disagreements about the traffic: the marker, Caddy and the app's site file.

import { hasWeb } from "../../core/process.ts";
import { asks } from "../../commands/caddy/ask.ts";
import { addImport, applySite, removeSite } from "../../commands/caddy/caddyfile.ts";
import { withoutCanary } from "../../commands/caddy/canary.ts";
import { startCaddy } from "../../commands/caddy/service.ts";
import { isShared, sharedAddresses, shareDomains } from "../../commands/caddy/shared.ts";
import { wayAlone, waySnippet } from "../../commands/caddy/rules.ts";
import {
  addresses,
  isForeignSite,
  siteAddresses,
  type SiteSpec,
  siteText,
} from "../../commands/caddy/site.ts";
import { linkLive, refuseLive, switchLive } from "../../commands/live.ts";
import { underHostLock } from "../../commands/lock.ts";
import { jailName, probePort, sharedFile, siteFile, sitesDir } from "../../commands/paths.ts";
import { declaredOf, isGood } from "../../core/release.ts";
import { script } from "../../core/script.ts";
import { secret } from "../../core/secret.ts";
import { type Command, sh } from "../../core/sh.ts";
import { type Slot, slots } from "../../core/slot.ts";
import { list } from "../../core/text.ts";
import { makeDirectory, writeFile } from "../../remote/files.ts";
import { type CaddyFacts, releasesOf, runs } from "../../server/facts.ts";
import { addressOf } from "../../server/host_state.ts";
import type { Routed } from "../../server/routed.ts";
import { disputesOf } from "../../server/traffic.ts";
import { askChange, importChange } from "../../setup/caddy.ts";
import { siteSettings } from "../plan/slot.ts";
import { canaryRows } from "./canary.ts";
import { type Disagreement, leave, mend, type Scene } from "./row.ts";
import { setupRow } from "./server.ts";

const redeploy = '"alcaide deploy" puts it in force';

/** The marker: without it the green jail has the traffic, whatever is in it, and at a reboot none starts. */
export function trafficRows({ config: { app }, facts, live }: Scene): Disagreement[] {
  if (live === undefined) return [];
  const gone = disputesOf(live, facts, app).get("marker");
  const lost = `the marker on disk is gone and no jail runs, the journal says ${live.release} is live`;
  const back = { title: `Put back the marker of ${live.release}`, command: switchLive(app, live) };
  const spare = facts.spare.get(app);
  return [
    ...gone === undefined
      ? []
      : [runs(facts, live.jail.name) ? mend("marker", gone, back) : mend("lost", lost, back)],
    ...spare === undefined ? [] : [
      mend("spare", `the marker on disk names ${live.release}, and another one ${spare.release}`, {
        title: `Remove the marker of ${spare.release}`,
        command: switchLive(app, live),
      }),
    ],
  ];
}

/** Caddy and what it reads, in the order in which it can be started. */
export function caddyRows(scene: Scene): Disagreement[] {
  const { config: { app }, facts: { caddy, setup, sites }, facts, live } = scene;
  const disputes = live === undefined ? new Map() : disputesOf(live, facts, app);
  const missing = setup && importChange(setup);
  const ask = setup && asks(sites.get(app) ?? "") ? askChange(scene.config, setup) : undefined;
  const served = hasWeb(declaredOf(live?.record?.config));
  const site = !served ? idleSite(scene) : live === undefined ? abandonedSite(scene) : siteRows(scene, live);
  const silent = disputes.get("silent");
  const healed = missing !== undefined || site.some(({ repair }) => repair !== undefined);
  return [
    ...setupRow(
      "import",
      "the Caddyfile",
      missing && { ...missing, command: script(addImport(), ...reload(caddy)) },
    ),
    ...setupRow("import", "the Caddyfile", ask && { ...ask, command: script(ask.command, ...reload(caddy)) }),
    ...site,
    ...caddy.running || !served || (live === undefined && !sites.has(app)) ? [] : [
      mend("caddy", "Caddy does not run", { title: "Start Caddy", command: underHostLock(startCaddy()) }),
    ],
    ...silent === undefined ? [] : [
      healed ? { kind: "silent" as const, says: silent } : mend("silent", silent, {
        title: "Let Caddy read its sites again",
        command: underHostLock(applySite(app, secret(sites.get(app) ?? ""), shares(sites.get(app)))),
      }),
    ],
  ];
}

/** Lets Caddy read its files, where it runs. */
function reload({ running }: CaddyFacts): Command[] {
  return running ? [sh`service caddy reload`] : [];
}

/** The site of a first deploy that was cut off: it leads to nothing. */
function abandonedSite({ config: { app }, facts }: Scene): Disagreement[] {
  const text = facts.sites.get(app);
  if (text === undefined || releasesOf(facts, app).some(isGood)) return [];
  return [mend("site", `Caddy has the site of ${app}, and nothing of it is live`, {
    title: `Take ${app} out of Caddy`,
    command: script(...slots.map((slot) => refuseLive(app, slot)), underHostLock(removeSite(app))),
  })];
}

/** A site of an app whose live release has no web process on this server. */
function idleSite({ config: { app }, facts }: Scene): Disagreement[] {
  return !facts.sites.has(app) ? [] : [
    mend("site", `Caddy has the site of ${app}, and its release has no web process here`, {
      title: `Take ${app} out of Caddy`,
      command: underHostLock(removeSite(app)),
    }),
  ];
}

/** The site file, as far as it doesn't follow the configuration alone: that is for a deploy to put in force. */
function siteRows(scene: Scene, live: Routed): Disagreement[] {
  const { config, config: { app }, facts: { caddy, sites } } = scene;
  const written = sites.get(app);
  const text = written === undefined ? undefined : withoutCanary(written);
  const file = siteFile(app);
  if (caddy.version === undefined) return [];
  if (text !== undefined && isForeignSite(app, text)) {
    return [
      leave("site", `${file} has no mark of ours`, `Move it away, then ${redeploy.replace("it", "ours")}`),
    ];
  }
  const spec = siteSpec(scene, live, text);
  if (text !== undefined && core(text) === core(siteText(asIn(text, spec)))) {
    return [...canaryRows(scene, written ?? ""), ...nameRows(scene, text), ...sharedRows(scene, text)];
  }
  const says = text === undefined
    ? `the site file of ${app} is gone`
    : `the site file of ${app} is not as Alcaide makes it`;
  // A repair knows no secrets.
  if (config.tls.kind === "own" || Object.keys(config.proxy.basicAuth).length > 0) {
    return [leave("site", says, redeploy)];
  }
  // It has the token by which the app knows our questions.
  const wanted = secret(siteText(spec));
  const share = shares(wanted.reveal(), text);
  return [mend("site", says, {
    title: `Write the site file of ${app}`,
    // Caddy can't start with a file that it does not take, nor read one before it runs.
    command: underHostLock(
      caddy.running ? applySite(app, wanted, share) : script(
        linkLive(app),
        makeDirectory(sitesDir),
        writeFile(file, wanted),
        ...share.shared ? [shareDomains(sitesDir)] : [],
      ),
    ),
  })];
}

function shares(...texts: readonly (string | undefined)[]): { shared: boolean } {
  return { shared: texts.some((text = "") => sharedAddresses(text).length > 0) };
}

function siteSpec({ config, facts, place }: Scene, live: Routed, text = ""): SiteSpec {
  const { app } = config;
  const upstream = (slot: Slot) => {
    const ip4 = addressOf(place, slot);
    const installed = facts.jailFiles.get(jailName(app, slot));
    const record = slot === live.slot
      ? live.record
      : releasesOf(facts, app).find(({ id }) => id === installed);
    // The idle slot's port was right when it was written, unless its line is gone.
    const written = slot === live.slot && record !== undefined
      ? undefined
      : text.split(`reverse_proxy ${ip4}:`)[1]?.match(/^\d+/)?.[0];
    return `${ip4}:${written ?? record?.config.port ?? config.jail.port}`;
  };
  return {
    ...siteSettings(config, facts),
    ...{ blue: upstream("blue"), green: upstream("green"), token: place.token },
    assets: live.record?.config.assets?.path,
  };
}

/** The same with the parts that follow the configuration alone as they stand in the file, or left out. */
function asIn(text: string, spec: SiteSpec): SiteSpec {
  return {
    ...spec,
    domains: [],
    redirects: [],
    paths: [],
    tls: { kind: "off" },
    sockets: text.includes("_sockets expression"),
    proxy: spec.proxy && wayAlone(spec.proxy, text.includes(`import ${waySnippet(spec.app)}\n`)),
  };
}

/** The parts of a site file that no field of the configuration changes: not its names, and not their certificates. */
function core(text: string): string {
  return text.split(/^(?=\S.* \{$)/m)
    .filter((block) => /^(#|\((?!\w+-))/.test(block) || block.includes(`:${probePort} {`)).join("")
    .replace(/^# (shared|paths): .*\n/gm, "");
}

/** The file of shared domains, which follows the site files. */
function sharedRows({ config: { app }, facts: { shared, caddy } }: Scene, text: string): Disagreement[] {
  if (isShared(app, text, shared)) return [];
  return [mend("shared", `${sharedFile} does not have the paths of ${app} as its site file says`, {
    title: "Make the shared domains anew",
    command: underHostLock(script(shareDomains(sitesDir), ...reload(caddy))),
  })];
}

function nameRows({ config }: Scene, text: string): Disagreement[] {
  const [is, wanted] = [siteAddresses(text), addresses(config)];
  if (is.toSorted().join() === wanted.toSorted().join()) return [];
  return [leave("names", `Caddy answers to ${list(is)}, the configuration names ${list(wanted)}`, redeploy)];
}
