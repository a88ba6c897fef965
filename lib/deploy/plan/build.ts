// Builds in a jail on a server, and those that are there already: decided from the configuration and the facts alone.

import { templateTree } from "../../commands/jail/template.ts";
import { treeOf } from "../../commands/jail/tree.ts";
import { buildJailName } from "../../commands/paths.ts";
import type { Config } from "../../config/field/types.ts";
import { type Facts, jailVersion } from "../../server/facts.ts";
import { contentKey } from "../../core/fingerprint.ts";
import { allocateJail, extendHost, parseHostState } from "../../server/host_state.ts";
import { templateFor } from "../../server/patches.ts";
import { type ReleaseId, releaseNumber } from "../../core/release.ts";
import type { Remote } from "../../remote/remote.ts";
import { isSecret, type Secret } from "../../core/secret.ts";
import type { Source } from "../../remote/source.ts";
import type { BuildPlan } from "./plan.ts";

/** The source of builds in jails. */
export interface PlannedSource extends Pick<Source, "tree"> {
  /** The key of each server's build. */
  readonly keys: ReadonlyMap<Remote, string>;
  /** True when it is built although it was built before, in a new jail. */
  readonly afresh: boolean;
  /** A fresh random text, for a release of Erlang. */
  readonly cookie: Secret;
}

/**
 * Names what each server builds: servers of the same architecture and FreeBSD version build the same. Of secrets only the
 * names count, so that no name betrays a value.
 */
export async function buildKeys(
  config: Config,
  facts: ReadonlyMap<Remote, Facts>,
  tree: string,
): Promise<Map<Remote, string>> {
  const { build } = config;
  const keys = new Map<Remote, string>();
  if (build.kind !== "jail") return keys;
  const { packages, commands, result } = build;
  const env = Object.entries(build.env).map(([name, value]) => [name, isSecret(value) ? "secret" : value]);
  for (const [server, known] of facts) {
    const system = [known.arch, jailVersion(config, known)];
    keys.set(server, await contentKey({ tree, packages, commands, result, env, system }));
  }
  return keys;
}

/** A build of a source on one server. */
interface ServerBuild extends Pick<PlannedSource, "afresh"> {
  readonly key: string;
  /** The text of `host.json`, with the app in it. */
  readonly hostText: string;
  /** Addresses of others. */
  readonly taken: readonly string[];
}

/** The build on a server, and the text of `host.json` with its jail; undefined when nothing is built in a jail. */
export function planBuild(
  config: Config,
  facts: Facts,
  { key, afresh, hostText, taken }: ServerBuild,
): { plan: BuildPlan; hostText: string } | undefined {
  const { app, build, jail: { basePath, subnet, nameservers } } = config;
  if (build.kind !== "jail") return undefined;
  const name = buildJailName(app);
  const place = allocateJail(parseHostState(hostText), name, subnet, taken);
  const jail = {
    ...{ name, path: `${basePath}/${name}`, ip4: place.address, stopTimeout: 5 },
    ...nameservers === undefined ? {} : { nameservers },
  };
  const freebsd = templateFor(jailVersion(config, facts), facts.templates);
  const template = templateTree({ basePath, freebsd, dataset: facts.dataset });
  const others = [...facts.builds.keys()].filter((one) =>
    one.startsWith(`${app}/`) && one !== `${app}/${key}`
  );
  return {
    plan: {
      key,
      forgets: others.length >= config.keep.releases,
      built: afresh ? undefined : facts.builds.get(`${app}/${key}`),
      afresh,
      jail: { app, jail, tree: treeOf(jail, facts), template, uid: place.uid, packages: build.packages },
    },
    hostText: extendHost(hostText, { jails: { [name]: place } }),
  };
}

/**
 * A release of Erlang has its own variables: a node's name and a cookie that no other release has, so that two of them
 * never become one cluster. The configuration's own counts more.
 */
export function erlangEnv(
  { build, env }: Pick<Config, "build" | "env">,
  release: ReleaseId,
  cookie: Secret,
): Record<string, string | Secret> {
  if (build.kind !== "jail" || build.erlang === undefined) return {};
  const erlang = { RELEASE_NODE: `${build.erlang.node}_${releaseNumber(release)}`, RELEASE_COOKIE: cookie };
  return Object.fromEntries(Object.entries(erlang).filter(([name]) => !Object.hasOwn(env, name)));
}
