/** Runs of the program whose whole output is kept, to look through it at the end. */

import { assertEquals } from "@std/assert";
import { type MarkedSecret, shapes } from "./markers.ts";
import type { Project, Result, RunOptions } from "./project.ts";

/** Runs the program and keeps all that it printed. */
export class Listener {
  readonly #project: Project;
  readonly #said: { readonly what: string; readonly text: string }[] = [];

  /** Listens to a project. */
  constructor(project: Project) {
    this.#project = project;
  }

  /** Runs the program, which must end with status 0 or the one that is wanted. */
  async run(
    args: readonly string[],
    { wants = 0, ...options }: RunOptions & { wants?: number } = {},
  ): Promise<Result> {
    const result = await this.#project.alcaide(args, options);
    const what = args.join(" ");
    this.#said.push({ what, text: result.text });
    assertEquals(result.code, wants, `${what}: ${result.text}`);
    return result;
  }

  /** The program that printed one of these. */
  leaks(marks: readonly MarkedSecret[]): string[] {
    const needles = marks.flatMap(shapes);
    return this.#said.filter(({ text }) => needles.some((needle) => text.includes(needle))).map(({ what }) =>
      what
    );
  }
}
