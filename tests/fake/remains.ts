// Mounts, addresses and what remains of cut off work on the model.

import { servicesOf } from "../../lib/commands/app/processes.ts";
import { jailLogDir } from "../../lib/commands/jail/supervised.ts";
import { appDir, jailsDir } from "../../lib/commands/paths.ts";
import type { Release } from "../../lib/core/release.ts";
import type { Model } from "./model.ts";
import { runsText } from "./runs.ts";

/** Where a jail of the model has something mounted while it runs. */
export function mountsOf(model: Model, name: string): string[] {
  const path = model.jails.get(name)?.path ?? "";
  const app = name.replace(/_[a-z]+$/, "");
  const text = model.files.get(`${appDir(app)}/releases/${model.trees.get(path)?.release}/release.json`);
  const volumes = text === undefined ? [] : (JSON.parse(text) as Release).config.volumes;
  return ["/dev", ...text === undefined ? [] : [jailLogDir], ...volumes.map(({ jail }) => jail)]
    .map((at) => `${path}${at}`);
}

/** `ifconfig lo1` on the model. */
function loopbackText({ jails, odd, setup }: Model): string {
  const all = new Set([...[...jails.values()].map(({ ip4 }) => ip4), ...odd.addresses]);
  if (!setup.loopback) return "";
  return [...all].filter((ip4) => !odd.gone.has(ip4)).map((ip4) => `\tinet ${ip4} netmask 0xffffffff\n`).join(
    "",
  );
}

/** The services of the jails: all that a release declares, each up for a minute. */
function servicesText({ files, jails, trees }: Model): string {
  return [...jails].flatMap(([name, { path, app }]) => {
    const tree = trees.get(path);
    const text = files.get(`${appDir(name.replace(/_[a-z]+$/, ""))}/releases/${tree?.release}/release.json`);
    if (text === undefined || app === undefined) return [];
    const { start, processes = [] } = (JSON.parse(text) as Release).config;
    const all = [...start === "" ? [] : ["alcaide_app"], ...processes.flatMap(servicesOf)];
    return all.flatMap((one, index) => [`wanted ${name} ${one}\n`, `up ${name} ${one} ${100 + index} 60\n`]);
  }).join("");
}

/** The sections of `remainsOf()`, and the interface. */
export function remainsSections(model: Model): Record<string, string> {
  const { files, jails, odd, trees } = model;
  const mounts = [...[...jails.keys()].flatMap((name) => mountsOf(model, name)), ...odd.mounts];
  const releases = new Map<string, string[]>();
  for (const path of files.keys()) {
    const [, id = "", file = ""] = /apps\/shop\/releases\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (id !== "") releases.set(id, [...releases.get(id) ?? [], file]);
  }
  const halves = [...trees].filter(([path]) => /\/\.[^/]+\.new$|\.(gone|next|old)$/.test(path));
  const names = [...files.keys()].filter((path) => path.startsWith(`${jailsDir}/`));
  return {
    loopback: loopbackText(model),
    mounts: mounts.filter((at) => !odd.gone.has(at)).map((at) =>
      `${at} ${at.endsWith("/dev") ? "devfs" : "nullfs"}\n`
    )
      .join(""),
    halves: halves.map(([path, { mark }]) => `${path} ${mark ?? ""}\n`).join(""),
    "jail files": names.map((path) => `${path.slice(jailsDir.length + 1)}\n`).join(""),
    releases: [...releases].map(([id, all]) => `${id} ${all.join(" ")}\n`).join(""),
    schedules: "",
    lock: "",
    runs: runsText(model),
    services: servicesText(model),
    "dataset marks": "",
  };
}
