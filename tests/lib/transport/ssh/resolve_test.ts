import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { userInfo } from "node:os";
import type { Target } from "../../../../lib/core/target.ts";
import { ConnectError } from "../../../../lib/core/error.ts";
import { type Endpoint, resolveTarget } from "../../../../lib/transport/ssh/resolve.ts";

const env = { HOME: "/home/ana" };

Deno.test("resolveTarget() fills in what a target leaves out", () => {
  const endpoint = resolveTarget({ host: "shop" }, env);
  assertEquals([endpoint.user, endpoint.port, endpoint.name], ["root", 22, "root@shop"]);
});

Deno.test("resolveTarget() looks for keys in the home directory", () => {
  assertEquals(resolveTarget({ host: "shop", key: "~/k" }, env).key, "/home/ana/k");
});

Deno.test("resolveTarget() reads the usual known_hosts files", () => {
  assertEquals(resolveTarget({ host: "shop" }, env).knownHosts, [
    "/home/ana/.ssh/known_hosts",
    "/home/ana/.ssh/known_hosts2",
    "/etc/ssh/ssh_known_hosts",
    "/etc/ssh/ssh_known_hosts2",
  ]);
});

Deno.test("resolveTarget() reads only the known_hosts file that is given", () => {
  assertEquals(resolveTarget({ host: "shop", knownHosts: "~/k" }, env).knownHosts, ["/home/ana/k"]);
});

Deno.test("resolveTarget() goes through several servers in order", () => {
  const { jumps } = resolveTarget({ host: "shop", jump: "a@one:2222, two" }, env);
  assertEquals(jumps.map((jump) => `${jump.user} ${jump.host} ${jump.port}`), ["a one 2222", "root two 22"]);
});

Deno.test("resolveTarget() refuses a server to go through that is none", () => {
  assertThrows(
    () => resolveTarget({ host: "shop", jump: "a b" }, env),
    ConnectError,
    'Cannot go through "a b"',
  );
});

/** Resolves with a configuration of this text. */
function withConfig(text: string, target: Target, variables: Record<string, string> = {}): Endpoint {
  const path = Deno.makeTempFileSync({ prefix: "alcaide_config_" });
  try {
    Deno.writeTextFileSync(path, text);
    return resolveTarget(target, { ...env, ...variables }, [{ path, own: true }]);
  } finally {
    Deno.removeSync(path);
  }
}

const alias = "Host shop\n HostName 203.0.113.7\n User deploy\n Port 2222\n ProxyJump gate\n" +
  " UserKnownHostsFile ~/shop_keys\n";

Deno.test("resolveTarget() takes from the configuration what the target leaves out", () => {
  const { name, user, host, port, knownHosts, jumps } = withConfig(alias, { host: "shop" });
  assertEquals([name, user, host, port], ["deploy@shop:2222", "deploy", "203.0.113.7", 2222]);
  assertEquals([knownHosts[0], jumps.map(({ host }) => host)], ["/home/ana/shop_keys", ["gate"]]);
});

Deno.test("resolveTarget() takes nothing from the configuration that the target says", () => {
  const target = { host: "shop", user: "root", port: 22, jump: "none", knownHosts: "/k" };
  const { user, host, port, knownHosts, jumps } = withConfig(alias, target);
  assertEquals([user, host, port, knownHosts, jumps], ["root", "203.0.113.7", 22, ["/k"], []]);
});

Deno.test("resolveTarget() puts tokens into the paths of keys", () => {
  const config = "Host shop\nHostName shop.example.com\nUser deploy\nPort 7\n" +
    "IdentityFile ~/%n_%h_%r_%p\nIdentityFile ${KEYS}/%%\nIdentityFile %d/x\n";
  assertEquals(withConfig(config, { host: "shop" }, { KEYS: "/keys" }).identities, [
    "/home/ana/shop_shop.example.com_deploy_7",
    "/keys/%",
    "/home/ana/x",
  ]);
});

Deno.test("resolveTarget() tries no usual keys when the configuration names some", () => {
  assertEquals(withConfig("IdentityFile /k\n", { host: "shop" }).keys, []);
});

Deno.test("resolveTarget() tries the given key besides those of the configuration", () => {
  const { key, identities } = withConfig("IdentityFile /k\n", { host: "shop", key: "/mine" });
  assertEquals([key, identities], ["/mine", ["/k"]]);
});

for (
  const [value, keeper] of [
    ["none", undefined],
    ["SSH_AUTH_SOCK", "/usual"],
    ["$OTHER", "/other"],
    ["~/agent", "/home/ana/agent"],
  ] as const
) {
  Deno.test(`resolveTarget() finds the agent that "IdentityAgent ${value}" means`, () => {
    const variables = { SSH_AUTH_SOCK: "/usual", OTHER: "/other" };
    assertEquals(withConfig(`IdentityAgent ${value}\n`, { host: "shop" }, variables).keeper, keeper);
  });
}

Deno.test("resolveTarget() reads the time limit", () => {
  assertEquals(withConfig("ConnectTimeout 1m\n", { host: "shop" }).timeout, 60_000);
});

