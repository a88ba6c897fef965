// A story that a terminal shows: the program sets a server up, deploys twice, fails to deploy and goes back. The server
// exists only here, and each of its answers takes a tenth of a second on a clock that the program takes for the real one.

import { join } from "@std/path";
import { main } from "../../lib/cli/main.ts";
import { version } from "../../lib/core/version.ts";
import { raw } from "../../lib/core/sh.ts";
import { remote } from "../../lib/remote/remote.ts";
import { runner } from "../../lib/remote/runner.ts";
import { servers } from "../../lib/remote/servers.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { fakeLocal } from "../fake/context.ts";
import { fakeServer } from "../fake/server.ts";
import type { Transport } from "../../lib/transport/mod.ts";

const server = fakeServer({ bare: true });
let clock = 0;
performance.now = () => clock;
Date.now = () => Date.UTC(2026, 0, 1) + clock;

/** The first upload stops on its way, for a picture of it. */
let stops = true;
const exec: Transport["exec"] = async (script, options) => {
  clock += 100;
  const { stdin } = options;
  if (!script.includes("checksum of what arrived") || !(stdin instanceof ReadableStream)) {
    return await server.remote.transport.exec(script, options);
  }
  const reader = stdin.getReader();
  await reader.read();
  clock += 2000;
  if (stops) await waitFor("upload");
  stops = false;
  while (!(await reader.read()).done);
  return await server.remote.transport.exec(script, { ...options, stdin: "" });
};
const transport = { exec, [Symbol.asyncDispose]: () => server.remote.transport[Symbol.asyncDispose]() };

const directory = await Deno.makeTempDir({ prefix: "alcaide-story-" });
const config = {
  app: "shop",
  server: "root@203.0.113.7",
  domain: "shop.example.com",
  build: { prebuilt: "release.tar" },
  volumes: ["/data/shop:/data"],
  migrate: "bin/shop migrate",
  beforeStart: ["bin/shop warm"],
};

/** This machine, as fakes know it: with the project at a place of theirs. */
const fake = fakeLocal();
const here = runner("local", {
  exec: (script, options) => fake.exec(raw(script.replaceAll(directory, "/home/me/shop")), options),
});

/** Makes a release that has nothing of another one. */
async function makeRelease(number: number): Promise<void> {
  await Deno.writeFile(join(directory, "release.tar"), new Uint8Array(2 * 1024 ** 2).fill(number));
}

/** Waits for the word that the test gives through tmux. */
async function waitFor(word: string): Promise<void> {
  await new Deno.Command("tmux", { args: ["wait-for", word] }).output();
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

async function tell(...args: readonly string[]): Promise<void> {
  say(`$ alcaide ${args.join(" ")}\n`);
  await main(args, {
    tasks: builtInTasks,
    version,
    cwd: directory,
    connect: (config) =>
      servers(config.servers.map((server) => remote(server, { name: server.name, transport }))),
    local: () => here,
  });
}

try {
  await Deno.writeTextFile(join(directory, "Alcaidefile.ts"), `export default ${JSON.stringify(config)};\n`);
  await tell("setup");
  await makeRelease(1);
  await tell("deploy");
  await makeRelease(2);
  await tell("deploy");
  await makeRelease(3);
  server.illness = (release) => release.startsWith("3-") ? "500" : undefined;
  await tell("deploy");
  await tell("rollback");
} finally {
  await Deno.remove(directory, { recursive: true });
}
say("$ ");
await waitFor("the end");
