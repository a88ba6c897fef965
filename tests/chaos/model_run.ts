/** Runs sequences of commands on a host, and compares it after each step with the model. */

import { startLoad } from "../e2e/load.ts";
import { runBroken } from "./broken.ts";
import { type Ended, runHere } from "./client.ts";
import { inventory } from "./inventory.ts";
import { deployed, type Kept, keptOf, type Model, nothing, type Step, wentTo } from "./model.ts";
import { remains } from "./model_leftovers.ts";
import { quiet, settled } from "./quiet.ts";
import { shown } from "./scenarios.ts";
import { app, type Bench, database, newRelease, sql } from "./states.ts";
import { isApart, type Way, ways } from "./ways.ts";

/** The step after which the host was not as it must be. */
export interface Failure {
  readonly at: number;
  readonly problems: readonly string[];
}

/**
 * Runs steps on a host that was just set up, until one fails.
 *
 * @param until milliseconds since 1970 after which no step begins
 */
export async function runSteps(
  bench: Bench,
  steps: readonly Step[],
  until = Infinity,
): Promise<{ readonly done: number; readonly failure?: Failure }> {
  await bench.to("ready");
  let model = nothing;
  for (const [at, step] of steps.entries()) {
    if (Date.now() > until) return { done: at };
    const turn = new Turn(bench, step, model, at + 1);
    const problems = await turn.run().catch((error) => [`the step can't be run: ${error.stack}`]);
    if (problems.length > 0) return { done: at, failure: { at, problems } };
    model = turn.model;
  }
  return { done: steps.length };
}

const wait = ["--wait", "90s"];

/** One step on its way. */
class Turn {
  readonly #problems: string[] = [];

  constructor(readonly bench: Bench, readonly step: Step, public model: Model, readonly number: number) {}

  async run(): Promise<string[]> {
    const { host, project } = this.bench;
    const live = this.model.chain[0];
    const down = this.step.kind === "reboot" || this.#way?.down === true;
    const load = live &&
      startLoad({ url: this.bench.place.http, host: project.domain, rate: 20, connections: 2 });
    await this.#act();
    const answers = await load?.stop();
    if (answers !== undefined && answers.failed > 0 && !down) {
      this.#problems.push(`${answers.failed} requests failed: ${[...answers.reasons.keys()].join(", ")}`);
    }
    if (!await quiet(host)) this.#problems.push("a script does not end");
    await this.#compare();
    return this.#problems;
  }

