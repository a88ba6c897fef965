/** A further release of which one part in a hundred is new, over a slow line: its changes alone, the whole, and by rsync. */

import { randomBytes } from "node:crypto";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { findPieces, uploadChanged } from "../../lib/remote/changed.ts";
import { chunksOf, chunksText, parseChunks, sizesFor } from "../../lib/remote/chunks.ts";
import { writeFile } from "../../lib/remote/files.ts";
import { digestFile } from "../../lib/remote/local_file.ts";
import { type Remote, remote } from "../../lib/remote/remote.ts";
import { exists, noSshd, type Sshd, startSshd } from "../lib/transport/ssh/sshd.ts";
import { writeStandIns } from "./loopback.ts";
import { median, time } from "./measure.ts";
import { writeRandom } from "./random.ts";
import { type Relay, startRelay } from "./relay.ts";
import { type Finding, milliseconds, type Part, ratioRow, type Row } from "./row.ts";

const rounds = 3;
const megabytes = 100;
const size = megabytes * 2 ** 20;
/** Places that differ, and bytes of each. */
const [places, placeSize] = [10, Math.round(size / 1000)];
const line = { roundTrip: 50, rate: 20_000_000 / 8 };
/** At most: moved bytes as a part of the changed ones, time and computing as parts of the time of a whole upload. */
const aims = { moved: 1.5, time: 0.2, computing: 0.02 };

/** The part of the benchmark. */
export const delta: Part = {
  name: "delta",
  description:
    `A release of ${megabytes} MB with 1 % changed in ${places} places, at 20 Mbit/s and ${line.roundTrip} ms`,
  unavailable: noSshd,
  run: measure,
};

/** The surroundings of the measurement. */
interface Bench {
  readonly directory: string;
  readonly sshd: Sshd;
  readonly relay: Relay;
  readonly server: Remote;
}

