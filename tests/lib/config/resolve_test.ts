import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { configKeys, jailKeys } from "../../../lib/config/config.ts";
import { resolveConfig } from "../../../lib/config/resolve.ts";
import { ConfigError } from "../../../lib/core/error.ts";
import { isSecret, secret } from "../../../lib/core/secret.ts";
import { cert, key, least, problemsOf, resolve } from "./base.ts";

Deno.test("resolveConfig() fills in everything that may be left out", () => {
  assertEquals(resolve(), {
    app: "shop",
    servers: [{ host: "203.0.113.7", user: "root", name: "203.0.113.7" }],
    domains: [],
    redirects: [],
    paths: [],
    stripPrefix: false,
    tls: { kind: "off" },
    proxy: {
      basicAuth: {},
      allow: [],
      headers: {},
      compress: false,
      maxBody: undefined,
      timeouts: { dial: undefined, read: undefined, write: undefined },
      trustedProxies: [],
      websockets: true,
      before: undefined,
    },
    jail: {
      basePath: "/jails",
      freebsd: undefined,
      kind: "copied",
      port: 4000,
      subnet: "10.66.0.0/24",
      packages: [],
      nameservers: undefined,
      mirror: "https://download.freebsd.org/releases",
    },
    image: { packages: [], commands: [] },
    build: { kind: "prebuilt", path: "/home/me/shop/dist" },
    start: "bin/shop start",
    processes: [{
      ...{ name: "web", start: "bin/shop start", instances: 1, stopTimeout: 30 },
      ...{ on: undefined, alone: false, startBefore: false },
    }],
    env: { PORT: "4000" },
    secretEnv: undefined,
    keyCommand: undefined,
    health: { path: "/", status: [200, 399], timeout: 60_000, interval: 1000 },
    drain: { requests: 30_000, sockets: 30_000 },
    guard: undefined,
    stopTimeout: 30,
    limits: { memory: undefined, cpu: undefined, processes: undefined },
    keep: { releases: 5, history: 500 },
    notify: undefined,
    volumes: [],
    assets: undefined,
    beforeStart: [],
    migrate: undefined,
    accessories: {},
    schedule: {},
    console: undefined,
    directory: "/home/me/shop",
    environment: undefined,
  });
});

Deno.test("resolveConfig() keeps everything that is said", () => {
  const password = secret("hunter2");
  const config = resolve({
    server: {
      ...{ host: "gate", user: "deploy", port: 2222, key: "keys/id", become: "doas", jump: "me@jump:22" },
      hostKey: `SHA256:${"a".repeat(43)}`,
    },
    domain: ["Shop.Example.com", "www.shop.org"],
    redirects: "WWW.shop.example.com",
    tls: { email: "admin@example.com", staging: true },
    jail: {
      basePath: "/usr/jails",
      freebsd: "14.3-RELEASE",
      port: 8080,
      subnet: "192.168.4.0/26",
      packages: ["openssl"],
      nameservers: ["9.9.9.9"],
      mirror: "http://10.0.0.1:8000/releases/",
    },
    build: { command: "make", result: "/tmp/shop.tar.gz" },
    start: "bin/server",
    env: { A: "x", N: 3, P: password, PORT: 8080 },
    secretEnv: ["A", "B"],
    keyCommand: "op read key",
    health: { path: "/up?full=1", status: 204, timeout: 5, interval: 0.5 },
    drain: 0,
    stopTimeout: 900,
    limits: { memory: "2g", cpu: 150, processes: 200 },
    keep: 2,
    volumes: ["/var/db/shop:/app/uploads"],
    beforeStart: ["bin/check"],
    migrate: "bin/migrate",
  });
  assertEquals(config.servers[0], {
    host: "gate",
    user: "deploy",
    port: 2222,
    key: "/home/me/shop/keys/id",
    become: "doas",
    jump: "me@jump:22",
    hostKey: [`SHA256:${"a".repeat(43)}`],
    name: "gate",
  });
  assertEquals(config.domains, ["shop.example.com", "www.shop.org"]);
  assertEquals(config.redirects, ["www.shop.example.com"]);
  assertEquals(config.tls, {
    kind: "acme",
    email: "admin@example.com",
    ca: "https://acme-staging-v02.api.letsencrypt.org/directory",
  });
  assertEquals(config.jail.mirror, "http://10.0.0.1:8000/releases");
  assertEquals(config.build, { kind: "command", command: "make", path: "/tmp/shop.tar.gz" });
  assertEquals(config.env, { A: "x", N: "3", P: password, PORT: "8080" });
  assertEquals(config.health, { path: "/up?full=1", status: [204, 204], timeout: 5000, interval: 500 });
  assertEquals([config.secretEnv, config.keyCommand], [["A", "B"], "op read key"]);
  assertEquals([config.drain, config.keep], [{ requests: 0, sockets: 0 }, { releases: 2, history: 500 }]);
  assertEquals(config.stopTimeout, 900);
  assertEquals(config.limits, { memory: 2 * 2 ** 30, cpu: 150, processes: 200 });
  assertEquals(config.volumes, [{ host: "/var/db/shop", jail: "/app/uploads" }]);
});

Deno.test("resolveConfig() uses ACME when there is a domain", () => {
  assertEquals(resolve({ domain: "shop.org" }).tls, { kind: "acme" });
});

