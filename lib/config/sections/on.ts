// Tags of servers, and `on`: which servers something is for.

import { list as listText } from "../../core/text.ts";
import {
  type Complaint,
  type Field,
  matching,
  oneOrMany,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "../field/field.ts";
import { readNames, row } from "../field/kinds.ts";
import type { About, Around, Declared } from "../field/schema.ts";
import type { Server } from "../field/values.ts";
import { selected, serverWords } from "./select.ts";

/** Most tags of one server. */
const mostTags = 16;

const checkTag = matching(
  /^(?!all$)[a-z0-9][a-z0-9_-]{0,31}$/,
  "is not a tag",
  'Use at most 32 small letters, digits, hyphens and underscores, and not "all"',
);

/** The field `tags` of a server. */
export const tags: Declared<readonly string[]> = {
  text: 'Tags, such as `"web"` or `"jobs"`, that `on` and `--server` may name in place of the server.',
  limits: `At most ${mostTags}.`,
  type: "string[]",
  becomes: "readonly string[]",
  read: (field) => {
    const names = readNames(
      field,
      'a list of tags such as ["web", "jobs"]',
      'a tag such as "jobs"',
      checkTag,
    );
    if (names.length > mostTags) refuse(field, `it has ${names.length} tags`, `Give at most ${mostTags}`);
    return names;
  },
  show: (name, value) => row(name, listText(value)),
};

/** A field `on`: the servers that something is for. */
export function on(options: Partial<About> = {}): Declared<readonly string[] | undefined> {
  return {
    text: "The servers that it runs on: a tag, a server's name, or a list of them.",
    otherwise: "all",
    ...options,
    type: "string | string[]",
    becomes: "readonly string[] | undefined",
    read: readOn,
    show: (name, value) => row(name, value === undefined ? "all servers" : listText(value)),
  };
}

function readOn(field: Field, { config: { servers } }: Around): readonly string[] | undefined {
  if (field.value === undefined) return undefined;
  if (Array.isArray(field.value) && field.value.length === 0) {
    refuse(field, "it is an empty list", "Leave it out for all servers");
  }
  const items = oneOrMany(field);
  const check = (word: string) => checkOn(word, servers);
  const names = items.map((item) =>
    text(item, { wanted: "a tag or a server's name", required: true, check })
  );
  refuseTwins(items, names);
  return names;
}

/** Servers that could not be read have their own complaint. */
function checkOn(word: string, servers: readonly Server[]): Complaint | undefined {
  if (servers.length === 0 || servers.some((server) => selected(word, server))) return undefined;
  return {
    problem: `there is no server or tag ${shorten(word)}`,
    hint: `Give one of ${serverWords(servers).join(", ")}`,
  };
}
