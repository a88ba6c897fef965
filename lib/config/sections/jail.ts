// The jails that the app runs in.

import { type Limits, memoryText } from "../../core/limits.ts";
import { list as listText } from "../../core/text.ts";
import { built } from "./build.ts";
import { checkSubnet, checkUrl, isIpv4 } from "../field/check_network.ts";
import { checkBasePath } from "./volumes.ts";
import {
  choice,
  type Complaint,
  describe,
  type Field,
  list,
  matching,
  refuse,
  shorten,
  text,
} from "../field/field.ts";
import {
  inner,
  integer,
  optionalInteger,
  optionalString,
  packages,
  readNames,
  row,
  string,
} from "../field/kinds.ts";
import { type Declared, shape } from "../field/schema.ts";

const nameservers: Declared<readonly string[] | undefined> = {
  text: "IPv4 addresses of the resolvers that jails ask for names, three at most.",
  otherwise:
    "those in the server's `/etc/resolv.conf` that jails can reach, which leaves out one at 127.0.0.1",
  resolved: "Undefined: the server's own.",
  type: "string[]",
  becomes: "readonly string[] | undefined",
  read: readNameservers,
  show: (name, value) => row(name, value === undefined ? "the server's own" : listText(value)),
};

const kind: Declared<"copied" | "thin"> = {
  text:
    "How a jail gets its base system and the packages of its image: by copies of its own, or mounted read-only, so that it takes a tenth of the " +
    "disk, is made faster, and gets patches of the base system at its next start. On ZFS jails are clones either way.",
  otherwise: '`"copied"`',
  type: '"copied" | "thin"',
  becomes: '"copied" | "thin"',
  read: (field) => choice(field, ["copied", "thin"]) ?? "copied",
  show: row,
};

/** The fields of `jail`. */
export const jail = shape({
  name: "UserJail",
  text: "The jails that the app runs in.",
  wanted: "a record such as { port: 4000 }",
  fields: {
    basePath: string({
      text:
        "Directory on the server in which jails live. Where it lies on ZFS and isn't there yet, `setup` makes a dataset " +
        "for it.",
      fallback: "/jails",
      wanted: 'a path such as "/jails"',
      check: checkBasePath,
      init: () => 'basePath: "/jails", // where jails live on the server',
    }),
    freebsd: optionalString({
      text: 'FreeBSD version of the jails, such as `"14.3-RELEASE"`.',
      otherwise: "the server's own, without patch level",
      resolved: "Undefined: the server's own release.",
      absent: "the server's own",
      wanted: 'a version such as "14.3-RELEASE"',
      check: checkFreebsd,
      init: () => 'freebsd: "14.3-RELEASE", // default: the server\'s own release',
    }),
    kind: {
      ...kind,
      init: () => 'kind: "thin", // the base system is mounted, not copied; default: "copied"',
    },
    port: integer({
      text: "Port that the app listens on in its jail.",
      fallback: 4000,
      range: [1, 65535],
      init: () => "port: 4000, // the app's port in its jail",
    }),
    subnet: string({
      text: "The network of the jails' addresses.",
      fallback: "10.66.0.0/24",
      wanted: 'a network such as "10.66.0.0/24"',
      check: checkSubnet,
      init: () => 'subnet: "10.66.0.0/24", // the jails\' addresses',
    }),
    packages: packages({
      text: "Packages to install in the jail.",
      more: (around) => around.once(built).defaults.packages,
      init: () => 'packages: ["openssl"], // installed in the jail',
    }),
    nameservers: {
      ...nameservers,
      init: () =>
        'nameservers: ["9.9.9.9"], // whom jails ask for names; default: the server\'s own resolvers',
    },
    mirror: string({
      text:
        "Where FreeBSD's releases are downloaded from; also a directory that holds `MANIFEST` and `base.txz` themselves.",
      fallback: "https://download.freebsd.org/releases",
      wanted: "a URL",
      check: checkUrl,
      plain: (url) => url.replace(/(?<!\/)\/+$/, ""),
      init: () => 'mirror: "https://download.freebsd.org/releases",',
    }),
  },
});

