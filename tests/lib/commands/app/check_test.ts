import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkApp, waitForListener } from "../../../../lib/commands/app/check.ts";
import { playground } from "../../../playground.ts";
import { spec } from "./specs.ts";

const look = {
  path: "/health?a=1&b='",
  host: "shop.example.com",
  proto: "https",
  status: [200, 399],
  timeout: 0,
  interval: 100,
} as const;

async function check(
  answer: string,
  more: { sockets?: string; status?: readonly [number, number]; proto?: "http" } = {},
) {
  await using place = await playground();
  await place.write("/answer", answer);
  await place.write("/var/log/alcaide/shop/7-1a2b3c4.log", "first words\nlast words\n");
  await place.program("nc", `cat >>${place.at("/asked")}; cat ${place.at("/answer")}`);
  await place.program("sockstat", `printf '%s' '${more.sockets ?? "app shop 1 2 tcp4 10.66.0.2:4000 *:*"}'`);
  await place.program("ps", "echo PID USER COMMAND");
  const { stdout, code } = await place.run(checkApp(spec, { ...look, ...more }));
  return { stdout, code, asked: await place.read("/asked") };
}

Deno.test("checkApp() asks for the path at the jail's own address, as a proxy would", async () => {
  const { asked } = await check("HTTP/1.1 200 OK\r\n\r\nhi");
  assertStringIncludes(asked ?? "", "GET /health?a=1&b=' HTTP/1.1\r\nHost: shop.example.com\r\n");
  assertStringIncludes(asked ?? "", "\r\nX-Forwarded-Proto: https\r\n");
});

const answers = [
  { name: "200", answer: "HTTP/1.1 200 OK\r\n\r\n", stdout: "probe 1 200\nwell\n", code: 0 },
  {
    name: "a redirect, which counts as well",
    answer: "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n",
    stdout: "probe 1 301\nwell\n",
    code: 0,
  },
  { name: "HTTP/1.0", answer: "HTTP/1.0 204 No\r\n\r\n", stdout: "probe 1 204\nwell\n", code: 0 },
];
for (const { name, answer, stdout, code } of answers) {
  Deno.test(`checkApp() is content with ${name}`, async () => {
    const got = await check(answer);
    assertEquals([got.stdout, got.code], [stdout, code]);
  });
}

const here = `Location: https://shop.example.com${look.path}\r\n`;

Deno.test("checkApp() finds a redirect to the same address over HTTPS that never ends", async () => {
  for (const location of [here, here.replace(".com/", ".com:443/"), here.replace("Loc", "loc")]) {
    const got = await check(`HTTP/1.1 301 Moved\r\n${location}\r\n`);
    assertEquals(got.code, 1);
    assertStringIncludes(got.stdout, "probe 1 301 to itself\n");
  }
});

Deno.test("checkApp() finds a redirect from HTTP to HTTPS, which never ends behind a balancer", async () => {
  const got = await check(`HTTP/1.1 301 Moved\r\n${here}\r\n`, { proto: "http" });
  assertEquals(got.code, 1);
  assertStringIncludes(got.stdout, "probe 1 301 to https\n");
});

for (
  const [name, answer] of [
    ["with a cookie, which ends it", `HTTP/1.1 302 Found\r\nSet-Cookie: a=1\r\n${here}\r\n`],
    ["to another page", `HTTP/1.1 302 Found\r\n${here.replace("health", "login")}\r\n`],
    ["in a body only", `HTTP/1.1 302 Found\r\n\r\n${here}`],
  ] as const
) {
  Deno.test(`checkApp() is content with a redirect ${name}`, async () => {
    assertEquals((await check(answer)).code, 0);
  });
}

const bad = [
  { name: "500", answer: "HTTP/1.1 500 Oh\r\n\r\nboom", says: "probe 1 500\n" },
  { name: "silence", answer: "", says: "probe 1 no answer\n" },
  { name: "something that isn't HTTP", answer: "SSH-2.0-OpenSSH\r\n", says: "probe 1 not HTTP\n" },
];
for (const { name, answer, says } of bad) {
  Deno.test(`checkApp() gives up after ${name} and shows why`, async () => {
    const got = await check(answer);
    assertEquals(got.code, 1);
    for (
      const part of [says, "\n# log\nfirst words\nlast words\n# processes\nPID", "# sockets\n", "# answer\n"]
    ) {
      assertStringIncludes(got.stdout, part);
    }
  });
}

Deno.test("checkApp() doesn't take another process's answer for the app's", async () => {
  const got = await check("HTTP/1.1 200 OK\r\n\r\n", { sockets: "" });
  assertStringIncludes(got.stdout, "probe 1 200 from another process\n");
  assertEquals(got.code, 1);
});

Deno.test("checkApp() counts only the statuses that it was told", async () => {
  assertEquals((await check("HTTP/1.1 302 Found\r\n\r\n", { status: [200, 200] })).code, 1);
});

for (
  const [what, sockets, timeout] of [["a listener", "app shop 1", 60_000], [
    "the end of its time",
    "",
    0,
  ]] as const
) {
  Deno.test(`waitForListener() waits for ${what}`, async () => {
    await using place = await playground();
    // It is asked a second time where it is to come.
    await place.program(
      "sockstat",
      `[ -e ${place.at("/asked")} ] && printf %s '${sockets}'; : >${place.at("/asked")}`,
    );
    const { code, stdout, stderr } = await place.run(waitForListener(spec.jail, 4000, timeout));
    assertEquals([code, stdout, stderr], [0, "", ""]);
  });
}
