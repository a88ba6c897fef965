import { assertEquals } from "@std/assert";
import { codeQuality } from "../../../lib/ui/code_quality.ts";

const fault = { text: "Cannot use app: it is missing", file: "/builds/shop/Alcaidefile.ts", line: "3" };

Deno.test("codeQuality() makes the report that GitLab reads", () => {
  const report = codeQuality("", [fault], "/builds/shop");
  assertEquals(JSON.parse(report), [{
    description: "Cannot use app: it is missing",
    "check_name": "alcaide",
    fingerprint: "5c24d7520e64aea1",
    severity: "blocker",
    location: { path: "Alcaidefile.ts", lines: { begin: 3 } },
  }]);
});

Deno.test("codeQuality() adds to the report of the command before, and begins a broken one anew", () => {
  const first = codeQuality("", [fault], "/builds/shop");
  const both = JSON.parse(codeQuality(first, [{ ...fault, text: "Cannot use env: no" }], "/builds/shop"));
  assertEquals(both.map((one: { description: string }) => one.description), [
    "Cannot use app: it is missing",
    "Cannot use env: no",
  ]);
  for (const broken of ["", "[{", "{}"]) assertEquals(codeQuality(broken, [], "/builds/shop"), "[]\n");
});

Deno.test("codeQuality() knows a fault again that moved to another line", () => {
  const print = (line: string) =>
    JSON.parse(codeQuality("", [{ ...fault, line }], "/builds/shop"))[0].fingerprint;
  assertEquals(print("3"), print("9"));
});

Deno.test("codeQuality() leaves out files outside of the project, and takes paths from where it runs", () => {
  const paths = ["/builds/shop2/Alcaidefile.ts", "deploy/a%20 ?#ö\\/Alcaidefile.ts", "../Alcaidefile.ts"];
  const report = codeQuality("", paths.map((file) => ({ ...fault, file })), Deno.cwd());
  assertEquals(JSON.parse(report).map((one: { location: { path: string } }) => one.location.path), [
    paths[1],
  ]);
});
