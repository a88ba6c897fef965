// The apps of a dashboard: what is known of each, what runs, and who hears of it.

import { AlcaideError, InterruptedError } from "../core/error.ts";
import { type Action, type Actions, actionsOf, type ActionTasks } from "./actions.ts";
import { type Fault, faultOf, MaskedError } from "./fault.ts";
import { type Look, lookAt, type LookTasks, nothingSeen } from "./look.ts";
import { plansOf } from "./plan.ts";
import { type How, type Project, resultOf } from "./project.ts";
import { afterEnd, afterEvent, newRun, type Run } from "./run.ts";

/** An app on a dashboard. */
export interface App {
  readonly key: string;
  readonly project: Project;
  readonly actions: Actions;
  look: Look;
  /** Why the last look failed. */
  fault?: Fault | undefined;
  /** The run under way, or the last one. */
  run?: Run | undefined;
  /** Ends the run under way; there until its end was looked at. */
  stop?: AbortController | undefined;
}

/** A project that can't be opened. */
export interface Broken {
  readonly key: string;
  readonly directory: string;
  readonly fault: Fault;
}

/** An action that was asked for and waits for a yes. */
export interface Asked {
  readonly id: string;
  readonly app: App;
  readonly action: Action;
  readonly how: How;
  /** The plan's value. */
  readonly plan: unknown;
  /** Until when a yes counts. */
  readonly until: number;
}

/** The inputs of a board. */
export interface BoardParts {
  readonly projects: readonly Project[];
  readonly broken?: readonly Broken[];
  readonly tasks: LookTasks & ActionTasks;
  /** Ends everything that runs. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks while somebody watches. */
const lookEvery = 15_000;

/** Milliseconds that a plan may be looked at before it is carried out. */
const planAge = 15 * 60_000;

/** Hears which parts of an app on the page have changed. */
export type Listener = (app: App, parts: readonly ("head" | "run" | "look")[]) => void;

/** The state of a dashboard. */
export class Board implements AsyncDisposable {
  readonly apps: readonly App[];
  readonly broken: readonly Broken[];
  readonly #parts: BoardParts;
  readonly #listeners = new Set<Listener>();
  readonly #asked = new Map<string, Asked>();
  readonly #working = new Set<Promise<void>>();
  readonly #looking = new Map<App, Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes one; nothing is asked before somebody watches. */
  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.broken = parts.broken ?? [];
    this.apps = parts.projects.map((project) => ({
      ...{ key: project.key, project, look: nothingSeen },
      actions: actionsOf({ ...parts.tasks, ...project.tasks }),
    }));
  }

