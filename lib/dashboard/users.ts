// The users of a dashboard that others reach: a file with a line each, NAME:HASH:ROLE.

import { compare } from "bcryptjs";
import { AlcaideError, UsageError } from "../core/error.ts";
import { list } from "../core/text.ts";

/** The rights of a user: to look, or to deploy as well. */
export type Role = typeof roles[number];
const roles = ["look", "deploy"] as const;

/** Somebody who may use a dashboard. */
export interface User {
  readonly name: string;
  readonly role: Role;
}

/** Tells who it is; undefined when name and password don't fit. */
export type Verify = (name: string, password: string) => Promise<User | undefined>;

/** Too many passwords wait to be compared. */
export class BusyError extends AlcaideError {}

/** So many may wait. */
const mostWaiting = 50;

interface Entry extends User {
  readonly hash: string;
}

/** A hash that fits no password: an unknown name takes as long as a wrong password. */
const nobody = "$2b$10$abcdefghijklmnopqrstuuKPXLNVR3nGQ1ivLSTLDqmxmOyYBlJ3S";

/** Milliseconds that a wrong password holds the next one up: hashes may be cheap, guesses are not. */
const afterWrong = 250;

/**
 * Reads a file of users. Passwords are hashed by bcrypt, as `htpasswd -nB NAME` prints them.
 *
 * @param pause milliseconds between a wrong password and the next comparison
 * @throws {UsageError} for a line that can't be understood
 */
export function parseUsers(text: string, file: string, pause = afterWrong): Verify {
  const users = new Map<string, Entry>();
  text.split("\n").forEach((row, index) => {
    const line = row.trim();
    if (line === "" || line.startsWith("#")) return;
    const refuse = (problem: string, hint: string): never => {
      throw new UsageError(`Cannot use ${file}, line ${index + 1}: ${problem}`, { hint });
    };
    const [name = "", hash = "", role = "", ...more] = line.split(":");
    if (name === "" || more.length > 0) refuse("it is not NAME:HASH:ROLE", "ada:$2y$10$…:deploy");
    if (!/^\$2[aby]\$(0[4-9]|1\d)\$[./A-Za-z0-9]{53}$/.test(hash)) {
      refuse(`the password of ${name} is not hashed by bcrypt`, `htpasswd -nB ${name} prints a hash`);
    }
    const known = roles.find((one) => one === role) ??
      refuse(`"${role}" is not a role`, `Roles: ${list(roles)}`);
    if (users.has(name)) refuse(`${name} is there twice`, "Leave one out");
    users.set(name, { name, hash, role: known });
  });
  if (users.size === 0) {
    throw new UsageError(`Cannot use ${file}: it names no user`, { hint: "ada:$2y$10$…:deploy" });
  }
  return verifier(users, pause);
}

function verifier(users: ReadonlyMap<string, Entry>, pause: number): Verify {
  const passed = new Map<string, User>();
  // One at a time: whoever guesses waits for every guess before.
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (name, password) => {
    const key = await digest(`${name}\0${password}`);
    const known = passed.get(key);
    if (known !== undefined) return known;
    if (waiting >= mostWaiting) {
      throw new BusyError("Cannot compare the password: too many others wait", {
        hint: "Try again in a moment",
      });
    }
    const entry = users.get(name);
    waiting++;
    const right = last.then(() => compare(password, entry?.hash ?? nobody)).finally(() => waiting--);
    last = right.then((fits) => fits && entry ? undefined : wait(pause)).catch(() => {});
    if (!await right || entry === undefined) return undefined;
    const user = { name: entry.name, role: entry.role };
    passed.set(key, user);
    return user;
  };
}

function wait(milliseconds: number): Promise<void> | undefined {
  return milliseconds === 0 ? undefined : new Promise((done) => setTimeout(done, milliseconds));
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(hash));
}
