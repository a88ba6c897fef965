/**
 * The servers of a configuration.
 *
 * @module
 */

import { resolve } from "node:path";
import { parseTarget } from "../core/target.ts";
import { isHostName, isIpv4 } from "./check_network.ts";
import {
  choice,
  type Complaint,
  describe,
  type Field,
  number,
  oneOrMany,
  record,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "./field.ts";
import type { Server } from "./types.ts";

const serverKeys = ["host", "user", "port", "key", "become", "jump", "hostKey"] as const;
const wanted = '"root@203.0.113.7", a record such as { host: "203.0.113.7" }, or a list of them';

/** Reads one server or several; relative paths of keys start at the directory. */
export function readServers(field: Field, directory: string): Server[] {
  if (field.value === undefined || (Array.isArray(field.value) && field.value.length === 0)) {
    refuse(field, field.value === undefined ? "it is missing" : "it is an empty list", `Give ${wanted}`);
    return [];
  }
  const fields = oneOrMany(field);
  const found = fields.map((item) => readServer(item, directory));
  refuseTwins(fields, found.map((server) => server ? address(server) : ""));
  const hosts = found.map((server) => server?.host);
  return found.filter((server) => server !== undefined).map((server) => {
    const alone = hosts.filter((host) => host === server.host).length === 1;
    return { ...server, name: alone ? server.host : address(server) };
  });
}

type Unnamed = Omit<Server, "name">;

function readServer(field: Field, directory: string): Unnamed | undefined {
  if (typeof field.value === "string") return readTarget(field, field.value);
  const fields = record(field, serverKeys, wanted);
  if (fields === undefined) return undefined;
  const host = text(fields.host, { wanted: "a name or an address", required: true, check: checkHost });
  const user = text(fields.user, { wanted: 'a name such as "root"', check: checkUser });
  const port = number(fields.port, { least: 1, most: 65535, fallback: 0 });
  const key = text(fields.key, { wanted: 'a path such as "~/.ssh/id_ed25519"', check: checkKey });
  const become = choice(fields.become, ["doas", "sudo"]);
  const jump = text(fields.jump, { wanted: 'a text such as "user@gate.example.com"', check: checkJump });
  const hostKey = readFingerprints(fields.hostKey);
  if (host === "") return undefined;
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    ...(user === "" ? {} : { user }),
    ...(port === 0 ? {} : { port }),
    ...(key === "" ? {} : { key: key.startsWith("~/") ? key : resolve(directory, key) }),
    ...(become === undefined ? {} : { become }),
    ...(jump === "" ? {} : { jump }),
    ...(hostKey.length === 0 ? {} : { hostKey }),
  };
}

function readTarget(field: Field, value: string): Unnamed | undefined {
  const target = parseTarget(value);
  const complaint = target === undefined || value.includes(",")
    ? targetComplaint(value)
    : checkHost(target.host) ?? checkUser(target.user ?? "root");
  if (complaint === undefined) return target;
  refuse(field, complaint.problem, complaint.hint);
  return undefined;
}

function targetComplaint(value: string): Complaint {
  const hint = 'Give a text such as "root@203.0.113.7" or "deploy@shop.example.com:2222"';
  if (value === "") return { problem: describe(value), hint };
  const bare = value.replace(/^\w+:\/\//, "").replace(/\/$/, "");
  if (bare !== value && parseTarget(bare)) {
    return { problem: `${shorten(value)} has a scheme`, hint: `Write ${shorten(bare)}` };
  }
  if (value.includes(",")) {
    return { problem: `${shorten(value)} is no server`, hint: 'Give a list: ["one", "two"]' };
  }
  return { problem: `${shorten(value)} is no server`, hint };
}

function checkHost(host: string): Complaint | undefined {
  const target = parseTarget(host);
  if (target && (target.user !== undefined || target.port !== undefined)) {
    return {
      problem: `${shorten(host)} is more than a host`,
      hint: "Put user and port into fields of their own",
    };
  }
  const plain = host.replace(/^\[(.*)\]$/, "$1");
  const address = isIpv4(plain) || (plain.includes(":") && /^[0-9a-fA-F:.]+(%[a-z0-9]+)?$/.test(plain));
  // An alias of ~/.ssh/config may hold what a host name may not, such as an underscore.
  const alias = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(plain) && !/^[\d.]+$/.test(plain);
  if (address || isHostName(plain) || alias) return undefined;
  return { problem: `${shorten(host)} is no name or address`, hint: 'Give one such as "203.0.113.7"' };
}

function checkUser(user: string): Complaint | undefined {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(user)) return undefined;
  return {
    problem: `${shorten(user)} is no user's name`,
    hint: "Use letters, digits, dots, hyphens and underscores",
  };
}

function checkKey(key: string): Complaint | undefined {
  if (/-----BEGIN|\n/.test(key)) return { problem: "it is a key itself", hint: "Give the path of its file" };
  if (key.includes("\0")) return { problem: "it has a NUL character", hint: "Give a path" };
  if (!key.endsWith(".pub")) return undefined;
  return {
    problem: `${shorten(key)} is a public key`,
    hint: `Write ${shorten(key.replace(/(\.pub)+$/, ""))}`,
  };
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
      'Give what "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" prints on the server: SHA256 and 43 signs',
  };
}

function address(server: Unnamed): string {
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  return `${host}:${server.port ?? 22}`;
}
