// Why a new release isn't well: from what its server showed to words and a remedy.

import type { Config } from "../config/field/types.ts";
import { AlcaideError, type Exit, lastLines } from "../core/error.ts";
import { printable } from "../core/text.ts";
import type { AppSpec } from "../commands/app/app.ts";
import { adviceFor, type Known } from "./known.ts";
import { releaseTraps } from "./release_traps.ts";

/** The output of a failed check, by section. */
export interface CheckReport {
  /** The answer of each look: `no answer`, `500`. */
  readonly looks: readonly string[];
  /** True when the app ended again and again. */
  readonly exits: boolean;
  readonly log: readonly string[];
  readonly processes: readonly string[];
  readonly sockets: readonly string[];
  readonly answer: readonly string[];
}

/** Reads what a failed check printed. */
export function parseCheck(text: string): CheckReport {
  const sections: Record<string, string[]> = { "": [] };
  let current = "";
  for (const line of text.split("\n")) {
    if (/^# (log|processes|sockets|answer)$/.test(line)) sections[current = line.slice(2)] = [];
    else sections[current]?.push(line);
  }
  const of = (name: string) => (sections[name] ?? []).filter((line) => line.trim() !== "");
  const looks = of("").flatMap((line) => /^probe \d+ (.*)$/.exec(line)?.[1] ?? []);
  return {
    looks,
    exits: of("").some((line) => line.startsWith("exits ")),
    log: of("log"),
    processes: of("processes"),
    sockets: of("sockets"),
    answer: of("answer"),
  };
}

/** Says why a release isn't well: last log lines, processes, sockets, what each look got, and a remedy. */
export function explainCheck(
  server: string,
  text: string,
  exit: Exit,
  app: AppSpec,
  config: Config,
): AlcaideError {
  const report = parseCheck(text);
  const got = summarize(report.looks);
  const what = report.exits
    ? "it ends again and again"
    : `it did not answer well within ${config.health.timeout / 1000} s`;
  const details = [
    `asked http://${app.jail.ip4}:${app.port}${config.health.path}: ${got}`,
    ...titled("last lines of its log", report.log.slice(-12)),
    ...titled("processes in the jail", report.processes),
    ...titled("listening in the jail", report.sockets.length > 0 ? report.sockets : ["nothing"]),
    ...titled("its answer", report.answer.slice(0, 6)),
    ...titled("and", lastLines(exit.stderr, 4)),
  ];
  return new AlcaideError(`Cannot use release ${app.release} on ${server}: ${what}`, {
    details: details.map(printable),
    hint: hintFor(report, app, config),
  });
}

/** The remedy for what is known to go wrong, else where to look. */
export function hintFor(
  report: CheckReport,
  { port, release }: Pick<AppSpec, "port" | "release">,
  config: Pick<Config, "health">,
): string {
  const known = adviceFor(report.log.join("\n"), appTraps);
  if (known !== undefined) return known;
  const ports = report.sockets.map((row) => /:(\d+)\s/.exec(row)?.[1]).filter((p) => p !== undefined);
  const last = report.looks.at(-1) ?? "";
  const onPort = report.sockets.filter((row) => row.includes(`:${port} `));
  if (onPort.length > 0 && onPort.every((row) => /\btcp6\b/.test(row))) {
    return "It listens on IPv6 alone, and requests come over IPv4. In Phoenix's runtime.exs set ip: {0, 0, 0, 0}";
  }
  if (last.includes("from another process")) {
    return `A program of the server itself answers on port ${port}: let it listen on its own address only, or choose another jail.port`;
  }
  if (last.endsWith(" to itself")) {
    return "It redirects visitors to the same address without end: let it trust X-Forwarded-Proto, which Caddy sets to https. " +
      "In Phoenix: force_ssl: [rewrite_on: [:x_forwarded_proto]]";
  }
  if (last.endsWith(" to https")) {
    return "It only redirects to HTTPS, and Caddy, to which requests come over HTTP, says so in X-Forwarded-Proto: visitors would never " +
      'get further. Let Caddy have the certificate (leave tls: "off" out), or name the balancer that ends TLS in proxy.trustedProxies';
  }
  if (/^3\d\d$/.test(last)) {
    return `It redirects. Set health.path to a page that does not, or let health.status include ${last}`;
  }
  if (/^401$|^403$/.test(last)) return "It wants a login. Set health.path to a page that does not";
  if (last === "404") return `It has no ${config.health.path}. Set health.path to a page that it has`;
  if (/^5\d\d$/.test(last)) return `It runs, but answers with an error: ${logOf(release)} shows its log`;
  if (/^\d+$/.test(last)) return "Set health.status if this answer is right";
  if (report.exits) return "Its log above says why it ends";
  if (ports.length > 0 && !ports.includes(String(port))) {
    return `It listens on port ${ports[0]}, not ${port}: let it read PORT, or set jail.port to ${ports[0]}`;
  }
  if (report.sockets.length === 0 && report.processes.length > 1) {
    return `It runs but does not listen: it must listen on port ${port} (the variable PORT)`;
  }
  return `Look at its log with ${logOf(release)}, and at the start command`;
}

/** The command that shows the log of a release, also of one that was taken back. */
function logOf(release: string): string {
  return `"alcaide logs --release ${release}"`;
}

/** The requests made through Caddy. */
export interface Asked {
  /** The release that should answer. */
  readonly release: string;
  /** A name to ask for on port 80, where the site answers there. */
  readonly publicHost: string | undefined;
}

/** Says why Caddy doesn't serve the new release although the app is well. */
export function explainVerify(server: string, exit: Exit, { release, publicHost }: Asked): AlcaideError {
  const of = (name: string) => new RegExp(`^${name} ?(.*)$`, "m").exec(exit.stdout)?.[1]?.trim() ?? "";
  const [live, app, open] = [of("live"), of("app"), of("public")];
  const details = [
    `Caddy says it serves: ${live.split(" ")[1]?.replace(/^\//, "") ?? "nothing"}`,
    `the app through Caddy: ${app || "no answer"}`,
    ...(publicHost === undefined ? [] : [`${publicHost} on port 80: ${open || "no answer"}`]),
    ...lastLines(exit.stderr, 4),
  ];
  const hint = live.endsWith(`-${release}`) && app.endsWith(`-${release}`)
    ? `Another site of the Caddyfile answers to ${publicHost}: remove it, or give the app a domain of its own`
    : 'Look at "service caddy status" and at the log of Caddy on the server';
  return new AlcaideError(`Cannot reach release ${release} through Caddy on ${server}`, { details, hint });
}

/** Names the lines of the user's own in a site file that Caddy refuses; undefined when there are none, or it failed elsewhere. */
export function explainSite(
  server: string,
  { stderr }: Exit,
  { proxy: { before } }: Config,
): AlcaideError | undefined {
  if (before === undefined || !/adapting config|parsing caddyfile|provision/.test(stderr)) return undefined;
  return new AlcaideError(
    `Cannot use the site file on ${server}: Caddy refuses it with the lines of proxy.before`,
    {
      details: lastLines(stderr, 5).map(printable),
      hint: "Correct proxy.before: only directives that handle requests can stand there",
    },
  );
}

/** Messages of apps' logs, each with its advice: the particular before the general. */
export const appTraps: Known = {
  ...releaseTraps,
  "It binds IPv6, which the jail does not have. In Phoenix's runtime.exs set ip: {0, 0, 0, 0}":
    /eafnosupport|EAFNOSUPPORT|Address family not supported/,
  "An environment variable is missing: set it in env, or as a secret":
    /environment variable (\w+) is missing/,
  "It was built for another system. Build it on FreeBSD of the same major version":
    /ELF interpreter .* not found|Exec format error|cannot execute binary file|Bad system call/,
  "It was built against another OpenSSL. Build it on the same FreeBSD major version":
    /Unable to load crypto library|libcrypto\.so\.\d+/,
  "It needs System V shared memory, which alcaide's jails don't have: let a database run in a jail of its own, with sysvshm=new":
    /could not create shared memory segment: Function not implemented/,
  "A directory belongs to somebody else: give the volume on the server to the app's user id, with mode 0700":
    /has wrong ownership|invalid permissions/,
  "It has too many files open: look at limits -n in the jail, at sysctl kern.maxfilesperproc, and for leaks":
    /Too many open files|emfile/i,
  "It can't resolve a name: look at /etc/resolv.conf in the jail. A resolver at 127.0.0.1 of the server can't be reached from there: set jail.nameservers":
    /nxdomain|EAI_AGAIN|ENOTFOUND|does not resolve|No address record|Name could not be resolved/,
  "The database doesn't let this address in: add the jail's address to its pg_hba.conf":
    /no pg_hba\.conf entry/,
  'The jail does not reach the outside: "alcaide setup" says what is missing; pfctl -s nat shows the translation':
    /Operation timed out|No route to host|Network is unreachable|etimedout|ehostunreach|enetunreach/i,
  'Its user can\'t reach its start file: a directory above it is readable by root alone. "alcaide setup" opens it; then deploy again':
    /daemon: \S+\/start: (No such file or directory|Permission denied)/,
  "A program is missing: look at the command that names it, and at the contents of the release":
    /: not found|No such file or directory/,
  "It has no permission to read, write or run something: its user owns /app, and volumes must be writable for it":
    /Permission denied/,
  "Something else in the jail listens on its port": /Address already in use|eaddrinuse/i,
  "It can't reach something it needs, such as its database": /econnrefused|connection refused/i,
};

/** "no answer 3 times, then 500 twice". */
function summarize(looks: readonly string[]): string {
  const runs: { text: string; count: number }[] = [];
  for (const text of looks) {
    const last = runs.at(-1);
    if (last?.text === text) last.count++;
    else runs.push({ text, count: 1 });
  }
  if (runs.length === 0) return "it was never asked";
  return runs.slice(-6).map(({ text, count }) => (count === 1 ? text : `${text} (${count} times)`)).join(
    ", then ",
  );
}

function titled(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [`${title}:`, ...rows.map((row) => `  ${row}`)];
}
