/**
 * The Alcaidefile that `alcaide init` writes: the few fields that must be there, and all others as comments.
 *
 * @module
 */

/** The text of a first Alcaidefile for an app. */
export function alcaidefileText(app: string): string {
  return `/// <reference path="./alcaide.d.ts" />
// What Alcaide knows about this app. "alcaide config" shows how it is understood, "alcaide help" lists the tasks.
import { defineConfig } from "alcaide";
// import { postgresql, redis, service } from "alcaide";

export default defineConfig({
  // Small letters, digits and underscores. Jails and directories on the server are called after it.
  app: ${JSON.stringify(app)},

  // One server or a list: "user@host:port", or { host, user, port, key, become, jump, hostKey }.
  server: "root@203.0.113.7",

  // Where releases come from: a directory or tarball that is there already …
  build: { prebuilt: "dist" },
  // … or one that a command makes on this machine.
  // build: { command: "make release", result: "dist/${app}.tar.gz" },

  // … or phoenix(), elixir(), node() or staticSite(): built in a jail on the server. Import it from "alcaide", too.

  // The command that starts the app, run in /app. It must listen on PORT, on all addresses of its jail.
  start: "bin/${app} start",

  // One domain or a list. Without it the app is served over plain HTTP at the server's address.
  // domain: "${app.replaceAll("_", "-")}.example.com",

  // Other names, whose visitors are sent to the domain.
  // redirects: ["www.${app.replaceAll("_", "-")}.example.com"],

  // "acme" (the default with a domain), { email, ca, staging }, "internal", { cert, key } or "off".
  // tls: { email: "admin@example.com" },

  // jail: {
  //   basePath: "/jails", // where jails live on the server
  //   freebsd: "14.3-RELEASE", // default: the server's own release
  //   port: 4000, // the app's port in its jail
  //   subnet: "10.66.0.0/24", // the jails' addresses
  //   packages: ["openssl"], // installed in the jail
  //   nameservers: ["9.9.9.9"], // whom jails ask for names; default: the server's own resolvers
  //   mirror: "https://download.freebsd.org/releases",
  // },

  // The app's environment; PORT is set from jail.port.
  // env: { PHX_HOST: "${app.replaceAll("_", "-")}.example.com" },

  // "alcaide secrets init" makes an encrypted file; its secrets are variables of the app. Only some of them:
  // secretEnv: ["DATABASE_URL"],

  // A command that prints the key of the encrypted file. Default: the key is in .alcaide/master.key.
  // keyCommand: "op read op://${app}/alcaide/key",

  // A release is well when this path answers with such a status, within so many seconds.
  // health: { path: "/", status: [200, 399], timeout: 60, interval: 1 },

  // Seconds that requests in flight get to finish on the old release.
  // drain: 30,

  // How many good releases are kept for rollback.
  // keep: 5,

  // Directories of the server that outlive releases, each with its place in the jail.
  // volumes: ["/var/db/${app}:/app/uploads"],

  // Commands run in each new jail before the app starts, as the app's user in /app.
  // beforeStart: ["bin/${app} check"],

  // A command run once per deploy, on the first server: migrations.
  // migrate: "bin/${app} migrate",

  // The command of "alcaide console", in the live jail.
  // console: "bin/${app} remote",

  // Supporting services in jails of their own: a database, a cache, anything. The second import above belongs to it.
  // accessories: { db: postgresql({ version: "16", volume: "/data/${app}", password: "from the secrets" }) },
});

// Every other exported function is a task of your own: "alcaide kernel".
// import { sh, task } from "alcaide";
// export const kernel = task("Show the kernel of every server", async (ctx) => {
//   await ctx.servers.each(async (server) => {
//     ctx.ui.info(\`\${server.name}: \${await server.read(sh\`uname -rm\`)}\`);
//   });
// });
`;
}
