/**
 * A small model of a server: as much of its state as deploy, setup, run and status depend on.
 *
 * @module
 */

import { withoutCanary } from "../../lib/commands/caddy/canary.ts";
import { type Marker, markerName, parseMarker } from "../../lib/commands/live.ts";
import {
  appDir,
  hostFile,
  jailFile,
  jailsDir,
  liveDir,
  liveRoot,
  siteFile,
  sitesDir,
  stateDir,
} from "../../lib/commands/paths.ts";
import type { Release } from "../../lib/core/release.ts";
import { nothing, nothingForSetup, probeAnswer } from "./answer.ts";
import { remainsSections } from "./remains.ts";
import { setupSections, type SetupState } from "./setup_model.ts";

/** A jail's tree. */
export interface Tree {
  /** The text of its mark; none for a directory that isn't ours. */
  readonly mark: string | undefined;
  /** The release that is installed in it. */
  release?: string;
  /** The port that it listens on. */
  port?: string;
  /** True when its boot starts the app. */
  enabled?: boolean;
}

/** A jail that runs. */
export interface RunningJail {
  readonly path: string;
  readonly ip4: string;
  /** The release that runs in it. */
  app?: string;
}

/** Everything that a server is. */
export interface Model {
  /** Files by path; what stands in an artifact doesn't matter. */
  readonly files: Map<string, string>;
  readonly trees: Map<string, Tree>;
  readonly jails: Map<string, RunningJail>;
  /** The site files as Caddy read them: app to text. */
  readonly loaded: Map<string, string>;
  /** Apps whose lock is held. */
  readonly locks: Set<string>;
  readonly setup: SetupState;
  /** Mounts that jails left behind, addresses that they left, and parts that jails which run have lost. */
  readonly odd: { readonly mounts: Set<string>; readonly addresses: Set<string>; readonly gone: Set<string> };
  free: number;
  /** True when the kernel counts what jails use. */
  counts?: boolean;
  /** The server's own resolvers. */
  resolvers: readonly string[];
}

/** A copy that changes by itself; by default nobody holds a lock there. */
export function copyModel(model: Model, locks: ReadonlySet<string> = new Set()): Model {
  return structuredClone({ ...model, locks: new Set(locks) });
}

/** All that a server is, as a text. Times, and the token of a first deploy with its prints, differ from run to run. */
export function stateOf(model: Model): string {
  const seen: string[] = [];
  const plain = (value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value);
  return JSON.stringify(model, (_, value) => plain(value))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/\b(?:[0-9a-f]{16}){1,2}\b/g, (text) => {
      if (!seen.includes(text)) seen.push(text);
      return `TOKEN ${seen.indexOf(text)}`;
    });
}

/** The probe's output on such a server. */
export function probeText(model: Model, forSetup: boolean, ahead = 0): string {
  const { files, trees, jails } = model;
  const below = (directory: string) => [...files].filter(([path]) => path.startsWith(`${directory}/`));
  const named = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const texts = (found: [string, string][], from: string) =>
    found.map(([path, text]) =>
      `${path.slice(from.length + 1)}\n${text.replace(/^(?=.|\n)/gm, ".").replace(/\.$/, "")}`
    );
  const releases = below(`${stateDir}/apps`).filter(([path]) => path.endsWith("/release.json"));
  const sites = below(sitesDir).filter(([path]) => path.endsWith(".caddy"));
  const marked = [...trees].filter(([path, { mark }]) => mark !== undefined && !named(path).startsWith("."));
  return probeAnswer({
    ...nothing,
    system: `FreeBSD\namd64\namd64\n14.3-RELEASE-p5\n${model.setup.userland}\n`,
    ...templateSections(model.setup),
    now: `${Math.round(Date.now() / 1000) + ahead}\n`,
    jails: [...jails].map(([name, { path, ip4 }]) => `${name} ${path} ${ip4} false\n`).join(""),
    base: [".templates", ...[...trees.keys()].map(named)].map((name) => `${name}\n`).join(""),
    trees: marked.map(([path, { mark }]) => `${path} ${mark}\n`).join(""),
    dataset: "",
    resolvers: model.resolvers.map((address) => `${address}\n`).join(""),
    disk: `/dev/vtbd0p2 99999999 1 ${Math.floor(model.free / 1024)} 1% /\n`,
    host: files.get(hostFile) ?? "",
    files: below(jailsDir).filter(([path]) => path.endsWith(".conf")).map(([path, text]) =>
      `${named(path).replace(/\.conf$/, "")} ${/^# release: (\S+)$/m.exec(text)?.[1] ?? ""}\n`
    ).join(""),
    journal: texts(releases, `${stateDir}/apps`).join(""),
    builds: below(`${stateDir}/apps`).flatMap(([path, text]) => {
      const [, app, key] = /([^/]+)\/builds\/([^/]+)\/digest$/.exec(path) ?? [];
      return app === undefined ? [] : [`${app} ${key} ${text}`];
    }).join(""),
    chunks: below(`${stateDir}/apps`).filter(([path]) => path.endsWith("/chunks")).at(-1)?.[1] ?? "",
    sites: texts(sites, sitesDir).join(""),
    routed: markersBelow(model),
    ...{ live: liveText(model), limits: model.counts ? "counts\n" : "" },
    caddy: model.setup.caddyInstalled ? `v2.9.1 h1:x\n${model.setup.caddyRuns ? "812\n" : ""}` : "",
    ...(forSetup ? { ...nothingForSetup, ...setupSections(model.setup), ...remainsSections(model) } : {}),
  });
}

