// References to secrets in an Alcaidefile.

import { local } from "../remote/local.ts";
import type { Secret } from "../core/secret.ts";
import { isSecretName } from "./format.ts";
import { currentPlace, type SecretsPlace } from "./files.ts";
import { reference, type SecretsOptions } from "./reference.ts";
import { type Secrets, secretsStore } from "./store.ts";

/**
 * A secret of the encrypted file by its name. It is a reference: its value is read when a task needs it, so that no other
 * task asks for the key.
 *
 * @throws {TypeError} when it can't be a name
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { defineConfig, secrets, secretUrl } from "alcaide";
 *
 * const config = defineConfig({
 *   app: "shop",
 *   server: "root@203.0.113.7",
 *   build: { prebuilt: "dist" },
 *   env: {
 *     MAIL_PASSWORD: secrets("MAIL_PASSWORD"),
 *     DATABASE_URL: secretUrl`ecto://shop:${secrets("DB_PASSWORD")}@db/shop`,
 *   },
 * });
 * assertEquals(`${config.env?.MAIL_PASSWORD}`, "[secret]");
 * ```
 */
export function secrets(name: string): Secret;
/**
 * The encrypted file. In an Alcaidefile, `await secrets().load()` gives a reference for every name in it; a task gets the
 * values from `ctx.secrets`.
 *
 * @example
 * ```ts ignore
 * import { defineConfig, secrets } from "alcaide";
 *
 * export default defineConfig(async ({ environment }) => ({
 *   app: "shop",
 *   server: environment === "staging" ? "root@203.0.113.8" : "root@203.0.113.7",
 *   build: { prebuilt: "dist" },
 *   env: { ...await secrets().load() },
 * }));
 * ```
 */
export function secrets(options?: SecretsOptions): Secrets;
export function secrets(first: string | SecretsOptions = {}): Secret | Secrets {
  if (typeof first === "string") {
    if (!isSecretName(first)) throw new TypeError(`Cannot name a secret "${first}"`);
    return reference(first);
  }
  return unresolved(first);
}

/** A store whose values are references. It finds its file when it is asked: at the start nobody knows where it stands. */
function unresolved(options: SecretsOptions): Secrets {
  const store = () => {
    const place: SecretsPlace = currentPlace() ?? { directory: Deno.cwd(), environment: undefined };
    return secretsStore({ ...place, local: local({ cwd: place.directory }) }, options);
  };
  return {
    exists: () => store().exists(),
    names: () => store().names(),
    load: async () => {
      const names = await store().names();
      return Object.fromEntries(names.map((name) => [name, reference(name, options)]));
    },
  };
}
