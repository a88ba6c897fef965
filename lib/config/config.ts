// The fields of a configuration, in the order of documents. A field is declared here, or in the file of its section, and nowhere
// else: its type, its default, its limits, its row in `alcaide config`, its place in the reference and in the file that `init`
// writes are made from this.

import { accessories } from "./sections/accessories.ts";
import { assets } from "./sections/assets.ts";
import { build, built } from "./sections/build.ts";
import { secretNames, variables } from "./sections/env.ts";
import { drain } from "./sections/drain.ts";
import { guard } from "./sections/guard.ts";
import { health } from "./sections/health.ts";
import { image } from "./sections/image.ts";
import { jail, limits } from "./sections/jail.ts";
import { keep } from "./sections/keep.ts";
import { commands, inner, integer, optionalCommand } from "./field/kinds.ts";
import { app, domain, redirects } from "./sections/names.ts";
import { keysOf, renamed, shape } from "./field/schema.ts";
import { schedule } from "./sections/schedule.ts";
import { notify } from "./sections/notify.ts";
import { processes, webStart } from "./sections/processes.ts";
import { server } from "./sections/servers.ts";
import { paths, stripPrefix } from "./sections/paths.ts";
import { proxy } from "./sections/proxy.ts";
import { tls } from "./sections/tls.ts";
import { volumes } from "./sections/volumes.ts";

/** A host name that goes with an app. */
function host(name: string): string {
  return `${name.replaceAll("_", "-")}.example.com`;
}

