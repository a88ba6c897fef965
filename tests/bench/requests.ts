/** The cost of a request through an app's site: requests a second beside a plain `reverse_proxy` of the same Caddy. */

import { caddyVersion, findCaddy, runCaddy } from "../caddy.ts";
import { freePort } from "../lib/transport/ssh/sshd.ts";
import { median, round } from "./measure.ts";
import { type Finding, type Part, ratioRow, type Row } from "./row.ts";
import { openSites } from "./sites.ts";

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
  /** Milliseconds of Caddy's processor time for a thousand. */
  readonly effort: number;
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
  await using place = await openWays();
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
    ratioRow(
      `Caddy's processor time for 1000 requests, ${slot} slot, the same beside it`,
      middle(slot, "effort"),
      middle("plain", "effort"),
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

/** Both ways to an app that answers at once: another Caddy. */
async function openWays() {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  const app = freePort();
  const served = `{\n\tadmin off\n\tauto_https off\n}\nhttp://:${app} {\n\trespond ok\n}\n`;
  stack.use(await runCaddy(caddy ?? "", directory, served));
  const { plain, site, spent, route } = stack.use(await openSites(caddy ?? "", app));
  const running = stack.move();
  return {
    load: async (way: Way): Promise<Answers> => {
      await route(way === "plain" ? "blue" : way);
      const before = await spent();
      const { count, ...answers } = await wrk(`http://127.0.0.1:${way === "plain" ? plain : site}/`);
      return { ...answers, effort: (await spent() - before) / count * 1000 };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function wrk(url: string): Promise<Omit<Answers, "effort"> & { readonly count: number }> {
  const args = ["-t1", "-c32", `-d${seconds}s`, "--latency", url];
  const { success, stdout } = await new Deno.Command("wrk", { args, stderr: "inherit" }).output();
  const text = new TextDecoder().decode(stdout);
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(text) ?? [];
  const [, count] = /(\d+) requests in/.exec(text) ?? [];
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  if (!success || rate === undefined || /Non-2xx/.test(text)) {
    throw new Error(`Cannot measure ${url}: ${text}`);
  }
  return {
    count: Number(count),
    rate: Number(rate),
    p99: Number(p99) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? ""] ?? NaN),
  };
}
