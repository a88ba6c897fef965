/**
 * How much the variables of a program may hold together.
 *
 * @module
 */

import type { Problem } from "../core/error.ts";
import { isSecret, type Secret } from "../core/secret.ts";
import { isReference } from "../secrets/reference.ts";
import { quoteAlways } from "../core/sh.ts";
import { readableFields } from "./missing.ts";
import type { Config } from "./types.ts";

/**
 * Bytes of names and quoted values. FreeBSD hands a program 512 kB of variables and arguments together, which what it
 * starts itself needs, too; Linux, where tests run, hands it 128 kB in one variable.
 */
const most = 120_000;

/** Says which variables of a configuration are too many, of those whose values are known. */
export function checkVariables(config: Config): Problem[] {
  const { env, accessories } = config;
  const build = readableFields(config).includes("build") ? config.build : undefined;
  return [
    ...problemsOf("env", env),
    ...build?.kind === "jail" ? problemsOf("build.env", build.env) : [],
    ...Object.values(accessories).flatMap((one) => problemsOf(`accessories.${one.name}.env`, one.env)),
  ];
}

function problemsOf(path: string, env: Readonly<Record<string, string | Secret>>): Problem[] {
  const sizes = Object.entries(env).map(([name, value]) => ({ name, size: sizeOf(name, value) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return [];
  const largest = sizes.reduce((a, b) => (b.size > a.size ? b : a));
  return [{
    path,
    problem: `its variables hold ${kB(total)} together, ${largest.name} ${
      kB(largest.size)
    } of it: a program gets at most ${kB(most)}`,
    hint: "Put long texts into files that the app reads",
  }];
}

function sizeOf(name: string, value: string | Secret): number {
  if (isReference(value)) return 0;
  const text = isSecret(value) ? value.reveal() : value;
  return text.includes("\0") ? 0 : new TextEncoder().encode(`${name}=${quoteAlways(text)}\n`).length;
}

function kB(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