/** The configuration. */
export const configuration = shape({
  name: "UserConfig",
  text:
    "The default export of an `Alcaidefile.ts`. Only `app`, `server` and `build` must be there, and your own tasks run " +
    "without what they don't ask for.",
  wanted: "a record",
  fields: {
    app: {
      ...app,
      init: (name) =>
        `// Small letters, digits and underscores. Jails and directories on the server are called after it.
app: ${JSON.stringify(name)},`,
    },
    server: {
      ...renamed("servers", server),
      init: (_, { server = "root@203.0.113.7" } = {}) =>
        `// One server or a list: "user@host:port", or { host, user, port, key, become, jump, hostKey }.
server: ${JSON.stringify(server)},`,
    },
    domain: {
      ...renamed("domains", domain),
      init: (name, { domain } = {}) =>
        `// One domain or a list. Without it the app is served over plain HTTP at the server's address.
${domain === undefined ? "// " : ""}domain: ${JSON.stringify(domain ?? host(name))},`,
    },
    redirects: {
      ...redirects,
      init: (name) =>
        `// Other names, whose visitors are sent to the domain.
// redirects: ["www.${host(name)}"],`,
    },
    paths,
    stripPrefix,
    tls: {
      ...tls,
      init: () =>
        `// "acme" (the default with a domain), { email, ca, staging }, "internal", { cert, key } or "off".
// tls: { email: "admin@example.com" },`,
    },
    proxy,
    jail: {
      ...inner(jail),
      init: (name) => {
        const rows = Object.values(jail.fields).map((field) => `//   ${field.init?.(name)}\n`);
        return `// jail: {\n${rows.join("")}// },`;
      },
    },
    image,
    build: {
      ...build,
      init: (name) =>
        `// Where releases come from: a directory or tarball that is there already …
build: { prebuilt: "dist" },
// … or one that a command makes on this machine.
// build: { command: "make release", result: "dist/${name}.tar.gz" },

// … or phoenix(), elixir(), node() or staticSite(): built in a jail on the server. Import it from "alcaide", too.`,
    },
    start: webStart({
      text:
        "The command that starts the app, run in `/app` as the app's user: the short form of `processes.web`.",
      otherwise: "`bin/APP start`; none with `processes`",
      resolved: "The command of the web process; empty where there is none.",
      fallback: (around) => around.once(built).defaults.start || `bin/${around.config.app} start`,
      init: (name) =>
        `// The command that starts the app, run in /app. It must listen on PORT, on all addresses of its jail.
start: "bin/${name} start",`,
    }),
    processes,
    env: variables({
      text:
        "Environment variables of the app, at most 120 kB together. They win over what the system sets, such as `PATH` and " +
        "`LANG`. `PORT` is set from `jail.port` when it isn't here.",
      resolved: "Complete: holds PORT.",
      port: (around) => around.config.jail.port,
      more: (around) => around.once(built).defaults.env,
      init: (name) =>
        `// The app's environment; PORT is set from jail.port.
// env: { DATABASE_URL: secretUrl\`ecto://${name}:\${secrets("DB_PASSWORD")}@db/${name}\` },`,
    }),
    secretEnv: secretNames({
      text: "The secrets of the encrypted file that are variables of the app, over those of `env`.",
      otherwise: "all whose names a variable can have",
      resolved: "Secrets that are variables of the app. Undefined: all whose names a variable can have.",
      init: () =>
        `// "alcaide secrets init" makes an encrypted file; its secrets are variables of the app. Only some of them:
// secretEnv: ["DATABASE_URL"],`,
    }),
    keyCommand: optionalCommand({
      text:
        'A command that prints the key of the encrypted file, such as `"op read op://shop/alcaide/key"`, run by `/bin/sh` in the ' +
        "Alcaidefile's directory.",
      otherwise: "the key is in `.alcaide/master.key`",
      init: (name) =>
        `// A command that prints the key of the encrypted file. Default: the key is in .alcaide/master.key.
// keyCommand: "op read op://${name}/alcaide/key",`,
    }),
    health: inner(health, {
      text: "How to see that a new release is well.",
      init: () =>
        `// A release is well when this path answers with such a status, within so many seconds.
// health: { path: "/", status: [200, 399], timeout: 60, interval: 1 },`,
    }),
    drain: {
      ...drain,
      init: () =>
        `// Seconds that requests in flight get to finish on the old release, or { requests: 30, sockets: 300 }:
// WebSockets and event streams have a time of their own.
// drain: 30,`,
    },
    guard,
    notify,
    stopTimeout: integer({
      text: "Seconds that the app gets to end once it is asked to by SIGTERM; after that it is killed.",
      fallback: 30,
      range: [1, 900],
      unit: "seconds",
      init: () =>
        `// Seconds that the app gets to end when it is stopped; after that it is killed.
// stopTimeout: 30,`,
    }),
    limits: {
      ...limits,
      init: () =>
        `// How much of the server the app's jail may use. Its kernel must count: "alcaide setup" says how.
// limits: { memory: "512M", cpu: 150, processes: 200 },`,
    },
    keep,
    assets,
    volumes: volumes({
      text: 'Host directories that outlive releases, each as `"/host/directory:/directory/in/the/jail"`.',
      init: (name) =>
        `// Directories of the server that outlive releases, each with its place in the jail.
// volumes: ["/var/db/${name}:/app/uploads"],`,
    }),
    beforeStart: commands({
      text: "Commands run in the new jail as the app's user, in `/app`, before the app starts.",
      init: (name) =>
        `// Commands run in each new jail before the app starts, as the app's user in /app.
// beforeStart: ["bin/${name} check"],`,
    }),
    migrate: optionalCommand({
      text:
        "A command run once per deploy, on the first server, in the new jail before the app starts: migrations.",
      fallback: (around) => around.once(built).defaults.migrate,
      init: (name) =>
        `// A command run once per deploy, on the first server: migrations.
// migrate: "bin/${name} migrate",`,
    }),
    console: optionalCommand({
      text: "The command that `alcaide console` runs in the live jail, such as `bin/shop remote`.",
      fallback: (around) => around.once(built).defaults.console,
      init: (name) =>
        `// The command of "alcaide console", in the live jail.
// console: "bin/${name} remote",`,
    }),
    schedule: {
      ...schedule,
      init: (name) =>
        `// Commands that the server's cron runs in the live jail, as the app's user.
// schedule: { cleanup: { at: "0 3 * * *", run: "bin/${name} cleanup" } },`,
    },
    accessories: {
      ...accessories,
      init: (name) =>
        `// Supporting services in jails of their own: a database, a cache, anything. The second import above belongs to it.
// accessories: { db: postgresql({ version: "17", volume: "/data/${name}/db", password: secrets("DB_PASSWORD") }) },`,
    },
  },
});

/** The names of the fields. */
export const configKeys: readonly (keyof typeof configuration.fields)[] = keysOf(configuration.fields);

/** The names of the fields of `jail`. */
export const jailKeys: readonly (keyof typeof jail.fields)[] = keysOf(jail.fields);