Deno.test("resolveConfig() allows an inner domain with an own authority", () => {
  const { tls } = resolve({ domain: "shop.internal", tls: { ca: "https://ca.internal/acme/directory" } });
  assertEquals(tls, { kind: "acme", ca: "https://ca.internal/acme/directory" });
});

Deno.test("resolveConfig() allows an inner domain with certificates of Caddy's own authority", () => {
  assertEquals(resolve({ domain: "shop.lan", tls: "internal" }).tls, { kind: "internal" });
});

Deno.test("resolveConfig() allows an inner domain with your own certificate", () => {
  assertEquals(resolve({ domain: "shop.lan", tls: { cert, key: secret(key) } }).tls.kind, "own");
});

Deno.test("resolveConfig() makes secrets of a certificate and its key", () => {
  const { tls } = resolve({ domain: "shop.org", tls: { cert, key } });
  assert(tls.kind === "own" && isSecret(tls.cert) && isSecret(tls.key));
  assertEquals([tls.cert.reveal(), tls.key.reveal()], [cert, key]);
});

Deno.test("resolveConfig() names servers by host, with the port only where hosts are the same", () => {
  const { servers } = resolve({ server: ["root@a:22", "root@b:2201", "root@b:2202", "[fd00::1]:2022"] });
  assertEquals(servers.map((server) => server.name), ["a", "b:2201", "b:2202", "fd00::1"]);
});

Deno.test("resolveConfig() leaves a key below ~ to whoever knows the home directory", () => {
  const { servers } = resolve({ server: { host: "a", key: "~/.ssh/id" } });
  assertEquals(servers[0]?.key, "~/.ssh/id");
});

Deno.test("resolveConfig() takes an absent field and an undefined one for the same", () => {
  assertEquals(resolve({ domain: undefined, jail: { port: undefined }, env: undefined }), resolve());
});

Deno.test("resolveConfig() gives something that can't be changed", () => {
  const config = resolve({ volumes: ["/var/db/shop:/data"] });
  assert([config, config.jail, config.env, config.servers, config.volumes[0]].every(Object.isFrozen));
});

Deno.test("resolveConfig() says all problems at once", () => {
  const error = assertThrows(() => resolve({ app: "", keep: 1, jail: { port: 0 } }), ConfigError);
  assertEquals(error.problems.map((problem) => problem.path), ["app", "jail.port", "keep"]);
  assertEquals(error.exitCode, 78);
  assertStringIncludes(error.message, "Cannot use jail.port: it is 0\n");
});

Deno.test("resolveConfig() says which file it read", () => {
  const options = { directory: "/x", file: "/x/Alcaidefile.ts" };
  const error = assertThrows(() => resolveConfig({}, options), ConfigError);
  assertEquals(error.details, ["Read from /x/Alcaidefile.ts"]);
});

Deno.test("resolveConfig() asks for all that must be there", () => {
  const missing = problemsOf({}).map(({ path, problem }) => `${path}: ${problem}`);
  assertEquals(missing, ["app: it is missing", "server: it is missing", "build: it is missing"]);
});

Deno.test("resolveConfig() accepts only a record", () => {
  const found = [null, 3, "x", [], Promise.resolve(1), () => least].map((value) => problemsOf(value));
  assertEquals(found.map((problems) => problems.length), [1, 1, 1, 1, 1, 1]);
  assertEquals(found[4]?.[0], {
    path: "the default export",
    problem: "it is a promise",
    hint: 'Write "export default defineConfig({ … })"',
  });
});

Deno.test("resolveConfig() knows the fields that the types have", async () => {
  const file = (name: string) => new URL(`../../../lib/config/field/${name}.ts`, import.meta.url);
  const texts = ["user_types", "user_sections"].map((name) => Deno.readTextFile(file(name)));
  const types = (await Promise.all(texts)).join("\n");
  const fields = (name: string) => {
    const body = types.match(new RegExp(`export interface ${name} \\{\n([^]*?)\n\\}`))?.[1] ?? "";
    return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field]) => field).sort();
  };
  assertEquals(fields("UserConfig"), [...configKeys].sort());
  assertEquals(fields("UserJail"), [...jailKeys].sort());
});

Deno.test("resolveConfig() takes a chain of servers to go through", () => {
  const { servers } = resolve({ server: { host: "shop.example.com", jump: "a@one:22,two" } });
  assertEquals(servers[0]?.jump, "a@one:22,two");
});

Deno.test("resolveConfig() names the one of a chain that is none", () => {
  const error = assertThrows(
    () => resolve({ server: { host: "shop.example.com", jump: "a@one,b@@two" } }),
    ConfigError,
  );
  assertEquals(error.problems.map((problem) => problem.path), ["server.jump"]);
});

Deno.test("resolveConfig() gives sockets the time of requests unless they have their own", () => {
  const drains = [{}, { requests: 5 }, { sockets: 300 }, { requests: 5, sockets: 0.5 }].map((drain) =>
    resolve({ drain }).drain
  );
  assertEquals(drains.map(({ requests, sockets }) => [requests, sockets]), [
    [30_000, 30_000],
    [5_000, 5_000],
    [30_000, 300_000],
    [5_000, 500],
  ]);
});

Deno.test("resolveConfig() takes a number of releases to keep, or with it a number of records", () => {
  const all = [3, {}, { releases: 3 }, { history: 50 }].map((keep) => resolve({ keep }).keep);
  assertEquals(all.map(({ releases, history }) => [releases, history]), [[3, 500], [5, 500], [3, 500], [
    5,
    50,
  ]]);
});
