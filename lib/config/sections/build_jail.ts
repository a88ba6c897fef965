// A build in a jail on the server: what the jail has, what is done in it, and what it brings along.

import { list as listText } from "../../core/text.ts";
import { checkHealthPath } from "../field/check_network.ts";
import { variables } from "./env.ts";
import { type Complaint, list, matching, shorten, text } from "../field/field.ts";
import {
  command,
  commands,
  inner,
  optionalInner,
  optionalString,
  packages,
  row,
  seconds,
  string,
} from "../field/kinds.ts";
import { type Declared, shape } from "../field/schema.ts";

const caches: Declared<readonly string[]> = {
  text:
    "Directories of the source that are kept from build to build, such as `deps`. The home directory is kept anyway.",
  type: "string[]",
  becomes: "readonly string[]",
  read: (field) =>
    (list(field, 'a list of paths such as ["deps"]') ?? [])
      .map((item) => text(item, { wanted: 'a path such as "dist"', required: true, check: checkCache })),
  show: (name, value) => row(name, listText(value)),
};

/** The fields of `build.jail`. */
export const buildJail = shape({
  name: "UserBuildJail",
  text: "The contents of a build jail, and its commands.",
  wanted: 'a record such as { commands: ["make"], result: "dist" }',
  fields: {
    packages: packages({ text: "Packages to install in the build jail." }),
    commands: commands({
      text:
        "Commands run one after another by `/bin/sh` in the directory of the source, as a user without rights.",
    }),
    result: string({
      text: "Where the release lies afterwards: a directory or tarball, from the source.",
      wanted: 'a path such as "dist"',
      required: true,
      resolved: "Where the release lies afterwards, from the source; `.` for the source itself.",
      check: checkInside,
    }),
    env: variables({ text: "Environment variables of the build; those of the app are not there." }),
    caches,
    timeout: seconds({
      text: "Seconds that the commands may take together.",
      fallback: 1800,
      range: [1, 86_400],
    }),
  },
});

/** The fields of `build.defaults`. */
export const defaults = shape({
  name: "UserBuildDefaults",
  text: "Defaults of a build for the app's configuration; the Alcaidefile's own word counts more.",
  wanted: 'a record such as { start: "bin/shop start" }',
  fields: {
    start: command({ text: "The command that starts the app." }),
    env: variables({ text: "Environment variables of the app." }),
    healthPath: string({
      text: "The path of the health check.",
      wanted: 'a path such as "/health"',
      check: checkHealthPath,
    }),
    migrate: command({ text: "The command of migrations." }),
    console: command({ text: "The command that opens a console." }),
    packages: packages({ text: "Packages in the app's jail." }),
  },
});

const erlang = shape({
  name: "UserErlang",
  text: "The particulars of a release of Elixir or Erlang.",
  wanted: 'a record such as { node: "shop" }',
  fields: {
    node: string({
      text: "The beginning of the node's name: the name of the release.",
      wanted: 'a name such as "shop"',
      required: true,
      check: matching(/^[a-z][A-Za-z0-9_]*$/, "can't name a node", "Use letters, digits and underscores"),
    }),
    module: optionalString({
      text: "The module that the migrations call. Without it in the source, a deploy warns.",
      wanted: 'a module such as "Shop.Release"',
      check: matching(/^[A-Z]\w*(\.[A-Z]\w*)*$/, "is not a module", 'Give one such as "Shop.Release"'),
    }),
  },
});

/** The fields of a build in a jail. */
export const jailBuild = shape({
  name: "UserJailBuild",
  text:
    "A release built in a jail on the server, from the commit that is checked out. `phoenix()`, `elixir()`, `node()` and " +
    "`staticSite()` make such a record; anything else can be written out.",
  wanted: "phoenix()",
  fields: {
    jail: inner(buildJail, { text: "The build jail: its contents and its commands.", required: true }),
    erlang: optionalInner(erlang, {
      text: "For a release of Elixir or Erlang: every release gets a node name and a cookie of its own.",
    }),
    defaults: inner(defaults, {
      text: "Defaults for the app's configuration where the Alcaidefile says nothing.",
    }),
  },
});

/** Looks whether a path can be that of a directory or tarball. */
export function checkArtifact(path: string): Complaint | undefined {
  if (/[\0\r\n]/.test(path)) {
    return { problem: "it has a control character", hint: "Give the path of a directory or tarball" };
  }
  if (!/\.(zip|7z|rar|gz|bz2|xz|zst|deb|rpm|pkg|jar|war|exe|dmg|iso)$/i.test(path)) return undefined;
  if (/\.tar\.(gz|xz|zst)$/i.test(path)) return undefined;
  return {
    problem: `${shorten(path)} is neither a directory nor a tarball`,
    hint: "Use a directory, or a file that ends in .tar, .tar.gz, .tgz, .tar.xz or .tar.zst",
  };
}

/** A path below the source; nothing may lead out of it. */
function checkInside(path: string): Complaint | undefined {
  const parts = path.split("/");
  if (path.startsWith("/") || parts.includes("..")) {
    return { problem: `${shorten(path)} isn't below the source`, hint: 'Give a path such as "dist"' };
  }
  return checkArtifact(path);
}

function checkCache(path: string): Complaint | undefined {
  if (path.split("/").every((part) => part !== "" && part !== ".")) return checkInside(path);
  return { problem: `${shorten(path)} isn't written plainly`, hint: 'Give a path such as "deps"' };
}
