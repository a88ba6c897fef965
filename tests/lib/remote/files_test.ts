import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeDirectory, receiveFile, writeFile } from "../../../lib/remote/files.ts";
import { secret } from "../../../lib/core/secret.ts";
import { playground } from "../../playground.ts";
import { hostileWord, seeded } from "../../shell.ts";

const text = "hello\n";
const sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("writeFile() writes any text", async () => {
  await using place = await playground();
  const random = seeded(23);
  for (let i = 0; i < 10; i++) {
    const wanted = `${hostileWord(random)}\n${hostileWord(random)}\n`;
    const { code } = await place.run(writeFile(place.at("/it's here"), wanted));
    assertEquals([code, await place.read("/it's here")], [0, wanted]);
  }
});

Deno.test("writeFile() sets the mode", async () => {
  await using place = await playground();
  await place.run(writeFile(place.at("/f"), "x", { mode: 0o600 }));
  assertEquals(await modeOf(place.at("/f")), 0o600);
});

Deno.test("writeFile() lets nobody else read a private file, not even before it has its mode", async () => {
  await using place = await playground();
  await place.program("chmod", `/usr/bin/stat -c %a "$2" >>${place.at("/modes")}; exec /bin/chmod "$@"`);
  await place.run(writeFile(place.at("/f"), "x", { mode: 0o600 }));
  assertEquals([await place.read("/modes"), await modeOf(place.at("/f"))], ["600\n", 0o600]);
});

Deno.test("files have their mode though chmod does nothing and says that all is well", async () => {
  await using place = await playground();
  await place.program("chmod", "exit 0");
  for (const mode of [0o644, 0o640, 0o600]) {
    await place.run(writeFile(place.at("/f"), "x", { mode }));
    assertEquals(await modeOf(place.at("/f")), mode);
    await place.run(receiveFile(place.at("/g"), { size: 6, sha256, mode }), { stdin: text });
    assertEquals(await modeOf(place.at("/g")), mode);
  }
});

Deno.test("writeFile() leaves nothing beside the file", async () => {
  await using place = await playground();
  await place.run(writeFile(place.at("/d/../f"), "x"));
  await place.run(makeDirectory(place.at("/d")));
  await place.run(writeFile(place.at("/d/f"), "x"));
  assertEquals(await place.names("/d"), ["f"]);
});

Deno.test("writeFile() doesn't write through a link that lies in its way", async () => {
  await using place = await playground();
  await place.write("/precious", "old");
  await Deno.symlink(place.at("/precious"), place.at("/f.new"));
  await place.run(writeFile(place.at("/f"), "new"));
  assertEquals([await place.read("/precious"), await place.read("/f")], ["old", "new\n"]);
});

Deno.test("writeFile() fails and leaves the old file when it can't write", async () => {
  await using place = await playground();
  await place.write("/f", "old");
  await place.program("cat", "exit 1");
  const { code } = await place.run(writeFile(place.at("/f"), "new"));
  assertEquals([code, await place.read("/f"), await place.names("/")], [1, "old", ["bin", "f"]]);
});

for (const program of ["mv", "cat"]) {
  Deno.test(`writeFile() fails, keeps the old file and leaves nothing, when ${program} does nothing and says that all is well`, async () => {
    await using place = await playground();
    await place.write("/f", "old");
    await place.program(program, "exit 0");
    const { code, stderr } = await place.run(writeFile(place.at("/f"), "new"));
    assertEquals([code, stderr], [1, `${place.at("/f")} could not be written\n`]);
    assertEquals([await place.read("/f"), await place.names("/")], ["old", ["bin", "f"]]);
  });
}

Deno.test("writeFile() fails where there is no directory", async () => {
  await using place = await playground();
  assertEquals((await place.run(writeFile(place.at("/no/f"), "x"))).code === 0, false);
});

Deno.test("writeFile() doesn't show a secret", () => {
  const made = writeFile("/f", secret("hunter2"));
  assertEquals([made.text.includes("hunter2"), made.shown.includes("hunter2")], [true, false]);
});

Deno.test("makeDirectory() sets the mode of one that is there", async () => {
  await using place = await playground();
  await place.run(makeDirectory(place.at("/a/b")));
  await place.run(makeDirectory(place.at("/a/b"), 0o700));
  assertEquals(await modeOf(place.at("/a/b")), 0o700);
});

Deno.test("receiveFile() gives a whole file its name and mode", async () => {
  await using place = await playground();
  const receive = receiveFile(place.at("/f"), { size: 6, sha256, mode: 0o600 });
  const { code } = await place.run(receive, { stdin: text });
  assertEquals([code, await place.read("/f"), await modeOf(place.at("/f"))], [0, text, 0o600]);
});

for (const program of ["openssl", "sha256"]) {
  Deno.test(`receiveFile() makes the checksum without ${program} as well`, async () => {
    await using place = await playground();
    for (const missing of new Set(["openssl", program])) {
      await place.program(missing, `echo ${missing}: not found >&2; exit 127`);
    }
    for (const [stdin, status] of [[text, 0], ["HELLO\n", 1]] as const) {
      const { code } = await place.run(receiveFile(place.at("/f"), { size: 6, sha256 }), { stdin });
      assertEquals([code, await place.read("/f")], [status, text]);
    }
  });
}

Deno.test("receiveFile() stops at a full disk, and leaves nothing there", async () => {
  await using place = await playground();
  await place.program("cat", "head -c 3; echo 'cat: stdout: No space left on device' >&2; exit 1");
  await place.write("/d/f", "old");
  const { code, stderr } = await place.run(receiveFile(place.at("/d/f"), { size: 6, sha256 }), {
    stdin: text,
  });
  assertEquals([code, stderr], [1, "cat: stdout: No space left on device\nCannot write the file\n"]);
  assertEquals([await place.read("/d/f"), await place.names("/d")], ["old", ["f"]]);
});

const broken = [
  { name: "is cut off", stdin: "hel", says: "Only 3 bytes arrived" },
  { name: "is empty", stdin: "", says: "Only 0 bytes arrived" },
  { name: "is another one", stdin: "HELLO\n", says: "The checksum of what arrived differs" },
];
for (const { name, stdin, says } of broken) {
  Deno.test(`receiveFile() refuses a file that ${name} and keeps the old one`, async () => {
    await using place = await playground();
    await place.write("/d/f", "old");
    const { code, stderr } = await place.run(receiveFile(place.at("/d/f"), { size: 6, sha256 }), { stdin });
    assertEquals([code, await place.read("/d/f"), await place.names("/d")], [1, "old", ["f"]]);
    assertStringIncludes(stderr, says);
  });
}
