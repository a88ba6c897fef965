import { assertEquals } from "@std/assert";
import { statusOf, statusText } from "../../lib/running/status.ts";
import { config, deployed } from "../fake/facts.ts";

const one = statusOf(config(), "web", deployed("6-a", "blue"), "200");

Deno.test("statusText() says which command knows what to do about problems, where it does", () => {
  const next = 'next: "alcaide repair --plan" says what to do';
  const paused = "visitors see the maintenance page, not the app";
  const says = (problems: string[], health = "200") =>
    statusText({ ...one, problems, health }, new Date()).includes(next);
  assertEquals(
    [says(["Caddy does not run"]), says([]), says([paused]), says(["no answer"], "unreachable")],
    [true, false, false, false],
  );
});
