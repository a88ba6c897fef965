import { assertEquals, assertStringIncludes } from "@std/assert";
import { explainCheck, explainSite, explainVerify, hintFor, parseCheck } from "../../../lib/hints/check.ts";
import { config, facts, silentServer } from "../../fake/facts.ts";
import { planOn } from "../../fake/plan.ts";

const server = silentServer();
const settings = config();
const plan = planOn(server, settings, facts());

interface Said {
  readonly looks?: readonly string[];
  readonly log?: string;
  readonly processes?: string;
  readonly sockets?: string;
  readonly answer?: string;
}

const two = "PID USER COMMAND\n9 root daemon\n10 app bin/shop\n";

function said({ looks = ["no answer"], log = "", processes = two, sockets = "", answer = "" }: Said): string {
  const rows = looks.map((look, index) => (look === "exits" ? "exits 4" : `probe ${index + 1} ${look}`)).join(
    "\n",
  );
  return `${rows}\n# log\n${log}\n# processes\n${processes}# sockets\n${sockets}# answer\n${answer}`;
}

const listening = (port: number) => `app shop 10 6 tcp4 10.66.0.2:${port} *:*\n`;

Deno.test("parseCheck() tells the sections apart, also when the log holds something like them", () => {
  const report = parseCheck(
    said({ looks: ["no answer", "500"], log: "# loggers\nprobe 9 200", sockets: listening(4000) }),
  );
  assertEquals([report.looks, report.exits, report.log, report.sockets.length], [
    ["no answer", "500"],
    false,
    ["# loggers", "probe 9 200"],
    1,
  ]);
});

Deno.test("parseCheck() of nothing is empty", () => {
  assertEquals(parseCheck(""), { looks: [], exits: false, log: [], processes: [], sockets: [], answer: [] });
});

const hints: readonly (Said & { name: string; hint: string })[] = [
  {
    name: "Phoenix that was not told to serve",
    log:
      "[warning] Configuration :server was not enabled for ShopWeb.Endpoint, http/https services won't start",
    hint: "Phoenix opens no port by itself",
  },
  {
    name: "Phoenix without its secret",
    log: "** (RuntimeError) environment variable SECRET_KEY_BASE is missing.\nYou can generate one",
    hint: 'make one with "alcaide secrets set SECRET_KEY_BASE --generate"',
  },
  {
    name: "a release without its database",
    log: "** (RuntimeError) environment variable DATABASE_URL is missing.",
    hint: "It needs DATABASE_URL",
  },
  {
    name: "a listener on IPv6 alone",
    sockets: "app beam.smp 10 20 tcp6 *:4000 *:*\n",
    hint: "It listens on IPv6 alone",
  },
  {
    name: "a release with another system's Erlang",
    log: "/app/bin/shop: /app/erts-15.1/bin/erl: not found",
    hint: "The release was made on another system",
  },
  {
    name: "a release that can't write its configuration",
    log: "ERROR! Could not write runtime configuration due to reason: :eacces. Please make sure …",
    hint: "RELEASE_TMP",
  },
  { name: "Erlang without a home", log: "HOME must be set", hint: 'set HOME: "/app"' },
  {
    name: "two nodes of one name",
    log: "Protocol 'inet_tcp': the name shop@shop-blue seems to be in use by another Erlang node",
    hint: "leave RELEASE_NODE out",
  },
  {
    name: "a password that the database doesn't take",
    log: '** (Postgrex.Error) FATAL 28P01 (invalid_password) password authentication failed for user "shop"',
    hint: "The database refuses the password",
  },
  {
    name: "a database that isn't there",
    log: 'FATAL 3D000 (invalid_catalog_name) database "shop_prod" does not exist',
    hint: "The database does not exist",
  },
  {
    name: "Phoenix on IPv6",
    log: "** (EXIT) :eafnosupport",
    hint: "It binds IPv6, which the jail does not have",
  },
  {
    name: "a missing variable",
    log: "environment variable POOL_SIZE is missing.",
    hint: "An environment variable is missing",
  },
  {
    name: "a Linux binary",
    log: "ELF interpreter /lib64/ld-linux not found",
    hint: "It was built for another system",
  },
  { name: "another OpenSSL", log: "Unable to load crypto library", hint: "built against another OpenSSL" },
  {
    name: "a missing program",
    log: "/usr/local/etc/alcaide/start: bin/shpo: not found",
    hint: "A program is missing",
  },
  {
    name: "a start file out of reach",
    log: "daemon: /usr/local/etc/alcaide/start: No such file or directory",
    hint: "Its user can't reach its start file",
  },
  { name: "a file it may not read", log: "Permission denied", hint: "its user owns /app" },
  { name: "a port that is taken", log: "listen EADDRINUSE", hint: "Something else in the jail listens" },
  {
    name: "a database out of reach",
    log: "(DBConnection.ConnectionError) tcp connect: econnrefused",
    hint: "can't reach something it needs",
  },
  {
    name: "a redirect to itself",
    looks: ["301 to itself"],
    sockets: listening(4000),
    hint: "let it trust X-Forwarded-Proto, which Caddy sets to https. In Phoenix: force_ssl: [rewrite_on:",
  },
  {
    name: "a redirect to HTTPS alone",
    looks: ["301 to https"],
    sockets: listening(4000),
    hint:
      'Let Caddy have the certificate (leave tls: "off" out), or name the balancer that ends TLS in proxy.trustedProxies',
  },
  { name: "a redirect", looks: ["301"], sockets: listening(4000), hint: "It redirects. Set health.path" },
  { name: "a login", looks: ["401"], sockets: listening(4000), hint: "It wants a login" },
  { name: "no such page", looks: ["404"], sockets: listening(4000), hint: "It has no /. Set health.path" },
  {
    name: "an error",
    looks: ["500"],
    sockets: listening(4000),
    hint: 'answers with an error: "alcaide logs --release 1-1a2b3c4" shows its log',
  },
  {
    name: "a program of the server",
    looks: ["200 from another process"],
    hint: "A program of the server itself answers on port 4000",
  },
  {
    name: "an odd status",
    looks: ["206"],
    sockets: listening(4000),
    hint: "Set health.status if this answer is right",
  },
  { name: "ending again and again", looks: ["no answer", "exits"], hint: "Its log above says why it ends" },
  { name: "another port", sockets: listening(3000), hint: "It listens on port 3000, not 4000" },
  { name: "not listening", hint: "it must listen on port 4000 (the variable PORT)" },
  { name: "nothing at all", processes: "", hint: 'Look at its log with "alcaide logs --release 1-1a2b3c4"' },
];
for (const { name, hint, ...rest } of hints) {
  Deno.test(`hintFor() knows ${name}`, () => {
    assertStringIncludes(hintFor(parseCheck(said(rest)), plan.app, settings), hint);
  });
}

