/**
 * Takes out of a recorded and a given output what may differ between two machines: process ids, times, sizes, random
 * names, the order of a directory. Each rule names the commands it is for; everything else is compared as it is.
 */
import type { Result, Row } from "./contract_rows.ts";

/** A rule: for which commands, and what it makes of their output. */
interface Rule {
  readonly of: RegExp;
  readonly change: (text: string) => string;
}

const anywhere: readonly Rule[] = [
  { of: /^jail|^cat .*\.log$|^service/, change: dates },
  { of: /^jail -c/, change: hostKeys },
  { of: /^mktemp/, change: (text) => text.replace(/alc\.\w{6}$/m, "alc.XXXXXX") },
  { of: /^date -u \+%Y/, change: (text) => text.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m, "TIME") },
  { of: /^sysctl -n kern.boottime/, change: bootTime },
  { of: /^sha256 -q \//, change: (text) => text.replace(/^[0-9a-f]{64}$/m, "SHA256") },
  { of: /^stat .*motd\.template|^stat .*\/tmp\/inst$/, change: (text) => text.replace(/\d+(?= |$)/gm, "N") },
  { of: /^df /, change: table },
  { of: /^du /, change: (text) => text.replace(/^\d+\t/m, "N\t") },
  { of: /grep -c \. *;/, change: (text) => text.replace(/^\d+$/m, "N") },
  { of: /^(jexec .* )?ps /, change: processTable },
  { of: /^pgrep/, change: (text) => text.replace(/^\d+/gm, "PID") },
  { of: /service .*(status|stop|start)$/, change: servicePids },
  { of: /my_app\.pid$/, change: (text) => text.replace(/^\d+$/m, "PID") },
  { of: /my_app\.(out|log)/, change: appLines },
  { of: /^sockstat/, change: (text) => text.replace(/^(\S+ +\S+) +\d+ +\d+ +/gm, "$1 PID FD ") },
  // Sockets come in the order of the kernel's table, and a client's port is whichever is free.
  { of: /^sockstat -q -j|^\(nc /, change: connections },
  { of: /^ps .*caddy run/, change: (text) => text.replace(/(pingback \S+:)\d+/g, "$1PORT") },
  { of: /^ls -l|; ls -la /, change: listing },
  { of: /^ls .*cache\/pkg/, change: (text) => text.replace(/(~2\$)\w{8}/g, "$1HASH") },
  { of: /env \| sort/, change: (text) => text.replace(/^(SSH_\w+=\S+) \d+ (.*?)\d+$/gm, "$1 PORT $2PORT") },
  { of: /^zfs list .*used/, change: (text) => text.replace(/\b\d+(\.\d+)?[KMG]\b/g, "SIZE") },
  { of: /^pfctl -s info|^service pf status/, change: pfTimes },
  { of: /^netstat -rn/, change: (text) => sortLines(spaces(text)) },
  { of: /^tar .*\.t(gz|zst) .*head/, change: (text) => text.replace(/^rc\.d\/\w+$/gm, "rc.d/NAME") },
  { of: /^find |rm -rf /, change: sortLines },
  // The bar stands without quotes: the shell starts two programs that complain side by side.
  { of: /^jail .*ip4\.addr=lo1\|/, change: sortLines },
];

/** The comparable form of an output. */
export function normalise(row: Pick<Row, "cmd">, result: Result): Result {
  const rules = anywhere.filter((rule) => rule.of.test(row.cmd));
  const change = (text: string) => rules.reduce((now, rule) => rule.change(now), text);
  return { rc: result.rc, stdout: change(result.stdout), stderr: change(result.stderr) };
}

/** Differences between a recorded and a given result, as lines to print; none when they are equal. */
export function differences(row: Row, given: Result): string[] {
  const wanted = normalise(row, row);
  const got = normalise(row, given);
  const lines: string[] = [];
  if (wanted.rc !== got.rc) lines.push(`status: wanted ${wanted.rc}, got ${got.rc}`);
  // The output of a killed command is a matter of time.
  else if (wanted.rc === null) return [];
  for (const stream of ["stdout", "stderr"] as const) {
    if (same(wanted[stream], got[stream])) continue;
    lines.push(`${stream}: wanted ${JSON.stringify(wanted[stream])}`);
    lines.push(`${stream}: got    ${JSON.stringify(got[stream])}`);
  }
  return lines;
}

/** Long recordings were cut in the middle: there each kind of line left must also be given, and no other kind. */
function same(wanted: string, got: string): boolean {
  if (!wanted.includes("[cut]")) return wanted === got;
  const kinds = kindsOf(got);
  return [...kindsOf(wanted)].every((kind) => kinds.has(kind));
}

function kindsOf(text: string): Set<string> {
  const lines = text.split("\n").filter((line) => /^\w+: \/.*: [A-Z]/.test(line));
  const below = /^(\w+: \/jails\/thin\/root\/(?:bin|lib|libexec|sbin|usr))\/.*: (Read-only file system)$/;
  return new Set(lines.map((line) => line.replace(below, "$1/…: $2")));
}

function dates(text: string): string {
  return text.replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}$/gm, "DATE");
}

