/** A real Chromium: Debian's. */

import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
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

/** Where pictures go: those of the documentation are made by naming its directory. */
const pictures = Deno.env.get("ALCAIDE_PICTURES") ?? join(repository, ".cache", "pictures");

/** Keeps a picture of a page as it is now. */
export async function picture(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  await Deno.mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", ...options });
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
