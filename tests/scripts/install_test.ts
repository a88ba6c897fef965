// scripts/install.sh against a file server of the test's own. A shell script stands in for the binary.

import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { standIn } from "../stand_in.ts";

const script = fromFileUrl(new URL("../../scripts/install.sh", import.meta.url));
const binary = '#!/bin/sh\necho "alcaide 9.9.9"\n';

interface Given {
  /** Where the files are served. */
  readonly url: string;
  /** The same as a directory. */
  readonly from: string;
  readonly to: string;
  readonly home: string;
  run(args: readonly string[], env?: Record<string, string>): Promise<Said>;
}

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The name of this machine's binary. */
function binaryName(): string {
  const system = Deno.build.os === "darwin" ? "macos" : "linux";
  return `alcaide-${system}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`;
}

async function sumOf(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
    .reduce((all, byte) => all + byte.toString(16).padStart(2, "0"), "");
}

async function withPlace(use: (given: Given) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  const [from, to, home, temporary] = ["from", "to", "home", "tmp"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [from, home, temporary]) await Deno.mkdir(path);
  await Deno.writeTextFile(join(from, binaryName()), binary);
  await Deno.writeTextFile(
    join(from, "SHA256SUMS"),
    `${"0".repeat(64)}  other\n${await sumOf(binary)}  ${binaryName()}\n`,
  );
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const text = await Deno.readTextFile(join(from, new URL(request.url).pathname)).catch(() => undefined);
    return text === undefined ? new Response("", { status: 404 }) : new Response(text);
  });
  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: [script, ...args],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: home, TMPDIR: temporary, ...env },
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
  try {
    await use({ url: `http://127.0.0.1:${server.addr.port}`, from, to, home, run });
    assertEquals(await Array.fromAsync(Deno.readDir(temporary)), [], "something was left behind");
  } finally {
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name);
}

Deno.test("install.sh installs a binary that was made for this machine alone", async () => {
  await withPlace(async ({ from, to, run }) => {
    await Deno.rename(join(from, binaryName()), join(from, "alcaide"));
    await Deno.writeTextFile(join(from, "SHA256SUMS"), `${await sumOf(binary)}  alcaide\n`);
    const { code, stdout, stderr } = await run(["--from", from, "--to", to]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /alcaide is installed: alcaide 9\.9\.9/);
  });
});

Deno.test("install.sh installs from a server, says where, and twice does no harm", async () => {
  await withPlace(async ({ url, to, run }) => {
    for (let i = 0; i < 2; i++) {
      const { code, stdout, stderr } = await run(["--from", `${url}/`, "--to", to]);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, new RegExp(`^${to}/alcaide is installed: alcaide 9.9.9\n`));
      assertMatch(stdout, /It isn't on your PATH yet/);
      assertEquals(await namesIn(to), ["alcaide"]);
      assertEquals(((await Deno.stat(`${to}/alcaide`)).mode ?? 0) & 0o777, 0o755);
    }
  });
});

Deno.test("install.sh installs to ~/.local/bin by itself, and from a directory", async () => {
  await withPlace(async ({ from, home, run }) => {
    const bin = `${home}/.local/bin`;
    const { stdout } = await run([], { ALCAIDE_FROM: from, PATH: `${Deno.env.get("PATH")}:${bin}` });
    assertEquals(stdout, `${bin}/alcaide is installed: alcaide 9.9.9\n`);
  });
});

Deno.test("install.sh needs no HOME where it is told where to, and says so where it isn't", async () => {
  await withPlace(async ({ from, to, run }) => {
    assertEquals((await run(["--from", from, "--to", to], { HOME: "" })).code, 0);
    const { code, stderr } = await run(["--from", from], { HOME: "" });
    assertEquals(
      [code, stderr],
      [1, "Error: Cannot tell where ~/.local/bin is: HOME is not set\n  Hint: Name a directory with --to\n"],
    );
  });
});

Deno.test("install.sh installs a version that is named", async () => {
  await withPlace(async ({ url, from, to, run }) => {
    await Deno.mkdir(`${from}/1.2.3`);
    for (const name of ["SHA256SUMS", binaryName()]) {
      await Deno.rename(`${from}/${name}`, `${from}/1.2.3/${name}`);
    }
    assertEquals((await run(["--from", url, "--to", to])).code, 1);
    assertEquals((await run(["--from", url, "--to", to, "--version", "1.2.3"])).code, 0);
  });
});

