import { assertEquals, assertStringIncludes } from "@std/assert";
import { isServed, processesOn } from "../../../../lib/config/sections/processes.ts";
import { showConfig } from "../../../../lib/config/show.ts";
import { complaints, resolve } from "../base.ts";

const web = { ...{ name: "web", start: "bin/shop start", instances: 1, stopTimeout: 30 } };
const usual = { on: undefined, alone: false, startBefore: false };
const servers = [{ host: "a", tags: ["web"] }, { host: "b", tags: ["jobs"] }];

Deno.test("resolveConfig() makes one web process of start", () => {
  assertEquals(resolve({ start: "bin/shop start" }).processes, [{ ...web, ...usual }]);
});

Deno.test("resolveConfig() reads processes: a command or a record, web first, whatever stands first", () => {
  const { processes, start } = resolve({
    stopTimeout: 60,
    processes: {
      worker: { start: "bin/work", instances: 2, stopTimeout: 900, alone: true },
      web: "bin/serve",
      mailer: { start: "bin/mail", startBefore: true },
    },
  });
  assertEquals(start, "bin/serve");
  assertEquals(processes, [
    { ...usual, name: "web", start: "bin/serve", instances: 1, stopTimeout: 60 },
    { ...usual, name: "worker", start: "bin/work", instances: 2, stopTimeout: 900, alone: true },
    { ...usual, name: "mailer", start: "bin/mail", instances: 1, stopTimeout: 60, startBefore: true },
  ]);
});

Deno.test("resolveConfig() lets start be the short form of web beside other processes", () => {
  const { processes } = resolve({ start: "bin/serve", processes: { worker: "bin/work" } });
  assertEquals(processes.map(({ name, start }) => [name, start]), [["web", "bin/serve"], [
    "worker",
    "bin/work",
  ]]);
});

Deno.test("resolveConfig() makes no web process of processes without it and without start", () => {
  const config = resolve({ processes: { worker: "bin/work" } });
  assertEquals([config.start, config.processes.map(({ name }) => name)], ["", ["worker"]]);
  assertEquals(isServed(config, "203.0.113.7"), false);
});

Deno.test("processesOn() gives the processes of a server: by a tag, a name, or without on", () => {
  const config = resolve({
    server: servers,
    processes: {
      web: { start: "bin/serve", on: "web", stopTimeout: 10 },
      worker: { start: "bin/work", on: ["jobs"] },
      agent: "bin/agent",
    },
  });
  const names = (server: string) => processesOn(config, server).processes.map(({ name }) => name);
  assertEquals([names("a"), names("b")], [["agent"], ["worker", "agent"]]);
  assertEquals([processesOn(config, "a").start, processesOn(config, "a").stopTimeout], ["bin/serve", 10]);
  assertEquals([isServed(config, "a"), isServed(config, "b")], [true, false]);
});

Deno.test("showConfig() shows further processes", () => {
  const { text } = showConfig(
    resolve({ start: "bin/serve", processes: { worker: { start: "bin/work", instances: 2, alone: true } } }),
  );
  assertStringIncludes(text, 'processes.worker  "bin/work", 2 instances, 30 s to end, alone\n');
});

const wanted = '"bin/shop worker" or a record such as { start: "bin/shop worker", instances: 2 }';
for (
  const [changes, problem] of [
    [
      { start: "x", processes: { web: "y" } },
      "processes.web: it stands beside start (start is the short form of processes.web: give one or the other)",
    ],
    [
      { domain: "shop.example.com", processes: { worker: "x" } },
      'processes: the app has a domain, and no web process gets its requests (Give web: { web: "bin/shop start", … }, or leave out domain)',
    ],
    [{ processes: ["x"] }, 'processes: it is a list (Give a record such as { worker: "bin/shop worker" })'],
    [{ processes: { worker: 7 } }, `processes.worker: it is 7 (Give ${wanted})`],
    [
      { processes: { worker: {} } },
      'processes.worker.start: it is missing (Give a command such as "bin/shop start")',
    ],
    [{ processes: { worker: " " } }, "processes.worker: it is blank (Give a command or leave it out)"],
    [
      { processes: { worker: { start: "x", instance: 2 } } },
      'processes.worker.instance: there is no such field (Did you mean "instances"?)',
    ],
    [
      { processes: { Worker: "x" } },
      'processes.Worker: "Worker" isn\'t only small letters and digits, beginning with a letter (Write "worker")',
    ],
    [
      { processes: { "my-worker": "x" } },
      'processes["my-worker"]: "my-worker" isn\'t only small letters and digits, beginning with a letter (Write "myworker")',
    ],
    [
      { processes: { 1: "x" } },
      'processes["1"]: "1" isn\'t only small letters and digits, beginning with a letter (Give a name such as "worker")',
    ],
    [
      { processes: { build: "x" } },
      'processes.build: "build" is taken: it names something else (Choose another name)',
    ],
    [
      { processes: { constructor: "x" } },
      'processes.constructor: "constructor" is taken: it names something else (Choose another name)',
    ],
    [
      { processes: { worker: { start: "x", instances: 33 } } },
      "processes.worker.instances: it is 33 (Give a whole number from 1 to 32)",
    ],
    [
      { processes: { worker: { start: "x", stopTimeout: 901 } } },
      "processes.worker.stopTimeout: it is 901 (Give a whole number of seconds from 1 to 900)",
    ],
    [
      { server: servers, start: "x", processes: { worker: { start: "x", on: "job" } } },
      'processes.worker.on: there is no server or tag "job" (Give one of a, b, web, jobs)',
    ],
    [
      { processes: { worker: { start: "x", alone: true, startBefore: true } } },
      "processes.worker.startBefore: it stands beside alone: the old ones would end before the release has proven itself (Give one or the other)",
    ],
    [
      { processes: { web: { start: "x", instances: 2 } } },
      "processes.web.instances: web runs once (Let its server use several processors by itself)",
    ],
    [
      { processes: { web: { start: "x", alone: true } } },
      "processes.web.alone: web starts before the switch, beside that of the old release (Leave it out)",
    ],
    [
      { server: servers, processes: { worker: { start: "x", on: "jobs" } } },
      "processes: none of them runs on a (Look at their on, or take the server out)",
    ],
  ] as const
) {
  Deno.test(`resolveConfig() says: ${problem}`, () => assertEquals(complaints(changes), [problem]));
}
