/**
 * The effects of commands that watch a release.
 *
 * @module
 */

import { countAnswers, watchApp } from "../../lib/commands/app/guard.ts";
import { raw } from "../../lib/core/sh.ts";
import { type Effect, effect, v, word } from "./effect.ts";
import { anyNumber } from "./pattern.ts";

const spec = {
  ...{
    app: word("app"),
    release: word("release"),
    uid: anyNumber,
    start: word("linestart"),
    port: anyNumber,
  },
  jail: { name: word("jail_"), path: word("path"), ip4: word("ip"), stopTimeout: anyNumber },
  packages: [],
};

/** The effects of a guard, and of counting a canary's answers. */
export const watchEffects: readonly Effect[] = [
  ...[{}, { from: word("from") }, { worse: true }].map((more) =>
    effect(
      "watchApp",
      watchApp(spec, { for: anyNumber * 1000, maxErrors: anyNumber / 100, ...more }),
      (s) => [({ model, illness }) => {
        const release = v(s, "release");
        // A release may be ill only once it has the traffic, or a part of it.
        const ill = illness(`${release} ${"from" in more ? "canary" : "guarded"}`) ??
          (model.jails.get(v(s, "jail"))?.app === release ? undefined : "stopped");
        return ill === undefined
          ? { out: "watched 200 0 0\n" }
          : { status: 1, out: `${ill}\n# log\nlast words\n` };
      }],
    )
  ),
  effect(
    "countAnswers",
    raw(countAnswers(word("app"), new Date(anyNumber * 1000).toISOString()).text),
    () => [
      () => ({ out: "10.66.0.2:4000 200 3\n10.66.0.3:4000 1800 0\n" }),
    ],
  ),
];
