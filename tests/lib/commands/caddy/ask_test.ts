// Questions of a server to its own Caddy: for TLS, for the release, for the app's health.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { askHealth, askTls, verifySite } from "../../../../lib/commands/caddy/caddyfile.ts";
import { pauseApp } from "../../../../lib/commands/live.ts";
import { playground } from "../../../playground.ts";

/** Asks for two names over TLS; those given answer. */
async function askingTls(...answering: string[]) {
  await using place = await playground();
  await place.program("timeout", `shift; exec "$@"`);
  await place.program(
    "openssl",
    `cat >>${place.at("/asked")}; echo "$@" >>${place.at("/words")}
for last; do :; done
case " ${
      answering.join(" ")
    } " in *" $last "*) printf 'HTTP/1.1 308 Permanent Redirect\\r\\n\\r\\n' ;; *) exit 1 ;; esac`,
  );
  await place.program("sleep", `echo >>${place.at("/slept")}`);
  const ended = await place.run(askTls({ names: ["a.org", "b.org"], path: "/up" }));
  const lengthOf = async (path: string) => (await place.read(path))?.split("\n").length ?? 0;
  return {
    ...ended,
    asked: await place.read("/asked"),
    words: await place.read("/words"),
    slept: await lengthOf("/slept"),
  };
}

Deno.test("askTls() says nothing when every name answers, with whatever status", async () => {
  const { code, stdout, asked, words, slept } = await askingTls("a.org", "b.org");
  assertEquals([code, stdout.trim(), slept], [0, "", 0]);
  assertStringIncludes(asked ?? "", "HEAD /up HTTP/1.1\r\nHost: a.org\r\nConnection: close\r\n\r\nHEAD /up ");
  assertStringIncludes(words ?? "", "s_client -quiet -connect 127.0.0.1:443 -servername b.org\n");
});

Deno.test("askTls() names those that don't answer, after ten tries", async () => {
  const { code, stdout, slept } = await askingTls("a.org");
  assertEquals([code, stdout, slept], [0, "b.org\n", 11]);
});

const ask = { app: "shop", token: "tok", path: "/health" };

/** Runs a question with a Caddy that gives the same answer every time; no time passes between two tries. */
async function asking(answer: string, publicHost?: string) {
  await using place = await playground();
  await place.write("/answer", answer);
  await place.program("nc", `cat >>${place.at("/asked")}; cat ${place.at("/answer")}`);
  await place.program("sleep", "exit 0");
  // FreeBSD's reads characters of the locale, and ends at a byte that is none.
  await place.program(
    "tr",
    '[ "$LC_ALL" = C ] && exec /usr/bin/tr "$@"; echo tr: Illegal byte sequence >&2; exit 1',
  );
  const ended = await place.run(verifySite({ ...ask, publicHost }, { slot: "blue", release: "7-1a2b3c4" }));
  return { ...ended, asked: await place.read("/asked") ?? "" };
}

Deno.test("verifySite() is content when Caddy names the release", async () => {
  const { code, stdout } = await asking("HTTP/1.1 200 OK\r\nX-Alcaide-Release: /blue-7-1a2b3c4\r\n\r\nbody");
  assertEquals([code, stdout], [0, "app 200 /blue-7-1a2b3c4\n"]);
});

Deno.test("verifySite() reads headers in any encoding", async () => {
  const { code, stderr } = await asking(
    "HTTP/1.1 200 OK\r\nContent-Disposition: \xfc\r\nX-Alcaide-Release: /blue-7-1a2b3c4\r\n\r\nbody",
  );
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("verifySite() asks with the app's token, and under its public name too", async () => {
  const { asked } = await asking("HTTP/1.1 200 OK\r\nX-Alcaide-Release: /blue-7-1a2b3c4\r\n\r\n", "shop.lan");
  assertStringIncludes(
    asked,
    "GET /.alcaide/live HTTP/1.1\r\nHost: shop.alcaide.internal\r\nX-Alcaide-Probe: tok\r\n",
  );
  assertStringIncludes(asked, "GET /health HTTP/1.1\r\nHost: shop.lan\r\n");
});

const unverified = [
  {
    name: "names another release",
    answer: "HTTP/1.1 200 OK\r\nX-Alcaide-Release: /blue-6-x\r\n\r\n",
    says: "live 200 /blue-6-x\n",
  },
  { name: "names none", answer: "HTTP/1.1 200 OK\r\n\r\n", says: "live 200 \n" },
  {
    name: "names it in the body only",
    answer: "HTTP/1.1 200 OK\r\n\r\nX-Alcaide-Release: /blue-7-1a2b3c4\r\n",
    says: "live 200 \n",
  },
  {
    name: "can't reach the app",
    answer: "HTTP/1.1 502 Bad\r\nX-Alcaide-Release: /blue-7-1a2b3c4\r\n\r\n",
    says: "app 502 /blue-7-1a2b3c4\n",
  },
  { name: "is silent", answer: "", says: "live  \n" },
];

for (const { name, answer, says } of unverified) {
  Deno.test(`verifySite() gives up when Caddy ${name}`, async () => {
    const { code, stdout } = await asking(answer);
    assertEquals(code, 1);
    assertStringIncludes(stdout, says);
  });
}

Deno.test("askHealth() prints the status", async () => {
  await using place = await playground();
  await place.program(
    "nc",
    "cat >/dev/null; printf 'HTTP/1.1 503 No\\r\\nX-Alcaide-Release: 7-x\\r\\n\\r\\n'",
  );
  assertEquals((await place.run(askHealth("shop", "tok", "/"))).stdout, "503\n");
  await place.run(pauseApp("shop", "closed"));
  assertEquals((await place.run(askHealth("shop", "tok", "/"))).stdout, "503:paused\n");
});
