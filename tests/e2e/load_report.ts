/** The counts of a load, and their report. */

const SHOWN_FAILURES = 20;
const SHOWN_TEXTS = 100;

/** Milliseconds from when a request was due to its whole answer. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** The outcome of a load. Every request is counted once. */
export interface LoadReport {
  readonly requests: number;
  readonly failed: number;
  /** The first 20 failures, each with its time and reason. */
  readonly failures: readonly string[];
  /** All failures by reason. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<number, number>;
  /** First lines of the good answers: which release answered, how often. */
  readonly bodies: ReadonlyMap<string, number>;
  readonly latency: Latency;
  /** The longest time in which no good answer came. */
  readonly longestGapMs: number;
  /** Requests a second, over the whole time. */
  readonly perSecond: number;
  readonly durationMs: number;
  /** Connections that the server closed while idle, and that were opened again before the next request. */
  readonly reopened: number;
  /** Requests that met an idle connection just being closed, and were sent once more (RFC 9112 9.3.1). */
  readonly raced: number;
  /** Those of the raced ones that the server may have read before it closed. */
  readonly unproven: number;
}

/** Collects what happens during a load. */
export class Tally {
  reopened = 0;
  raced = 0;
  unproven = 0;
  requests = 0;
  failed = 0;
  readonly #start = performance.now();
  readonly #failures: string[] = [];
  readonly #reasons = new Map<string, number>();
  readonly #statuses = new Map<number, number>();
  readonly #bodies = new Map<string, number>();
  readonly #latencies: number[] = [];
  #lastGood = this.#start;
  #longestGap = 0;

  /** Counts a whole answer; any status but 200 is a failure. */
  answer(due: number, status: number, body: Uint8Array): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (status !== 200) return this.failure(due, `status ${status}`);
    const now = performance.now();
    this.requests++;
    this.#latencies.push(now - due);
    this.#closeGap(now);
    const line = firstLine(body);
    const known = this.#bodies.has(line) || this.#bodies.size < SHOWN_TEXTS;
    const key = known ? line : "(others)";
    this.#bodies.set(key, (this.#bodies.get(key) ?? 0) + 1);
  }

  /** Counts a request that failed. */
  failure(due: number, reason: string): void {
    const now = performance.now();
    this.requests++;
    this.failed++;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.#failures.length === SHOWN_FAILURES) return;
    const at = ((now - this.#start) / 1000).toFixed(3);
    this.#failures.push(`at ${at} s, after ${Math.round(now - due)} ms: ${reason}`);
  }

  /** The report of a load that was told to stop at `stopped`. */
  report(stopped: number): LoadReport {
    const end = Math.max(stopped, this.#lastGood);
    this.#closeGap(end);
    const durationMs = end - this.#start;
    return {
      requests: this.requests,
      failed: this.failed,
      failures: [...this.#failures],
      reasons: new Map(this.#reasons),
      statuses: new Map(this.#statuses),
      bodies: new Map(this.#bodies),
      latency: percentiles(this.#latencies),
      longestGapMs: Math.round(this.#longestGap),
      perSecond: Math.round(this.requests / durationMs * 10_000) / 10,
      durationMs: Math.round(durationMs),
      reopened: this.reopened,
      raced: this.raced,
      unproven: this.unproven,
    };
  }

  #closeGap(now: number): void {
    this.#longestGap = Math.max(this.#longestGap, now - this.#lastGood);
    this.#lastGood = now;
  }
}

/** The line a demonstration ends with, such as `0 failed requests of 5000`. */
export function loadResult({ failed, requests }: LoadReport): string {
  return `${failed} failed requests of ${requests}`;
}

/** All figures of a load as lines to print. */
export function describeLoad(report: LoadReport): string[] {
  const { latency, bodies, reopened, raced, unproven } = report;
  const seconds = (report.durationMs / 1000).toFixed(1);
  return [
    `${report.requests} requests in ${seconds} s, ${report.perSecond} a second`,
    `latency: half within ${latency.p50} ms, 90 % ${latency.p90} ms, 99 % ${latency.p99} ms, all ${latency.max} ms`,
    `longest time without a good answer: ${report.longestGapMs} ms`,
    `connections closed while idle: ${reopened}, requests sent again: ${raced}, perhaps read before: ${unproven}`,
    ...[...bodies].map(([text, count]) => `answered by ${JSON.stringify(text)}: ${count}`),
    ...[...report.reasons].map(([reason, count]) => `failed, ${reason}: ${count}`),
    ...report.failures.map((failure) => `  ${failure}`),
    loadResult(report),
  ];
}

function firstLine(body: Uint8Array): string {
  const end = body.indexOf(10);
  return new TextDecoder().decode(body.subarray(0, Math.min(end < 0 ? body.length : end, 200)));
}

function percentiles(latencies: readonly number[]): Latency {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return Math.round(value * 10) / 10;
  };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
