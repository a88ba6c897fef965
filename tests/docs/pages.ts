/** The documentation's pages, and what stands in them. */

import { fromFileUrl } from "@std/path";

/** The directory of this repository. */
export const repository: string = fromFileUrl(new URL("../../", import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** Its path from the top of the repository. */
  readonly path: string;
  readonly text: string;
}

/** A block of code in a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** All pages that a reader may come to. */
export async function readPages(): Promise<Page[]> {
  const top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/app/README.md", "tests/host/README.md"];
  const docs = await markdownIn("docs");
  const inner = [...await markdownIn("docs/adr"), ...await markdownIn("docs/recipes")];
  return await Promise.all([...top, ...docs, ...inner].map(readPage));
}

/** One page. */
export async function readPage(path: string): Promise<Page> {
  return { path, text: await Deno.readTextFile(`${repository}${path}`) };
}

async function markdownIn(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${repository}${directory}`));
  return entries.filter((entry) => entry.name.endsWith(".md")).map((entry) => `${directory}/${entry.name}`);
}

/** The blocks of code in a page. */
export function blocksOf({ text }: Page): Block[] {
  return [...text.matchAll(/^ *```([^\n]*)\n([^]*?)^ *```$/gm)].map(([, language = "", body = ""]) => ({
    language: language.trim(),
    text: body,
  }));
}

/** The texts between backticks, outside of blocks. */
export function spansOf(page: Page): string[] {
  return [...prose(page).matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span.replaceAll(/\s+/g, " "));
}

/** A page without its blocks of code. */
export function prose({ text }: Page): string {
  return text.replace(/^ *```[^]*?^ *```$/gm, "");
}

/** The names by which a page's headings can be linked to. */
export function anchorsOf(page: Page): string[] {
  return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}
