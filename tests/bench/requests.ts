/** The cost of a request through an app's site: requests a second beside a plain `reverse_proxy` of the same Caddy. */

import { siteText } from "../../lib/commands/caddy/site.ts";
import { switchLive } from "../../lib/commands/live.ts";
import { liveRoot } from "../../lib/commands/paths.ts";
import { caddyVersion, findCaddy, runCaddy } from "../caddy.ts";
import { freePort, until } from "../lib/transport/ssh/sshd.ts";
import { runQuietly } from "./loopback.ts";
import { median, round } from "./measure.ts";
import { type Finding, type Part, ratioRow, type Row } from "./row.ts";

const rounds = 5;
const seconds = 5;
const caddy = await findCaddy();
const ways = ["plain", "blue", "green"] as const;
type Way = typeof ways[number];

/** The answers of one run of wrk. */
interface Answers {
  /** A second. */
  readonly rate: number;
  /** Milliseconds that 99 of 100 took at most. */
  readonly p99: number;
}

/** The part of the benchmark. */
export const requests: Part = {
  name: "requests",
  description: "Requests through an app's site and through a plain `reverse_proxy`, by `wrk -t1 -c32`",
  unavailable: () => {
    if (caddy === undefined) return "there is no Caddy here";
    const found = new Deno.Command("sh", { args: ["-c", "command -v wrk"], stdout: "null" }).outputSync();
    return found.success ? undefined : "there is no wrk: apt-get install wrk";
  },
  run: measure,
};

async function measure(say: (text: string) => void): Promise<Finding> {
  await using place = await openSites();
  const all: Record<Way, Answers[]> = { plain: [], blue: [], green: [] };
  for (let i = 1; i <= rounds; i++) {
    say(`round ${i} of ${rounds}`);
    for (const way of ways) all[way].push(await place.load(way));
  }
  const middle = (way: Way, what: keyof Answers) => median(all[way].map((one) => one[what]));
  const rows = (["blue", "green"] as const).flatMap((slot) => [
    rateRow(
      `requests a second, ${slot} slot, plain reverse_proxy beside it`,
      middle(slot, "rate"),
      middle("plain", "rate"),
    ),
    ratioRow(
      `99 % of them, ${slot} slot, the same beside it`,
      middle(slot, "p99"),
      middle("plain", "p99"),
      1.1,
    ),
  ]);
  return {
    rows,
    values: { caddy: await caddyVersion(caddy ?? ""), rounds, seconds, ...all },
    notes: [`Medians of ${rounds} runs of ${seconds} s each in turns.`],
  };
}

/** A row of requests a second, of which more are better. */
function rateRow(title: string, ours: number, beside: number): Row {
  const ratio = ours / beside;
  const [least, text] = [0.97, (rate: number) => `${round(rate)}/s`];
  return {
    title,
    ours: text(ours),
    beside: text(beside),
    ratio,
    aim: `at least ${least}`,
    met: ratio >= least,
  };
}

interface Sites extends AsyncDisposable {
  load(way: Way): Promise<Answers>;
}

/** A Caddy with a site and a plain proxy, both to the same app: another Caddy, which answers at once. */
async function openSites(): Promise<Sites> {
  await using stack = new AsyncDisposableStack();
  const [front, back] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  for (const directory of [front, back]) stack.defer(() => Deno.remove(directory, { recursive: true }));
  const [app, plain, site] = [freePort(), freePort(), freePort()];
  const head = "{\n\tadmin off\n\tauto_https off\n}\n";
  const at = (text: string) => text.replaceAll(liveRoot, `${front}/live`);
  const text = siteText({
    ...{
      app: "shop",
      blue: `127.0.0.1:${app}`,
      green: `127.0.0.1:${app}`,
      domains: [],
      tls: { kind: "off" },
    },
    ...{ token: "0123456789abcdef", caddy: await caddyVersion(caddy ?? "") },
  });
  const served = `${at(text).replace("\nhttp:// {", `\nhttp://:${site} {`).replace(":2020", `:${freePort()}`)}
http://:${plain} {\n\treverse_proxy 127.0.0.1:${app}\n}\n`;
  stack.use(await runCaddy(caddy ?? "", back, `${head}http://:${app} {\n\trespond ok\n}\n`));
  stack.use(await runCaddy(caddy ?? "", front, head + served));
  for (const port of [app, plain, site]) await until(() => answers(port), `port ${port} answers`);
  const running = stack.move();
  return {
    load: async (way) => {
      const live = switchLive("shop", { slot: way === "plain" ? "blue" : way, release: "1-bench" });
      await runQuietly("sh", ["-c", at(live.text)]);
      return await wrk(`http://127.0.0.1:${way === "plain" ? plain : site}/`);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function answers(port: number): Promise<boolean> {
  const connection = await Deno.connect({ port, hostname: "127.0.0.1" }).catch(() => undefined);
  connection?.close();
  return connection !== undefined;
}

async function wrk(url: string): Promise<Answers> {
  const args = ["-t1", "-c32", `-d${seconds}s`, "--latency", url];
  const { success, stdout } = await new Deno.Command("wrk", { args, stderr: "inherit" }).output();
  const text = new TextDecoder().decode(stdout);
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(text) ?? [];
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  if (!success || rate === undefined || /Non-2xx/.test(text)) {
    throw new Error(`Cannot measure ${url}: ${text}`);
  }
  return { rate: Number(rate), p99: Number(p99) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? ""] ?? NaN) };
}
