import { assertEquals } from "@std/assert";
import { configKeys } from "../../../lib/config/config.ts";
import { list } from "../../../lib/core/text.ts";
import { complaints } from "./base.ts";

/** A change of a good configuration, and its message. */
const cases: readonly (readonly [changes: Record<string, unknown>, ...said: string[]])[] = [
  [
    { app: "my-app" },
    'app: "my-app" isn\'t only small letters, digits and underscores, beginning with a letter (Write "my_app")',
  ],
  [
    { app: "42" },
    'app: "42" isn\'t only small letters, digits and underscores, beginning with a letter (Give a name such as "shop")',
  ],
  [{ app: "shop_blue" }, 'app: "shop_blue" ends like the name of a jail (Leave out "_blue")'],
  [{ app: "a".repeat(31) }, `app: "${"a".repeat(31)}" is longer than 30 characters (Shorten it)`],
  [{ app: "constructor" }, 'app: "constructor" is a word of JavaScript (Add a letter)'],
  [{ app: 3 }, 'app: it is 3 (Give a text such as "shop")'],
  [{ servre: 1 }, 'servre: there is no such field (Did you mean "server"?)'],
  [
    { image: { packages: "vips", commands: [""], users: [] } },
    "image.users: there is no such field (Known: commands and packages)",
    'image.packages: it is "vips" (Give a list of names such as ["openssl"])',
    'image.commands[0]: it is empty (Give a command such as "bin/shop start")',
  ],
  [
    { image: 3 },
    'image: it is 3 (Give a record such as { packages: ["vips"], commands: ["npm install -g pm2"] })',
  ],
  [{ port: 3000 }, "port: it stands in the wrong place (Write jail: { port: … })"],
  [
    { "a b": 1 },
    `["a b"]: there is no such field (Known: ${list([...configKeys].sort())})`,
  ],
  [
    { server: [] },
    'server: it is an empty list (Give "root@203.0.113.7", a record such as { host: "203.0.113.7" }, or a list of them)',
  ],
  [
    { server: 7 },
    'server: it is 7 (Give "root@203.0.113.7", a record such as { host: "203.0.113.7" }, or a list of them)',
  ],
  [
    { server: ["a b"] },
    'server[0]: "a b" is not a server (Give a text such as "root@203.0.113.7" or "deploy@shop.example.com:2222")',
  ],
  [{ server: "ssh://root@a:22/" }, 'server: "ssh://root@a:22/" has a scheme (Write "root@a:22")'],
  [{ server: "a,b" }, 'server: "a,b" is not a server (Give a list: ["one", "two"])'],
  [
    { server: "" },
    'server: it is empty (Give a text such as "root@203.0.113.7" or "deploy@shop.example.com:2222")',
  ],
  [{ server: ["root@a", "you@a:22"] }, "server[1]: it is the same as server[0] (Name it once)"],
  [
    { server: { host: "203.0.113" } },
    'server.host: "203.0.113" is neither a name nor an address (Give one such as "203.0.113.7")',
  ],
  [
    { server: { host: "me@a:22" } },
    'server.host: "me@a:22" is more than a host (Put user and port into fields of their own)',
  ],
  [{ server: { port: 22 } }, "server.host: it is missing (Give a name or an address)"],
  [
    { server: { host: "a", port: 70000 } },
    "server.port: it is 70000 (Give a whole number from 1 to 65535)",
  ],
  [
    { server: { host: "a", user: "-x" } },
    'server.user: "-x" is not a user\'s name (Use letters, digits, dots, hyphens and underscores)',
  ],
  [{ server: { host: "a", key: "id.pub" } }, 'server.key: "id.pub" is a public key (Write "id")'],
  [
    { server: { host: "a", key: "-----BEGIN KEY" } },
    "server.key: it is a key itself (Give the path of its file)",
  ],
  [{ server: { host: "a", key: "a\0b" } }, "server.key: it has a NUL character (Give a path)"],
  [{ server: { host: "a", become: "su" } }, 'server.become: it is "su" (Give "doas" or "sudo")'],
  [
    { server: { host: "a", jump: "b c" } },
    'server.jump: "b c" is not a server (Give a text such as "root@203.0.113.7" or "deploy@shop.example.com:2222")',
  ],
  [
    { server: [{ sshPort: "a", host: "a" }] },
    "server[0].sshPort: there is no such field (Known: become, env, host, hostKey, jump, key, port, tags and user)",
  ],
  [{ domain: "https://shop.org/x" }, 'domain: "https://shop.org/x" has a scheme (Write "shop.org")'],
  [{ domain: ["shop.org:80"] }, 'domain[0]: "shop.org:80" has a port (Write "shop.org")'],
  [{ domain: "shop.org/x" }, 'domain: "shop.org/x" has a path (Write "shop.org")'],
  [
    { domain: "*.shop.org" },
    'domain: "*.shop.org" is a wildcard, whose certificate needs a challenge through DNS (Name each domain by itself, or use a certificate of your own, tls: "internal" or "off")',
  ],
  [
    { domain: "203.0.113.7" },
    'domain: "203.0.113.7" is an address (Leave domain out: the app is then served at the server\'s address)',
  ],
  [{ domain: "bücher.de" }, 'domain: "bücher.de" isn\'t in ASCII (Write "xn--bcher-kva.de")'],
  [{ domain: "-a.org" }, 'domain: "-a.org" is not a domain (Give a domain such as "shop.example.com")'],
  [{ domain: "" }, 'domain: it is empty (Give a domain such as "shop.example.com")'],
  [{ domain: ["a.org", "A.org"] }, "domain[1]: it is the same as domain[0] (Name it once)"],
  [
    { tls: "acme" },
    'tls: certificates need a domain (Give a domain, or use tls: "off")',
  ],
  [{ tls: "internal" }, 'tls: certificates need a domain (Give a domain, or use tls: "off")'],
  [
    { tls: { email: "a@b.org" }, domain: [] },
    'tls: certificates need a domain (Give a domain, or use tls: "off")',
  ],
  [
    { redirects: "www.a.org" },
    "redirects: there is no domain to redirect to (Give domain, too)",
  ],
  [
    { domain: ["a.org", "b.org"], redirects: ["B.org"] },
    'redirects[0]: "B.org" is in domain, too (Name it in one of the two)',
  ],
  [
    { domain: "a.org", redirects: ["www.a.org", "WWW.a.org"] },
    "redirects[1]: it is the same as redirects[0] (Name it once)",
  ],
  [
    { domain: "a.org", redirects: "203.0.113.7" },
    'redirects: "203.0.113.7" is an address (Leave it out: only names can be redirected)',
  ],
  [
    { domain: "a.org", redirects: "http://www.a.org/" },
    'redirects: "http://www.a.org/" has a scheme (Write "www.a.org")',
  ],
  [
    { domain: "a.org", redirects: { "www.a.org": "a.org" } },
    'redirects: it is a record (Give a host name such as "www.shop.example.com")',
  ],
  [
    { domain: "a.org", redirects: ["shop.local"] },
    'tls: no public authority gives a certificate for "shop.local" (Use tls: "internal" or "off", or name your own authority: tls: { ca: … })',
  ],
  [
    { domain: "shop.local" },
    'tls: no public authority gives a certificate for "shop.local" (Use tls: "internal" or "off", or name your own authority: tls: { ca: … })',
  ],
  [{ tls: "on" }, 'tls: it is "on" (Give "acme", "internal", "off", { email: … } or { cert: …, key: … })'],
  [
    { domain: "a.org", tls: { email: "x" } },
    'tls.email: "x" is not an address (Give one such as "admin@example.com")',
  ],
  [
    { domain: "a.org", tls: { ca: "ftp://x" } },
    'tls.ca: "ftp://x" isn\'t http or https (Give a URL that begins with "https://" or "http://")',
  ],
  [{ domain: "a.org", tls: { staging: "yes" } }, 'tls.staging: it is "yes" (Give true or false)'],
  [
    { domain: "a.org", tls: { staging: true, ca: "https://x.org" } },
    "tls.staging: it has no meaning beside tls.ca (Give one or the other)",
  ],
];

for (const [changes, ...said] of cases) {
  Deno.test(`resolveConfig() refuses ${Deno.inspect(changes, { breakLength: Infinity, strAbbreviateSize: 60 })}`, () => {
    assertEquals(complaints(changes), said);
  });
}
