// Names, ports and certificates as seen from this machine, and this machine itself.

import { assertEquals } from "@std/assert";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { runChecks } from "../../../lib/doctor/check.ts";
import { endOf, hereChecks } from "../../../lib/doctor/here.ts";
import { outsideChecks } from "../../../lib/doctor/outside.ts";
import type { Known, Outside, SeenHere } from "../../../lib/doctor/seen.ts";
import { config } from "../../fake/facts.ts";
import { known, today, told } from "./seeing.ts";

const name = "shop.example.com";
const fine: Outside = {
  host: ["203.0.113.7"],
  names: new Map([[name, ["203.0.113.7", "2001:0db8::0007"]]]),
  ports: new Map([[80, "open"], [443, "open"]]),
  trust: new Map([[name, ""]]),
};
const served = (end: string) => known({ sections: { certificates: `${name} ${end}\n`, listeners } });
const listeners = "root caddy 812 6 tcp46 *:80 *:*\nroot caddy 812 7 tcp46 *:443 *:*\n";
const long = "Mar 30 12:00:00 2026 GMT";
const addresses = (...all: readonly string[]) => ({ names: new Map([[name, all]]) });

interface Case {
  readonly name: string;
  readonly outside?: Partial<Outside>;
  readonly config?: Partial<UserConfig>;
  /** Null for a server that let nobody in. */
  readonly known?: Known | null;
  readonly finds: readonly string[];
}

const noAddress = "Add an A record with the server's address where the domain is managed";
const elsewhere =
  "Unless a proxy or a balancer is there, point its records to this server; certificates by ACME need it";
const log = "/var/log/caddy/caddy.log says why";

const cases: readonly Case[] = [
  { name: "nothing where all is well", finds: [] },
  {
    name: "no domain",
    config: { domain: [], tls: "off" },
    finds: ["note dns: No domain is configured: Caddy answers to every name, without certificates"],
  },
  {
    name: "a name without an address",
    outside: addresses(),
    finds: [`error dns: ${name} has no address | ${noAddress}`],
  },
  {
    name: "a name that points elsewhere",
    outside: addresses("198.51.100.1", "2001:db8::1"),
    finds: [`warning dns: ${name} points to 198.51.100.1 and 2001:db8::1, not to this server | ${elsewhere}`],
  },
  {
    name: "a name of several servers that points to another one",
    config: { server: ["root@203.0.113.7", "root@203.0.113.8"] },
    outside: addresses("203.0.113.8"),
    finds: [`note dns: ${name} points to 203.0.113.8, not to this server | ${elsewhere}`],
  },
  {
    name: "an AAAA record of another server",
    outside: addresses("203.0.113.7", "2001:db8::1"),
    finds: [
      `error dns: ${name} points to this server by IPv4, and to 2001:db8::1 by IPv6 | Correct or remove its AAAA record: authorities and many visitors try IPv6 first`,
    ],
  },
  {
    name: "names that nobody can look up, and ports that can't be tried",
    outside: { names: new Map([[name, undefined]]), ports: new Map([[80, "unknown"]]) },
    finds: [
      `unknown dns: ${name} could not be looked up from here`,
      "unknown ports: Port 80 could not be tried from here",
    ],
  },
  {
    name: "a server of which nothing is known",
    known: null,
    outside: { host: [], ports: new Map([[80, "silent"], [443, "open"]]) },
    finds: [
      "warning ports: Port 80 does not answer | Look at the provider's firewall",
      `unknown dns: ${name} points to 203.0.113.7 and 2001:0db8::0007; the server's own addresses are not known`,
      `unknown certificates: The certificate of ${name} could not be read`,
    ],
  },
  {
    name: "a firewall before a port at which Caddy listens",
    outside: { ports: new Map([[80, "open"], [443, "silent"]]), trust: new Map() },
    finds: [
      "error ports: Port 443 does not answer, though the server listens there | Open it in the provider's firewall and in the server's own",
      "unknown trust: No handshake could be tried from here",
    ],
  },
  {
    name: "ports at which nothing listens yet",
    known: known({ sections: { listeners: "", certificates: `${name} ${long}\n` } }),
    outside: { ports: new Map([[80, "refused"], [443, "silent"]]), trust: new Map() },
    finds: [
      "warning ports: Port 443 does not answer: nothing listens there yet, and a firewall drops what comes | Open it in the provider's firewall",
      "unknown trust: No handshake could be tried from here",
      "note ports: Nothing listens at port 80 yet",
    ],
  },
  {
    name: "a certificate that ended",
    known: served("Jan  1 12:00:00 2026 GMT"),
    outside: { trust: new Map([[name, "invalid peer certificate: Expired"]]) },
    finds: [
      `error certificates: The certificate of ${name} ended on 2026-01-01 | Caddy could not renew it: ${log}`,
      `error trust: The certificate for ${name} is not trusted here: invalid peer certificate: Expired | Look at the check dns, and at /var/log/caddy/caddy.log on the server`,
    ],
  },
  {
    name: "a certificate that ends soon",
    known: served("Jan 12 12:00:00 2026 GMT"),
    finds: [
      `warning certificates: The certificate of ${name} ends on 2026-01-12 | Caddy could not renew it: ${log}`,
    ],
  },
  {
    name: "a certificate of Caddy's own that ends soon, as all of them do",
    config: { tls: "internal" },
    known: served("Jan  2 20:00:00 2026 GMT"),
    finds: [],
  },
  {
    name: "a name without a certificate",
    known: served(""),
    finds: [`warning certificates: Caddy shows no certificate for ${name} | ${log}`],
  },
  {
    name: "certificates that could not be read",
    known: known({ sections: { listeners } }),
    finds: [`unknown certificates: The certificate of ${name} could not be read`],
  },
  {
    name: "an authority for trying things out",
    config: { tls: { staging: true } },
    outside: { trust: new Map([[name, "UnknownIssuer"]]) },
    finds: [
      `warning trust: The certificate for ${name} is not trusted here: UnknownIssuer | Clients must know the authority`,
    ],
  },
];

