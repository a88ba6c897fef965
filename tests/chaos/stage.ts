/** A host on which the cases of a scenario are tried, one after another. */

import { openPlace, type Place } from "../e2e/place.ts";
import type { Project } from "../e2e/project.ts";
import { runHere } from "./client.ts";
import { difference, inventory } from "./inventory.ts";
import { type Scenario, shown } from "./scenarios.ts";

/** The saved state before the command. */
const saved = "before";

/** A scenario's host. */
export class Stage implements AsyncDisposable {
  /** How many program calls the undisturbed command makes. */
  calls = 0;
  /** The inventories that are right: after the command, and after it was run twice. */
  #right: readonly (readonly string[])[] = [];
  #clean = false;
  #number = 0;

  private constructor(readonly scenario: Scenario, readonly place: Place, readonly project: Project) {}

  /** Makes a host, brings it to the state before the command, and runs that undisturbed. */
  static async open(scenario: Scenario): Promise<Stage> {
    const place = await openPlace({ diskMb: 4_000 });
    const stage = new Stage(scenario, place, await scenario.prepare(place));
    await place.test!.save(saved);
    await stage.undisturbed();
    return stage;
  }

  get host() {
    return this.place.test!;
  }

  async undisturbed(): Promise<void> {
    const right = [];
    await this.begin();
    for (const turn of [1, 2]) {
      if (turn === 2) await this.next();
      await this.host.clearCalls();
      const { code, text } = await runHere(this.project, this.scenario.args(this.project));
      if (turn === 1) this.calls = (await this.host.calls()).length;
      const again = turn === 2 && /it is live/.test(text);
      if (code !== 0 && !again) throw new Error(`The undisturbed command fails: ${text}`);
      right.push(await this.inventory());
    }
    this.#right = right;
  }

  /** Brings the host to the state before the command, and gives the text of the release to come. */
  async begin(): Promise<string> {
    if (!this.#clean) await this.host.restore(saved);
    this.#clean = false;
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
      if (!text.startsWith("status ") || trial === 200) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async inventory(): Promise<string[]> {
    const lines = await inventory(this.host, "shop");
    const more = await this.scenario.more?.(this.place) ?? "";
    return [...lines, ...more.split("\n").filter((line) => line !== "")].sort();
  }

  /** The lines that are too many or missing. Programs that are ending get some seconds for it. */
  async leftovers(): Promise<string[]> {
    let least: string[] = [];
    for (let trial = 0; trial < 10; trial++) {
      if (trial > 0) await new Promise((resolve) => setTimeout(resolve, 1_000));
      const now = await this.inventory();
      const found = this.#right.map((wanted) => difference(wanted, now)).sort((a, b) => a.length - b.length);
      least = found[0] ?? [];
      if (least.length === 0) break;
    }
    return least;
  }

  /** Lets the next case follow this one without a restored disk. */
  keep(): void {
    this.#clean = this.scenario.repeatable === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
    await this.project[Symbol.asyncDispose]();
  }
}
