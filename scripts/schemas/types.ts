// The types of the sources, as `deno doc` tells them.

import { fromFileUrl } from "@std/path";
import { $ } from "../../lib/remote/dollar.ts";

/** A type. `kind` says which of its values there are. */
export interface TsType {
  readonly kind: string;
  readonly repr?: string;
  // deno-lint-ignore no-explicit-any -- each kind has its own form
  readonly value?: any;
}

/** A property of a type. */
export interface Property {
  readonly name: string;
  readonly optional?: boolean;
  readonly jsDoc?: { readonly doc?: string };
  readonly tsType: TsType;
}

/** A declared type and where it is. */
export interface Declaration {
  readonly kind: "interface" | "typeAlias" | "variable";
  readonly location: { readonly filename: string };
  readonly jsDoc?: { readonly doc?: string };
  readonly def: {
    readonly tsType?: TsType;
    readonly extends?: readonly TsType[];
    readonly properties?: readonly Property[];
  };
}

/** The place of a name: the file in which it is read. */
export type Names = (name: string, file: string) => Declaration;

/** Reads the exported types of `lib/` and `tasks/`. */
export async function readTypes(): Promise<Names> {
  const root = new URL("../../", import.meta.url);
  const files = [...await sources(new URL("lib/", root)), ...await sources(new URL("tasks/", root))];
  const { nodes } = await $`${Deno.execPath()} doc --json ${files}`.env("NO_COLOR", "1").quiet()
    .json<{ nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }> }>();
  return (name, file) => {
    const found = nodes[new URL(file, root).href]?.symbols.find((symbol) => symbol.name === name);
    const [first] = found?.declarations ?? [];
    if (first === undefined) throw new Error(`Cannot make a schema: ${file} exports no type ${name}`);
    return first;
  };
}

async function sources(directory: URL): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory) found.push(...await sources(new URL(`${name}/`, directory)));
    else if (name.endsWith(".ts")) found.push(fromFileUrl(new URL(name, directory)));
  }
  return found;
}
