/** Directories with encrypted files, for tests. */

import { local } from "../../../lib/remote/local.ts";
import { encryptFile, importKey } from "../../../lib/secrets/cipher.ts";
import { fileText } from "../../../lib/secrets/format.ts";
import type { SecretsOptions } from "../../../lib/secrets/reference.ts";
import { type SecretsStore, secretsStore } from "../../../lib/secrets/store.ts";

/** 32 bytes of ones, as base64 and as bytes. */
export const oneText = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
export const oneBytes: Uint8Array<ArrayBuffer> = new Uint8Array(32).fill(1);

/** The surroundings of a store. */
export interface StoreCircumstances {
  readonly environment?: string;
  readonly keyCommand?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly options?: SecretsOptions;
}

/** A directory of its own. */
export interface Directory extends AsyncDisposable {
  readonly path: string;
  /** Writes an encrypted file, with the key of ones. */
  encrypt(values: Record<string, string>, file?: string, environment?: string): Promise<void>;
  /** Writes a key. */
  key(text?: string, file?: string, mode?: number): Promise<void>;
  /** A store of this directory; it knows no variables but those that are given. */
  store(circumstances?: StoreCircumstances): SecretsStore;
}

/** Makes a directory. */
export async function directory(): Promise<Directory> {
  const path = await Deno.makeTempDir({ prefix: "alcaide-secrets-" });
  return {
    path,
    encrypt: async (values, file = "alcaide.secrets", environment) => {
      const contents = { environment, values: new Map(Object.entries(values)) };
      const made = await encryptFile(contents, await importKey(oneBytes));
      await Deno.writeTextFile(`${path}/${file}`, fileText(made));
    },
    key: async (text = `${oneText}\n`, file = ".alcaide/master.key", mode = 0o600) => {
      await Deno.mkdir(`${path}/.alcaide`, { recursive: true });
      await Deno.writeTextFile(`${path}/${file}`, text);
      await Deno.chmod(`${path}/${file}`, mode);
    },
    store: ({ environment, keyCommand, variables = {}, options } = {}) =>
      secretsStore({
        directory: path,
        environment,
        keyCommand,
        local: local({ cwd: path }),
        variable: (name) => variables[name],
      }, options),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
