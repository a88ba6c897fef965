/**
 * `alcaide db` on a server that exists only here.
 *
 * @module
 */

import { postgresql } from "../../lib/presets/postgresql.ts";
import { confirmBy } from "../../lib/task/bare_context.ts";
import type { UserAccessories } from "../../lib/config/field/types.ts";
import { remote } from "../../lib/remote/remote.ts";
import { secret } from "../../lib/core/secret.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { ActionRecord } from "../../lib/server/history.ts";
import type { ExecOptions } from "../../lib/transport/mod.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { db } from "../../tasks/db.ts";
import { answer, sections } from "../fake/answer.ts";
import { fakeContext } from "../fake/context.ts";
import { accessoryRecord, place } from "../fake/facts.ts";
import { told } from "../fake/told.ts";

/** The app's database. */
export const postgres = postgresql({ version: "16", volume: "/data/db", password: secret("s3cret") });

/** How a server is, and what it does with the database's command. */
export interface Circumstances {
  readonly accessories?: UserAccessories;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Jails that run; the app's and the database's by default. */
  readonly jails?: string;
  /** False before the first setup. */
  readonly made?: boolean;
  readonly yes?: boolean;
  readonly names?: readonly string[];
  readonly ui?: ReturnType<typeof memoryUi>;
  readonly work?: (options: ExecOptions) => Promise<{ code: number; stderr?: string }>;
}

/** Jails that run. */
export const running = "shop_blue /jails/shop_blue 10.66.0.2 false\nshop_db /jails/shop_db 10.66.0.4 false\n";

/** Runs the task; what is not the facts or a lock is the database's. */
export async function perform(args: readonly string[], how: Circumstances = {}) {
  const { accessories = { db: postgres }, options = {}, jails = running, made = true, yes = true } = how;
  const { names = ["web"], work = () => Promise.resolve({ code: 0 }) } = how;
  const record = JSON.stringify(accessoryRecord("db", { kind: "postgresql", release: "16" }));
  const facts = answer({
    ...sections,
    jails,
    host: JSON.stringify({
      version: 1,
      apps: { shop: place },
      jails: { ["shop_db"]: { address: "10.66.0.4", uid: 60001 } },
    }),
    accessories: made ? `shop_db.json\n.${record}\n` : "",
  });
  const scripts: string[] = [];
  const records: unknown[] = [];
  const exec = async (script: string, given: ExecOptions) => {
    if (script.includes("=== system")) return { code: 0, stdout: facts, stderr: "" };
    if (script.includes("lock.info")) return await hold(given, records);
    const [, record] = /\bremember '(.*)' \d+$/m.exec(script) ?? [];
    if (record !== undefined) {
      records.push(JSON.parse(record));
      return { code: 0, stdout: "", stderr: "" };
    }
    scripts.push(script);
    return told(await work(given), given);
  };
  const all = names.map((name) =>
    remote(name, { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } })
  );
  const { ui = memoryUi({ answer: yes }) } = how;
  const ctx = fakeContext({
    args,
    options,
    config: { accessories, server: names.map((host) => ({ host, tags: ["all-dbs", `of-${host}`] })) },
  });
  await db({ ...ctx, ui, confirm: confirmBy(ui), servers: servers(all) });
  return { ui, scripts, records: records as readonly ActionRecord[] };
}

/** The lock, held until its standard input ends, whose last words are a record. */
async function hold({ stdin, onLine }: ExecOptions, records: unknown[]) {
  onLine?.("locked 3", "out");
  const said = stdin instanceof ReadableStream ? await new Response(stdin).text() : "";
  const [, record] = /^\d+ (\{.*)$/m.exec(said) ?? [];
  if (record !== undefined) records.push(JSON.parse(record));
  return { code: 0, stdout: "locked 3\nrecorded\n", stderr: "" };
}

/** Prints like a program of the database. */
export function print(chunk: Uint8Array, stderr = "", code = 0): NonNullable<Circumstances["work"]> {
  return ({ onData }) => {
    onData?.(chunk, "out");
    onData?.(new TextEncoder().encode(stderr), "err");
    return Promise.resolve({ code });
  };
}
