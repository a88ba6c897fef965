// The Alcaidefile that `alcaide init` writes: the few fields that must be there, and all others as comments.

import { configuration } from "../config/config.ts";

/** The text of a first Alcaidefile for an app: first what is said, then what may be said. */
export function alcaidefileText(app: string): string {
  const fields = Object.values(configuration.fields).map((field) => field.init?.(app) ?? "");
  const isSaid = (text: string) => /^(?!\/\/)/m.test(text);
  const blocks = [...fields.filter(isSaid), ...fields.filter((text) => !isSaid(text))];
  return `/// <reference path="./alcaide.d.ts" />
// What Alcaide knows about this app. "alcaide config" shows how it is understood, "alcaide help" lists the tasks.
import { defineConfig } from "alcaide";
// import { postgresql, redis, service } from "alcaide";

export default defineConfig({
${blocks.map((block) => block.replace(/^(?=.)/gm, "  ")).join("\n\n")}
});

// Every other exported function is a task of your own: "alcaide kernel".
// import { sh, task } from "alcaide";
// export const kernel = task("Show the kernel of every server", async (ctx) => {
//   await ctx.servers.each(async (server) => {
//     ctx.ui.info(\`\${server.name}: \${await server.read(sh\`uname -rm\`)}\`);
//   });
// });
`;
}
