import { assertEquals, assertThrows } from "@std/assert";
import type { UserNotify } from "../../../../lib/config/field/user_sections.ts";
import { showConfig } from "../../../../lib/config/show.ts";
import { ConfigError } from "../../../../lib/core/error.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { secrets } from "../../../../lib/secrets/mod.ts";
import { config } from "../../../fake/facts.ts";

function resolved(notify: unknown) {
  return config({ notify: notify as UserNotify });
}

Deno.test("notify takes addresses as texts, secrets and references, and shows none", () => {
  const read = resolved({
    slack: "https://hooks.example.com/T0/B1",
    webhook: secrets("HOOK"),
    command: "say",
  });
  assertEquals(read.notify?.slack?.reveal(), "https://hooks.example.com/T0/B1");
  assertEquals([read.notify?.on, read.notify?.command], [["success", "failure", "rollback", "guard"], "say"]);
  const { text } = showConfig(read);
  assertEquals([text.includes("hooks.example.com"), text.includes("[secret]")], [false, true]);
});

const problems = [
  [{}, "notify: it names nobody to tell (Give slack, webhook, ntfy or command)"],
  [{ on: ["guard"] }, "notify: it names nobody to tell (Give slack, webhook, ntfy or command)"],
  [
    { command: "say", on: ["win"] },
    'notify.on[0]: "win" is not an event (Known: success, failure, rollback and guard)',
  ],
  [
    { slack: "hooks.example.com/s3cret" },
    'notify.slack: it is not a URL (Give a URL that begins with "https://", as a text or a secret)',
  ],
  [
    { ntfy: secret("ftp://s3cret") },
    'notify.ntfy: it is not a URL (Give a URL that begins with "https://", as a text or a secret)',
  ],
  [
    { webhook: 7 },
    'notify.webhook: it is a number (Give a URL that begins with "https://", as a text or a secret)',
  ],
  ["slack", 'notify: it is "slack" (Give a record such as { slack: secrets("SLACK_URL") })'],
] as const;
for (const [notify, message] of problems) {
  Deno.test(`notify says: ${message}`, () => {
    const error = assertThrows(() => resolved(notify), ConfigError);
    assertEquals(error.problems.map(({ path, problem, hint }) => `${path}: ${problem} (${hint})`), [message]);
  });
}
