// The rights of those who ask a dashboard. Every request is looked at.

import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { basicAuth } from "hono/basic-auth";
import { secureHeaders } from "hono/secure-headers";
import type { User, Verify } from "./users.ts";

/** The rules of a dashboard. */
export interface Access {
  /** The random word that every address begins with. */
  readonly token: string;
  /** Names that it answers to, with their port: a page of another name that leads here is refused. */
  readonly hosts: ReadonlySet<string>;
  /** The origins of its own pages. */
  readonly origins: ReadonlySet<string>;
  /** Without it nobody has to say a name, and everybody may deploy. */
  readonly verify?: Verify | undefined;
  /** Nobody may change anything. */
  readonly readOnly: boolean;
}

/** The values that a request carries. */
export interface Env {
  Variables: { user: User };
}

/** Headers of every answer: nothing but our own files is loaded, and nobody frames, caches or reads a page. */
export const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    ...{ defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], connectSrc: ["'self'"] },
    ...{ imgSrc: ["'self'"], formAction: ["'self'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
  },
  // "no-referrer" would take the origin from our own forms, too.
  referrerPolicy: "same-origin",
  xFrameOptions: "DENY",
  // That is for the owner of a name to decide.
  strictTransportSecurity: false,
});

/** Refuses requests under another name, and those that a page of somebody else's sends. */
export function sameSite({ hosts, origins }: Access): MiddlewareHandler {
  return async (c, next) => {
    const { method, url } = c.req;
    // HTTP/2 has no such header.
    const host = c.req.header("host") ?? new URL(url).host;
    if (!hosts.has(host.toLowerCase())) {
      return c.text("This dashboard has another name: open the address that it printed\n", 403);
    }
    const origin = c.req.header("origin");
    const changes = method !== "GET" && method !== "HEAD";
    const from = c.req.header("sec-fetch-site") ?? "none";
    const follows = c.req.header("sec-fetch-mode") === "navigate";
    const foreign = origin === undefined ? changes : !origins.has(origin);
    // A link from elsewhere may be followed to a page; nothing else comes from there.
    if (foreign || (!["same-origin", "none"].includes(from) && (changes || !follows))) {
      return c.text("Pages of others cannot use this dashboard\n", 403);
    }
    c.header("Cache-Control", "no-store");
    await next();
  };
}

/** Asks for name and password where there are users. */
export function known({ verify }: Access, nobody: User): MiddlewareHandler<Env> {
  if (verify === undefined) {
    return async (c, next) => {
      c.set("user", nobody);
      await next();
    };
  }
  return basicAuth({
    realm: "Alcaide",
    invalidUserMessage: "Name and password are needed\n",
    verifyUser: async (name, password, c) => {
      const user = await verify(name, password);
      if (user !== undefined) c.set("user", user);
      return user !== undefined;
    },
  });
}

/** Refuses requests without the token. */
export function withToken({ token }: Access): MiddlewareHandler {
  return async (c, next) => {
    return isSame(c.req.param("token") ?? "", token) ? await next() : noToken(c);
  };
}

/** The answer to a request without the token. */
export function noToken(c: Context): Response {
  return c.text("The address lacks its token: open the one that the dashboard printed\n", 403);
}

/** Refuses what changes something to those who may only look. */
export function mayDeploy({ readOnly }: Access): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (canDeploy(readOnly, c.get("user"))) return await next();
    const why = readOnly ? "this dashboard is read-only" : `${c.get("user").name} may only look`;
    return c.text(`Cannot do this: ${why}\n`, 403);
  };
}

/** True for somebody who may change something. */
export function canDeploy(readOnly: boolean, { role }: User): boolean {
  return !readOnly && role === "deploy";
}

/** Compares in a time that tells nothing about where two texts differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  return a.length === b.length && timingSafeEqual(a, b);
}
