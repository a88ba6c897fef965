// The image of the app's jails: what is done once, in a tree that releases start from.

import { commands, inner, packages } from "../field/kinds.ts";
import { shape } from "../field/schema.ts";

/** The field `image`. */
export const image = inner(
  shape({
    name: "UserImage",
    text: "The contents of an image.",
    wanted: 'a record such as { packages: ["vips"], commands: ["npm install -g pm2"] }',
    fields: {
      packages: packages({
        text: "Packages to install in it, together with those of `jail.packages`.",
        resolved: "Complete: holds those of `jail.packages`.",
        more: (around) => around.config.jail.packages,
      }),
      commands: commands({
        text:
          "Commands run in it afterwards, one after another, by `/bin/sh` as root, in `/`: with the network, without secrets and without the release.",
      }),
    },
  }),
  {
    text:
      "The tree that the app's jails are made from: the base system with packages, in which commands have been run. It is made when its " +
      "packages, its commands or the base system are others than before, and by `alcaide deploy --rebuild`.",
    otherwise: "the base system with `jail.packages`",
    init: () =>
      `// The tree that jails are made from is kept from deploy to deploy: packages, and commands run in it as root.
// image: { packages: ["vips"], commands: ["npm install -g pm2"] },`,
  },
);
