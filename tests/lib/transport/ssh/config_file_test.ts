// We read SSH's configuration as OpenSSH does: `ssh -G HOST` prints its reading.

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { userInfo } from "node:os";
import { ConnectError } from "../../../../lib/core/error.ts";
import { hostNameOf, readSettings } from "../../../../lib/transport/ssh/config_file.ts";
import { expand, milliseconds } from "../../../../lib/transport/ssh/config_values.ts";
import { exists, tool } from "./sshd.ts";

const { username, homedir } = userInfo();
const noSsh = exists("/usr/bin/ssh") ? undefined : "needs /usr/bin/ssh (package openssh-client)";

/** The keywords that say how to get to a server, as `ssh -G` prints them. */
const compared = [
  ...[
    "user",
    "hostname",
    "port",
    "identityfile",
    "identitiesonly",
    "identityagent",
    "proxyjump",
    "proxycommand",
  ],
  ...["connecttimeout", "userknownhostsfile", "globalknownhostsfile", "hostkeyalias"],
];

interface Case {
  readonly name: string;
  /** The main file, or several by name; `DIR` stands for where they lie. */
  readonly files: string | Readonly<Record<string, string>>;
  /** Names to ask for, with a user where there is an `@`. */
  readonly hosts: readonly string[];
}

const cases: readonly Case[] = [
  { name: "an empty file", files: "", hosts: ["shop"] },
  {
    name: "lines before the first Host",
    files: "User ana\nHost shop\nPort 2222\n",
    hosts: ["shop", "other"],
  },
  {
    name: "an alias",
    files: "Host shop\n  HostName 203.0.113.7\n  User deploy\n  Port 2222\nHost *\n  User ana\n",
    hosts: ["shop", "203.0.113.7", "SHOP", "eve@shop"],
  },
  {
    name: "the first value counts",
    files: "Host s*\nPort 1\nHost shop\nPort 2\nPort 3\n",
    hosts: ["shop", "x"],
  },
  {
    name: "patterns",
    files: "Host *.example.com !www.example.com\nPort 1\nHost web?\nPort 2\nHost 10.0.*.?\nPort 3\n",
    hosts: [
      "a.example.com",
      "www.example.com",
      "web1",
      "web",
      "web12",
      "10.0.7.1",
      "10.0.7.11",
      "axexample.com",
    ],
  },
  { name: "a Host of denials alone", files: "Host !shop\nPort 1\n", hosts: ["shop", "other"] },
  { name: "a pattern with a comma", files: "Host a,b\nPort 1\n", hosts: ["a", "b"] },
  {
    name: "small letters, equals signs, tabs",
    files: "host=shop\n\tPORT = 22\n\tuser=\tana\n",
    hosts: ["shop"],
  },
  {
    name: "comments and empty lines",
    files: "# Port 1\n\nHost shop # the shop\n  # Port 2\n  Port 3 # three\n\n",
    hosts: ["shop", "the"],
  },
  { name: "lines that end in CR LF", files: "Host shop\r\n  Port 7\r\n  User ana\r\n", hosts: ["shop"] },
  {
    name: "several keys",
    files:
      'Host shop\nIdentityFile ~/.ssh/one\nIdentityFile "~/two keys"\nHost *\nIdentityFile ~/.ssh/%h_%r\n' +
      "IdentityFile ~/.ssh/one\nIdentitiesOnly yes\n",
    hosts: ["shop", "other"],
  },
  { name: "no key", files: "Host shop\nIdentityFile none\nIdentityAgent none\n", hosts: ["shop", "other"] },
  { name: "an agent", files: "IdentityAgent ~/agent.sock\n", hosts: ["shop"] },
  {
    name: "servers to go through",
    files: "Host gate\nProxyJump none\nHost deep\nProxyJump ana@gate:2222,gate2\nHost *\nProxyJump gate\n",
    hosts: ["gate", "deep", "shop"],
  },
  {
    name: "a command to go through, before and after a server",
    files: "Host a b\nProxyCommand nc %h %p\nHost b c\nProxyJump gate\nHost c\nProxyCommand none\n",
    hosts: ["a", "b", "c"],
  },
  {
    name: "times",
    files: "Host a\nConnectTimeout 7\nHost b\nConnectTimeout 1m30s\n",
    hosts: ["a", "b", "c"],
  },
  {
    name: "files of known servers",
    files:
      'Host a\nUserKnownHostsFile /k/one "/k/t w o"\nHost b\nUserKnownHostsFile none\nHostKeyAlias b.alias\n' +
      "Host *\nGlobalKnownHostsFile /k/all\n",
    hosts: ["a", "b", "c"],
  },
  {
    name: "the name as given within HostName",
    files:
      "Host *\nHostName %h.example.com\nMatch host a.example.com\nPort 7\nMatch originalhost b\nPort 8\n",
    hosts: ["a", "b", "c"],
  },
  {
    name: "Match",
    files: "Match host shop,other user ana\nPort 1\nMatch user ana,eve\nPort 2\nMatch !host shop\nPort 3\n" +
      "Match all\nPort 4\n",
    hosts: ["ana@shop", "eve@shop", "eve@x", "x", "shop"],
  },
  { name: "Match on who asks", files: `Match localuser ${username}\nPort 1\n`, hosts: ["shop"] },
  {
    name: "a Match on a user from above",
    files: "Host shop\nUser ana\nMatch user ana\nPort 1\n",
    hosts: ["shop", "x"],
  },
  {
    name: "included files",
    files: {
      main: "Include DIR/conf.d/*\nHost shop\nInclude DIR/only_shop\nPort 9\nHost *\nUser last\n",
      "conf.d/1": "Host one\nPort 1\n",
      "conf.d/2": "Host *\nConnectTimeout 2\nHost one\nPort 2\n",
      "conf.d/.3": "Port 3\n",
      only_shop: "User shopper\nHost x\nPort 5\n",
    },
    hosts: ["one", "shop", "x", "other"],
  },
  {
    name: "included files that aren't there",
    files: { main: "Include DIR/none DIR/no*thing\nPort 2\n" },
    hosts: ["shop"],
  },
];

