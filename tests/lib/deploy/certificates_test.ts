import { assertEquals } from "@std/assert";
import { certificateFiles } from "../../../lib/commands/caddy/certificate.ts";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { siteText } from "../../../lib/commands/caddy/site.ts";
import { type Remote, remote } from "../../../lib/remote/remote.ts";
import { memoryUi } from "../../fake/memory_ui.ts";
import { certificateBefore, certificatesAfter, warnOfTls } from "../../../lib/deploy/certificates.ts";
import { config, place } from "../../fake/facts.ts";
import { cert, key } from "../config/base.ts";

/** A server that answers every script the same, and the scripts it got. */
function answering(answer: { code: number; stdout: string } | Error): { server: Remote; asked: string[] } {
  const asked: string[] = [];
  const exec = (text: string) => {
    asked.push(text);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ ...answer, stderr: "" });
  };
  const server = remote("root@203.0.113.7", {
    name: "one",
    transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() },
  });
  return { server, asked };
}

/** The messages about a server that answers so. */
async function warnings(user: Partial<UserConfig>, answer: { code: number; stdout: string } | Error) {
  const ui = memoryUi();
  const { server, asked } = answering(answer);
  await warnOfTls({ ui, signal: new AbortController().signal }, config(user), server);
  const said = ui.events.flatMap((event) => event.type === "warning" ? [[event.text, event.hint]] : []);
  return { said, asked };
}

const names = { domain: ["a.org", "b.org"], redirects: "www.a.org" };
const log = "/var/log/caddy/caddy.log on the server";

Deno.test("warnOfTls() asks for every name and says nothing when all answer", async () => {
  const { said, asked } = await warnings(names, { code: 0, stdout: "\n" });
  assertEquals([said, asked.length, asked[0]?.includes("a.org b.org www.a.org")], [[], 1, true]);
});

Deno.test("warnOfTls() asks nothing without TLS", async () => {
  assertEquals((await warnings({ domain: "a.org", tls: "off" }, { code: 0, stdout: "a.org" })).asked, []);
});

Deno.test("warnOfTls() never makes a deploy fail", async () => {
  assertEquals((await warnings(names, new Error("the connection broke"))).said, []);
  assertEquals((await warnings(names, { code: 1, stdout: "" })).said, []);
});

const hints: readonly {
  name: string;
  user: Partial<UserConfig>;
  silent: string;
  text: string;
  hint: string;
}[] = [
  {
    name: "ACME",
    user: { domain: "a.org" },
    silent: "a.org",
    text: "a.org",
    hint:
      "Caddy goes on asking for the certificate. Check that a.org points to this server (A and AAAA records) " +
      `and that ports 80 and 443 are open from outside, and look at ${log}`,
  },
  {
    name: "ACME and several names",
    user: names,
    silent: "a.org www.a.org",
    text: "a.org and www.a.org",
    hint: "Caddy goes on asking for the certificates. Check that a.org and www.a.org point to this server " +
      `(A and AAAA records) and that ports 80 and 443 are open from outside, and look at ${log}`,
  },
  {
    name: "Caddy's own authority",
    user: { domain: "a.org", tls: "internal" },
    silent: "a.org",
    text: "a.org",
    hint: `Look at ${log}`,
  },
  {
    name: "your own certificate",
    user: { ...names, tls: { cert, key } },
    silent: "www.a.org",
    text: "www.a.org",
    hint: `Check that the certificate names it, and look at ${log}`,
  },
];
for (const { name, user, silent, text, hint } of hints) {
  Deno.test(`warnOfTls() says where to look with ${name}`, async () => {
    const { said } = await warnings(user, { code: 0, stdout: `${silent}\n` });
    assertEquals(said, [[`one: no answer over TLS yet for ${text}`, hint]]);
  });
}

const own = config({ domain: "a.org", tls: { cert, key } });

/** The site file that was there before. */
function before(one: typeof own) {
  const { app, domains, tls } = one;
  const text = siteText({ app, domains, tls, blue: "b:1", green: "g:1", token: place.token, caddy: "2.9.1" });
  return { site: { text: "", before: text, apply: true } };
}

Deno.test("certificateBefore() writes your own certificate, and nothing else", () => {
  assertEquals(certificateBefore(own).length, 1);
  assertEquals(certificateBefore(config({ domain: "a.org" })), []);
});

Deno.test("certificatesAfter() keeps the certificate in use", () => {
  const [command] = certificatesAfter(own, before(own));
  const { tls } = own;
  assertEquals(command?.text.includes(tls.kind === "own" ? certificateFiles("shop", tls).key : "?"), true);
});

Deno.test("certificatesAfter() removes all only where the site named one before", () => {
  const internal = config({ domain: "a.org", tls: "internal" });
  const texts = [before(own), before(internal), { site: { text: "", before: undefined, apply: true } }]
    .map((plan) => certificatesAfter(internal, plan).map(({ text }) => text));
  assertEquals(texts, [["rm -rfx /usr/local/etc/alcaide/tls/shop"], [], []]);
});
