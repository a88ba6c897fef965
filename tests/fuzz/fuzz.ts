/** Tries random inputs on every subject. A seed and a number make a case, the same one each time. */

import { seeded } from "../shell.ts";
import { readyTest, shrunk } from "./shrink.ts";
import type { Input, Random } from "./subject.ts";
import { subjects } from "./subjects/mod.ts";
import type { Answer, Question } from "./worker.ts";

/** The cases to try. */
export interface FuzzOptions {
  readonly seed: number;
  /** How many in all. Default: as many as the weights say. */
  readonly cases?: number | undefined;
  /** The subject to try alone. */
  readonly only?: string | undefined;
  /** Milliseconds after which a case counts as hanging. */
  readonly patience?: number;
  /** Told of each subject that is through. */
  readonly told?: (row: Row) => void;
}

/** The cases of a subject. */
export interface Row {
  readonly name: string;
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  readonly milliseconds: number;
  /** A test for each failed case, at most three. */
  readonly failures: readonly string[];
}

/** A thread that is made anew once a case hangs. */
export class Thread implements Disposable {
  readonly #patience: number;
  #worker: Worker | undefined;

  constructor(patience = 20_000) {
    this.#patience = patience;
  }

  /** Tries an input. */
  async ask(question: Question): Promise<Answer> {
    if (this.#worker === undefined) {
      this.#worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
      const begun = await this.#next(this.#worker, 120_000);
      if (begun !== "ready") return begun;
    }
    const answer = this.#next(this.#worker, this.#patience);
    this.#worker.postMessage(question);
    return await answer as Answer;
  }

  /** The next message. A thread that sends none is ended. */
  async #next(worker: Worker, patience: number): Promise<Answer | "ready"> {
    const { promise, resolve } = Promise.withResolvers<Answer | "ready">();
    const fail = (problem: string) => {
      this[Symbol.dispose]();
      resolve({ problem });
    };
    const timer = setTimeout(() => fail(`It hangs: no end within ${patience / 1000} s`), patience);
    worker.onmessage = ({ data }: MessageEvent<Answer | "ready">) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      fail(`Unhandled: ${event.message}`);
    };
    return await promise.finally(() => clearTimeout(timer));
  }

  [Symbol.dispose](): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/** Tells problems apart: by their first word, and the first place that isn't the library of assertions. */
function kindOf(problem: string): string {
  const [place = ""] = /^ *at (?!.*\/assert\/).*:\d+:\d+\)?$/m.exec(problem) ?? [];
  return `${problem.split(/[ :\n]/)[0]} ${place}`;
}

/** The random numbers of one case. */
export function caseRandom(seed: number, name: string, index: number): Random {
  const mixed = [...name].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), seed);
  return seeded(Math.imul(mixed, 0x9e3779b1) + index);
}

/** Tries all subjects, each as often as its weight says. */
export async function fuzz(options: FuzzOptions): Promise<Row[]> {
  const all = Object.entries(subjects).filter(([name]) =>
    options.only === undefined || name === options.only
  );
  const weights = all.reduce((sum, [, { weight }]) => sum + weight, 0);
  using thread = new Thread(options.patience);
  const rows: Row[] = [];
  let given = 0, passed = 0;
  for (const [name, { weight }] of all) {
    passed += weight;
    const cases = Math.round((options.cases ?? weights) * passed / weights) - given;
    given += cases;
    const row = await tryAll(thread, name, cases, options.seed);
    options.told?.(row);
    rows.push(row);
  }
  return rows;
}

async function tryAll(thread: Thread, name: string, cases: number, seed: number): Promise<Row> {
  const began = Date.now();
  const counts = { accepted: 0, refused: 0 };
  const failures: string[] = [];
  for (let index = 0; index < cases && failures.length < 3; index++) {
    const input = subjects[name]?.make(caseRandom(seed, name, index));
    const answer = await thread.ask({ subject: name, input });
    if ("ending" in answer) counts[answer.ending]++;
    else failures.push(await small(thread, name, input, answer.problem));
  }
  return { name, cases, ...counts, milliseconds: Date.now() - began, failures };
}

async function small(thread: Thread, subject: string, input: Input, problem: string): Promise<string> {
  // Each hang costs its patience, so few are tried.
  const tries = /^(It hangs|Unhandled)/.test(problem) ? 12 : 600;
  const fails = async (less: Input) => {
    const answer = await thread.ask({ subject, input: less });
    return "problem" in answer && kindOf(answer.problem) === kindOf(problem);
  };
  const least = await shrunk(input, fails, tries);
  const last = await thread.ask({ subject, input: least });
  return readyTest(subject, least, "problem" in last ? last.problem : problem);
}