/** The markers of live releases: that of a canary is none. */
function markersBelow({ files }: Model): string {
  const names = [...files.keys()].filter((path) => path.startsWith(`${liveRoot}/`))
    .map((path) => path.slice(liveRoot.length + 1).replace("/", " "));
  return names.filter((name) => / (blue|green)-/.test(name)).map((name) => `${name}\n`).join("");
}

function templateSections({ templates }: SetupState): Record<string, string> {
  const rows = templates.map((name) => [`/jails/.templates/${name}`, name]);
  return {
    templates: rows.map(([path, name]) => `${path} template ${name}\n`).join(""),
    versions: rows.map(([path, name]) => `${path} ${name}\n`).join(""),
  };
}

/** The output of our question to Caddy: for each site file the marker that it names. */
export function liveText(model: Model): string {
  const sites = [...model.files.keys()].filter((path) =>
    path.startsWith(`${sitesDir}/`) && path.endsWith(".caddy")
  );
  return sites.map((path) => {
    const app = path.slice(sitesDir.length + 1, -".caddy".length);
    const live = liveNow(model, app);
    return `${app} ${live ? `/${markerName(live)}` : ""}\n\n`;
  }).join("");
}

/** The slot of the marker on disk; of two, Caddy sees the blue one. */
export function markerOf(model: Model, app: string): Marker | undefined {
  const markers = [...model.files.keys()].filter((path) => path.startsWith(`${liveDir(app)}/`)).sort()
    .map((path) => parseMarker(path.slice(liveDir(app).length + 1)));
  return markers.find((marker) => marker !== undefined);
}

/** What Caddy names, when it runs and is asked with the token that stands in the file on disk. */
export function liveNow(model: Model, app: string): Marker | undefined {
  const loaded = model.loaded.get(app);
  const token = (text: string | undefined) => /^# token: (\S+)$/m.exec(text ?? "")?.[1];
  if (loaded === undefined || !model.setup.caddyRuns) return undefined;
  return token(loaded) === token(model.files.get(siteFile(app))) ? markerOf(model, app) : undefined;
}

/** The release that Caddy names. */
export function liveRelease(model: Model, app: string): string | undefined {
  return liveNow(model, app)?.release;
}

/** Where an app's requests go; nothing while Caddy knows no site of it or nothing is live. */
export function routedJail(model: Model, app: string) {
  const loaded = model.loaded.get(app);
  const live = markerOf(model, app);
  if (loaded === undefined || live === undefined) return undefined;
  const name = `${app}_${live.slot}`;
  const upstreams = [...withoutCanary(loaded).matchAll(/reverse_proxy \S+:(\d+)/g)].map(([, port]) => port);
  return {
    name,
    release: live.release,
    jail: model.jails.get(name),
    port: upstreams[live.slot === "blue" ? 0 : 1],
  };
}

/** Tells whether requests to an app are answered by the release that has the traffic. */
export function answers(model: Model, app: string): boolean {
  const routed = routedJail(model, app);
  if (routed?.jail?.app !== routed?.release || routed?.jail === undefined) return false;
  return model.trees.get(routed.jail.path)?.port === routed.port;
}

/** `service caddy reload`: whatever is on disk comes in force. */
export function reload(model: Model): void {
  model.loaded.clear();
  for (const [path, text] of model.files) {
    const app = path.startsWith(`${sitesDir}/`) ? /([^/]+)\.caddy$/.exec(path)?.[1] : undefined;
    if (app !== undefined) model.loaded.set(app, text);
  }
}

/** `jail -f FILE -c NAME`; tells whether it worked. */
export function startJail(model: Model, name: string, path: string): boolean {
  if (model.jails.has(name)) return true;
  const ip4 = /\|(.*)\/32"/.exec(model.files.get(jailFile(name)) ?? "")?.[1] ?? "";
  const tree = model.trees.get(path);
  if (tree?.mark === undefined || !model.files.has(jailFile(name))) return false;
  for (const gone of model.odd.gone) {
    if (gone === ip4 || gone.startsWith(`${path}/`)) model.odd.gone.delete(gone);
  }
  const app = tree.enabled ? tree.release : undefined;
  model.jails.set(name, { path, ip4, ...(app === undefined ? {} : { app }) });
  return true;
}

/** A reboot: what runs is gone; Caddy and our boot script start what the disk says. */
export function reboot(model: Model): void {
  model.jails.clear();
  model.locks.clear();
  reload(model);
  const apps = new Set([...model.files.keys()].flatMap((path) => path.match(/live\/([^/]+)\//)?.[1] ?? []));
  for (const app of apps) {
    const name = `${app}_${markerOf(model, app)?.slot}`;
    const conf = model.files.get(jailFile(name)) ?? "";
    const path = /path = "(.*)";/.exec(conf)?.[1] ?? "";
    startJail(model, name, path);
  }
}

/** Faults in the state of an app: there may be none, whatever was cut off where. */
export function wrongs(model: Model, app: string): string[] {
  const found: string[] = [];
  const routed = routedJail(model, app);
  if (routed && !answers(model, app)) {
    const port = model.trees.get(routed.jail?.path ?? "")?.port;
    const state = routed.jail ? `runs ${routed.jail.app} on port ${port}` : "does not run";
    found.push(`requests go to ${routed.release} in ${routed.name}, port ${routed.port}, which ${state}`);
  }
  const ours = [...model.jails.keys()].filter((name) => name.startsWith(`${app}_`));
  if (ours.length > 2) found.push(`too many jails run: ${ours.join(", ")}`);
  if (model.locks.has(app)) found.push("the lock is held");
  return found;
}

/** The state of a release by the journal. */
export function recordOf(model: Model, app: string, id: string): Release | undefined {
  const text = model.files.get(`${appDir(app)}/releases/${id}/release.json`);
  return text === undefined ? undefined : JSON.parse(text);
}
