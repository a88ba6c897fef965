// The project that an app belongs to: on a server, an app's name alone could be anybody's.

import { addresses, nameIn, siteAddresses } from "../commands/caddy/site.ts";
import type { Config } from "../config/field/types.ts";
import { AlcaideError } from "../core/error.ts";
import { accessoriesOf, type Facts, releasesOf } from "./facts.ts";
import { gitTrouble, inRepository } from "../remote/git.ts";
import type { Project } from "./host_state.ts";
import type { Runner } from "../remote/runner.ts";
import { sh } from "../core/sh.ts";
import { list } from "../core/text.ts";

/** Names of a project that are kept at most: a repository moves seldom. */
const mostNames = 10;

/**
 * Reads the names of a project: its repository's origin and first commit, each with the folder of the Alcaidefile. A shallow
 * clone does not know the first commit. Without a repository it is the directory.
 */
export async function readProject(local: Runner, directory: string): Promise<Project> {
  const exit = await local.exec(sh`${inRepository(directory)}
echo "folder $(git rev-parse --show-prefix)"
echo "origin $(git config --get remote.origin.url)"
[ "$(git rev-parse --is-shallow-repository)" = true ] && exit
echo "root $(git rev-list --first-parent --max-parents=0 HEAD 2>/dev/null | tail -n 1)"`);
  if (exit.code !== 0) {
    // A failure of git is no reason to take a project for another one.
    const none = gitTrouble(directory, exit.stderr) === undefined;
    return { shown: directory, names: none ? [`directory ${directory}`] : [] };
  }
  const of = (name: string) => new RegExp(`^${name} (.*)$`, "m").exec(exit.stdout)?.[1]?.trim() ?? "";
  const folder = of("folder").replace(/\/$/, "");
  const origin = repositoryName(of("origin"));
  const root = of("root") === "" ? "" : `root ${of("root")}`;
  const names = [origin, root].filter((name) => name !== "").map((name) => `${name} ${folder}`.trim());
  return { shown: origin === "" ? directory : `${origin} ${folder}`.trim(), names };
}

/** The same name for all addresses of a repository, without the passwords that may stand in them: `github.com/me/shop`. */
export function repositoryName(url: string): string {
  const plain = url.trim().replace(/(?<!\/)\/+$/, "").replace(/\.git$/, "");
  const [, host = "", path = ""] = /^\w[\w+.-]*:\/\/(?:[^@/]*@)?([^/:]*)(?::\d+)?\/+(.*)$/.exec(plain) ??
    /^(?:[^@/]*@)?([^/:]+):\/*(.*)$/.exec(plain) ?? [];
  if (path !== "") return `${host.toLowerCase()}/${path}`;
  return plain.startsWith("/") ? plain : "";
}

/** The project that an app on a server belongs to, when that is another than this one. A domain in common is proof enough. */
export function otherProject(config: Config, facts: Facts, project: Project): Project | undefined {
  const owner = ownerOf(config.app, facts);
  if (owner === undefined || project.names.length === 0) return undefined;
  if (owner.names.some((name) => project.names.includes(name))) return undefined;
  const wanted = hosts(addresses(config));
  return served(config.app, facts).some((name) => wanted.includes(name)) ? undefined : owner;
}

/**
 * Refuses to work on another project's app.
 *
 * @throws {AlcaideError} that names both projects
 */
export function refuseOther(config: Config, facts: Facts, project: Project, server: string): void {
  const owner = otherProject(config, facts, project);
  if (owner === undefined) return;
  const named = (shown: string, domains: readonly string[]) =>
    domains.length === 0 ? shown : `${shown} (${list(domains)})`;
  throw new AlcaideError(
    `Cannot work on ${config.app} on ${server}: it belongs to ${
      named(owner.shown, served(config.app, facts))
    }, and this is ${named(project.shown, config.domains)}`,
    {
      hint:
        'Choose another name for app. If the project has moved here, run "alcaide deploy --take-over" once',
    },
  );
}

/** The project to record for an app after a deploy; undefined when it does already. */
export function newOwner(config: Config, facts: Facts, project: Project): Project | undefined {
  const owner = ownerOf(config.app, facts);
  if (project.names.length === 0) return undefined;
  if (owner === undefined || otherProject(config, facts, project)) return project;
  // A directory says little, and every machine has another one.
  const more = project.names.filter((name) => !owner.names.includes(name) && !name.startsWith("directory "));
  if (more.length === 0) return undefined;
  return { shown: project.shown, names: [...more, ...owner.names].slice(0, mostNames) };
}

/** Domains that an app answers to on a server, and no longer would with this configuration. */
export function droppedDomains(config: Config, facts: Facts): string[] {
  const wanted = hosts(addresses(config));
  const covers = (name: string) => wanted.includes(name) || wanted.includes(name.replace(/^[^.]+/, "*"));
  return served(config.app, facts).filter((name) => !covers(name));
}

/** The project that an app belongs to; none once the app was taken off the server. */
function ownerOf(app: string, facts: Facts): Project | undefined {
  const there = facts.sites.has(app) || releasesOf(facts, app).length > 0 ||
    accessoriesOf(facts, app).length > 0;
  return there ? facts.host.owners?.[app] : undefined;
}

function served(app: string, facts: Facts): string[] {
  return hosts(siteAddresses(facts.sites.get(app) ?? "")).filter((name) => name !== "");
}

function hosts(all: readonly string[]): string[] {
  return [...new Set(all.map(nameIn))];
}
