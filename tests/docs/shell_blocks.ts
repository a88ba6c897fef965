/**
 * Every block of shell commands in README and docs: which test runs it as it stands, or why none can.
 *
 * @module
 */

import { blocksOf, readPages } from "./pages.ts";

/** A block of shell commands. */
export interface ShellBlock {
  /** Its page and first line. */
  readonly key: string;
  readonly text: string;
}

/** All blocks that a reader may copy into a shell. */
export async function readShellBlocks(): Promise<ShellBlock[]> {
  const pages = (await readPages()).filter(({ path }) => path === "README.md" || path.startsWith("docs/"));
  return pages.flatMap((page) =>
    blocksOf(page).filter(({ language }) => ["sh", "shell", "bash", "console"].includes(language))
      .map(({ text }) => ({ key: `${page.path}: ${text.trim().split("\n")[0]}`, text }))
  );
}

/** In `tests/e2e/docs_commands_test.ts`, in a project with a server. */
const onHost = "run with a server";
/** In `tests/docs/shell_blocks_test.ts`, on this machine. */
const here = "run here";
/** Beginnings of those words: anything else is a reason. */
export const ran: readonly string[] = [onHost, here];

const placeholder =
  "the path of the checkout is the reader's; the line after it, alcaide init, is run in docs/phoenix.md";
const twoServers = "wants a second server, or another environment's";
const zfs = "wants ZFS; that of UFS is run";
const suites = "is the suite itself, or a part of it: CI runs it";