for (const program of ["curl", "wget", "fetch"]) {
  Deno.test(`install.sh downloads with ${program}`, async () => {
    await withPlace(async ({ url, home, to, run }) => {
      // The one program that downloads; a script shows that it is the one that was used.
      const bin = `${home}/bin`;
      await Deno.mkdir(bin);
      const text = `echo ${program} >>${home}/used\nexec ${Deno.execPath()} eval '
        const args = Deno.args; const out = args.find((_, i) => /^-[oO]$/.test(args[i - 1] ?? ""));
        Deno.writeTextFileSync(out, await (await fetch(args.at(-1))).text());' -- "$@"`;
      await standIn(`${bin}/${program}`, text);
      for (
        const tool of [
          "sed",
          "uname",
          "mktemp",
          "rm",
          "awk",
          "sha256sum",
          "cut",
          "mkdir",
          "cp",
          "chmod",
          "mv",
        ]
      ) {
        const found = ["/usr/bin", "/bin"].map((place) => `${place}/${tool}`);
        for (const path of found) {
          await Deno.stat(path).then(() => Deno.symlink(path, `${bin}/${tool}`)).catch(() => {});
        }
      }
      const { code, stderr } = await run(["--from", url, "--to", to], { PATH: bin });
      assertEquals([code, stderr], [0, ""]);
      assertEquals(await Deno.readTextFile(`${home}/used`), `${program}\n${program}\n`);
    });
  });
}

Deno.test("install.sh installs nothing whose sum is wrong, and keeps the old binary", async () => {
  await withPlace(async ({ url, from, to, run }) => {
    assertEquals((await run(["--from", url, "--to", to])).code, 0);
    await Deno.writeTextFile(join(from, binaryName()), "#!/bin/sh\necho evil\n");
    const { code, stderr } = await run(["--from", url, "--to", to]);
    assertEquals(code, 1);
    assertMatch(stderr, /^Error: Cannot trust http.*: its sum is [0-9a-f]{64}, not [0-9a-f]{64}\n {2}Hint: /);
    assertEquals(await Deno.readTextFile(`${to}/alcaide`), binary);
    assertEquals(await namesIn(to), ["alcaide"]);
  });
});

Deno.test("install.sh keeps the old binary where the new one doesn't run", async () => {
  await withPlace(async ({ from, to, run }) => {
    assertEquals((await run(["--from", from, "--to", to])).code, 0);
    const broken = "#!/bin/sh\nexit 1\n";
    await Deno.writeTextFile(join(from, binaryName()), broken);
    await Deno.writeTextFile(join(from, "SHA256SUMS"), `${await sumOf(broken)}  ${binaryName()}\n`);
    const { code, stderr } = await run(["--from", from, "--to", to]);
    assertEquals(code, 1);
    assertMatch(stderr, /^Error: Cannot run the binary on this machine\n/);
    assertEquals(await Deno.readTextFile(`${to}/alcaide`), binary);
    assertEquals(await namesIn(to), ["alcaide"]);
  });
});

const refusals: readonly [name: string, args: readonly string[], change: string, said: RegExp][] = [
  ["no place", [], "", /Cannot install without knowing from where\n {2}Hint: Name a place with --from/],
  ["a place that isn't there", ["--from", "/no/such/place"], "", /there is no such directory/],
  ["a server that has nothing", ["--from", "URL/none"], "", /Cannot get http.*\/none\/SHA256SUMS/],
  ["sums without this machine", ["--from", "FROM"], "SHA256SUMS", /Cannot find alcaide-\S+ in .*SHA256SUMS/],
  ["a place without the binary", ["--from", "FROM"], "binary", /Cannot get .*\/alcaide-/],
  ["an option without a value", ["--from"], "", /Cannot use --from without a value/],
];
for (const [name, args, change, expected] of refusals) {
  Deno.test(`install.sh refuses ${name}`, async () => {
    await withPlace(async ({ url, from, to, run }) => {
      if (change === "SHA256SUMS") await Deno.writeTextFile(`${from}/SHA256SUMS`, "");
      if (change === "binary") await Deno.remove(join(from, binaryName()));
      const { code, stderr } = await run([
        "--to",
        to,
        ...args.map((word) => word.replace("URL", url).replace("FROM", from)),
      ]);
      assertEquals(code, 1);
      assertMatch(stderr, expected);
      assertEquals(await namesIn(to).catch(() => []), []);
    });
  });
}

Deno.test("install.sh --uninstall takes the binary away, and nothing else", async () => {
  await withPlace(async ({ from, to, run }) => {
    await run(["--from", from, "--to", to]);
    await Deno.writeTextFile(`${to}/other`, "");
    assertEquals((await run(["--uninstall", "--to", to])).stdout, `${to}/alcaide is removed\n`);
    assertEquals(await namesIn(to), ["other"]);
    assertEquals((await run(["--uninstall", "--to", to])).stdout, `There is no ${to}/alcaide\n`);
  });
});

Deno.test("install.sh explains itself", async () => {
  await withPlace(async ({ run }) => {
    assertMatch((await run(["--help"])).stdout, /--uninstall/);
    const { code, stderr } = await run(["--form", "x"]);
    assertEquals(code, 2);
    assertMatch(stderr, /^Error: Cannot understand --form\n/);
  });
});
