import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  makeTemplate,
  releaseUrl,
  templateRcConf,
  type TemplateSpec,
  templateTree,
} from "../../../../lib/commands/jail/template.ts";
import { type Playground, playground } from "../../../playground.ts";
import { bsdTar } from "./tree_world.ts";

const spec: TemplateSpec = {
  basePath: "/jails",
  freebsd: "14.3-RELEASE",
  machine: "arm64",
  arch: "aarch64",
  mirror: "https://mirror.example.com/releases",
  dataset: undefined,
};
const path = "/jails/.templates/14.3-RELEASE";

Deno.test("releaseUrl() follows FreeBSD's layout of machine, architecture and version", () => {
  assertEquals(releaseUrl(spec), "https://mirror.example.com/releases/arm64/aarch64/14.3-RELEASE");
});

Deno.test("templateTree() is a dataset of ours on ZFS", () => {
  assertEquals(templateTree({ ...spec, dataset: "zroot/jails" }), {
    name: "template 14.3-RELEASE",
    path,
    dataset: "zroot/jails/alcaide_template_14.3-RELEASE",
  });
});

/** A place with a mirror: base.txz made for real, its checksum in MANIFEST unless told otherwise. */
async function server(manifest = "base.txz\tSUM\t1\tbase\n"): Promise<Playground> {
  const place = await playground();
  for (
    const [file, text] of [["bin/sh", "sh"], ["rescue/sh", "x"], ["etc/passwd", "root"], ["usr/local/x", ""]]
  ) {
    await place.write(`/mirror/${file}`, text ?? "");
  }
  const base = place.at("/base.txz");
  await new Deno.Command("tar", { args: ["-czf", base, "-C", place.at("/mirror"), "."] }).output();
  const sum = (await new Deno.Command("sha256sum", { args: [base] }).output()).stdout;
  const digest = new TextDecoder().decode(sum).split(" ")[0] ?? "";
  await place.write("/MANIFEST", manifest.replace("SUM", digest));
  await place.program(
    "fetch",
    `[ "$1" = -s ] && echo Unknown && exit; echo "$6" >>${
      place.at("/fetched")
    }; cp ${place.root}/"\${6##*/}" "$5"`,
  );
  await place.program("sleep", "exit 0");
  await place.program("chflags", "exit 0");
  await place.program("pw", `echo "$@" >>${place.at("/pw")}`);
  await place.program("tar", bsdTar);
  await place.write(
    "/etc/resolv.conf",
    "nameserver 127.0.0.1\nsearch x\nnameserver 203.0.113.1\nnameserver ::1\n",
  );
  return place;
}

Deno.test("makeTemplate() downloads, verifies, unpacks, trims and configures", async () => {
  await using place = await server();
  const { code, stderr } = await place.run(makeTemplate(spec));
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await place.names("/jails/.templates"), ["14.3-RELEASE"]);
  assertEquals((await place.names(path)).filter((name) => name !== "etc"), [".alcaide", "bin", "usr"]);
  assertEquals([await place.read(`${path}/.alcaide`), await place.read(`${path}/etc/rc.conf`)], [
    "template 14.3-RELEASE\n",
    templateRcConf,
  ]);
});

Deno.test("makeTemplate() gives jails no resolver of the loopback, which would be themselves", async () => {
  await using place = await server();
  await place.run(makeTemplate(spec));
  assertEquals(await place.read(`${path}/etc/resolv.conf`), "search x\nnameserver 203.0.113.1\n");
});

Deno.test("makeTemplate() leaves root without a password", async () => {
  await using place = await server();
  await place.run(makeTemplate(spec));
  assertStringIncludes(await place.read("/pw") ?? "", "usermod root -h -");
});