for (const { name: title, outside, config: changes, known: facts, finds } of cases) {
  Deno.test(`from outside doctor finds ${title}`, () => {
    const seen = {
      config: config({ domain: name, ...changes }),
      outside: { ...fine, ...outside },
      known: facts === null ? undefined : facts ?? served(long),
      now: today,
    };
    assertEquals(told(runChecks(outsideChecks, seen)), [...finds]);
  });
}

/** A certificate's middle: serial number, issuer and the two times, as DER has them. */
function pemUntil(...times: readonly string[]): string {
  const der = times.map((time) => `${time.length === 13 ? "\x17\x0d" : "\x18\x0f"}${time}`).join("");
  const text = btoa(`\x30\x82\x01\x02\x02\x10serial, issuer${der}subject, key`);
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

Deno.test("endOf() reads the end of a certificate", () => {
  assertEquals(endOf(pemUntil("250101000000Z", "260111123456Z")), Date.parse("2026-01-11T12:34:56Z"));
  assertEquals(endOf(pemUntil("20250101000000Z", "20560111123456Z")), Date.parse("2056-01-11T12:34:56Z"));
  assertEquals(endOf(pemUntil("260111123456Z")), undefined);
  assertEquals(endOf("no certificate"), undefined);
});

const here: readonly { seen: Partial<SeenHere>; finds: readonly string[] }[] = [
  { seen: {}, finds: [] },
  { seen: { key: { name: ".alcaide/master.key", mode: 0o100600 } }, finds: [] },
  {
    seen: { key: { name: ".alcaide/master.key", mode: 0o100644 } },
    finds: [
      "error key: Others can read .alcaide/master.key: its mode is 644 | chmod 600 .alcaide/master.key",
    ],
  },
  {
    seen: { key: { name: ".alcaide/master.key", mode: null } },
    finds: ["unknown key: This system tells no mode of .alcaide/master.key"],
  },
  { seen: { certificate: pemUntil("250101000000Z", "270111123456Z") }, finds: [] },
  {
    seen: { certificate: pemUntil("250101000000Z", "260111123456Z") },
    finds: [
      "warning own-certificate: The certificate in tls ends on 2026-01-11 | Get a new one, then deploy",
    ],
  },
  {
    seen: { certificate: pemUntil("240101000000Z", "250111123456Z") },
    finds: ["error own-certificate: The certificate in tls ended on 2025-01-11 | Get a new one"],
  },
  {
    seen: { certificate: undefined },
    finds: ["unknown own-certificate: The certificate in tls is a secret, which doctor does not open"],
  },
  {
    seen: { certificate: "?" },
    finds: ["unknown own-certificate: The end of the certificate in tls could not be read"],
  },
];

Deno.test("doctor looks at the files of this machine", () => {
  for (const { seen, finds } of here) {
    const all = { key: undefined, certificate: null, now: today, ...seen };
    assertEquals(told(runChecks(hereChecks, all)), [...finds]);
  }
});

Deno.test("every check from here is seen at its worst", () => {
  const found = new Set([...cases, ...here].flatMap(({ finds }) => finds.map((line) => line.split(":")[0])));
  const all = [...outsideChecks, ...hereChecks].map(({ worst, id }) => `${worst} ${id}`);
  assertEquals(all.filter((one) => !found.has(one)), []);
});
