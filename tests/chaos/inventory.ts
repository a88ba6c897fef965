/** Everything that a host has, as lines that two hosts with as many releases have in common. */

import { sh } from "../../lib/core/sh.ts";
import { local } from "../../lib/remote/local.ts";
import type { TestHost } from "../host/mod.ts";
import { parseHostState } from "../../lib/server/host_state.ts";
import { hostFile, liveRoot, releaseDir } from "../../lib/commands/paths.ts";

/** Files whose contents say nothing that lasts: logs, the history, locks, states of programs, the answers of random. */
const fleeting =
  /\/log\/|\/history\/|^var\/(run|tmp|cache)\/|^libexec\/|^var\/db\/testhost\/|\.(lock|log|pid|db)$|\/fence$|^root\/|^data\/[^/]*\/[^/]*\/data|\/lock$|entropy|random|^etc\/(master\.passwd|passwd|group)$|caddy\/(locks|instance)|autosave\.json|last_clean|\/artifact$/;
/** Files that come and go by themselves; those of work whose client died go half an hour later. */
const comesAndGoes =
  /^(jails\/[^/]*\/)?(var\/run|tmp|var\/tmp|libexec|dev|proc)(\/|$)|\.sock$|\.pid$|\/log\/|^var\/log\/|caddy\/locks|autosave\.json|data\d*\/(pg_|base\/|global\/|postmaster|postgresql\.auto|current_logfiles)|^root\/\.|^var\/db\/alcaide\/detached|last_clean|^var\/db\/(entropy|pkg|testhost)|^var\/cache|\/shm\/PostgreSQL/;
const textual = /^(etc|usr\/local\/etc|boot|var\/db\/alcaide(?!\/detached))\//;

const listing = sh`find . -xdev -printf '%P\t%y\t%m\t%U:%G\t%l\n' 2>/dev/null; :`;
/** Of the base system only files that were written later than it. */
const contents =
  sh`{ find etc boot -type f -newer libexec/testhost/launcher; find usr/local/etc var/db/alcaide -type f -size -200k; } 2>/dev/null |
  while read -r f; do printf '\001%s\002' "$f"; cat "$f"; done; printf '\001'`;
const facts = `jls -q name path ip4.addr | sed 's/^/jail /'
mount -p | awk '{ print "mount " $1 " " $2 " " $3 }'
ifconfig lo1 2>/dev/null | awk '$1 == "inet" { print "address " $2 }'
pfctl -s nat 2>/dev/null | sed 's/^/pf /'; pfctl -s rules 2>/dev/null | sed 's/^/pf /'
ps -axo command | grep -v -e '^ps' -e sshd -e awk -e '^\\(/bin/\\)*sh ' -e sed -e COMMAND -e '^hung' -e '^sleep' -e '^\\[' -e defunct | awk '{ print "process " $1 " " $2 }'; :`;

/** The lines, sorted. */
export async function inventory(host: TestHost, app: string): Promise<string[]> {
  const [files, texts, run] = await Promise.all([
    local({ cwd: host.files() }).read(listing),
    local({ cwd: host.files() }).read(contents),
    host.shell(facts),
  ]);
  const all = new Map(
    texts.split("\x01").slice(1, -1).map((part) => part.split("\x02") as [string, string]),
  );
  const state = parseHostState(all.get(hostFile.slice(1)) ?? "");
  const names = namesOf(all, files, app);
  const rows = files.split("\n").filter((row) => row !== "" && !comesAndGoes.test(row.split("\t")[0] ?? ""))
    .filter((row) => !names.failed.some((id) => row.includes(`/${id}`)))
    .map((row) => `file ${row.replaceAll("\t", " ")}`);
  const written = [...all].filter(([path]) => !fleeting.test(path) && textual.test(path))
    .filter(([path]) => !names.failed.some((id) => path.includes(`/${id}`)))
    .flatMap(([path, text]) => text.split("\n").map((line) => `text ${path}: ${line}`));
  const lines = [...rows, ...written, ...run.stdout.split("\n")].filter((line) => line !== "");
  return normal(lines, names, state.apps[app]).sort();
}

interface Names {
  readonly live: "blue" | "green" | undefined;
  readonly failed: readonly string[];
  /** Good releases, the newest first. */
  readonly releases: readonly string[];
}

/** The names that differ from run to run. */
function namesOf(all: ReadonlyMap<string, string>, files: string, app: string): Names {
  const marker = new RegExp(`^${liveRoot.slice(1)}/${app}/(blue|green)-`, "m").exec(files);
  const records = [...all].filter(([path]) => path.startsWith(releaseDir(app, "x" as never).slice(1, -1)))
    .flatMap(([path, text]) => {
      const [, id = ""] = /releases\/([^/]+)\/release\.json$/.exec(path) ?? [];
      const state = /"state":"(\w+)"/.exec(text)?.[1];
      return id === "" ? [] : [{ id, state, number: parseInt(id) }];
    }).sort((a, b) => b.number - a.number);
  return {
    live: marker?.[1] as Names["live"],
    failed: records.filter(({ state }) => state === "failed").map(({ id }) => id),
    releases: records.filter(({ state }) => state !== "failed").map(({ id }) => id),
  };
}

/** The files in which blue and green stand for every app in the same order. */
const ordered = /^text \S*\/(shop\.caddy|rc\.d\/alcaide):/;

/** The lines without what differs from run to run. All are changed as one text: a thousand small ones take ten times as long. */
function normal(
  lines: readonly string[],
  { live, releases }: Names,
  given: { readonly blue: string; readonly green: string } | undefined,
): string[] {
  const fixed = lines.join("\n").replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, "TIME")
    .replace(/"(number|bytes|size)":\d+/g, '"$1":N').replace(/\[\d+\]/g, "[N]")
    .replace(/"previous":"\d+-[^"]*"/g, '"previous":"GONE"')
    // Nobody knows it of a deploy that was cut off when its release had just gone live.
    .replace(/,"liveAt":"TIME"/g, "")
    .replace(/alcaide-e2e-shop-[0-9a-f]+/g, "PROJECT")
    .replace(/\b([0-9a-f]{16,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g, "HASH")
    .replace(/"short":"[0-9a-f]{7}"/g, '"short":"HASH"');
  const all = Map.groupBy(fixed.split("\n"), (line) => ordered.test(line));
  let text = (all.get(false) ?? []).join("\n");
  releases.forEach((id, index) => text = text.replace(new RegExp(`\\b${id}\\b`, "g"), `RELEASE${index}`));
  if (live !== undefined) {
    const other = live === "blue" ? "green" : "blue";
    if (given) text = text.replaceAll(given[live], "LIVE_ADDRESS").replaceAll(given[other], "IDLE_ADDRESS");
    text = text.replace(/(?:\b|(?<=_))(blue|green)\b/g, (slot) => slot === live ? "LIVE" : "IDLE");
  }
  return [...all.get(true) ?? [], ...text.split("\n")];
}

/** The lines of one that the other doesn't have, by how often they stand there. */
export function difference(wanted: readonly string[], found: readonly string[]): string[] {
  return [
    ...missing(found, wanted).map((line) => `+ ${line}`),
    ...missing(wanted, found).map((line) => `- ${line}`),
  ];
}

function missing(from: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) + 1);
  return from.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
