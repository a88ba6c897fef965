// The Alcaidefile that `alcaide init` writes: the few fields that must be there, and all others as comments.

import { configuration } from "../config/config.ts";
import type { Known } from "../config/field/schema.ts";
import type { Seen, Template } from "./templates.ts";

/** Everything that commented fields call. */
const helpers = ["postgresql", "redis", "secrets", "secretUrl", "service"];

/**
 * The text of a first Alcaidefile for an app: first what is said, then what may be said.
 *
 * @param template the kind of app; without one, a build that is there already
 * @param known values that it has in place of examples
 */
export function alcaidefileText(
  app: string,
  template?: Template,
  seen: Seen = {},
  known: Known = {},
): string {
  const own = template === undefined ? {} : fieldsOf(app, template, seen);
  const fields = Object.entries(configuration.fields)
    .map(([name, field]) => own[name] ?? field.init?.(app, known) ?? "").filter((text) => text !== "");
  const isSaid = (text: string) => /^(?!\/\/)/m.test(text);
  const blocks = [...fields.filter(isSaid), ...fields.filter((text) => !isSaid(text))];
  const imports = importsOf(template, seen);
  const more = helpers.filter((name) => !imports.includes(name));
  return `/// <reference path="./alcaide.d.ts" />
// What Alcaide knows about this app. "alcaide config" shows how it is understood, "alcaide help" lists the tasks.
import { ${imports.join(", ")} } from "alcaide";
// import { ${more.join(", ")} } from "alcaide";

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

/** Tells whether an app gets a database of its own. */
export function hasDatabase({ scheme }: Template, { database }: Seen): boolean {
  return scheme !== undefined && database !== false;
}

function importsOf(template: Template | undefined, seen: Seen): string[] {
  if (template === undefined) return ["defineConfig"];
  const database = hasDatabase(template, seen) ? ["postgresql", "secrets", "secretUrl"] : [];
  return ["defineConfig", ...template.imports, ...database];
}

function fieldsOf(app: string, template: Template, seen: Seen): Readonly<Record<string, string>> {
  const database = hasDatabase(template, seen);
  const url = `DATABASE_URL: secretUrl\`${template.scheme}://${app}:\${secrets("DB_PASSWORD")}@db/${app}\`,`;
  const env = [...template.env?.(app, seen) ?? [], ...database ? [url] : []];
  return {
    ...template.fields(app, seen),
    ...env.length === 0 ? {} : {
      env:
        `// The app's environment; PORT is set from jail.port, and secrets of the encrypted file are there without a word.
env: {
${env.map((line) => `  ${line}`).join("\n")}
},`,
    },
    ...database
      ? {
        accessories: `// The database, in a jail of its own. The app finds it as db.
accessories: {
  db: postgresql({ version: "17", volume: "/data/${app}/db", password: secrets("DB_PASSWORD") }),
},`,
      }
      : {},
  };
}