function checkFreebsd(version: string): Complaint | undefined {
  if (/^\d{2}\.\d+-(RELEASE|RC\d+|BETA\d+)$/.test(version)) return undefined;
  const match = /^(\d{2}\.\d+)(?:-(release|rc\d+|beta\d+))?(-p\d+)?$/i.exec(version);
  if (!match) {
    return { problem: `${shorten(version)} is not a version`, hint: 'Give one such as "14.3-RELEASE"' };
  }
  const [, number, kind = "RELEASE", patch] = match;
  const problem = patch ? "names a patch level" : "isn't written in full";
  const more = patch ? ": setup brings jails to the server's patch level" : "";
  const hint = `Write "${number}-${kind.toUpperCase()}"${more}`;
  return { problem: `${shorten(version)} ${problem}`, hint };
}

/** A resolver's library looks at no more of them. */
const most = 3;
const example = '["9.9.9.9"]';

function readNameservers(field: Field): string[] | undefined {
  const { value } = field;
  if (value === undefined) return undefined;
  const wanted = 'an address such as "9.9.9.9"';
  const addresses = readNames(field, `a list of addresses such as ${example}`, wanted, checkNameserver);
  if (Array.isArray(value) && (value.length === 0 || value.length > most)) {
    const problem = value.length === 0 ? "it is empty" : `it has ${value.length} addresses`;
    refuse(field, problem, `Give one to ${most} addresses such as ${example}, or leave it out`);
  }
  return addresses;
}

function checkNameserver(address: string): Complaint | undefined {
  const hint = "Give an IPv4 address that jails can reach: they have no IPv6, and 127.0.0.1 is their own";
  if (!isIpv4(address)) return { problem: `${shorten(address)} is not an IPv4 address`, hint };
  return /^(127\.|0\.)/.test(address) ? { problem: `${address} is the jail itself`, hint } : undefined;
}

/** Reads further parameters of a jail. */
export function readParameters(field: Field): string[] {
  const items = list(field, 'a list of texts such as "sysvshm = new"') ?? [];
  const hint = { wanted: 'a parameter such as "sysvshm = new"', required: true, check: checkParameter };
  return items.map((item) => text(item, hint)).filter((one) => one !== "");
}

/** One line of jail.conf, which ends at the semicolon that we write. */
const checkParameter = matching(
  /^[a-z][a-z0-9._]*( *\+?= *("[^"\n\\$;{}]*"|[A-Za-z0-9._:/,|-]+))?$/,
  "is not a parameter of a jail",
  'Give one such as "sysvshm = new"',
);

const memoryUnits: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };
const leastMemory = 32 * 2 ** 20;

const memory: Declared<number | undefined> = {
  text:
    'Memory of all its processes together, such as `"512M"` or `"2G"`. The kernel moves to swap space what is beyond it.',
  limits: "At least 32M.",
  resolved: "Bytes of memory.",
  type: "string",
  becomes: "number | undefined",
  read: readMemory,
  show: (name, value) => row(name, value === undefined ? "" : memoryText(value)),
};

/** The fields of `limits`. */
export const limitFields = shape({
  name: "UserLimits",
  text: "How much of its server a jail may use.",
  wanted: 'a record such as { memory: "512M" }',
  fields: {
    memory,
    cpu: optionalInteger({
      text: "Percent of one processor: 150 is one and a half.",
      range: [1, 25_600],
    }),
    processes: optionalInteger({
      text: "Processes at a time, with those of the jail's own system.",
      range: [5, 100_000],
    }),
  },
});

/** The limits of a jail. */
export const limits: Declared<Limits> = {
  ...inner(limitFields, {
    text: "How much of its server a jail may use, by rctl. The server's kernel must count: " +
      "`kern.racct.enable=1` in `/boot/loader.conf`, then a reboot.",
    otherwise: "no limits",
  }),
  becomes: "Limits",
};

function readMemory(field: Field): number | undefined {
  const { value } = field;
  if (value === undefined) return undefined;
  const hint = 'Give a text such as "512M" or "2G"';
  const [, count, unit = ""] = typeof value === "string" ? /^(\d{1,6})([MG])$/i.exec(value) ?? [] : [];
  const found = Number(count) * (memoryUnits[unit.toUpperCase()] ?? NaN);
  if (found >= leastMemory) return found;
  const few = !Number.isNaN(found);
  refuse(
    field,
    few ? `${JSON.stringify(value)} is less than 32M` : describe(value),
    few ? "Give more" : hint,
  );
  return undefined;
}
