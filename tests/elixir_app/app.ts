/** Where the source of the Elixir app is. */

import { fromFileUrl } from "@std/path";

/** Its directory. */
export const elixirApp: string = fromFileUrl(new URL(".", import.meta.url)).replace(/\/$/, "");
