/** A host on which cases of all scenarios are tried, one after another, and their right ends. */

import { createHash } from "node:crypto";
import { join } from "@std/path";
import { runHere } from "./client.ts";
import { difference, inventory } from "./inventory.ts";
import { quiet, settled } from "./quiet.ts";
import { type Scenario, scenarios, shown } from "./scenarios.ts";
import { app, Bench } from "./states.ts";

/** The end of an undisturbed command. */
interface Right {
  /** How many program calls it makes. */
  readonly calls: number;
  readonly lines: readonly string[];
}

/** A scenario's state on a host. */
export class Stage implements AsyncDisposable {
  #scenario = "";
  #number = 0;
  /** States after a fault from which the command, run again, came to its aim: by scenario and all that the host has. */
  readonly #mended = new Set<string>();
  readonly #right = new Map<string, Right>();

  private constructor(readonly bench: Bench) {}

  /** @param folder where states and right ends are kept, for all lanes */
  static async open(folder: string): Promise<Stage> {
    return new Stage(await Bench.open(folder));
  }

  get host() {
    return this.bench.host;
  }

  get place() {
    return this.bench.place;
  }

  get project() {
    return this.bench.project;
  }

  get scenario(): Scenario {
    return scenarios[this.#scenario]!;
  }

  /** Brings the host to the state before a scenario's command, and gives the text of the release to come. */
  async begin(name: string): Promise<string> {
    this.#scenario = name;
    await this.bench.to(this.scenario.state);
    const text = await this.next();
    if (this.scenario.serving) await this.served();
    return text;
  }

  async next(): Promise<string> {
    const text = `case ${++this.#number}`;
    await this.scenario.begin?.(this.place, this.project, text);
    return text;
  }

  /** Waits until the app is served, which after a boot takes a moment, and gives what it shows. */
  async served(): Promise<string> {
    for (let trial = 0;; trial++) {
      const text = await shown(this.place, this.project);
      if (!text.startsWith("status ") || trial === 300) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async inventory(): Promise<string[]> {
    const lines = await inventory(this.host, app);
    const more = await this.scenario.more?.(this.place) ?? "";
    return [...lines, ...more.split("\n").filter((line) => line !== "")].sort();
  }

  /** The right end of a scenario's command: run once, or twice. It is found out once for all lanes. */
  async right(name: string, times: 1 | 2): Promise<Right> {
    const file = join(this.bench.folder, `${name}.${times}.json`);
    const found = this.#right.get(file) ?? await this.#find(name, times, file);
    this.#right.set(file, found);
    return found;
  }

  async #find(name: string, times: 1 | 2, file: string): Promise<Right> {
    using lock = await Deno.open(`${file}.lock`, { create: true, write: true });
    await lock.lock(true);
    const known = await Deno.readTextFile(file).catch(() => undefined);
    if (known !== undefined) return JSON.parse(known);
    await this.begin(name);
    await this.host.clearCalls();
    for (let time = 1; time <= times; time++) {
      if (time === 2) await this.next();
      const { code, text } = await runHere(this.project, this.scenario.args(this.project));
      if (code !== 0 && !(time === 2 && /it is live/.test(text))) {
        throw new Error(`The undisturbed command fails: ${text}`);
      }
    }
    await quiet(this.host);
    const right = { calls: (await this.host.calls()).length, lines: await this.inventory() };
    await Deno.writeTextFile(file, JSON.stringify(right));
    return right;
  }

  /** The lines that are too many or missing. */
  async leftovers(): Promise<string[]> {
    if (!await quiet(this.host)) return ["a script of the command does not end"];
    const { lines } = await this.right(this.#scenario, 1);
    let now: string[] = [];
    const first = await settled(async () => difference(lines, now = await this.inventory()));
    // The second end can only be found out when this one isn't needed any more.
    return first.length === 0 ? [] : await this.#least(now, first);
  }

  async #least(now: readonly string[], first: string[]): Promise<string[]> {
    const second = difference((await this.right(this.#scenario, 2)).lines, now);
    return second.length < first.length ? second : first;
  }

  /** The host as it is after a fault: its end is the right one, or the command mended just such a host already. */
  async look(): Promise<{ readonly right: boolean; readonly known: boolean; readonly mended: () => void }> {
    await quiet(this.host);
    const now = await this.inventory();
    const state = createHash("sha256").update(`${this.#scenario}\n${now.join("\n")}`).digest("hex");
    return {
      right: difference((await this.right(this.#scenario, 1)).lines, now).length === 0,
      known: this.#mended.has(state),
      mended: () => this.#mended.add(state),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }
}
