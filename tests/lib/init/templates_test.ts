// Each template's Alcaidefile: it loads, and "alcaide config" understands it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { showConfig } from "../../../lib/config/show.ts";
import { resolveConfig } from "../../../lib/config/resolve.ts";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";
import { alcaidefileText } from "../../../lib/init/alcaidefile.ts";
import { nextSteps } from "../../../lib/init/kind.ts";
import { type Seen, type TemplateName, templateNames, templates } from "../../../lib/init/templates.ts";

async function configOf(name: TemplateName, seen: Seen = {}) {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/Alcaidefile.ts`;
    await Deno.writeTextFile(path, alcaidefileText("shop", templates[name], seen));
    const file = await loadAlcaidefile(path);
    return resolveConfig(await file.config(), { directory });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Lines of "alcaide config" that a template stands for. */
const wanted: Readonly<Record<TemplateName, readonly (readonly [name: string, value: string])[]>> = {
  phoenix: [
    ["start", "bin/shop start"],
    ["migrate", "bin/shop eval 'Shop.Release.migrate()'"],
    ["env.DATABASE_URL", "[secret]"],
    ["env.PHX_SERVER", "true"],
    ["accessories.db", "postgresql 17, port 5432, /data/shop/db:/var/db/postgres, on 203.0.113.7"],
  ],
  elixir: [["start", "bin/shop start"], ["console", "bin/shop remote"], ["env.DATABASE_URL", "[secret]"]],
  rails: [
    ["start", "bundle exec puma"],
    ["migrate", "bundle exec rails db:prepare"],
    ["health.path", "/up"],
    ["env.RAILS_ENV", "production"],
    ["env.SOLID_QUEUE_IN_PUMA", "1"],
    ["env.RAILS_SERVE_STATIC_FILES", "1"],
    ["env.DATABASE_URL", "[secret]"],
  ],
  next: [["start", "node node_modules/next/dist/bin/next start -H 0.0.0.0"], ["env.NODE_ENV", "production"]],
  node: [["start", "node ."], ["env.NODE_ENV", "production"]],
  django: [
    ["start", "python3.12 -m gunicorn --bind 0.0.0.0:$PORT shop.wsgi"],
    ["migrate", "python3.12 manage.py migrate --noinput"],
    ["env.DJANGO_SETTINGS_MODULE", "shop.settings"],
    ["env.PYTHONPATH", "/app/vendor"],
  ],
  go: [["start", "./shop"]],
  static: [["start", "caddy file-server --root /app --listen :$PORT"]],
  binary: [["start", "./shop"]],
};

for (const name of templateNames) {
  Deno.test(`init --template ${name} writes an Alcaidefile that loads and that config understands`, async () => {
    const { text } = showConfig(await configOf(name));
    const rows = text.split("\n").map((line) => line.split(/ {2,}/));
    assertEquals(
      wanted[name].map(([field]) => [field, rows.find(([row]) => row === field)?.[1]]),
      wanted[name].map(([...row]) => row),
    );
    const jail = rows.some(([row]) => row?.startsWith("build.jail."));
    assertEquals(jail, name !== "binary", text);
  });
}

const npm = {
  packages: ["node22", "npm-node22"],
  commands: ["npm ci", "npm run build --if-present", "npm prune --omit=dev"],
  result: ".",
};

/** The builds of the templates, as far as they are not those of tests/lib/presets. */
const builds: Partial<Record<TemplateName, unknown>> = {
  rails: {
    packages: ["ruby", "rubygem-bundler", "gmake", "pkgconf", "libyaml", "postgresql17-client", "node22"],
    commands: [
      "bundle config set --local deployment true",
      "bundle config set --local without development:test",
      "bundle config set --local force_ruby_platform true",
      "bundle install",
      "SECRET_KEY_BASE=unused bundle exec rails assets:precompile",
    ],
    result: ".",
  },
  next: npm,
  node: npm,
  django: {
    packages: ["python312", "py312-sqlite3", "py312-pip"],
    commands: ["python3.12 -m pip install --target vendor -r requirements.txt"],
    result: ".",
  },
  go: { packages: ["go"], commands: ["go build -o dist/shop ."], result: "dist" },
};
for (const [name, wanted] of Object.entries(builds)) {
  const deployed = name === "next"
    ? "which no test deploys: Debian has no Next.js"
    : "which tests/e2e deploys";
  Deno.test(`init --template ${name} builds by these commands, ${deployed}`, async () => {
    const { build } = await configOf(name as TemplateName);
    assert(build.kind === "jail");
    assertEquals({ packages: build.packages, commands: build.commands, result: build.result }, wanted);
  });
}

Deno.test("a template says what was found in the project", async () => {
  assertEquals((await configOf("node", { start: "node server.js" })).start, "node server.js");
  const django = await configOf("django", { module: "my_site" });
  assertStringIncludes(django.start, " my_site.wsgi");
  assertEquals(django.volumes, [{ host: "/data/shop/storage", jail: "/app/storage" }]);
  const site = (await configOf("static", { result: "." })).build;
  assert(site.kind === "jail");
  assertEquals(site.result, ".");
  for (const name of ["phoenix", "elixir", "rails"] as const) {
    const { accessories, env, migrate, volumes } = await configOf(name, { database: false });
    assertEquals([accessories, env["DATABASE_URL"]], [{}, undefined]);
    assertEquals(migrate === undefined, name !== "rails");
    assertEquals(volumes.length, name === "rails" ? 1 : 0);
  }
});

/** Words about a project for which its template is not enough, as FreeBSD is not its makers' system. */
const told: Partial<Record<TemplateName, readonly string[]>> = {
  rails: ["bundle lock --add-platform ruby", "docs/builds.md"],
  next: ['npm pkg set scripts.build="next build --webpack"', "npm install @next/swc-wasm-nodejs@"],
};
for (const [name, words] of Object.entries(told)) {
  Deno.test(`init --template ${name} says what the project needs`, () => {
    const text = alcaidefileText("shop", templates[name as TemplateName]);
    for (const one of words) assertStringIncludes(text, one);
  });
}

Deno.test("nextSteps() names the secrets that an app wants", () => {
  const lines = nextSteps({ name: "phoenix", seen: {} }).split("\n");
  assertEquals(lines.slice(0, 2), ["Next:", "  1. Write your server into Alcaidefile.ts"]);
  assertEquals(lines.slice(4, 6), [
    '  4. "alcaide secrets set DB_PASSWORD --generate" makes a secret',
    '  5. "alcaide secrets set SECRET_KEY_BASE --generate" makes a secret',
  ]);
  assert(!nextSteps({ name: "phoenix", seen: { database: false } }).includes("DB_PASSWORD"));
  assert(!nextSteps(undefined).includes("secrets"));
});