Deno.test("resolveTarget() remembers new servers nowhere when no file is to hold them", () => {
  const { knownHosts, newHosts } = withConfig("UserKnownHostsFile none\n", { host: "shop" });
  assertEquals([knownHosts[0], newHosts], ["/etc/ssh/ssh_known_hosts", undefined]);
});

Deno.test("resolveTarget() goes to a server on the way by that one's own configuration", () => {
  const config = "Host shop\nProxyJump inner\nHost inner\nUser ana\nProxyJump outer\nHost outer\nPort 2222\n";
  const { jumps } = withConfig(config, { host: "shop" });
  assertEquals(jumps.map(({ name }) => name), ["root@outer:2222", "ana@inner"]);
  assertEquals(jumps.at(-1)?.jumps.length, 1);
});

Deno.test("resolveTarget() takes the way to the second of several from the first", () => {
  const config = "Host two\nProxyJump other\nHost one\nProxyJump zero\n";
  const { jumps } = withConfig(config, { host: "shop", jump: "one,two" });
  assertEquals(jumps.map(({ host }) => host), ["zero", "one", "two"]);
});

Deno.test("resolveTarget() refuses a way that leads through itself", () => {
  const config = "Host *\nProxyJump gate\n";
  assertThrows(
    () => withConfig(config, { host: "shop" }),
    ConnectError,
    "the way there leads through itself",
  );
});

Deno.test("resolveTarget() goes through a server whose address another network has as well", () => {
  const config =
    "Host shop\nHostName 10.0.0.5\nProxyJump inner\nHost inner\nHostName 10.0.0.1\nProxyJump outer\n" +
    "Host outer\nHostName 10.0.0.1\nProxyJump gate\nHost gate\nHostName 10.0.0.5\n";
  const { jumps } = withConfig(config, { host: "shop" });
  assertEquals(jumps.map(({ host }) => host), ["10.0.0.5", "10.0.0.1", "10.0.0.1"]);
});

Deno.test("resolveTarget() refuses a way in a circle, and names the file that says it", () => {
  const config = "Host a\nProxyJump b\nHost b\nProxyJump ana@c\nHost c\nProxyJump b\n";
  const error = assertThrows(() => withConfig(config, { host: "a" }), ConnectError, "leads through itself");
  assertMatch(error.hint ?? "", /^Write "ProxyJump none" for "b" in \/tmp\/alcaide_config_/);
});

Deno.test("resolveTarget() names the file of a line that can't be used", () => {
  const error = assertThrows(() => withConfig("StrictHostKeyChecking maybe\n", { host: "a" }), ConnectError);
  assertEquals(
    error.message,
    'Cannot use "StrictHostKeyChecking maybe" of SSH\'s configuration: it is not ask, yes or accept-new',
  );
  assertMatch(error.hint ?? "", /^Change it in \/tmp\/alcaide_config_/);
});

for (
  const [text, checking] of [
    ...[["", "ask"], ["ask", "ask"], ["yes", "yes"], ["TRUE", "yes"], ["accept-new", "accept-new"]],
    ...[["no", "no"], ["off", "no"], ["false", "no"]],
  ] as const
) {
  Deno.test(`resolveTarget() understands StrictHostKeyChecking ${text}`, () => {
    const line = text && `StrictHostKeyChecking ${text}\nStrictHostKeyChecking ask\n`;
    assertEquals(withConfig(line, { host: "shop" }).checking, checking);
  });
}

Deno.test("resolveTarget() takes a host key's fingerprint for the target alone, not for the way", () => {
  const pin = `SHA256:${"a".repeat(43)}`;
  const endpoint = resolveTarget({ host: "shop", jump: "gate", hostKey: `${pin}=` }, env);
  assertEquals([endpoint.pins, endpoint.jumps[0]?.pins], [[pin], []]);
});

Deno.test("programEnv() takes the home of the system's list of users where HOME is not set", async () => {
  const module = new URL("../../../../lib/transport/ssh/person.ts", import.meta.url).href;
  const script = `import { programEnv } from "${module}"; console.log(programEnv().HOME);`;
  for (const [given, expected] of [[{}, userInfo().homedir], [{ HOME: "/home/eve" }, "/home/eve"]] as const) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-config", script],
      clearEnv: true,
      env: { NO_COLOR: "1", ...given },
    }).output();
    assertEquals(new TextDecoder().decode(stdout), `${expected}\n`);
  }
});

for (
  const [line, message] of [
    ["Port none", 'Cannot use "Port none" of SSH\'s configuration'],
    ["IdentityFile ~/%z", '"%z" has no meaning here'],
    ["IdentityFile ~/${constructor}", '"${constructor}" has no meaning here'],
    ["StrictHostKeyChecking constructor", "it is not ask, yes or accept-new"],
    ["ProxyCommand nc %h %p", "not through commands"],
  ] as const
) {
  Deno.test(`resolveTarget() refuses "${line}"`, () => {
    assertThrows(() => withConfig(`${line}\n`, { host: "shop" }), ConnectError, message);
  });
}

Deno.test("resolveTarget() applies no Match by a word that every object has", () => {
  assertEquals(withConfig("Match constructor *\n User eve\n", { host: "shop" }).user, "root");
});
