// Sequences of commands, the model of what is kept, and the shortening of what fails.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  deployed,
  generate,
  keptOf,
  type Model,
  nothing,
  readSteps,
  shrunk,
  stepWords,
  wentTo,
} from "./model.ts";
import { remains } from "./model_leftovers.ts";
import { randomFrom } from "./sample.ts";

Deno.test("generate() makes the same sequence of a seed, with every kind of step, broken or not", () => {
  const steps = generate(200, randomFrom(5));
  assertEquals(steps, generate(200, randomFrom(5)));
  assert(stepWords(steps) !== stepWords(generate(200, randomFrom(6))));
  assertEquals(new Set(steps.map(({ kind }) => kind)).size, 8);
  const broken = steps.filter(({ fault }) => fault !== undefined);
  assert(broken.length > 60 && broken.length < 140);
  assertEquals(new Set(broken.map(({ fault }) => fault?.way)).size, 9);
  assertEquals(steps[0]?.kind, "deploy");
});

Deno.test("readSteps() reads back what stepWords() writes, and refuses anything else", () => {
  const steps = generate(50, randomFrom(7));
  assertEquals(readSteps(stepWords(steps)), steps);
  for (const words of ["", "deplo", "deploy@fly:3", "deploy@kill", "pick:x", "deploy, bad"]) {
    assertThrows(() => readSteps(words), TypeError, "is not a step");
  }
});

const numbers = (model: Model) => [model.chain.map((r) => r.number), keptOf(model).map((r) => r.number)];

Deno.test("the model keeps two releases, and the newest that was rolled away from between them", () => {
  let model = [1, 2, 3].reduce((model, number) => deployed(model, `r${number}`, number), nothing);
  assertEquals(numbers(model), [[3, 2], [3, 2]]);
  model = wentTo(model, model.chain[1]!);
  assertEquals(numbers(model), [[2], [3, 2]]);
  const ahead = wentTo(model, model.others[0]!);
  assertEquals(numbers(ahead), [[3, 2], [3, 2]]);
  model = deployed(model, "r4", 4);
  assertEquals(numbers(model), [[4, 2], [4, 3, 2]]);
  model = deployed(model, "r5", 5);
  assertEquals(numbers(model), [[5, 4], [5, 4]]);
});

Deno.test("shrunk() removes all steps that a failure does not need", async () => {
  const steps = readSteps("deploy,bad,setup,deploy,rollback@kill:3,reboot,pick:1,repair,deploy");
  const tried: string[] = [];
  const short = await shrunk(steps, (some) => {
    const words = stepWords(some);
    tried.push(words);
    return Promise.resolve(/deploy.*rollback@kill:3.*repair/.test(words));
  });
  assertEquals(stepWords(short), "deploy,rollback@kill:3,repair");
  assert(tried.length < 30 && !tried.includes(""));
  assertEquals(await shrunk(steps, () => Promise.resolve(false)), steps);
});

Deno.test("remains() finds jails, mounts, addresses, files and programs that no command may leave", () => {
  const well = [
    "jail shop_LIVE /jails/shop_LIVE LIVE_ADDRESS",
    "address LIVE_ADDRESS",
    "mount devfs /jails/shop_LIVE/dev devfs",
    "file jails/shop_IDLE/etc/hosts f 644 0:0 ",
    "process bin/app ",
  ];
  assertEquals(remains(well, ["shop_LIVE"]), []);
  const bad = [
    "jail shop_IDLE /jails/shop_IDLE IDLE_ADDRESS",
    "address 10.66.0.9",
    "address IDLE_ADDRESS",
    "mount devfs /jails/shop_db/dev devfs",
    "file usr/local/etc/alcaide/jails/shop_blue.conf.new f 644 0:0 ",
    "process tar -xf",
  ];
  assertEquals(remains([...well, ...bad], ["shop_LIVE"]), [
    "+ jail shop_IDLE",
    "+ mount devfs /jails/shop_db/dev devfs",
    "+ address IDLE_ADDRESS",
    "+ file usr/local/etc/alcaide/jails/shop_blue.conf.new",
    "+ process tar -xf",
  ]);
  assertEquals(remains([], ["shop_db"]), ["- jail shop_db"]);
});
