import { assertEquals } from "@std/assert";
import { parseTarget, type Target, targetName } from "../../../lib/core/target.ts";

const good: readonly { text: string; target: Target; name?: string }[] = [
  { text: "shop.example.com", target: { host: "shop.example.com" } },
  { text: "root@203.0.113.7", target: { user: "root", host: "203.0.113.7" } },
  { text: "deploy@web:2222", target: { user: "deploy", host: "web", port: 2222 } },
  { text: "web:22", target: { host: "web", port: 22 }, name: "web" },
  { text: "root@[2001:db8::1]:2222", target: { user: "root", host: "2001:db8::1", port: 2222 } },
  { text: "root@2001:db8::1", target: { user: "root", host: "2001:db8::1" } },
  { text: "[::1]", target: { host: "::1" }, name: "::1" },
  { text: "a-b_c.d@web", target: { user: "a-b_c.d", host: "web" } },
];
for (const { text, target, name } of good) {
  Deno.test(`parseTarget() reads ${text}`, () => assertEquals(parseTarget(text), target));
  Deno.test(`targetName() writes ${name ?? text}`, () => assertEquals(targetName(target), name ?? text));
}

const bad = [
  "",
  "@web",
  "web:",
  "web:0",
  "web:65536",
  "web:x",
  "a b",
  "root@",
  "web:22:22x",
  "root@we b",
  "a@b@c",
];
for (const text of bad) {
  Deno.test(`parseTarget() makes nothing of "${text}"`, () => assertEquals(parseTarget(text), undefined));
}
