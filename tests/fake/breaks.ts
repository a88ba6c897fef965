// Things that break on a fake server with a live release of `shop`, each by itself.

import { jailFile, liveDir, siteFile } from "../../lib/commands/paths.ts";
import type { Release } from "../../lib/core/release.ts";
import { type Model, recordOf, routedJail, startJail } from "./model.ts";
import { mountsOf } from "./remains.ts";

const releases = "/var/db/alcaide/apps/shop/releases";

/** A jail of the app that has no traffic. */
function idle(model: Model): string {
  return routedJail(model, "shop")?.name === "shop_blue" ? "shop_green" : "shop_blue";
}

function live(model: Model): string {
  return routedJail(model, "shop")?.name ?? "shop_blue";
}

function leaveAddress({ odd, setup }: Model, jail: string): void {
  if (setup.loopback) odd.addresses.add(jail === "shop_blue" ? "10.66.0.2" : "10.66.0.3");
}

function eachRecord(model: Model, change: (record: Release) => Partial<Release>): void {
  for (const [path, text] of model.files) {
    if (!path.endsWith("/release.json")) continue;
    const record = JSON.parse(text) as Release;
    model.files.set(path, `${JSON.stringify({ ...record, ...change(record) })}\n`);
  }
}

/** Each with its name. Where there is nothing to break it does nothing. */
export const breaks: Readonly<Record<string, (model: Model) => void>> = {
  "the boot script": ({ setup }) => setup.booted = false,
  "the interface": ({ setup, odd, jails }) => {
    setup.loopback = false;
    odd.addresses.clear();
    for (const { ip4 } of jails.values()) odd.gone.add(ip4);
  },
  "pf": ({ setup }) => setup.pf = false,
  "pf's rules": ({ setup }) => setup.flushed = true,
  "Caddy at boot": ({ setup }) => setup.caddyEnabled = false,
  "Caddy": ({ setup }) => setup.caddyRuns = false,
  "the import line": ({ setup }) => setup.imported = false,
  "the site file": ({ files }) => {
    if ([...files.keys()].some((path) => path.startsWith(liveDir("shop")))) files.delete(siteFile("shop"));
  },
  "the text of the site file": ({ files }) => {
    if (files.has(siteFile("shop"))) files.set(siteFile("shop"), "");
  },
  // Where nothing else names the live release, a person has to.
  "the marker": (model) => {
    const { files } = model;
    const release = routedJail(model, "shop")?.release ?? "";
    if (recordOf(model, "shop", release)?.state !== "live" || !files.has(siteFile("shop"))) return;
    for (const path of files.keys()) if (path.startsWith(`${liveDir("shop")}/`)) files.delete(path);
  },
  "the live jail": (model) => {
    const name = live(model);
    // Its mounts stay.
    for (const at of mountsOf(model, name)) if (model.jails.has(name)) model.odd.mounts.add(at);
    leaveAddress(model, name);
    model.jails.delete(name);
  },
  "the live jail's file": (model) => model.files.delete(jailFile(live(model))),
  "the live jail's mounts": (model) => mountsOf(model, live(model)).forEach((at) => model.odd.gone.add(at)),
  "the live jail's address": (model) => model.odd.gone.add(model.jails.get(live(model))?.ip4 ?? ""),
  "the idle jail, which runs": (model) => void startJail(model, idle(model), `/jails/${idle(model)}`),
  "an address": (model) => leaveAddress(model, idle(model)),
  "a copy that was cut off": ({ trees }) => trees.set("/jails/.shop_green.new", { mark: "shop_green" }),
  "records that are behind": (model) =>
    eachRecord(
      model,
      ({ state, id }) =>
        state === "live" && id === routedJail(model, "shop")?.release ? { state: "ready" } : {},
    ),
  "a release without a record": ({ files }) => files.set(`${releases}/99-1a2b3c4/env`, "SECRET='x'\n"),
  "the record of a release": ({ files }) => {
    const [first] = [...files.keys()].filter((path) => path.endsWith("/release.json"));
    if (first !== undefined) files.delete(first);
  },
};
