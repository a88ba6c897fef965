import { assertEquals } from "@std/assert";
import { complaints, resolve } from "../base.ts";

const from = "public/assets";

Deno.test("resolveConfig() reads assets", () => {
  assertEquals(resolve({}).assets, undefined);
  for (
    const assets of [
      { path: "/assets", from },
      { path: "/_next/static", from: ".next/static" },
      { path: "/a.b/~c-d", from: "lib/shop-*/priv/static/assets" },
    ]
  ) assertEquals(resolve({ assets }).assets, assets);
});

const notPath = (path: string) =>
  `assets.path: ${JSON.stringify(path)} is not a path below that of the app ` +
  '(Give one such as "/assets", without a slash at its end)';
const notFrom = (directory: string) =>
  `assets.from: ${JSON.stringify(directory)} is not a directory of the release ` +
  '(Give one such as "public/assets" or "lib/shop-*/priv/static/assets")';

for (
  const [assets, ...problems] of [
    ["/assets", 'assets: it is "/assets" (Give a record such as { path: "/assets", from: "public/assets" })'],
    [
      {},
      'assets.path: it is missing (Give a path such as "/assets")',
      'assets.from: it is missing (Give a directory such as "public/assets")',
    ],
    ...["assets", "/", "/assets/", "/a//b", "/a/../b", "/.", "/a b", "/a*", "/{path}", "/a\n"].map((path) =>
      [{ path, from }, notPath(path)] as const
    ),
    ...["/etc", "..", "a/../b", ".", "a/", "a//b", "a b", "$(id)", "a;b", "[ab]", "a\nb"].map((directory) =>
      [{ path: "/assets", from: directory }, notFrom(directory)] as const
    ),
  ] as const
) {
  Deno.test(`resolveConfig() refuses assets: ${JSON.stringify(assets)}`, () => {
    assertEquals(complaints({ assets }), problems);
  });
}

Deno.test("resolveConfig() refuses a health path among the assets: Caddy would answer for the app", () => {
  const health = { path: "/assets/health.txt" };
  assertEquals(complaints({ health, assets: { path: "/assets", from } }), [
    "assets.path: health.path, /assets/health.txt, is below it (Give health.path a page of the app)",
  ]);
  assertEquals(complaints({ health, assets: { path: "/ass", from } }), []);
});
