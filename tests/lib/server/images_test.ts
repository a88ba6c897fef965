import { assertEquals } from "@std/assert";
import { imageName, imageTree, parseImage, parseTrees } from "../../../lib/server/images.ts";

const key = "copy-0011223344556677";
const name = imageName("shop", key, "2026-01-02T03:04:05.678Z");
const made = new Date("2026-01-02T03:04:05Z");

Deno.test("imageName() and parseImage() are each other's reverse", () => {
  assertEquals(name, "shop.copy-0011223344556677.20260102T030405");
  assertEquals(parseImage(name), { name, app: "shop", key, made, whole: true });
  assertEquals(parseImage(`${name}.gone`), { name, app: "shop", key, made, whole: false });
});

for (
  const other of ["", "shop", `shop.${key}`, `shop.${key}.20261302T030405`, `Shop.${key}.20260102T030405`]
) {
  Deno.test(`parseImage() takes "${other}" for no image`, () => assertEquals(parseImage(other), undefined));
}

Deno.test("parseTrees() tells images from jails, by name and mark", () => {
  const text = `/jails/shop_blue shop_blue
/jails/alcaide_image_blue alcaide_image_blue
/jails/alcaide_image_${name} shop__image
/jails/alcaide_image_${name.replace("shop", "blog")} theirs
/jails/alcaide_image_${name.replace("05", "06")}.gone shop__image.gone
`;
  const { trees, images } = parseTrees(text, "/jails");
  assertEquals([...trees.keys()], ["/jails/shop_blue", "/jails/alcaide_image_blue"]);
  assertEquals(images.map(({ name, whole }) => [name, whole]), [[name, true], [
    name.replace("05", "06"),
    false,
  ]]);
});

Deno.test("parseTrees() takes an image whose deletion has just begun for whole", () => {
  const rows = ["", ".gone"].map((end) => `/jails/alcaide_image_${name}${end} shop__image${end}\n`);
  for (const text of [rows.join(""), rows.toReversed().join("")]) {
    assertEquals(parseTrees(text, "/jails").images.map(({ whole }) => whole), [true]);
  }
});

Deno.test("imageTree() is a dataset where the base path is one", () => {
  const image = { app: "shop", name };
  const tree = { name: "shop__image", path: `/jails/alcaide_image_${name}`, dataset: undefined };
  assertEquals(imageTree("/jails", undefined, image), tree);
  assertEquals(imageTree("/jails", "z/jails", image), { ...tree, dataset: `z/jails/alcaide_image_${name}` });
});