async function measure(say: (text: string) => void): Promise<Finding> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "alcaide-bench-" });
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  await writeStandIns(directory);
  const path = `PATH=${directory}/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const sshd = stack.use(await startSshd({ config: [`SetEnv ${path}`] }));
  const relay = stack.use(await startRelay({ hostname: "127.0.0.1", port: sshd.port, ...line }));
  const known = await Deno.readTextFile(`${sshd.directory}/known_hosts`);
  const knownHosts = join(directory, "known_hosts");
  await Deno.writeTextFile(knownHosts, known.replace(/^\S+/gm, `[127.0.0.1]:${relay.port}`));
  const server = stack.use(remote({ ...sshd.target, port: relay.port, knownHosts }));
  const bench = { directory, sshd, relay, server };
  const [before, after] = [join(directory, "before"), join(directory, "after")];
  await writeRandom(before, megabytes);
  await Deno.writeFile(after, changed(await Deno.readFile(before)));
  await Deno.writeTextFile(join(directory, "chunks"), chunksText(await chunksOf(before, sizesFor(size))));
  await server.run(sh`:`);
  const whole = await moving(relay, () => server.upload(after, join(directory, "whole")));
  say(`whole: ${milliseconds(whole.ms)}`);
  return finding({
    whole,
    ours: await medians(() => moving(relay, () => sendChanged(bench))),
    rsync: exists("/usr/bin/rsync") ? await medians(() => byRsync(bench)) : undefined,
    computing: (await medians(() => moving(relay, () => chunksOf(before, sizesFor(size))))).ms,
  });
}

/** Replaces the bytes of some places by as many others, in one by some more: what is behind it moves. */
function changed(bytes: Uint8Array): Uint8Array {
  const pieces = Array.from({ length: places }, (_, place) => {
    const [start, end] = [place, place + 1].map((at) => Math.round(at * size / places));
    return [bytes.subarray(start, (end ?? 0) - placeSize), randomBytes(placeSize + (place === 4 ? 37 : 0))];
  });
  return Uint8Array.from(Buffer.concat(pieces.flat()));
}

/** All that a deploy does: reads the kept chunks, cuts the new file, sends what is new and its chunks. */
async function sendChanged({ directory, server }: Bench): Promise<unknown> {
  const [after, kept] = [join(directory, "after"), join(directory, "before")];
  const known = parseChunks(await server.read(sh`cat ${`${directory}/chunks`}`), size);
  if (known === undefined) throw new Error("Cannot read the kept chunks");
  const [expected, chunks] = [await digestFile(after), await chunksOf(after, sizesFor(size))];
  return await uploadChanged(server, after, join(directory, "received"), {
    ...{ expected, kept, found: findPieces(chunks, known) },
    before: writeFile(`${directory}/chunks.new`, chunksText(chunks)),
  });
}

/** A transfer: its time, and bytes to the server. */
type Moved = Readonly<{ ms: number; bytes: number }>;

async function moving(relay: Relay, run: () => Promise<unknown>): Promise<Moved> {
  const before = await relay.carried();
  const ms = await time(run);
  return { ms, bytes: await relay.carried() - before };
}

/** The same by rsync, which says itself what it sent. */
async function byRsync({ directory, sshd, relay }: Bench): Promise<Moved> {
  const there = join(directory, "synced");
  await Deno.copyFile(join(directory, "before"), there);
  const options = `-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${directory}/known_hosts`;
  let said = "";
  const ms = await time(async () => {
    const { stdout } = await new Deno.Command("rsync", {
      args: [
        ...["--stats", "-e", `ssh -p ${relay.port} -i ${sshd.directory}/key ${options}`],
        ...[join(directory, "after"), `root@127.0.0.1:${there}`],
      ],
    }).output();
    said = new TextDecoder().decode(stdout);
  });
  const bytes = /^Total bytes sent: ([\d,]+)$/m.exec(said)?.[1];
  if (bytes === undefined) throw new Error("Cannot read what rsync --stats says");
  return { ms, bytes: Number(bytes.replaceAll(",", "")) };
}

async function medians(run: () => Promise<Moved>): Promise<Moved> {
  const all: Moved[] = [];
  for (let round = 0; round < rounds; round++) all.push(await run());
  return { ms: median(all.map(({ ms }) => ms)), bytes: median(all.map(({ bytes }) => bytes)) };
}

/** All that was measured; times in milliseconds. */
interface Figures {
  readonly whole: Moved;
  readonly ours: Moved;
  readonly rsync: Moved | undefined;
  readonly computing: number;
}

function finding(figures: Figures): Finding {
  const { whole, ours, rsync, computing } = figures;
  const fresh = places * placeSize;
  return {
    rows: [
      bytesRow(
        "bytes moved for a change of 1 %, the changed bytes beside them",
        ours.bytes,
        fresh,
        aims.moved,
      ),
      ratioRow("time of that, of a whole upload beside it", ours.ms, whole.ms, aims.time),
      ...rsync === undefined ? [] : [
        bytesRow("the same bytes, those of rsync beside them", ours.bytes, rsync.bytes),
        ratioRow("the same time, that of rsync beside it", ours.ms, rsync.ms),
      ],
      ratioRow("looking for changes, a whole upload beside it", computing, whole.ms, aims.computing),
    ],
    values: { megabytes, rounds, ...figures },
    notes: [
      "Bytes are those to the server, with the chunks of the new file and all that SSH adds. The server's sum is checked.",
      ...rsync === undefined ? ["rsync isn't installed: nothing is beside it"] : [],
    ],
  };
}

function bytesRow(title: string, ours: number, beside: number, aim?: number): Row {
  const shown = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
  const ratio = ours / beside;
  return {
    ...{ title, ours: shown(ours), beside: shown(beside), ratio },
    ...aim === undefined ? {} : { aim: `at most ${aim}`, met: ratio <= aim },
  };
}
