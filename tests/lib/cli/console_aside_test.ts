import { assertEquals } from "@std/assert";
import { runAgain } from "../../tasks/program.ts";

const alcaidefile = `
console.log("noise");
export async function talk() {
  console.info("one");
  console.debug("two");
  console.dir({ three: 3 });
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
  const said = "noise\none\ntwo\n{ three: 3 }\n";
  assertEquals(await talk("--json"), ['{"type":"result","value":null}\n', said]);
  assertEquals(await talk(), [said, ""]);
});
