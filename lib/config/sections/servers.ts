// Servers: where to deploy, and how to get in.

import { resolve } from "node:path";
import { parseTarget } from "../../core/target.ts";
import { list as listText } from "../../core/text.ts";
import { isHostName, isIpv4 } from "../field/check_network.ts";
import {
  child,
  complain,
  type Complaint,
  describe,
  type Field,
  matching,
  oneOrMany,
  record,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "../field/field.ts";
import { choice, optionalInteger, optionalString, row, string } from "../field/kinds.ts";
import { type Around, type Declared, keysOf, readFields, shape } from "../field/schema.ts";
import type { Config } from "../field/types.ts";
import type { Server } from "../field/values.ts";
import { type Variables, variables } from "./env.ts";
import { tags } from "./on.ts";
import { selected, serverWords } from "./select.ts";

const wanted = '"root@203.0.113.7", a record such as { host: "203.0.113.7" }, or a list of them';

const checkUser = matching(
  /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/,
  "is not a user's name",
  "Use letters, digits, dots, hyphens and underscores",
);

const hostKey: Declared<readonly string[]> = {
  text:
    "Fingerprint of the server's key, as `ssh-keygen -lf` prints it, or several: no `known_hosts` file is needed then.",
  type: "string | string[]",
  becomes: "readonly string[]",
  read: readFingerprints,
  show: (name, value) => row(name, listText(value)),
};

const everyEnv = variables({
  text: "Environment variables of the app on this server alone; they win over those of the app.",
  refused: ["PORT"],
});

const serverEnv: Declared<Variables | undefined> = {
  ...everyEnv,
  read: (field, around) => field.value === undefined ? undefined : everyEnv.read(field, around),
  show: (name, value) => everyEnv.show(name, value ?? {}),
};

const serverRecord = shape({
  name: "UserServer",
  text: "A server: `user@host:port`, or a record.",
  or: "string",
  wanted,
  fields: {
    host: string({
      text: "Name or address.",
      required: true,
      wanted: "a name or an address",
      check: checkHost,
      plain: (host) => host.replace(/^\[(.*)\]$/, "$1"),
    }),
    user: optionalString({
      text: "User to log in as.",
      otherwise: "what `~/.ssh/config` says, else `root`",
      wanted: 'a name such as "root"',
      check: checkUser,
    }),
    port: optionalInteger({
      text: "Port of sshd.",
      otherwise: "what `~/.ssh/config` says, else 22",
      range: [1, 65535],
    }),
    key: optionalString({
      text: "Path of the private key to use; `~` is understood.",
      wanted: 'a path such as "~/.ssh/id_ed25519"',
      check: checkKey,
      plain: (key, { directory }) => key.startsWith("~/") ? key : resolve(directory, key),
    }),
    become: choice({
      text: "How a user that isn't root becomes root.",
      otherwise: "`doas` if there, else `sudo`",
      type: "Become",
      choices: ["doas", "sudo"],
    }),
    jump: optionalString({
      text: "A server to go through, as `user@host:port`.",
      wanted: 'a text such as "user@gate.example.com"',
      check: checkJump,
    }),
    hostKey,
    tags,
    env: serverEnv,
  },
});

/** The field `server`. */
export const server: Declared<readonly Server[]> = {
  text:
    'Where to deploy: `"root@203.0.113.7"`, `"deploy@shop.example.com:2222"`, a record, or a list of them.',
  required: true,
  type: "UserServer | UserServer[]",
  form: "string | { … } | (string | { … })[]",
  becomes: "readonly Server[]",
  records: [serverRecord],
  read: readServers,
  show: (name, servers) =>
    servers.flatMap((server, index) => [
      ...row(`${name}[${index}]`, serverText(server)),
      ...serverEnv.show(`${name}[${index}].env`, server.env),
    ]),
};

/** The app's variables on a server: its own win over those of the app. */
export function envOn(config: Pick<Config, "env" | "servers">, server: string): Variables {
  return { ...config.env, ...config.servers.find(({ name }) => name === server)?.env };
}

function serverText(server: Server): string {
  const { env: _, ...fields } = serverRecord.fields;
  const more = keysOf(fields)
    .filter((key) => server[key] !== undefined && !(key === "host" && server.host === server.name))
    .map((key) =>
      `${key} ${listText([server[key] ?? ""].flat().map(String), key === "tags" ? "and" : "or")}`
    );
  return more.length === 0 ? server.name : `${server.name} (${more.join(", ")})`;
}

function readServers(field: Field, around: Around): Server[] {
  if (field.value === undefined || (Array.isArray(field.value) && field.value.length === 0)) {
    refuse(field, field.value === undefined ? "it is missing" : "it is an empty list", `Give ${wanted}`);
    return [];
  }
  const fields = oneOrMany(field);
  const found = fields.map((item) => readServer(item, around));
  refuseTwins(fields, found.map((server) => server ? address(server) : ""));
  const hosts = found.map((server) => server?.host);
  for (const tag of fields.flatMap((item) => oneOrMany(child(item, "tags")))) {
    // `--server` would mean both.
    if (typeof tag.value === "string" && hosts.includes(tag.value)) {
      refuse(tag, `${shorten(tag.value)} is a server's host, too`, "Give the tag another name");
    }
  }
  return found.filter((server) => server !== undefined).map((server) => {
    const alone = hosts.filter((host) => host === server.host).length === 1;
    return { ...server, name: alone ? server.host : address(server) };
  });
}

/** Reads which of the servers are meant. */
export function readServerName(field: Field, { config: { servers } }: Around): readonly string[] {
  const names = servers.map((server) => server.name);
  const which = text(field, { wanted: 'the name of a server, or "all"' });
  if (which === "all" || (which === "" && names.length < 2)) return names;
  if (which === "") {
    const problem = "it is missing: jails' addresses reach no further than their own server";
    const hint = `Give one of ${names.map((name) => `"${name}"`).join(", ")}, or "all" for one on each`;
    if (field.value === undefined) refuse(field, problem, hint);
    return [];
  }
  const found = servers.filter((server) => selected(which, server)).map(({ name }) => name);
  if (found.length > 0) return found;
  const hint = `Give one of ${serverWords(servers).join(", ")}, or "all"`;
  refuse(field, `there is no server ${shorten(which)}`, hint);
  return [];
}

type Unnamed = Omit<Server, "name">;

function readServer(field: Field, around: Around): Unnamed | undefined {
  if (typeof field.value === "string") return readTarget(field, field.value);
  const given = record(field, keysOf(serverRecord.fields), wanted);
  if (given === undefined) return undefined;
  const read = readFields(serverRecord.fields, (key) => given[key], around);
  if (read.host === "") return undefined;
  const said = Object.entries(read).filter(([, value]) => value !== undefined && String(value) !== "");
  return { host: read.host, ...Object.fromEntries(said) };
}

function readTarget(field: Field, value: string): Unnamed | undefined {
  const target = parseTarget(value);
  const complaint = target === undefined || value.includes(",")
    ? targetComplaint(value)
    : checkHost(target.host) ?? checkUser(target.user ?? "root");
  return complain(field, complaint) ? undefined : target;
}

function targetComplaint(value: string): Complaint {
  const hint = 'Give a text such as "root@203.0.113.7" or "deploy@shop.example.com:2222"';
  if (value === "") return { problem: describe(value), hint };
  const bare = value.replace(/^\w+:\/\//, "").replace(/\/$/, "");
  if (bare !== value && parseTarget(bare)) {
    return { problem: `${shorten(value)} has a scheme`, hint: `Write ${shorten(bare)}` };
  }
  if (value.includes(",")) {
    return { problem: `${shorten(value)} is not a server`, hint: 'Give a list: ["one", "two"]' };
  }
  return { problem: `${shorten(value)} is not a server`, hint };
}

function checkHost(host: string): Complaint | undefined {
  const target = parseTarget(host);
  if (target && (target.user !== undefined || target.port !== undefined)) {
    const hint = "Put user and port into fields of their own";
    return { problem: `${shorten(host)} is more than a host`, hint };
  }
  const plain = host.replace(/^\[(.*)\]$/, "$1");
  const address = isIpv4(plain) || (plain.includes(":") && /^[0-9a-fA-F:.]+(%[a-z0-9]+)?$/.test(plain));
  // An alias of ~/.ssh/config may hold what a host name may not, such as an underscore.
  const alias = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(plain) && !/^[\d.]+$/.test(plain);
  if (address || isHostName(plain) || alias) return undefined;
  const hint = 'Give one such as "203.0.113.7"';
  return { problem: `${shorten(host)} is neither a name nor an address`, hint };
}

function checkKey(key: string): Complaint | undefined {
  if (/-----BEGIN|\n/.test(key)) return { problem: "it is a key itself", hint: "Give the path of its file" };
  if (key.includes("\0")) return { problem: "it has a NUL character", hint: "Give a path" };
  if (!key.endsWith(".pub")) return undefined;
  const hint = `Write ${shorten(key.replace(/(\.pub)+$/, ""))}`;
  return { problem: `${shorten(key)} is a public key`, hint };
}

/** A chain of gates is written as OpenSSH does: the first one to go through comes first. */
function checkJump(jump: string): Complaint | undefined {
  const wrong = jump.split(",").find((gate) => parseTarget(gate.trim()) === undefined);
  return wrong === undefined ? undefined : targetComplaint(wrong);
}

function readFingerprints(field: Field): string[] {
  const wanted = 'a fingerprint such as "SHA256:…"';
  if (Array.isArray(field.value) && field.value.length === 0) {
    refuse(field, "it is an empty list", `Give ${wanted}, or leave it out`);
  }
  return oneOrMany(field).map((one) => text(one, { wanted, required: true, check: checkFingerprint }));
}

function checkFingerprint(fingerprint: string): Complaint | undefined {
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(fingerprint)) return undefined;
  return {
    problem: `${shorten(fingerprint, 20)} is not a SHA256 fingerprint`,
    hint:
      'Give the output of "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the server: SHA256 and 43 signs',
  };
}

function address(server: Unnamed): string {
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  return `${host}:${server.port ?? 22}`;
}
