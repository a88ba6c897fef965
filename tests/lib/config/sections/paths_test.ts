import { assertEquals } from "@std/assert";
import { showConfig } from "../../../../lib/config/show.ts";
import { complaints, resolve } from "../base.ts";

const domain = "shop.org";

Deno.test("resolveConfig() reads the paths that are the app's", () => {
  const { paths, stripPrefix } = resolve({
    domain,
    paths: ["/api/*", "/robots.txt", "/*"],
    stripPrefix: true,
  });
  assertEquals([paths, stripPrefix], [["/api/*", "/robots.txt", "/*"], true]);
  const shown = (changes: Record<string, unknown>) =>
    showConfig(resolve({ domain, ...changes })).text.split("\n").filter((row) => /^(paths|strip)/.test(row))
      .map((row) => row.replace(/ +/, " "));
  assertEquals([shown({}), shown({ paths: "/a/*", stripPrefix: true })], [[], [
    "paths /a/*",
    "stripPrefix true",
  ]]);
});

const hint = 'Give one such as "/robots.txt", or "/api/*" for all below it';

for (
  const [changes, problem] of [
    ...["api/*", "/api*", "/a/*/b", "/", "/a b", "/a{", "/a/"].map((path) =>
      [{ domain, paths: path }, `paths: ${JSON.stringify(path)} is not a path (${hint})`] as const
    ),
    [{ domain, paths: ["/a", "/a"] }, "paths[1]: it is the same as paths[0] (Name it once)"],
    [{ paths: "/a" }, "paths: there is no domain (Give domain, too)"],
    [{ stripPrefix: 1 }, "stripPrefix: it is 1 (Give true or false)"],
  ] as const
) {
  Deno.test(`resolveConfig() refuses ${JSON.stringify(changes)}`, () => {
    assertEquals(complaints(changes), [problem]);
  });
}
