// A canary: the part of the visitors that a new release gets while the old one is live.

import { UsageError } from "./error.ts";

/** The visitors that a canary gets on a server: percent of them, or those with a cookie. */
export type CanaryShare = { readonly percent: number } | { readonly cookie: string };

/** The visitors that a canary is to get: the same on every server, or all on a part of the servers. */
export type CanaryWish = CanaryShare | { readonly part: number; readonly of: number };

/**
 * Reads a wish: `10`, `cookie=beta` or `1/5`.
 *
 * @param problem the beginning of its error, as in `Cannot use --canary "x"`
 * @throws {UsageError} when it can't be understood, or leaves nothing to the old release
 */
export function parseCanary(text: string, problem: string): CanaryWish {
  const bad = (why: string) =>
    new UsageError(`${problem}: ${why}`, {
      hint: "Give a percentage, a cookie or, on several servers, a part of them: 10, cookie=beta, 1/5",
    });
  const share = parseShare(/^\d+$/.test(text) ? `${text}%` : text);
  const [, part, of] = /^(\d{1,3})\/(\d{1,3})$/.exec(text)?.map(Number) ?? [];
  if (share !== undefined) {
    if (!("percent" in share) || (share.percent > 0 && share.percent < 100)) return share;
    throw bad("a canary gets from 1 to 99 percent");
  }
  if (part === undefined || of === undefined) {
    throw bad("it is not a percentage, a cookie or a part of the servers");
  }
  if (part === 0 || part >= of) throw bad("it leaves no server to one of the releases");
  return { part, of };
}

/** Reads a share as a site file has it: `10%`, `cookie=beta`; undefined when it is none. */
export function parseShare(text: string): CanaryShare | undefined {
  const [, percent, cookie] = /^(?:(\d{1,3})%|cookie=([\w-]{1,64}))$/.exec(text) ?? [];
  if (percent !== undefined) return { percent: Number(percent) };
  return cookie === undefined ? undefined : { cookie };
}

/** A share as a site file has it. */
export function shareMark(share: CanaryShare): string {
  return "percent" in share ? `${share.percent}%` : `cookie=${share.cookie}`;
}

/** A wish for people: "10% of the visitors", "all visitors of 1/5 of the servers". */
export function shareText(wish: CanaryWish): string {
  if ("part" in wish) return `all visitors of ${wish.part}/${wish.of} of the servers`;
  if ("cookie" in wish) return `the visitors with the cookie ${wish.cookie}`;
  return wish.percent === 100 ? "all visitors" : `${wish.percent}% of the visitors`;
}
