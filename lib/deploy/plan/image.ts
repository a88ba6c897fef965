// The image that a release's jail is made from: one that is there, or how it is made.

import type { ImageSpec } from "../../commands/jail/image.ts";
import type { JailSpec } from "../../commands/jail/jail.ts";
import { treeOf, type TreeSpec } from "../../commands/jail/tree.ts";
import { imageJailName } from "../../commands/paths.ts";
import type { Config } from "../../config/field/types.ts";
import { shortName } from "../../core/fingerprint.ts";
import type { Release, ReleaseId } from "../../core/release.ts";
import { plural } from "../../core/text.ts";
import { type Facts, releasesOf } from "../../server/facts.ts";
import { type ImageFact, imageName, imageTree } from "../../server/images.ts";

/** The image of a release on a server. */
export interface ImagePlan {
  /** Its name, as the release's record keeps it. */
  readonly name: string;
  /** Its tree. */
  readonly tree: TreeSpec;
  /** How it is made; absent where it is there. */
  readonly make?: ImageSpec;
  /** When it was made, where it is there. */
  readonly made?: Date;
}

/** The wishes for an image. */
export interface ImageWish {
  /** The jail that is made from it. */
  readonly jail: Pick<JailSpec, "ip4" | "base">;
  readonly template: TreeSpec;
  /** Now, ISO 8601, UTC. */
  readonly now: string;
  /** True when it is made although one is there. */
  readonly afresh?: boolean | undefined;
  /** The image that the release had before, which counts more than any other. */
  readonly earlier?: string | undefined;
}

/** Tells whether an app's jails are made from an image. */
export function wantsImage({ image: { packages, commands } }: Pick<Config, "image">): boolean {
  return packages.length + commands.length > 0;
}

/** Finds the image of a release, or decides how it is made; undefined where the base system is enough. */
export function planImage(config: Config, facts: Facts, wish: ImageWish): ImagePlan | undefined {
  const { app, image: { packages, commands }, jail: { basePath } } = config;
  if (!wantsImage(config)) return undefined;
  const { template, afresh = false, earlier, now } = wish;
  const kind = facts.dataset !== undefined ? "clone" : wish.jail.base === undefined ? "copy" : "thin";
  const key = `${kind}-${shortName(JSON.stringify([template.name, packages, commands]))}`;
  const usable = imagesOf(facts, app).filter((one) => one.whole && one.key.startsWith(`${kind}-`));
  const found = usable.find(({ name }) => name === earlier) ?? usable.find((one) => one.key === key);
  if (found && !afresh) {
    return { name: found.name, tree: imageTree(basePath, facts.dataset, found), made: found.made };
  }
  const name = imageName(app, key, now);
  const tree = imageTree(basePath, facts.dataset, { app, name });
  const jail = imageJail(config, wish);
  const make = { jail, tree: treeOf(jail, facts), template, image: tree, packages, commands };
  return { name, tree, make };
}

/** The images of an app, the newest first. */
export function imagesOf({ images }: Pick<Facts, "images">, app: string): ImageFact[] {
  return images.filter((one) => one.app === app).sort((a, b) => b.made.getTime() - a.made.getTime());
}

/** The jail in which an image is made. It has the address of the slot that is empty meanwhile. */
function imageJail(
  { app, jail: { basePath, nameservers } }: Config,
  { jail: { ip4, base }, template }: ImageWish,
): JailSpec {
  const name = imageJailName(app);
  return {
    ...{ name, path: `${basePath}/${name}`, ip4, stopTimeout: 5 },
    ...base === undefined ? {} : { base: template.path },
    ...nameservers === undefined ? {} : { nameservers },
  };
}

/**
 * The trees of images that no release needs any more.
 *
 * @param image the image of the release that comes
 * @param prune releases that are forgotten
 */
export function unusedImages(
  { app, jail: { basePath } }: Pick<Config, "app" | "jail">,
  facts: Facts,
  image: Pick<ImagePlan, "name"> | undefined,
  prune: readonly ReleaseId[],
): TreeSpec[] {
  const kept = releasesOf(facts, app).filter(({ id, state }) => state !== "failed" && !prune.includes(id));
  const needed = new Set([image?.name, ...kept.map(({ config }) => config.image?.name)]);
  return imagesOf(facts, app).filter(({ name }) => !needed.has(name))
    .map((one) => imageTree(basePath, facts.dataset, one));
}

/** The part of a record that names the image. */
export function recordedImage(
  image: ImagePlan | undefined,
  { image: { commands } }: Pick<Config, "image">,
): Pick<Release["config"], "image"> {
  return image === undefined ? {} : { image: { name: image.name, commands } };
}

/** A record of a release that comes back, with the image that its jail is made from now. */
export function withImage<R extends Pick<Release, "config">>(
  release: R,
  image: ImagePlan | undefined,
  config: Pick<Config, "image">,
): R {
  return { ...release, config: { ...release.config, ...recordedImage(image, config) } };
}

/** Days after which the packages of an image are worth a warning. */
const oldDays = 30;

/** Says that an image is old, and what to do about it; undefined where it isn't. `now` is in milliseconds since 1970. */
export function oldImage(
  image: { readonly made?: Date } | undefined,
  now: number,
): { readonly says: string; readonly remedy: string } | undefined {
  const days = image?.made ? Math.floor((now - image.made.getTime()) / 86_400_000) : 0;
  if (days < oldDays) return undefined;
  return {
    says: `The image of the app's jails is ${plural(days, "day")} old, and so are its packages`,
    remedy: '"alcaide deploy --rebuild" installs the newest',
  };
}
