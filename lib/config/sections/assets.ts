// Assets: files of releases that Caddy serves, those of kept releases with those of the live one.

import { assetsFrom, assetsPath } from "../../core/release.ts";
import { child, matching, refuse } from "../field/field.ts";
import { optionalInner, string } from "../field/kinds.ts";
import { shape } from "../field/schema.ts";

const declared = optionalInner(
  shape({
    name: "UserAssets",
    text: "Files of the release that Caddy serves, together with those of kept releases.",
    wanted: 'a record such as { path: "/assets", from: "public/assets" }',
    fields: {
      path: string({
        text: "The path that they have for visitors.",
        required: true,
        wanted: 'a path such as "/assets"',
        check: matching(
          assetsPath,
          "is not a path below that of the app",
          'Give one such as "/assets", without a slash at its end',
        ),
      }),
      from: string({
        text:
          "Their directory in the release, below `/app`; a `*` stands for any part of a name. Only regular files count, without links.",
        required: true,
        wanted: 'a directory such as "public/assets"',
        check: matching(
          assetsFrom,
          "is not a directory of the release",
          'Give one such as "public/assets" or "lib/shop-*/priv/static/assets"',
        ),
      }),
    },
  }),
  {
    text:
      "Files that Caddy serves from copies on the server, as long as `keep` keeps their release: pages of the release before find theirs after the " +
      "switch, and pages of the new one before it. The live release's file wins, then that of the newest release that has it; a file that " +
      "none has is asked of the app.",
    otherwise: "the app is asked for all",
    resolved: "Files of the release that Caddy serves.",
    init: () =>
      `// Files that Caddy serves, those of kept releases too: open pages find theirs after a deploy.
// assets: { path: "/assets", from: "public/assets" },`,
  },
);

/** The field `assets`. */
export const assets: typeof declared = {
  ...declared,
  read: (field, around) => {
    const value = declared.read(field, around);
    const { path } = around.config.health;
    if (value?.path && path.startsWith(`${value.path}/`)) {
      refuse(child(field, "path"), `health.path, ${path}, is below it`, "Give health.path a page of the app");
    }
    return value;
  },
};
