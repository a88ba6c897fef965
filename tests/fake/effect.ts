/**
 * Effects: a command by its example, and small steps between which a script may be cut off.
 *
 * @module
 */

import type { Command } from "../../lib/core/sh.ts";
import type { Model } from "./model.ts";
import { type Finder, finder, type Values } from "./pattern.ts";

/** How a small step ended: what it printed, and a status when it ends its script. */
export interface Outcome {
  readonly status?: number;
  readonly out?: string;
  readonly err?: string;
}

/** The surroundings of an effect when it happens. */
export interface Scene {
  readonly model: Model;
  /** Why a release isn't well; nothing when it is. */
  readonly illness: (release: string) => string | undefined;
  /** The script's standard input. */
  readonly stdin: string;
}

/** A small step. */
export type Micro = (scene: Scene) => Outcome | void;

/** Something that scripts do. */
export interface Effect {
  readonly name: string;
  readonly find: Finder;
  readonly does: (values: Values) => readonly Micro[];
}

/** A placeholder. */
export function word(name: string): string {
  return `@${name}@`;
}

/** Makes an effect. */
export function effect(name: string, example: Command, does: (values: Values) => readonly Micro[]): Effect {
  return { name, find: finder(example), does };
}

/** The value of a placeholder. */
export function v(values: Values, name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`The pattern has no value ${name}`);
  return value;
}

/** Ends a script with status 1. */
export function failed(err: string): Outcome {
  return { status: 1, err: `${err}\n` };
}
