import { assertEquals, assertMatch } from "@std/assert";
import { runAgain } from "../../tasks/program.ts";

const alcaidefile = `
console.log("noise");
export async function talk() {
  console.info("one");
  console.debug("two");
  console.dir({ three: 3 });
  console.table([4]);
  console.count("five");
}
`;

/** Runs the task, and gives what came out where. */
async function talk(...args: string[]) {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${cwd}/Alcaidefile.ts`, alcaidefile);
    const { out, err } = await runAgain({ args: ["talk", ...args], cwd, env: {} });
    return [out, err];
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("the console of an Alcaidefile prints on standard error beside --json, and else on standard output", async () => {
  const said = /^noise\none\ntwo\n\{ three: 3 \}\n[^]+ 4 [^]+\nfive: 1\n$/;
  const [result, aside = ""] = await talk("--json");
  assertEquals(result, '{"type":"result","value":null}\n');
  assertMatch(aside, said);
  const [out = "", err] = await talk();
  assertMatch(out, said);
  assertEquals(err, "");
});
