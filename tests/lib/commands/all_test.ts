// Every text that the commands make: a script for sh, without what only other shells know, without secrets in what is shown.

import { assertEquals } from "@std/assert";
import { isCommand } from "../../../lib/core/sh.ts";
import { bashisms, syntaxError } from "../../shell.ts";
import { all, makers } from "./every_command.ts";

for (const [name, command] of all) {
  Deno.test(`${name} is a script for sh`, async () => assertEquals(await syntaxError(command.text), ""));
  Deno.test(`${name} is one as shown, too`, async () => assertEquals(await syntaxError(command.shown), ""));
  Deno.test(`${name} holds nothing that only other shells know`, () =>
    assertEquals(bashisms(command.text), []));
  Deno.test(`${name} shows no secret`, () => assertEquals(command.shown.includes("s3cret"), false));
}

// These make text of other kinds, or read it.
const others =
  /Text$|^(parse|has|hostName$|probeHost$|addresses$|jailConf$|jailFstab$|sharedMounts$|pfAdvice$|isReachable$|isForeignSite$|pfSubnets$|releaseUrl$|templateTree$|treeOf$|besideTree$|workOf$|upgradeTrees$|warningsIn$|goneTree$|remainsOf$|markerName$|canaryMarker$|siteAddresses$|nameIn$|socketsAddress$|siteMark$|mainName$|askOf$|releaseAssets$|certificateFiles$|atLeast$|scriptOf$)/;

Deno.test("every command is among those tried", () => {
  const functions = Object.values(makers).flatMap((file) =>
    Object.entries(file).filter(([, value]) => typeof value === "function").map(([name]) => name)
  );
  const tried = new Set(all.map(([name]) => name.split(" ")[0]));
  assertEquals(functions.filter((name) => !others.test(name) && !tried.has(name)), []);
});

Deno.test("every text tried is a command", () => assertEquals(all.every(([, one]) => isCommand(one)), true));

Deno.test("no command deletes what lies behind a mount: rm -r stays on its file system", async () => {
  const root = new URL("../../../lib/commands/", import.meta.url).pathname;
  const found: string[] = [];
  for (const name of await Array.fromAsync(Deno.readDir(root), ({ name }) => name)) {
    const paths = name.endsWith(".ts")
      ? [name]
      : await Array.fromAsync(Deno.readDir(`${root}${name}`), (file) => `${name}/${file.name}`);
    for (const path of paths) {
      const text = await Deno.readTextFile(`${root}${path}`);
      found.push(...text.match(/\brm -\w*[rR]\w* .*/g)?.filter((one) => !one.startsWith("rm -rfx ")) ?? []);
    }
  }
  assertEquals(found, []);
});

const foreign = [
  { text: "if [[ -f x ]]; then :; fi", name: "[[ … ]]" },
  { text: "source x", name: "source" },
  { text: "function f { :; }", name: "function" },
  { text: "diff <(a) b", name: "<( … )" },
  { text: "cat <<< x", name: "<<<" },
  { text: "a &>b", name: "&>" },
  { text: "echo ${x^^}", name: "${x^^}" },
  { text: "a=(1 2)", name: "an array" },
  { text: "echo -e x", name: "echo -e" },
  { text: '[ "$a" == b ]', name: "==" },
];
for (const { text, name } of foreign) {
  Deno.test(`bashisms() finds ${name}`, () => assertEquals(bashisms(text), [name]));
}