/** How each block is run, or the reason why not, by its key. */
export const shellBlocks: Readonly<Record<string, string>> = {
  "docs/history.md: alcaide history                     # the last 30 actions, the newest first": onHost,
  "docs/ci.md: alcaide ci github      # .github/workflows/alcaide.yml": here,
  "docs/dashboard.md: alcaide dashboard --open                         # the app of this project, in the browser":
    "goes on until Ctrl-C: tests/browser/dashboard_test.ts runs it",
  "docs/dashboard.md: alcaide dashboard --bind deploy.example.com --port 443 --users users --cert deploy.pem --key deploy.key":
    "wants a name and a certificate; tests/lib/dashboard/listening_test.ts reads the options",
  "docs/demo.md: sh scripts/demo   # a server prepared, an Elixir app with its database deployed and rolled back while requests pour in":
    suites,
  "README.md: alias alcaide='deno run -A --no-lock /path/to/alcaide/cli.ts'    # from a checkout":
    placeholder,
  "README.md: deno task compile": here,
  "README.md: alcaide secrets init": onHost,
  "README.md: alcaide setup          # prepares the server: base system, network, Caddy, boot script, accessories":
    onHost,
  "docs/accessories.md: alcaide accessory list                       # what there is, where, whether it runs":
    onHost,
  "docs/binary.md: deno task compile                        # dist/alcaide, for this machine":
    "its first line is run from README; the others want the runtimes of other systems, which are downloaded",
  "docs/binary.md: sh scripts/install.sh --from https://downloads.example.com/alcaide":
    "its server is the reader's, and /usr/local/bin the machine's own; tests/scripts/install_test.ts runs each form with others",
  "docs/binary.md: alcaide compile                # one file, named like the directory":
    "tests/lib/standalone/binary_test.ts compiles so; a binary more for each line would take a minute",
  'docs/careful-deploys.md: alcaide deploy --stages "1, 25%, all"              # on several servers: asks before each further stage':
    twoServers,
  "docs/careful-deploys.md: alcaide deploy --at 02:00               # the next time that this machine's clock says so":
    "waits for hours; tests/lib/deploy/wait_test.ts deploys with another clock",
  "docs/careful-deploys.md: alcaide deploy --prepare       # builds, uploads, migrates, starts and checks; the traffic stays":
    onHost,
  "docs/careful-deploys.md: alcaide deploy --canary 10            # the new release gets a tenth of the visitors":
    "a canary is promoted or taken back, not both: tests/e2e/canary_test.ts and tests/tasks/canary_test.ts run each line",
  "docs/recipes/watch.md: #!/bin/sh":
    "is a service of the reader's machine; tests/e2e/guard_test.ts runs its command",
  "docs/database.md: alcaide db console": onHost,
  "docs/database.md: alcaide db dump shop.dump":
    "writes to /mnt of this machine; docs_commands_test.ts runs its like, and database_test.ts dumps to -",
  "docs/database.md: 0 3 * * * cd /home/me/shop && alcaide --quiet db dump --force backup/shop-$(date +\\%a).dump":
    "a line of a crontab",
  "docs/database.md: alcaide db restore shop.dump": onHost,
  "docs/database.md: alcaide accessory run db -- su -m postgres -c 'psql shop_before'": onHost,
  "docs/database.md: alcaide db dump today.dump": twoServers,
  "docs/doctor.md: alcaide doctor                # all servers, this machine, and the way between them":
    twoServers,
  "docs/first-server.md: pw useradd deploy -m -s /bin/sh":
    "reads a key that is pasted; any_user_test.ts makes such a user",
  "docs/first-server.md: ssh deploy@203.0.113.7": "the server is the reader's",
  "docs/first-server.md: host shop.example.com": "asks the world's DNS",
  "docs/first-server.md: alias alcaide='deno run -A --no-lock /path/to/alcaide/cli.ts'": placeholder,
  "docs/first-server.md: mkdir dist": onHost,
  "docs/first-server.md: alcaide setup --plan     # what is missing, and why": onHost,
  "docs/first-server.md: alcaide deploy --plan    # what would happen": onHost,
  "docs/first-server.md: alcaide logs -f": onHost,
  "docs/testing.md: deno task chaos --sample 400 --seed 7     # an even sample; --minutes 6 ends it earlier":
    "it takes minutes; the stage of scripts/test runs it",
  "docs/testing.md: deno task fuzz --seed 11                      # all; --cases 1000 for fewer":
    "it takes a minute; tests/fuzz runs a sample",
  "docs/performance.md: deno task bench                  # everything, some minutes":
    "takes minutes; tests/bench has tests of its own",
  "docs/phoenix.md: mix phx.gen.release": "wants a Phoenix project with its packages of Hex",
  "docs/phoenix.md: alcaide init": onHost,
  "docs/phoenix.md: alcaide secrets set DB_PASSWORD --generate": onHost,
  "docs/phoenix.md: alcaide setup": onHost,
  "docs/phoenix.md: alcaide deploy": onHost,
  "docs/runbook.md: alcaide deploy --plan    # what would happen, with the difference of the site file":
    onHost,
  "docs/runbook.md: alcaide status                    # live release, jails, health, disk, disagreements":
    onHost,
  "docs/runbook.md: alcaide run --detach bin/shop import    # prints its id, such as 1a2b3c4d":
    "the id is another each time; detached_test.ts runs each line with its own",
  "docs/runbook.md: alcaide status           # problems: what does not agree": onHost,
  "docs/runbook.md: service alcaide status                           # the jails that have traffic": onHost,
  "docs/runbook.md: alcaide status                 # what each serves, and which is out of reach": onHost,
  "docs/runbook.md: alcaide rollback --list        # where one can go": onHost,
  "docs/runbook.md: alcaide destroy --server --plan": onHost,
  "docs/runbook.md: alcaide destroy --plan    # what goes, and what stays": onHost,
  "docs/runbook.md: shutdown -r now": "boot_test.ts reboots the test host in its own way",
  "docs/runbook.md: alcaide accessory list": onHost,
  "docs/runbook.md: alcaide accessory remove db --yes": onHost,
  "docs/runbook.md: alcaide db dump before.dump --accessory db":
    "wants a second major version of PostgreSQL, which the host has no packages of",
  "docs/runbook.md: alcaide accessory remove db --yes    # the jail; the data stays": onHost,
  "docs/runbook.md: tar -C /var/db/shop -cf - . | ssh root@NEW 'mkdir -p /var/db/shop && tar -C /var/db/shop -xpf -'":
    twoServers,
  "docs/runbook.md: tar -C /var/db/caddy -cf - data | ssh root@NEW 'tar -C /var/db/caddy -xpf - && service caddy restart'":
    twoServers,
  "docs/secrets.md: alcaide secrets init                              # a key, an encrypted file, a line in .gitignore":
    onHost,
  "docs/secrets.md: alcaide secrets set tls.key <shop.key":
    "its second line asks a vault of the reader's; secrets_test.ts sets by standard input",
  "docs/secrets.md: alcaide secrets init -e staging": twoServers,
  "docs/secrets.md: git checkout --theirs -- alcaide.secrets": "stands in a merge with a conflict",
  "docs/secrets.md: ssh root@203.0.113.7 cat /var/db/alcaide/apps/shop/releases/7-1a2b3c4/env":
    "the server and its release are the reader's",
  "docs/tasks.md: mkdir -p ~/.local/share/bash-completion/completions": onHost,
  "docs/testing.md: sh scripts/test          # everything; installs what is missing first": suites,
  "docs/testing.md: sh scripts/deno test -A tests/lib/core/sh_test.ts": suites,
  "docs/testing.md: export ALCAIDE_TEST_HOST=ssh://root@203.0.113.7:22": "the host is the reader's",
  "docs/testing.md: sh scripts/deno run -A scripts/test_against.ts                  # all end-to-end files, one after another on the same host":
    suites,
  "docs/testing.md: mkdir -p app/bin": here,
  "docs/testing.md: echo hello > app/release.txt":
    "asks with fetch(1), which is FreeBSD's; tests/app runs the app here",
  "docs/testing.md: FREEBSD=13.2 sh scripts/deno test -A tests/e2e/main_job_test.ts": suites,
  "docs/runbook.md: service alcaide stop": zfs,
  "docs/runbook.md: chflags -R -x noschg /jails.copied": zfs,
};