async function withFiles<T>(files: Case["files"], run: (main: string) => T | Promise<T>): Promise<T> {
  const directory = await Deno.makeTempDir({ prefix: "alcaide_config_" });
  await Deno.mkdir(`${directory}/conf.d`);
  for (const [name, text] of Object.entries(typeof files === "string" ? { main: files } : files)) {
    await Deno.writeTextFile(`${directory}/${name}`, text.replaceAll("DIR", directory));
  }
  try {
    return await run(`${directory}/main`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function openSsh(file: string, asked: string): Promise<Record<string, string[]>> {
  const said: Record<string, string[]> = {};
  for (const line of (await tool("ssh", "-G", "-F", file, asked)).split("\n")) {
    const [keyword = "", ...value] = line.split(" ");
    if (compared.includes(keyword)) (said[keyword] ??= []).push(value.join(" "));
  }
  return said;
}

/** Our reading in the words of `ssh -G`; `usual` stands for the rest. */
function ours(file: string, asked: string, usual: Record<string, string[]>): Record<string, string[]> {
  const [, user, host = ""] = /^(?:(.*)@)?(.*)$/.exec(asked) ?? [];
  const about = { host, user, usualUser: username, localUser: username, home: homedir };
  const settings = readSettings([{ path: file, own: true }], about);
  const said: Record<string, string[]> = { ...usual, hostname: [hostNameOf(settings, host).toLowerCase()] };
  for (const [keyword, values] of settings) {
    if (!compared.includes(keyword) || keyword === "hostname") continue;
    if (keyword === "user" && user !== undefined) continue;
    const text = /knownhostsfile|proxycommand/.test(keyword) ? [values.join(" ")] : values;
    said[keyword] = text.map((value) => {
      if (keyword === "connecttimeout") return `${(milliseconds(value) ?? 0) / 1000}`;
      return /agent|knownhosts/.test(keyword) ? value.replace(/^~/, homedir) : value;
    });
  }
  for (const keyword of ["proxyjump", "proxycommand"]) {
    if (said[keyword]?.[0] === "none") delete said[keyword];
  }
  return said;
}

for (const { name, files, hosts } of cases) {
  Deno.test({
    name: `readSettings() reads ${name} as OpenSSH does${noSsh ? ` [skipped: ${noSsh}]` : ""}`,
    ignore: noSsh !== undefined,
    fn: () =>
      withFiles(files, async (main) => {
        for (const asked of hosts) {
          const expected = await openSsh(main, asked);
          assertEquals(ours(main, asked, await openSsh("/dev/null", asked)), expected, asked);
        }
      }),
  });
}

const about = { host: "shop", usualUser: "root", localUser: "ana", home: "/nonexistent" };

for (
  const [what, text, message] of [
    ["an open quote", 'IdentityFile "one\n', "Cannot understand"],
    ["a Match without a pattern", "Match user", "Cannot understand"],
    ["a keyword without a value", "HostName\n", '"HostName" has no value'],
    ["a file that includes itself", "Include DIR/main\n", "too many files include each other"],
  ] as const
) {
  Deno.test(`readSettings() refuses ${what}`, () =>
    withFiles(text, (main) => {
      const error = assertThrows(
        () => readSettings([{ path: main, own: true }], about),
        ConnectError,
        message,
      );
      assertStringIncludes(error.message, main);
    }));
}

Deno.test("readSettings() refuses a file of the person's that others may write to", () =>
  withFiles("Port 1\n", async (main) => {
    await Deno.chmod(main, 0o620);
    const error = assertThrows(
      () => readSettings([{ path: main, own: true }], about),
      ConnectError,
      "others may write",
    );
    assertStringIncludes(error.hint ?? "", `chmod 600 ${main}`);
  }));

Deno.test("readSettings() applies no Match that would run a command", () =>
  withFiles("Match exec true\nPort 1\nMatch !exec false\nPort 2\n", (main) => {
    assertEquals([...readSettings([{ path: main, own: true }], about)], []);
  }));

const meanings = { home: "/home/ana", tokens: { h: "shop", r: "deploy" }, variable: () => "v" };

for (
  const [text, expanded] of [
    ["~/.ssh/%h_%r", "/home/ana/.ssh/shop_deploy"],
    ["100%%/${X}", "100%/v"],
    ["/a~/b", "/a~/b"],
    ["~", "/home/ana"],
  ] as const
) {
  Deno.test(`expand() makes ${expanded} of ${text}`, () => assertEquals(expand(text, meanings), expanded));
}

Deno.test("expand() refuses a token that stands for nothing", () => {
  assertThrows(() => expand("~/%z", meanings), RangeError, "%z");
});