  /** Hears of changes until it is disposed of; meanwhile the servers are looked at now and then. */
  watch(listener: Listener): Disposable {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#lookOn();
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) clearTimeout(this.#timer);
      },
    };
  }

  /** Looks at an app's servers; a look that is under way is not begun twice. */
  look(app: App): Promise<void> {
    const looking = this.#looking.get(app) ?? this.#look(app).finally(() => this.#looking.delete(app));
    this.#looking.set(app, looking);
    return looking;
  }

  /**
   * Asks for an action's plan, which changes nothing.
   *
   * @throws what the task throws, and {@linkcode AlcaideError} while another action runs
   */
  async ask(app: App, action: Action, how: Pick<How, "args" | "options">): Promise<Asked> {
    refuseSecond(app);
    await app.project.checkFresh();
    const options = { ...how.options, ...action.options };
    const plan = await this.#plan(app, action, { args: how.args ?? [], options });
    const asked: Asked = {
      ...{ id: crypto.randomUUID(), app, action, plan },
      // A task asks before an app loses a domain. The plan names it, so the page's yes is the answer.
      how: {
        args: how.args ?? [],
        options,
        yes: plansOf(plan).some(({ dropped = [] }) => dropped.length > 0),
      },
      until: Date.now() + planAge,
    };
    for (const [id, { until }] of this.#asked) if (until < Date.now()) this.#asked.delete(id);
    this.#asked.set(asked.id, asked);
    return asked;
  }

  /** The plan's value; undefined for a project's own task that has none. */
  async #plan({ project }: App, { task }: Action, how: Pick<How, "args" | "options">): Promise<unknown> {
    if (!Object.hasOwn(task.options ?? {}, "plan")) return undefined;
    const { signal } = this.#parts;
    const mask = await project.masking();
    try {
      const planned = { ...how, options: { ...how.options, plan: true }, signal };
      return mask(await resultOf(project.run(task, planned)));
    } catch (error) {
      throw new MaskedError(mask(faultOf(error)));
    }
  }

  /**
   * Begins an action that was asked for, once.
   *
   * @throws {AlcaideError} when it was not, or too long ago, or while another one runs
   */
  begin(id: string, by: string, actor?: string): void {
    const asked = this.#asked.get(id);
    if (asked === undefined || asked.until < Date.now()) {
      throw new AlcaideError("Cannot begin: the plan is too old, or was carried out", {
        hint: "Ask for it again",
      });
    }
    refuseSecond(asked.app);
    this.#asked.delete(id);
    const work = this.#perform({ ...asked, how: { ...asked.how, actor } }, by).finally(() =>
      this.#working.delete(work)
    );
    this.#working.add(work);
  }

  /** Ends what runs; what it began is undone. */
  stop(app: App, by: string): void {
    app.stop?.abort(new InterruptedError("SIGINT", `Stopped by ${by}`));
    this.#tell(app, "run");
  }

  /** Waits until everything that runs has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all([...this.#working, ...this.#looking.values()]);
    await Promise.all(this.apps.map(({ project }) => project[Symbol.asyncDispose]()));
  }

  async #perform({ app, action: { task, label }, how }: Asked, by: string): Promise<void> {
    const stop = app.stop = new AbortController();
    using _end = endWith(this.#parts.signal, stop);
    this.#setRun(app, newRun(label, by, Date.now()));
    this.#tell(app, "head");
    const take = (run: Run | undefined) => run && this.#setRun(app, run);
    const mask = await app.project.masking();
    try {
      const events = app.project.run(task, { ...how, signal: stop.signal });
      let next = await events.next();
      for (; !next.done; next = await events.next()) {
        take(app.run && afterEvent(app.run, mask(next.value), Date.now()));
      }
      if (next.value !== 0) throw new AlcaideError(`${label} ended with status ${next.value}`);
      take(app.run && afterEnd(app.run, Date.now()));
    } catch (error) {
      take(app.run && afterEnd(app.run, Date.now(), mask(faultOf(error))));
    }
    // A look that began before the end may have seen what was before it.
    await this.#looking.get(app);
    await this.look(app);
    app.stop = undefined;
    this.#tell(app, "head");
  }

  #setRun(app: App, run: Run): void {
    app.run = run;
    this.#tell(app, "run");
  }

  async #look(app: App): Promise<void> {
    try {
      app.look = await lookAt(app.project, this.#parts.tasks, this.#parts.signal, app.look);
      app.fault = undefined;
      await app.project.checkFresh();
    } catch (error) {
      app.fault = app.project.mask(faultOf(error));
    }
    this.#tell(app, "head", "look");
  }

  #lookOn(): void {
    if (this.#parts.signal.aborted) return;
    Promise.all(this.apps.map((app) => this.look(app))).then(() => {
      if (this.#listeners.size === 0 || this.#parts.signal.aborted) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#lookOn(), lookEvery);
    });
  }

  #tell(app: App, ...parts: Parameters<Listener>[1]): void {
    for (const listener of this.#listeners) listener(app, parts);
  }
}

/** Ends a run with everything else, for a reason of its own: a second Ctrl-C must not cut it off because another app's has nothing to undo. */
function endWith(signal: AbortSignal, run: AbortController): Disposable {
  const end = () => run.abort(new InterruptedError("SIGINT"));
  if (signal.aborted) end();
  else signal.addEventListener("abort", end);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", end) };
}

function refuseSecond({ run, stop }: App): void {
  if (run === undefined || stop === undefined) return;
  throw new AlcaideError(`Cannot begin: "${run.label}" by ${run.by} still runs`, {
    hint: "Wait for its end",
  });
}