  async #act(): Promise<void> {
    switch (this.step.kind) {
      case "reboot":
        await this.bench.host.reboot();
        await quiet(this.bench.host);
        return await this.#servedAgain();
      case "deploy":
        return await this.#deploy();
      case "bad":
        await this.bench.project.release({ text: "bad", conf: { APP_FAIL: "exit" } });
        return await this.#twice(["deploy", ...wait], 1);
      case "rollback":
        return await this.#rollback(this.model.chain[1], []);
      case "pick": {
        const kept = keptOf(this.model);
        const target = kept[(this.step.index ?? 0) % Math.max(1, kept.length)];
        return await this.#rollback(target, [`${target?.number ?? 1}`]);
      }
      case "accessory":
        return await this.#accessory();
      default:
        return await this.#twice([this.step.kind], 0);
    }
  }

  async #deploy(): Promise<void> {
    const text = `step ${this.number}`;
    await newRelease(this.bench.project, text);
    const first = await this.#broken(["deploy", ...wait]);
    await this.#note(text);
    if (this.#isDone(first)) return;
    const again = `${text} again`;
    await newRelease(this.bench.project, again);
    this.#expect(await runHere(this.bench.project, ["deploy", ...wait]), 0, "the same again");
    await this.#noteFinished(text);
    await this.#note(again);
  }

  /** Where nobody was there any more to be told, the same again may finish a deploy before it begins another. */
  async #noteFinished(text: string): Promise<void> {
    if (this.#way === undefined || !isApart(this.#way)) return;
    const known = keptOf(this.model).map(({ number }) => number);
    const { good, live } = await this.#numbers();
    const finished = good.find((number) => number !== live && number > Math.max(0, ...known));
    if (finished !== undefined) this.model = deployed(this.model, text, finished);
  }

  /** A deploy that went live is in the model. */
  async #note(text: string): Promise<void> {
    const now = await shown(this.bench.place, this.bench.project);
    if (now !== text) return;
    const { live } = await this.#numbers();
    if (live === undefined) throw new Error("a release that serves is not live");
    this.model = deployed(this.model, text, live);
  }

  async #rollback(target: Kept | undefined, words: readonly string[]): Promise<void> {
    const args = ["rollback", ...words, ...wait];
    const impossible = target === undefined || target === this.model.chain[0];
    const first = await this.#broken(args);
    if (impossible) {
      // To the live one it finishes what a command before has left.
      const none = target === undefined && first.code === 0 && !this.#lied;
      if (none) this.#problems.push("a rollback to nothing succeeds");
      return;
    }
    if (this.#isDone(first)) this.#expect(first, 0, "it");
    else {
      // Without a number it would go back once more.
      const now = await shown(this.bench.place, this.bench.project);
      const again = now === target.text ? ["repair"] : args;
      this.#expect(await runHere(this.bench.project, again), 0, "the same again");
    }
    this.model = wentTo(this.model, target);
  }

  async #accessory(): Promise<void> {
    if (this.model.accessory) return await this.#twice(["accessory", "restart", "db"], 0);
    await this.bench.project.configure({}, "", database);
    this.model = { ...this.model, accessory: true };
    await this.#twice(["setup"], 0);
  }

  /** Runs a command, and again when its fault may have done harm. */
  async #twice(args: readonly string[], code: number): Promise<void> {
    const first = await this.#broken(args);
    if (this.#isDone(first) || (code !== 0 && this.step.fault === undefined)) {
      return this.#expect(first, code, "it");
    }
    this.#expect(await runHere(this.bench.project, args), code, "the same again");
  }

  /** True when there is nothing to mend: it succeeded, warns of nothing that it left, and no program lied to it. */
  #isDone({ code, text }: Ended): boolean {
    return code === 0 && !this.#lied && !text.includes('"type":"warning"');
  }

  /** The way in which the step is broken. */
  get #way(): Way | undefined {
    return ways[this.step.fault?.way ?? ""];
  }

  get #lied(): boolean {
    return this.#way?.lie === true;
  }

  async #broken(args: readonly string[]): Promise<Ended> {
    const { bench: { host, project }, step: { fault } } = this;
    const way = this.#way;
    if (fault === undefined || way === undefined) return await runHere(project, args);
    const { ended, struck } = await runBroken(host, project, args, way, fault.call);
    if (way.rule.effect === "full") await host.emptyDisk();
    await quiet(host);
    if (way.down && struck) await this.#servedAgain();
    if (/\n {4}at /.test(ended.text)) this.#problems.push("a stack trace");
    return ended;
  }

  #expect({ code, text }: Ended, wanted: number, who: string): void {
    if (code === wanted) return;
    this.#problems.push(
      `${who} ends with ${code}, not ${wanted}: ${text.trim().split("\n").slice(-8).join(" | ")}`,
    );
  }

  async #servedAgain(): Promise<void> {
    for (let trial = 0; this.model.chain.length > 0 && trial < 300; trial++) {
      if (!(await shown(this.bench.place, this.bench.project)).startsWith("status ")) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The numbers of the releases on the server that served well, the newest first, and that of the live one. */
  async #numbers(): Promise<{ good: number[]; live: number | undefined }> {
    const { code, text } = await runHere(this.bench.project, ["releases"]);
    if (code !== 0) throw new Error(text);
    const line = text.split("\n").find((line) => line.startsWith('{"type":"result"')) ?? "";
    const [{ live, releases }] = JSON.parse(line).value;
    const good = releases.filter(({ state }: { state: string }) => /^(live|retired)$/.test(state));
    return {
      good: good.map(({ id }: { id: string }) => parseInt(id)),
      live: live === null ? undefined : parseInt(live),
    };
  }

  async #compare(): Promise<void> {
    const { bench: { place, project, host }, model } = this;
    const [live] = model.chain;
    const now = await shown(place, project);
    if (live !== undefined && now !== live.text) this.#problems.push(`it shows "${now}", not "${live.text}"`);
    const found = await this.#numbers();
    const wanted = { good: keptOf(model).map(({ number }) => number), live: live?.number };
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      this.#problems.push(`kept are ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
    }
    if (model.accessory) {
      const { stdout, stderr } = await sql(place, "SELECT 1");
      if (stdout !== "1\n") this.#problems.push(`the database does not answer: ${stderr}`);
    }
    const running = [...live ? ["shop_LIVE"] : [], ...model.accessory ? ["shop_db"] : []];
    const left = await settled(async () => remains(await inventory(host, app), running));
    if (left.length > 0) this.#problems.push(`left over: ${left.slice(0, 12).join("; ")}`);
  }
}