function hostKeys(text: string): string {
  return text.replace(/SHA256:[A-Za-z0-9+/]{43}/g, "SHA256:KEY");
}

function bootTime(text: string): string {
  return text.replace(
    /^\{ sec = \d+, usec = \d+ \} [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/m,
    "BOOTTIME",
  );
}

/** How long pf is in force or isn't, and how much it has seen. */
function pfTimes(text: string): string {
  return text.replace(/\d+ days \d\d:\d\d:\d\d/, "TIME").replace(/ +\d+ +\d+\.\d\/s$/gm, " N");
}

/** Process ids, descriptors and clients' ports of sockets, which are sorted. */
function connections(text: string): string {
  const plain = text.replace(/^(\S+ +\S+) +\d+ +\d+ +/gm, "$1 PID FD ").replace(/:\d{5}\b/g, ":PORT");
  return sortLines(spaces(plain));
}

/** Links, sizes and times of files. */
function listing(text: string): string {
  return spaces(text).replace(/^total \d+$/gm, "total N")
    .replace(/^(\S+) \d+ (\S+ \S+) \d+ \w{3} \d+ \d\d:\d\d /gm, "$1 N $2 N TIME ");
}

/** Numbers of a table, and with them its columns' widths. */
function table(text: string): string {
  return spaces(text).replace(/(?<= )\d+%?(?= )/g, "N");
}

function spaces(text: string): string {
  return text.replace(/ +/g, " ");
}

function sortLines(text: string): string {
  const lines = text.split("\n");
  const last = lines.pop();
  return [...lines.sort(), last].join("\n");
}

/** A process that ends before the first look at it is not waited for with words. */
function servicePids(text: string): string {
  return text.replace(/^Waiting for PIDS: \d+\.\n/m, "").replace(/\bas pid \d+/g, "as pid PID");
}

/**
 * How often the app ticks is a matter of time. When its jail goes away it dies of the signal, which it tells, or of
 * nobody reading its output, whichever comes first.
 */
function appLines(text: string): string {
  return text
    .replace(/^(tick\n)+/gm, "tick\n")
    .replace(/^\d+ start env/gm, "PID start env")
    .replace(/(^term\nPID start env.*\n)term\n$/m, "$1");
}

/** Process ids get letters in the order they appear, so that who is whose parent is still compared. */
function processTable(text: string): string {
  const [header = "", ...lines] = text.split("\n");
  const columns = header.trim().split(/ +/);
  const letters = new Map<string, string>();
  const letter = (pid: string) => {
    if (!letters.has(pid)) letters.set(pid, `P${letters.size + 1}`);
    return letters.get(pid)!;
  };
  const rows = lines.map((line) => {
    const cells = line.trim().split(/ +/);
    columns.forEach((name, at) => {
      const cell = cells[at];
      if (cell === undefined) return;
      if (/^P?PID$/.test(name) && /^\d+$/.test(cell) && cell !== "1") cells[at] = letter(cell);
      if (name === "TIME") cells[at] = "TIME";
    });
    return cells.join(" ").replace(/\[(\d+)\]/, (_, pid: string) => `[${letter(pid)}]`);
  });
  return [columns.join(" "), ...rows].join("\n");
}
