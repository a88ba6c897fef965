/**
 * File systems of ZFS as FreeBSD's installer makes them.
 *
 * @module
 */

import type { DatasetFact } from "../../lib/server/datasets.ts";

/** A dataset that is mounted where its name says, or as is said. */
export function dataset(name: string, changes: Partial<DatasetFact> = {}): DatasetFact {
  const usual = { mountpoint: `/${name}`, mounted: true, canmount: "on", readonly: false, encrypted: false };
  return { name, ...usual, ...changes };
}

/** The installer's pool, and further datasets. */
export function installed(...more: readonly (string | DatasetFact)[]): DatasetFact[] {
  return [
    dataset("zroot"),
    dataset("zroot/ROOT", { mountpoint: "none", mounted: false }),
    dataset("zroot/ROOT/default", { mountpoint: "/", canmount: "noauto" }),
    dataset("zroot/home", { mountpoint: "/home" }),
    dataset("zroot/usr", { mountpoint: "/usr", mounted: false, canmount: "off" }),
    dataset("zroot/usr/ports", { mountpoint: "/usr/ports" }),
    dataset("zroot/var", { mountpoint: "/var", mounted: false, canmount: "off" }),
    dataset("zroot/var/log", { mountpoint: "/var/log" }),
    ...more.map((one) => typeof one === "string" ? dataset(one) : one),
  ];
}
