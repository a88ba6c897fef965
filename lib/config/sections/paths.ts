// Paths: the part of its domains that is the app's, where it shares them with other apps.

import { list as listText } from "../../core/text.ts";
import { matching, oneOrMany, refuse, refuseTwins, text } from "../field/field.ts";
import { boolean, row } from "../field/kinds.ts";
import type { Declared } from "../field/schema.ts";

const checkPath = matching(
  /^\/([A-Za-z0-9._~-]+\/)*([A-Za-z0-9._~-]+|\*)$/,
  "is not a path",
  'Give one such as "/robots.txt", or "/api/*" for all below it',
);

/** The field `paths`. */
export const paths: Declared<readonly string[]> = {
  text:
    'The paths of its domains that are the app\'s, such as `"/api/*"`: other apps have other paths of the same domain, and the ' +
    'longer path wins. `"/*"` is all that no other app has. The TLS settings of apps on one domain must be the same.',
  otherwise: "the domains are the app's alone",
  resolved: "The paths of its domains that are the app's; none: all.",
  type: "string | string[]",
  becomes: "readonly string[]",
  read: (field, { config: { domains } }) => {
    const items = oneOrMany(field);
    const wanted = 'a path such as "/api/*"';
    const all = items.map((item) => text(item, { wanted, required: true, check: checkPath }));
    refuseTwins(items, all);
    if (all.length > 0 && domains.length === 0) refuse(field, "there is no domain", "Give domain, too");
    return all;
  },
  show: (name, value) => value.length === 0 ? [] : row(name, listText(value)),
  init: () =>
    `// The paths of the domain that are the app's, where other apps have others of them.
// paths: ["/api/*"],`,
};

/** The field `stripPrefix`. */
export const stripPrefix: Declared<boolean> = {
  ...boolean({
    text:
      'True hides the part of a path before `/*` from the app: of `"/api/*"` it sees `/users` for `/api/users`. Without `paths` it has no ' +
      "effect.",
  }),
  show: (name, value) => value ? row(name, "true") : [],
  init: () => "// Hide the part of a path before the star from the app.\n// stripPrefix: true,",
};