const exit = { code: 1, stdout: "", stderr: "lockf: no\n" };

Deno.test("explainCheck() shows what each look got, the log, processes and sockets", () => {
  const text = said({ looks: ["no answer", "no answer", "500"], log: "boom", answer: "HTTP/1.1 500 Oh" });
  const error = explainCheck("web", text, exit, plan.app, settings);
  assertEquals(error.message, "Cannot use release 1-1a2b3c4 on web: it did not answer well within 60 s");
  assertEquals(error.details, [
    "asked http://10.66.0.2:4000/: no answer (2 times), then 500",
    "last lines of its log:",
    "  boom",
    "processes in the jail:",
    "  PID USER COMMAND",
    "  9 root daemon",
    "  10 app bin/shop",
    "listening in the jail:",
    "  nothing",
    "its answer:",
    "  HTTP/1.1 500 Oh",
    "and:",
    "  lockf: no",
  ]);
});

Deno.test("explainCheck() says when the app ends again and again", () => {
  const error = explainCheck("web", said({ looks: ["exits"] }), exit, plan.app, settings);
  assertEquals(error.message, "Cannot use release 1-1a2b3c4 on web: it ends again and again");
});

Deno.test("explainCheck() makes what the app printed harmless for a terminal", () => {
  const error = explainCheck("web", said({ log: "a\x1b]0;gotcha\x07" }), exit, plan.app, settings);
  assertEquals(error.details.some((line) => line.includes("\x07")), false);
});

Deno.test("explainVerify() tells what Caddy and the app said", () => {
  const stdout = "live 204 /green-9-x\napp 502 /green-9-x\npublic  \n";
  const error = explainVerify("web", { code: 1, stdout, stderr: "" }, { ...plan, ...plan.app });
  assertEquals(error.message, "Cannot reach release 1-1a2b3c4 through Caddy on web");
  assertEquals(error.details.slice(0, 2), [
    "Caddy says it serves: green-9-x",
    "the app through Caddy: 502 /green-9-x",
  ]);
  assertStringIncludes(error.hint ?? "", "service caddy status");
});

Deno.test("explainVerify() finds a site that stands in the way", () => {
  const stdout = "live 204 /blue-1-1a2b3c4\napp 200 /blue-1-1a2b3c4\npublic 200 \n";
  const error = explainVerify("web", { code: 1, stdout, stderr: "" }, { ...plan, ...plan.app });
  assertStringIncludes(error.hint ?? "", "Another site of the Caddyfile answers to 203.0.113.7");
});

Deno.test("explainSite() names proxy.before where Caddy refuses its lines, and says nothing of other failures", () => {
  const stderr = "Error: adapting config using caddyfile: unrecognized directive: redirx";
  const explain = (before: string | undefined, stderr: string) =>
    explainSite("web", { ...exit, stderr }, { ...settings, proxy: { ...settings.proxy, before } });
  const error = explain("redirx /a /b", stderr);
  assertEquals([error?.message, error?.details, error?.hint], [
    "Cannot use the site file on web: Caddy refuses it with the lines of proxy.before",
    [stderr],
    "Correct proxy.before: only directives that handle requests can stand there",
  ]);
  assertEquals([explain(undefined, stderr), explain("x", "No space left on device")], [undefined, undefined]);
});