const broken = [
  {
    name: "differs from its checksum",
    manifest: "base.txz\tabc\t1\tbase\n",
    says: "base.txz differs from the checksum",
  },
  {
    name: "isn't named in MANIFEST",
    manifest: "kernel.txz\tSUM\t1\tkernel\n",
    says: "MANIFEST does not name base.txz",
  },
];
for (const { name, manifest, says } of broken) {
  Deno.test(`makeTemplate() refuses a base.txz that ${name} and leaves nothing behind`, async () => {
    await using place = await server(manifest);
    const { code, stderr } = await place.run(makeTemplate(spec));
    assertEquals([code, await place.names("/jails/.templates")], [1, []]);
    assertStringIncludes(stderr, says);
  });
}

Deno.test("makeTemplate() takes a mirror that is one directory with both files", async () => {
  await using place = await server();
  await place.program(
    "fetch",
    `case $6 in */arm64/*) echo "fetch: $6: Not Found" >&2; exit 1 ;; esac; cp ${place.root}/"\${6##*/}" "$5"`,
  );
  const { code } = await place.run(makeTemplate(spec));
  assertEquals([code, await place.names("/jails/.templates")], [0, ["14.3-RELEASE"]]);
});

Deno.test("makeTemplate() says what the first place said when neither has it", async () => {
  await using place = await server();
  await place.program("fetch", 'echo "fetch: $6: Not Found" >&2; exit 1');
  const { code, stderr } = await place.run(makeTemplate(spec));
  assertEquals(code, 1);
  assertStringIncludes(stderr, "/arm64/aarch64/14.3-RELEASE/MANIFEST: Not Found");
});

Deno.test("makeTemplate() tries a download three times", async () => {
  await using place = await server();
  await place.program("fetch", `echo x >>${place.at("/fetched")}; exit 1`);
  const { code } = await place.run(makeTemplate(spec));
  assertEquals([code, await place.read("/fetched"), await place.names("/jails/.templates")], [
    1,
    "x\nx\nx\n",
    [],
  ]);
});

Deno.test("makeTemplate() takes a mirror that is one directory with both files", async () => {
  await using place = await server();
  await place.program(
    "fetch",
    `case $6 in */amd64/*) echo "fetch: $6: Not Found" >&2; exit 1 ;; esac; cp ${place.root}/"\${6##*/}" "$5"`,
  );
  assertEquals([(await place.run(makeTemplate(spec))).code, await place.names("/jails/.templates")], [0, [
    "14.3-RELEASE",
  ]]);
});

Deno.test("makeTemplate() leaves one alone that another setup has made meanwhile", async () => {
  await using place = await server();
  assertEquals((await place.run(makeTemplate(spec))).code, 0);
  await place.program("fetch", "exit 1");
  assertEquals((await place.run(makeTemplate(spec))).code, 0);
  assertEquals(await place.names("/jails/.templates"), [spec.freebsd]);
});

Deno.test("makeTemplate() leaves no download behind, also when it is ended as soon as the template is there", async () => {
  await using place = await server();
  await place.program("mv", '/bin/mv "$@"; case $2 in */14.3-RELEASE) kill -KILL $PPID ;; esac');
  await place.run(makeTemplate(spec));
  assertEquals(await place.names("/jails/.templates"), [spec.freebsd]);
});

Deno.test("makeTemplate() begins anew after one that was cut off", async () => {
  await using place = await server();
  await place.write("/jails/.templates/.14.3-RELEASE.new/old", "");
  await place.write("/jails/.templates/.download/old", "");
  assertEquals([(await place.run(makeTemplate(spec))).code, await place.names("/jails/.templates")], [0, [
    "14.3-RELEASE",
  ]]);
});

Deno.test("makeTemplate() takes away what it couldn't unpack", async () => {
  await using place = await server();
  await place.program("tar", "exit 1");
  const { code } = await place.run(makeTemplate(spec));
  assertEquals([code, await place.names("/jails/.templates")], [1, []]);
});

Deno.test("makeTemplate() takes its snapshot last on ZFS, and the mark before it", () => {
  const { text } = makeTemplate({ ...spec, dataset: "zroot/jails" });
  assertStringIncludes(
    text.split("\n{ ").at(-1) ?? "",
    `>${path}/.alcaide && zfs snapshot zroot/jails/alcaide_template_14.3-RELEASE@alcaide\n} || exit $?`,
  );
});
