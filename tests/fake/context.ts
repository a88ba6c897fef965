/**
 * Contexts for tasks whose servers exist only here.
 *
 * @module
 */

import type { UserConfig } from "../../lib/config/field/types.ts";
import { type Exit, InterruptedError } from "../../lib/core/error.ts";
import { readProject } from "../../lib/server/project.ts";
import { readRevision, readUser } from "../../lib/remote/revision.ts";
import { type Runner, runner } from "../../lib/remote/runner.ts";
import { secretsStore } from "../../lib/secrets/store.ts";
import { confirmBy } from "../../lib/task/bare_context.ts";
import { servers } from "../../lib/remote/servers.ts";
import { type MemoryUi, memoryUi } from "./memory_ui.ts";
import { config } from "./facts.ts";
import { type FakeServer, fakeServer } from "./server.ts";
import type { Context } from "../../lib/task/context.ts";

/** A context with what stands behind it. */
export interface FakeContext extends Context {
  readonly ui: MemoryUi;
  /** Ends it as Ctrl-C does. */
  interrupt(): void;
}

/** The properties of a context. */
export interface FakeContextOptions {
  readonly config?: Partial<UserConfig>;
  readonly servers?: readonly FakeServer[];
  readonly args?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** Without them: those of a directory where there are none. */
  readonly secrets?: Context["secrets"];
  /** With `--verbose`. */
  readonly verbose?: boolean;
  /** The answer to every question; without it there is nobody to ask. */
  readonly answer?: boolean;
  /** Scripts of ours and what they print. */
  readonly local?: Answers | undefined;
}

/** Answers to scripts of ours: what they print, or how they end. */
export type Answers = (script: string) => string | Exit | undefined;

/** Makes a context. */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const { args = [], options: given = {}, servers: all = [fakeServer()] } = options;
  const controller = new AbortController();
  const resolved = config(options.config);
  const local = fakeLocal(options.local);
  const ui = memoryUi({
    ...options.answer === undefined ? {} : { answer: options.answer },
    verbose: options.verbose ?? false,
  });
  return {
    config: resolved,
    servers: servers(all.map((server) => server.remote)),
    local,
    secrets: options.secrets ?? secretsStore({ ...resolved, local, variable: () => undefined }),
    ui,
    confirm: confirmBy(ui),
    args,
    options: given,
    signal: controller.signal,
    directory: resolved.directory,
    interrupt: () => controller.abort(new InterruptedError("SIGINT")),
  };
}

const here = "me\nhere\n";
const project = "folder \norigin git@github.com:me/shop.git\nroot 0a1b2c3\n";
const commit = "1a2b3c4\n1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d\n";

/** This machine, as far as deploys ask: who we are, and where the source stands. */
export function fakeLocal(more: Answers = () => undefined): Runner {
  return runner("local", {
    exec: async (script) => {
      const known = more(script) ?? (await knownScripts()).get(script) ??
        (script.includes("tar -tf ") ? "folder bin\nfolder lib\n" : undefined);
      if (known === undefined) throw new Error(`This machine was asked for something else:\n${script}`);
      return typeof known === "string" ? { code: 0, stdout: known, stderr: "" } : known;
    },
  });
}

/** The scripts themselves are made by the functions that run them. */
async function knownScripts(): Promise<Map<string, string>> {
  const seen: string[] = [];
  const listening = runner("listening", {
    exec: (script) => Promise.resolve({ code: seen.push(script) * 0, stdout: "", stderr: "" }),
  });
  await readUser(listening);
  await readRevision(listening, "/home/me/shop");
  await readProject(listening, "/home/me/shop");
  return new Map([[seen[0] ?? "", here], [seen[1] ?? "", commit], [seen[2] ?? "", project]]);
}
