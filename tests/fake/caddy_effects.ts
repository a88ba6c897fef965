/**
 * The effects of commands about Caddy and the markers on the model.
 *
 * @module
 */

import {
  applySite,
  askHealth,
  askTls,
  removeSite,
  trySite,
  verifySite,
} from "../../lib/commands/caddy/caddyfile.ts";
import {
  certificateFiles,
  dropCertificates,
  writeCertificate,
} from "../../lib/commands/caddy/certificate.ts";
import {
  admitCanary,
  canaryMarker,
  dismissCanary,
  linkLive,
  markerName,
  pausePage,
  refuseLive,
  removeLive,
  switchLive,
} from "../../lib/commands/live.ts";
import { liveDir, siteFile } from "../../lib/commands/paths.ts";
import { secret } from "../../lib/core/secret.ts";
import { inShell } from "../../lib/core/script.ts";
import { raw, sh } from "../../lib/core/sh.ts";
import { slots } from "../../lib/core/slot.ts";
import { type Effect, effect, failed, v, word } from "./effect.ts";
import { answers, type Model, reload, routedJail } from "./model.ts";

const verify = { app: word("app"), token: word("token"), path: word("lineask"), publicHost: word("host") };

// Certificates are no part of the model: their commands are known, and do nothing.
const own = { kind: "own", cert: secret("@textcert@"), key: secret("@textkey@") } as const;
const print = /\w+(?=\.crt$)/.exec(certificateFiles("x", own).cert)?.[0] ?? "";
const certificateCommands = [
  writeCertificate(word("app"), own),
  dropCertificates(word("app"), own),
  dropCertificates(word("app")),
].map(({ text }) => raw(text.replaceAll(print, word("print"))));

/** The effects of commands about Caddy. */
export const caddyEffects: readonly Effect[] = [
  effect("applySite", applySite(word("app"), `${word("text")}\n`), (s) => {
    const file = siteFile(v(s, "app"));
    return [
      () => undefined, // Everything is checked beside first.
      ({ model }) => void model.files.set(file, `${v(s, "text")}\n`),
      ({ model }) => reload(model),
    ];
  }),
  effect("trySite", trySite(word("app"), `${word("text")}\n`), () => [() => undefined]),
  effect("reload Caddy", sh`service caddy reload`, () => [({ model }) => reload(model)]),
  effect("removeSite", removeSite(word("app")), (s) => [
    ({ model }) => void model.files.delete(siteFile(v(s, "app"))),
    ({ model }) => reload(model),
  ]),
  ...slots.flatMap((slot) =>
    [verify, { ...verify, publicHost: undefined }].map((ask) =>
      effect(
        "verifySite",
        inShell(verifySite(ask, { slot, release: word("release") })),
        (s) => [({ model }) => {
          const routed = routedJail(model, v(s, "app"));
          const wanted = routed?.name === `${v(s, "app")}_${slot}` && routed.release === v(s, "release");
          if (wanted && answers(model, v(s, "app"))) return { out: `app 200 /${slot}-${v(s, "release")}\n` };
          const marker = routed ? `/${routed.name.replace(/.*_/, "")}-${routed.release}` : "";
          return { status: 1, out: `live 204 ${marker}\napp 502 ${marker}\npublic 502 ${marker}\n` };
        }],
      )
    )
  ),
  ...slots.map((slot) =>
    effect("switchLive", switchLive(word("app"), { slot, release: word("release") }), (s) => {
      const dir = liveDir(v(s, "app"));
      const name = `${dir}/${markerName({ slot, release: v(s, "release") })}`;
      const others = (model: Model) =>
        [...model.files.keys()].filter((path) => /\/(blue|green)-[^/]*$/.test(path))
          .filter((path) => path.startsWith(`${dir}/`) && path !== name).sort();
      return [({ model }) => {
        if (model.files.has(name)) return;
        model.files.delete(others(model)[0] ?? "");
        model.files.set(name, "");
      }, ({ model }) => others(model).forEach((path) => model.files.delete(path))];
    })
  ),
  ...slots.map((slot) =>
    effect("refuseLive", refuseLive(word("app"), slot), (s) => [({ model }) => {
      const marked = [...model.files.keys()].some((path) =>
        path.startsWith(`${liveDir(v(s, "app"))}/${slot}-`)
      );
      return marked ? failed(`${v(s, "app")}_${slot} has the traffic, so it is left alone`) : undefined;
    }])
  ),
  effect("admitCanary", admitCanary(word("app"), word("release")), (s) => [({ model }) => {
    model.files.set(`${liveDir(v(s, "app"))}/${canaryMarker(v(s, "release"))}`, "");
  }]),
  effect("dismissCanary", dismissCanary(word("app")), (s) => [({ model }) => {
    for (const path of model.files.keys()) {
      if (path.startsWith(`${liveDir(v(s, "app"))}/canary-`)) model.files.delete(path);
    }
  }]),
  // The model's Caddy goes by the marker itself.
  effect("linkLive", linkLive(word("app")), () => []),
  effect("removeLive", removeLive(word("app")), (s) => [({ model }) => {
    for (const path of model.files.keys()) {
      if (path.startsWith(`${liveDir(v(s, "app"))}/`)) model.files.delete(path);
    }
  }]),
  ...certificateCommands.map((command) => effect("certificate", command, () => [])),
  ...[1, 2, 3].map((count) => {
    const names = Array.from({ length: count }, (_, index) => word(`name${index + 1}`));
    return effect("askTls", askTls({ names, path: word("lineask") }), () => [() => ({ out: "\n" })]);
  }),
  effect("askHealth", askHealth(word("app"), word("token"), word("lineask")), (s) => [({ model }) => ({
    out: `${answers(model, v(s, "app")) ? 200 : 502}${
      model.files.has(`${liveDir(v(s, "app"))}/${pausePage}`) ? ":paused" : ""
    }\n`,
  })]),
];
