/** A large file sent to a server: by `upload`, which verifies it, and by scp, which doesn't. */

import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { cpuUsage } from "node:process";
import { join } from "@std/path";
import { digestFile, piecesOf } from "../../lib/remote/local_file.ts";
import { sh } from "../../lib/core/sh.ts";
import { noSshd } from "../lib/transport/ssh/sshd.ts";
import { type Loopback, openLoopback, runQuietly } from "./loopback.ts";
import { inTurns, median } from "./measure.ts";
import { writeRandom } from "./random.ts";
import { type Finding, milliseconds, type Part, table } from "./row.ts";

const rounds = 7;
const megabytes = 100;
/** At least this part of scp's speed. */
const aim = 0.6;
const packet = 32 * 1024;

/** The part of the benchmark. */
export const upload: Part = {
  name: "upload",
  description: `An upload of ${megabytes} MB against scp`,
  unavailable: noSshd,
  run: measure,
};

async function measure(): Promise<Finding> {
  await using loopback = await openLoopback();
  const { directory, server, openssh } = loopback;
  const file = join(directory, "random");
  await writeRandom(file, megabytes);
  const there = `${directory}/received`;
  let cpu = 0;
  const times = await inTurns(rounds, {
    ours: async () => void (cpu = await cpuOf(() => server.upload(file, there))),
    one: () => server.upload(file, there, { parts: 1 }),
    scp: () => openssh("scp", "-q", file, `HOST:${there}`),
    checked: async () => {
      await runQuietly("sha256sum", [file]);
      await openssh("scp", "-q", file, `HOST:${there}`);
      await openssh("ssh", "HOST", `sha256 -q ${there}`);
    },
  });
  const medians = {
    ours: median(times.ours),
    one: median(times.one),
    scp: median(times.scp),
    checked: median(times.checked),
  };
  const parts = await measureParts(loopback, file);
  return {
    rows: rowsOf(medians),
    values: {
      megabytes,
      rounds,
      ...medians,
      speed: medians.scp / medians.ours,
      cpu,
      parts: Object.fromEntries(parts),
    },
    notes: notesOf(medians, cpu, parts),
  };
}

/** Milliseconds of an upload, in four ways. */
type Medians = Readonly<Record<"ours" | "one" | "scp" | "checked", number>>;

function rowsOf({ ours, one, scp, checked }: Medians): Finding["rows"] {
  return [
    {
      title: `speed of an upload of ${megabytes} MB, scp beside it`,
      ours: speed(ours),
      beside: speed(scp),
      ratio: scp / ours,
      aim: `at least ${aim}`,
      met: scp / ours >= aim,
    },
    { title: "the same, in one part beside it", ours: speed(ours), beside: speed(one), ratio: one / ours },
    {
      title: "the same, scp and a checksum on both sides beside it",
      ours: speed(ours),
      beside: speed(checked),
      ratio: checked / ours,
    },
  ];
}

function notesOf({ ours, scp }: Medians, cpu: number, parts: readonly [string, number][]): string[] {
  const ratio = (scp / ours).toFixed(2);
  return [
    `Medians of ${rounds} in turns: ${speed(ours)} against ${speed(scp)}, ${ratio} of scp's speed ` +
    `(aim: ${aim}). Ours is verified by size and checksum, scp's is not.`,
    `Our process computes ${milliseconds(cpu)} of that time. Its parts, each by itself:`,
    ...table(["", "time", "speed"], parts.map(([what, ms]) => [what, milliseconds(ms), speed(ms)])).slice(1),
  ];
}

/** The parts of an upload, each done by itself. */
async function measureParts({ server, directory }: Loopback, file: string): Promise<[string, number][]> {
  const there = `${directory}/received`;
  const stream = async (target: string) => {
    using open = await Deno.open(file);
    await server.run(sh`cat >${target}`, { stdin: piecesOf(open) });
  };
  const times = await inTurns(3, {
    "checksum here": () => digestFile(file),
    "read here": () => readAll(file),
    "sent to /dev/null": () => stream("/dev/null"),
    "sent to a file": () => stream(there),
    "checksum there, by OpenSSL": () => server.run(sh`openssl dgst -sha256 -r ${there} >/dev/null`),
    "checksum there, by sha256": () => server.run(sh`sha256 -q ${there} >/dev/null`),
    "cipher alone (AES-128-CTR)": () => Promise.resolve(encryptAll(true, false)),
    "MAC alone (HMAC-SHA-256)": () => Promise.resolve(encryptAll(false, true)),
    "AES-128-GCM, a new cipher a packet": () => Promise.resolve(encryptAnew("aes-128-gcm", 16, 12)),
    "ChaCha20, a new cipher a packet": () => Promise.resolve(encryptAnew("chacha20", 32, 16)),
    "SHA-256 of bytes in memory": () => Promise.resolve(hashAll()),
  });
  return Object.entries(times).map(([what, list]) => [what, median(list)]);
}

async function readAll(file: string): Promise<void> {
  using open = await Deno.open(file);
  for await (const _ of piecesOf(open));
}

/** Does to each packet what an SSH client does to it. */
function encryptAll(cipher: boolean, mac: boolean): void {
  const data = randomBytes(packet);
  const key = randomBytes(32);
  const stream = createCipheriv("aes-128-ctr", key.subarray(0, 16), randomBytes(16));
  for (let sent = 0; sent < megabytes * 2 ** 20; sent += packet) {
    const text = cipher ? stream.update(data) : data;
    if (mac) createHmac("sha256", key).update(text).digest();
  }
}

/** The same with a cipher that begins anew with each packet. */
function encryptAnew(name: string, keySize: number, startSize: number): void {
  const data = randomBytes(packet);
  const key = randomBytes(keySize);
  const start = randomBytes(startSize);
  for (let sent = 0; sent < megabytes * 2 ** 20; sent += packet) {
    const cipher = createCipheriv(name, key, start);
    cipher.update(data);
    cipher.final();
  }
}

function hashAll(): void {
  const data = randomBytes(packet);
  const hash = createHash("sha256");
  for (let done = 0; done < megabytes * 2 ** 20; done += packet) hash.update(data);
  hash.digest();
}

async function cpuOf(run: () => Promise<unknown>): Promise<number> {
  const before = cpuUsage();
  await run();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

function speed(ms: number): string {
  return `${Math.round(megabytes / (ms / 1000))} MB/s`;
}
