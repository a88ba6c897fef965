/**
 * Transcripts of deploys: every script in order, as it went to the server, what changes from run to run masked.
 *
 * @module
 */

import type { UserConfig } from "../../lib/config/field/types.ts";
import { secret } from "../../lib/core/secret.ts";
import { deployTo } from "../lib/deploy/deploying.ts";
import { type FakeServer, fakeServer } from "./server.ts";

/** A value that must stand in no transcript but where the environment is written. */
const password = "s3cret pass'word";

const config = { env: { GREETING: "it's me", DATABASE_PASSWORD: secret(password) } };

/** All transcripts by the name of their file. */
export async function transcripts(): Promise<Record<string, string>> {
  const server = fakeServer();
  const first = await one(server);
  const second = await one(server);
  const ill = fakeServer({ model: server.model });
  ill.illness = () => "500";
  const processes = await withProcesses();
  return {
    "processes.txt": processes,
    "first_deploy.txt": first,
    "second_deploy.txt": second,
    "failed_check.txt": await one(ill),
  };
}

/** The second deploy of an app with two workers that run alone. */
async function withProcesses(): Promise<string> {
  const server = fakeServer();
  const worker = { start: "bin/shop worker", instances: 2, stopTimeout: 300, alone: true };
  const more = { start: "bin/shop start", processes: { worker, mailer: "bin/shop mailer" } };
  await one(server, more);
  return await one(server, more);
}

async function one(server: FakeServer, more: Partial<UserConfig> = {}): Promise<string> {
  const { error } = await deployTo(server, { config: { ...config, ...more } });
  // Only the check may fail, and only where it was told to.
  if (error && !(server.illness("") && `${error}`.includes("Cannot check the app"))) throw error;
  const rows = server.ran.map(({ script, names, stdin }, index) => {
    const stream = stdin === "" || names.includes("holdLock")
      ? ""
      : `, with ${stdin.length} bytes on standard input`;
    return `==== ${index + 1}: ${names.join(", ")}${stream}\n${script}\n`;
  });
  return masked(rows.join("\n"));
}

function masked(text: string): string {
  const quoted = password.replaceAll("'", "'\\''");
  return [password, quoted].reduce((rest, value) => rest.replaceAll(value, "[secret]"), text)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "TIME")
    .replace(/\b[0-9a-f]{32}\b/g, "TOKEN")
    .replace(/"env":"[0-9a-f]{16}"/g, '"env":"FINGERPRINT"');
}
