import { assertEquals, assertStringIncludes } from "@std/assert";
import { on } from "../../../../lib/config/sections/on.ts";
import { selected } from "../../../../lib/config/sections/select.ts";
import { envOn } from "../../../../lib/config/sections/servers.ts";
import type { Around } from "../../../../lib/config/field/schema.ts";
import { showConfig } from "../../../../lib/config/show.ts";
import type { Problem } from "../../../../lib/core/error.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { complaints, resolve } from "../base.ts";

const three = [
  { host: "a", tags: ["web"] },
  { host: "b", tags: ["web", "jobs"], env: { REGION: "eu", N: 2 } },
  { host: "b", port: 2222 },
];

Deno.test("resolveConfig() reads tags and variables of servers", () => {
  assertEquals(resolve({ server: three }).servers, [
    { host: "a", tags: ["web"], name: "a" },
    { host: "b", tags: ["web", "jobs"], env: { REGION: "eu", N: "2" }, name: "b:22" },
    { host: "b", port: 2222, name: "b:2222" },
  ]);
});

Deno.test("envOn() lets a server's variables win over the app's", () => {
  const config = resolve({ server: three, env: { REGION: "us", A: "x" } });
  assertEquals(envOn(config, "a"), { REGION: "us", A: "x", PORT: "4000" });
  assertEquals(envOn(config, "b:22"), { REGION: "eu", A: "x", PORT: "4000", N: "2" });
});

Deno.test("showConfig() shows tags and variables of servers; secrets are masked", () => {
  const { text, value } = showConfig(resolve({ server: { ...three[1], env: { KEY: secret("hunter2") } } }));
  assertStringIncludes(text, "b (tags web and jobs)\n");
  assertStringIncludes(text, "server[0].env.KEY  [secret]\n");
  assertEquals((value as { servers: unknown }).servers, [
    { host: "b", tags: ["web", "jobs"], env: { KEY: "[secret]" }, name: "b" },
  ]);
});

const tagHint = 'Use at most 32 small letters, digits, hyphens and underscores, and not "all"';
for (
  const [server, problem] of [
    [{ tags: "web" }, 'server.tags: it is "web" (Give a list of tags such as ["web", "jobs"])'],
    [{ tags: ["Web"] }, `server.tags[0]: "Web" is not a tag (${tagHint})`],
    [{ tags: ["all"] }, `server.tags[0]: "all" is not a tag (${tagHint})`],
    [{ tags: ["-x"] }, `server.tags[0]: "-x" is not a tag (${tagHint})`],
    [{ tags: ["x".repeat(33)] }, `server.tags[0]: "${"x".repeat(33)}" is not a tag (${tagHint})`],
    [{ tags: [7] }, 'server.tags[0]: it is 7 (Give a tag such as "jobs")'],
    [{ tags: ["a", "a"] }, "server.tags[1]: it is the same as server.tags[0] (Name it once)"],
    [{ tags: ["web1"] }, 'server.tags[0]: "web1" is a server\'s host, too (Give the tag another name)'],
    [
      { tags: Array.from({ length: 17 }, (_, index) => `t${index}`) },
      "server.tags: it has 17 tags (Give at most 16)",
    ],
    [{ env: ["A"] }, 'server.env: it is a list (Give a record such as { PHX_HOST: "shop.example.com" })'],
    [{ env: { PORT: "80" } }, "server.env.PORT: it is set by the program (Leave it out)"],
    [
      { env: { "A-B": "x" } },
      'server.env["A-B"]: its name isn\'t one for a variable (Use letters, digits and underscores, no digit first)',
    ],
    [
      { env: { A: "x".repeat(120_000) } },
      "server[0].env: its variables hold 121 kB together, A 121 kB of it: a program gets at most 120 kB (Put long texts into files that the app reads)",
    ],
  ] as const
) {
  Deno.test(`resolveConfig() says ${problem.slice(0, 90)}`, () => {
    assertEquals(complaints({ server: { host: "web1", ...server } }), [problem]);
  });
}

Deno.test("selected() means a server by tag, name or host", () => {
  const server = { name: "b:22", host: "b", tags: ["web", "jobs"] };
  assertEquals([undefined, "jobs", "b:22", "b", ["x", "web"], "x", []].map((one) => selected(one, server)), [
    ...[true, true, true, true, true, false, false],
  ]);
  assertEquals(selected("jobs", { name: "a", host: "a" }), false);
});

/** Reads `on` beside three servers. */
function readOn(value: unknown): unknown {
  const problems: Problem[] = [];
  const around = { config: resolve({ server: three }) } as unknown as Around;
  const read = on().read({ path: "on", value, problems }, around);
  return problems.length === 0 ? read : problems.map(({ problem, hint }) => `${problem} (${hint})`);
}

for (
  const [value, expected] of [
    [undefined, undefined],
    ["jobs", ["jobs"]],
    [["web", "b:2222"], ["web", "b:2222"]],
    ["job", ['there is no server or tag "job" (Give one of a, b:22, b:2222, web, jobs)']],
    [[], ["it is an empty list (Leave it out for all servers)"]],
    [7, ["it is 7 (Give a tag or a server's name)"]],
    [["a", "a"], ["it is the same as on[0] (Name it once)"]],
  ] as const
) {
  Deno.test(`on() reads ${JSON.stringify(value)}`, () => assertEquals(readOn(value), expected));
}

Deno.test("on() is shown", () => {
  assertEquals([on().show("on", undefined), on().show("on", ["a", "b"])], [
    [["on", "all servers"]],
    [["on", "a and b"]],
  ]);
});
