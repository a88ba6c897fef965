import { assertEquals, assertThrows } from "@std/assert";
import { checkRevealed } from "../../../../lib/config/resolve.ts";
import { showConfig } from "../../../../lib/config/show.ts";
import { ConfigError } from "../../../../lib/core/error.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { reference } from "../../../../lib/secrets/reference.ts";
import { complaints, resolve } from "../base.ts";

Deno.test("resolveConfig() reads rules for requests, passwords as secrets", () => {
  const { proxy } = resolve({
    proxy: {
      basicAuth: { admin: "hunter2", "me@b.c": reference("PASSWORD") },
      allow: ["203.0.113.7", "2001:db8::/32", "10.0.0.0/8"],
      headers: { "X-Frame-Options": 'D "E" {x}', Server: false },
      compress: true,
      maxBody: "10m",
      timeouts: { read: 60 },
      trustedProxies: "10.0.0.0/8",
      websockets: false,
      before: "handle /x {\n\trespond x # }\n}\n",
    },
  });
  const { basicAuth: { admin, ...users }, maxBody, timeouts, trustedProxies } = proxy;
  assertEquals([admin?.reveal(), `${admin}`, Object.keys(users)], ["hunter2", "[secret]", ["me@b.c"]]);
  assertEquals([maxBody, timeouts.read, trustedProxies], [10 * 2 ** 20, 60, ["10.0.0.0/8"]]);
});

Deno.test("showConfig() shows only the rules that are given, and no password", () => {
  const rows = (proxy: unknown) =>
    showConfig(resolve({ proxy })).text.split("\n").filter((row) => row.startsWith("proxy"))
      .map((row) => row.replace(/ +/, " "));
  assertEquals(rows(undefined), []);
  assertEquals(
    rows({
      basicAuth: { admin: "hunter2" },
      headers: { Server: false },
      websockets: false,
      timeouts: { dial: 2 },
    }),
    [
      "proxy.basicAuth.admin [secret]",
      "proxy.headers.Server false",
      "proxy.timeouts.dial 2",
      "proxy.websockets false",
    ],
  );
});

const network = (text: string) =>
  `${
    JSON.stringify(text)
  } is not an address or a network (Give one such as "203.0.113.7" or "203.0.113.0/24")`;
const size = 'Give a text such as "512K", "10M" or "2G"';

for (
  const [proxy, problem] of [
    [true, "proxy: it is true (Give a record such as { compress: true })"],
    [
      { basicAuth: "x" },
      'proxy.basicAuth: it is a text (Give a record such as { admin: secrets("ADMIN_PASSWORD") })',
    ],
    [
      { basicAuth: { "a:b": "x" } },
      'proxy.basicAuth["a:b"]: its name is not one for a user (Use letters, digits and . _ @ + -)',
    ],
    [
      { basicAuth: { a: 1 } },
      'proxy.basicAuth.a: it is a number (Give a password, such as secrets("ADMIN_PASSWORD"))',
    ],
    [{ basicAuth: { a: "" } }, "proxy.basicAuth.a: it is empty (Set it to a password)"],
    [
      { basicAuth: { a: "x\0" } },
      "proxy.basicAuth.a: it has a NUL character (Set it to a text without one)",
    ],
    [
      { basicAuth: { a: "ä".repeat(37) } },
      "proxy.basicAuth.a: it is longer than 72 bytes, of which bcrypt reads no more (Shorten it)",
    ],
    ...["203.0.113.256", "203.0.113.0/33", "a.test", "::1/129", "::x", "1.2.3.4/", "1.2.3.4/08"].map((text) =>
      [{ allow: text }, `proxy.allow: ${network(text)}`] as const
    ),
    [{ allow: ["::1", "::1"] }, "proxy.allow[1]: it is the same as proxy.allow[0] (Name it once)"],
    [
      { allow: "203.0.113.7", trustedProxies: "10.0.0.1" },
      "proxy.allow: it lacks addresses of proxy.trustedProxies, whose requests would get status 403 (Name them here, too; " +
      "addresses of visitors are for the balancer to check)",
    ],
    [
      { headers: [] },
      'proxy.headers: it is a list (Give a record such as { "X-Frame-Options": "DENY", Server: false })',
    ],
    [
      { headers: { "a b": "x" } },
      'proxy.headers["a b"]: its name is not one for a header (Give one such as "X-Frame-Options")',
    ],
    [{ headers: { A: true } }, "proxy.headers.A: it is true (Give a text, or false to remove the header)"],
    ...["x\ny", "`", "ä"].map((value) =>
      [
        { headers: { A: value } },
        `proxy.headers.A: ${
          JSON.stringify(value)
        } has a character that it can't hold (Use ASCII on one line, without \`)`,
      ] as const
    ),
    [{ compress: "gzip" }, 'proxy.compress: it is "gzip" (Give true or false)'],
    [{ maxBody: "10" }, `proxy.maxBody: it is "10" (${size})`],
    [{ maxBody: "0M" }, `proxy.maxBody: it is "0M" (${size})`],
    [
      { timeouts: { read: 0 } },
      "proxy.timeouts.read: it is 0 (Give a whole number of seconds from 1 to 86400)",
    ],
    [{ before: " " }, "proxy.before: it is blank (Give lines or leave it out)"],
    [{ before: "}\nb.test {" }, "proxy.before: it closes a block that it did not open (Remove one })"],
    [{ before: "handle {" }, "proxy.before: it leaves a block open (Close it with })"],
    [{ before: "a\r\nb" }, "proxy.before: it has a NUL or CR character (Remove it)"],
  ] as const
) {
  Deno.test(`resolveConfig() refuses proxy: ${JSON.stringify(proxy)}`, () => {
    assertEquals(complaints({ proxy }), [problem]);
  });
}

Deno.test("checkRevealed() refuses a password that turns out to be none", () => {
  const config = resolve({ proxy: { basicAuth: { "a@b": reference("A") } } });
  const known = { ...config, proxy: { ...config.proxy, basicAuth: { "a@b": secret("") } } };
  const { problems } = assertThrows(() => checkRevealed(known, []), ConfigError);
  assertEquals(problems, [
    { path: 'proxy.basicAuth["a@b"]', problem: "it is empty", hint: "Set it to a password" },
  ]);
});
