/** An app's site in a Caddy of its own, and a plain proxy to the same app beside it. */

import { siteText } from "../../lib/commands/caddy/site.ts";
import { switchLive } from "../../lib/commands/live.ts";
import { liveRoot } from "../../lib/commands/paths.ts";
import type { Slot } from "../../lib/core/slot.ts";
import { caddyVersion, runCaddy } from "../caddy.ts";
import { freePort, until } from "../lib/transport/ssh/sshd.ts";
import { runQuietly } from "./loopback.ts";

/** The ports of a running Caddy, and its switch. */
export interface Sites extends AsyncDisposable {
  /** The port of a plain `reverse_proxy`. */
  readonly plain: number;
  /** The port of the site. */
  readonly site: number;
  /** Milliseconds of processor time that Caddy has had, in steps of 10. */
  spent(): Promise<number>;
  /** Moves the traffic. */
  route(slot: Slot): Promise<void>;
}

/** Starts a Caddy with a site whose slots both are the app at a port of this machine. */
export async function openSites(caddy: string, app: number): Promise<Sites> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const [plain, site, to] = [freePort(), freePort(), `127.0.0.1:${app}`];
  const at = (text: string) => text.replaceAll(liveRoot, `${directory}/live`);
  const route: Sites["route"] = async (slot) => {
    await runQuietly("sh", ["-c", at(switchLive("shop", { slot, release: "1-bench" }).text)]);
  };
  const text = siteText({
    ...{ app: "shop", blue: to, green: to, domains: [], tls: { kind: "off" } },
    ...{ token: "0123456789abcdef", caddy: await caddyVersion(caddy) },
  });
  const served = at(text).replace("\nhttp:// {", `\nhttp://:${site} {`).replace(":2020", `:${freePort()}`);
  const beside = `http://:${plain} {\n\treverse_proxy ${to}\n}\n`;
  const { pid } = stack.use(
    await runCaddy(caddy, directory, `{\n\tadmin off\n\tauto_https off\n}\n${served}\n${beside}`),
  );
  for (const port of [plain, site, app]) await until(() => answers(port), `port ${port} answers`);
  await route("blue");
  const running = stack.move();
  const spent = () => processorTime(pid);
  return { plain, site, spent, route, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function answers(port: number): Promise<boolean> {
  const connection = await Deno.connect({ port, hostname: "127.0.0.1" }).catch(() => undefined);
  connection?.close();
  return connection !== undefined;
}

async function processorTime(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}
