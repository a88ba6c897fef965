// A jail on a server.

import { inJail, streamInJail } from "../commands/jail/in_jail.ts";
import { type JailSpec, startJail, stopJail, writeJailFiles } from "../commands/jail/jail.ts";
import { copyTemplate, removeJail, type TreeSpec } from "../commands/jail/tree.ts";
import type { Remote } from "../remote/remote.ts";
import { type Runner, runner } from "../remote/runner.ts";
import { demand, isObject } from "../core/kind.ts";
import { script } from "../core/script.ts";
import { sh } from "../core/sh.ts";

export type { JailSpec, Mount } from "../commands/jail/jail.ts";

/**
 * A jail to act on; commands run in it as root, in `/`, with the environment of a fresh login. One that has `stdin` or a
 * terminal must not hold a secret.
 */
export interface Jail extends Runner {
  /** Its parts. */
  readonly spec: JailSpec;
  /** Copies a template to its place and writes its file. It doesn't start yet. */
  create(template: string): Promise<void>;
  /** Starts it unless it runs. */
  start(): Promise<void>;
  /** Stops it if it runs, and takes away its mounts and address. */
  stop(): Promise<void>;
  /** Stops it and deletes its tree. Refuses when the tree isn't ours or something stays mounted in it. */
  destroy(): Promise<void>;
}

/**
 * A jail on a server, for your own tasks.
 *
 * @example
 * ```ts ignore
 * import { jail, remote, sh } from "alcaide";
 *
 * await using server = remote("root@203.0.113.7");
 * const box = jail(server, { name: "box", path: "/jails/box", ip4: "10.66.0.50" });
 * await box.create("/jails/.templates/14.3-RELEASE");
 * await box.start();
 * console.log(await box.read(sh`freebsd-version`));
 * await box.destroy();
 * ```
 */
export function jail(server: Pick<Remote, "name" | "run" | "transport">, spec: JailSpec): Jail {
  refuseMisuse(server, spec);
  const inside = runner(
    `${server.name} ${spec.name}`,
    server.transport,
    (command, { stdin, terminal }) => {
      const enter = stdin === undefined && terminal === undefined ? inJail : streamInJail;
      // Where a login begins depends on the version of FreeBSD.
      return enter(
        spec.name,
        sh`${script(sh`cd /`)}
${command}`,
      );
    },
  );
  const tree: TreeSpec = { name: spec.name, path: spec.path };
  return {
    ...inside,
    spec,
    create: async (template) => {
      await server.run(
        script(
          copyTemplate({ name: "template", path: template }, tree),
          ...(spec.mounts ?? []).map(({ host }) => sh`mkdir -p ${host}`),
          writeJailFiles(spec),
        ),
      );
    },
    start: async () => void await server.run(startJail(spec)),
    stop: async () => void await server.run(stopJail(spec)),
    destroy: async () => void await server.run(removeJail(spec, tree)),
  };
}

function refuseMisuse(server: Pick<Remote, "run">, spec: JailSpec): void {
  const hint =
    'Write jail(ctx.servers.first, { name: "scratch", path: "/jails/scratch", ip4: "10.66.0.200" })';
  const run: unknown = (server as typeof server | undefined)?.run;
  demand(typeof run === "function", "the server of jail()", server, hint);
  demand(isObject(spec), "the second value of jail()", spec, hint);
  for (const field of ["name", "path", "ip4"] as const) {
    demand(typeof spec[field] === "string", `${field} of jail()`, spec[field], hint);
  }
}
