/** A real Chromium: Debian's. */

import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { decodeBase64 } from "@std/encoding/base64";
import { join } from "@std/path";
import { repository } from "../e2e/place.ts";
import { program } from "./available.ts";

/** Starts the browser. It ends when it is disposed of. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

/** The pictures of a run. */
const kept = join(repository, ".cache", "pictures");

/** The directory of the documentation whose pictures are made anew. */
const shown = Deno.env.get("ALCAIDE_PICTURES");

/**
 * Keeps a picture of a page as it is now, from its top: of what the window shows, of the whole page, or until below an element. The
 * documentation gets those that it shows already.
 */
export async function picture(
  page: Page,
  name: string,
  { fullPage = false, until }: { fullPage?: boolean; until?: string } = {},
): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await page.evaluate("scrollTo(0, 0)");
  const { cssContentSize: { width, height } } = await browser.send("Page.getLayoutMetrics");
  const bottom = until &&
    await page.evaluate(`document.querySelector("${until}").getBoundingClientRect().bottom + 40`);
  const whole = fullPage || until
    ? { clip: { x: 0, y: 0, width, height: Number(bottom ?? height), scale: 1 }, captureBeyondViewport: true }
    : {};
  // Half the size of PNG, and as legible.
  const { data } = await browser.send("Page.captureScreenshot", { format: "webp", quality: 75, ...whole });
  await browser.detach();
  await Deno.mkdir(kept, { recursive: true });
  for (const directory of shown === undefined ? [kept] : [kept, shown]) {
    const path = join(directory, `${name}.webp`);
    const wanted = directory === kept || await Deno.stat(path).then(() => true, () => false);
    if (wanted) await Deno.writeFile(path, decodeBase64(data));
  }
}

/** Names the faults of a page by WCAG's levels A and AA, as axe sees them. */
export async function lacking(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
  return found;
}

/** True when nothing sticks out of the window sideways. */
export async function fits(page: Page): Promise<boolean> {
  return await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
}
