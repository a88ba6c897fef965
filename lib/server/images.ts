// Images on a server, by the names of their trees.

import type { TreeSpec } from "../commands/jail/tree.ts";
import { imageJailName, imagePrefix } from "../commands/paths.ts";
import type { Release } from "../core/release.ts";
import { elapsed, plural } from "../core/text.ts";
import { rows, splitFirst } from "./rows.ts";

/** An image on a server. */
export interface ImageFact {
  /** `APP.KIND-KEY.TIME`. */
  readonly name: string;
  readonly app: string;
  /** The way from a template to it, and the key of its contents: `copy-0123456789abcdef`. */
  readonly key: string;
  /** When it was made, to the second. */
  readonly made: Date;
  /** False where only the rest of its deletion is there. */
  readonly whole: boolean;
}

const pattern =
  /^([a-z][a-z0-9_]*)\.((?:copy|thin|clone)-[0-9a-f]{16})\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/;

/** The name of an image that is made now. */
export function imageName(app: string, key: string, now: string): string {
  return `${app}.${key}.${now.replace(/[-:]|\..*/g, "")}`;
}

/** Reads an image's name; undefined for any other name. */
export function parseImage(text: string): ImageFact | undefined {
  const name = text.replace(/\.gone$/, "");
  const [, app, key, year, month, day, hour, minute, second] = pattern.exec(name) ?? [];
  if (app === undefined || key === undefined) return undefined;
  const made = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(made.getTime()) ? undefined : { name, app, key, made, whole: name === text };
}

/** Parts the trees below the base path into jails and images; of an image there may be the rest of a deletion alone. */
export function parseTrees(
  text: string,
  basePath: string,
): { trees: Map<string, string>; images: ImageFact[] } {
  const begin = `${basePath}/${imagePrefix}`;
  const trees = new Map<string, string>();
  const images = new Map<string, ImageFact>();
  for (const [path, mark] of rows(text).map((row) => splitFirst(row, " "))) {
    const image = path.startsWith(begin) ? parseImage(path.slice(begin.length)) : undefined;
    if (image === undefined) trees.set(path, mark);
    else if (mark.replace(/\.gone$/, "") === imageJailName(image.app)) {
      const whole = image.whole || images.get(image.name)?.whole === true;
      images.set(image.name, { ...image, whole });
    }
  }
  return { trees, images: [...images.values()] };
}

/** The tree of an image. */
export function imageTree(
  basePath: string,
  dataset: string | undefined,
  { app, name }: Pick<ImageFact, "app" | "name">,
): TreeSpec {
  const dir = `${imagePrefix}${name}`;
  return {
    name: imageJailName(app),
    path: `${basePath}/${dir}`,
    dataset: dataset === undefined ? undefined : `${dataset}/${dir}`,
  };
}

/** The image that a release's jail was made from, as `status` shows it. */
export interface ImageStatus {
  /** Its name; its tree is `/jails/alcaide_image_NAME`. */
  readonly name: string;
  /** When it was made: ISO 8601, UTC; null where its name does not say. */
  readonly made: string | null;
  /** The packages that were asked for. */
  readonly packages: readonly string[];
  /** The commands that were run in it. */
  readonly commands: readonly string[];
}

/** The status of a release's image, from the release's record; null where its jail was made from the base system. */
export function imageStatus(record: Pick<Release, "config"> | undefined): ImageStatus | null {
  const { image, packages = [] } = record?.config ?? {};
  if (image === undefined) return null;
  return {
    name: image.name,
    made: parseImage(image.name)?.made.toISOString() ?? null,
    packages,
    commands: image.commands,
  };
}

/** The image for people. */
export function imageRows(image: ImageStatus | null, now: Date): string[] {
  if (image === null) return [];
  const { name, made, packages, commands } = image;
  const age = made === null ? "" : `, made ${elapsed(made, now)} ago`;
  const more = commands.length === 0 ? "" : ` and ${plural(commands.length, "command")}`;
  return [`  image: ${plural(packages.length, "package")}${more}${age} (${name})`];
}
