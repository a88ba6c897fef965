// The effects of commands of `repair` alone on the model.

import { addAddress, dropAddress, mountAgain, unmountBelow } from "../../lib/commands/jail/jail.ts";
import { pfFile } from "../../lib/commands/paths.ts";
import { script } from "../../lib/core/script.ts";
import { raw, sh } from "../../lib/core/sh.ts";
import { type Effect, effect, v, word } from "./effect.ts";
import type { Model } from "./model.ts";

/** Ends what is mounted below a jail's root. */
export function unmount(model: Model, path: string): void {
  for (const at of model.odd.mounts) if (at.startsWith(`${path}/`)) model.odd.mounts.delete(at);
}

/** The effects of commands of `repair` alone. */
export const repairEffects: readonly Effect[] = [
  effect(
    "unmountBelow",
    sh`jls -j ${word("jail")} jid >/dev/null 2>&1 || {
${script(unmountBelow(word("path")))}
}`,
    (s) => [({ model }) => unmount(model, v(s, "path"))],
  ),
  effect(
    "dropAddress",
    dropAddress(word("ip")),
    (s) => [({ model }) => void model.odd.addresses.delete(v(s, "ip"))],
  ),
  effect("addAddress", raw(addAddress("@ip@").text.replaceAll("'", "")), (s) => [({ model }) => {
    model.odd.gone.delete(v(s, "ip").replace(/\/32$/, ""));
  }]),
  ...[undefined, word("pathhost")].map((host) =>
    effect("mountAgain", mountAgain(word("path"), word("pathat"), host), (s) => [({ model }) => {
      model.odd.gone.delete(`${v(s, "path")}${v(s, "pathat")}`);
    }])
  ),
  effect(
    "load pf's rules",
    sh`pfctl -f ${pfFile}`,
    () => [({ model: { setup } }) => void (setup.flushed = false)],
  ),
];
