import { assertEquals, assertStringIncludes } from "@std/assert";
import { explainImage } from "../../../lib/hints/image.ts";

const commands = ["npm install -g pm2", "true"];
const explain = (stderr: string, stdout = "") =>
  explainImage("web", { commands }, { code: 1, stdout, stderr });

Deno.test("explainImage() names the command that failed, and shows its last lines alone", () => {
  const said = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");
  const error = explain("failed 1 9\n", `pkg: installed\n+ ${commands[0]}\n${said}`);
  assertEquals(error?.message, 'Cannot make the image on web: "npm install -g pm2" ended with status 9');
  assertEquals([error?.details.length, error?.details.at(-1)], [20, "line 29"]);
  assertStringIncludes(error?.hint ?? "", "It runs as root in a jail with the packages of image and jail");
});

Deno.test("explainImage() knows common failures", () => {
  const error = explain("failed 1 1\n", `+ ${commands[0]}\nwrite: No space left on device\n`);
  assertStringIncludes(error?.hint ?? "", "The server's disk is full");
});

Deno.test("explainImage() leaves alone what is no command of the image", () => {
  assertEquals(explain("pkg: No packages available to install matching 'vip'\n"), undefined);
});
