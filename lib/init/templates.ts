// Kinds of apps that `alcaide init` knows: the fields that each says, in place of those that every Alcaidefile begins with.

/** Particulars of a project, read from its files. */
export interface Seen {
  /** False where it has no database. */
  readonly database?: boolean;
  /** The name of its app in `mix.exs`, which its release is called after. */
  readonly mixApp?: string;
  /** The command that starts it. */
  readonly start?: string;
  /** The Python package with its settings. */
  readonly module?: string;
  /** The directory with its files. */
  readonly result?: string;
}

/** A kind of app. */
export interface Template {
  /** For people. */
  readonly about: string;
  /** Names from "alcaide" that its fields call. */
  readonly imports: readonly string[];
  /** Secrets that the app wants, besides the database's password. */
  readonly secrets: readonly string[];
  /** The scheme of its database's URL; undefined where its settings don't read one. */
  readonly scheme?: string;
  /** Lines of its environment. */
  env?(app: string, seen: Seen): readonly string[];
  /** Texts of other fields, by name; empty for those that it brings along. */
  fields(app: string, seen: Seen): Readonly<Record<string, string>>;
}

/** The package that a gem of the database is compiled with. */
function clientOf(database: boolean | undefined): string {
  return database === false ? "sqlite3" : "postgresql17-client";
}

/** The options of a build by Mix. */
function mixOptions(app: string, { database, mixApp = app }: Seen): string {
  const options = [
    ...mixApp === app ? [] : [`app: "${mixApp}"`],
    ...database === false ? ["migrate: false"] : [],
  ];
  return options.length === 0 ? "" : `{ ${options.join(", ")} }`;
}

/** Next's own tests find SWC by it. */
const nextWasm = 'NEXT_TEST_WASM_DIR: "node_modules/@next/swc-wasm-nodejs"';

const builtInJail = "Built in a jail on the server, from the commit that is checked out.";

/** The kinds, by name. */
export const templates = {
  phoenix: {
    about: "Phoenix, by mix release",
    imports: ["phoenix"],
    secrets: ["SECRET_KEY_BASE"],
    scheme: "ecto",
    fields: (app, seen) => ({
      build: `// ${builtInJail} It also sets start, migrate, console and variables of Phoenix.
build: phoenix(${mixOptions(app, seen)}),`,
      start: "",
    }),
  },
  elixir: {
    about: "Elixir without Phoenix, by mix release",
    imports: ["elixir"],
    secrets: [],
    scheme: "ecto",
    fields: (app, seen) => ({
      build: `// ${builtInJail} It also sets start, migrate and console.
build: elixir(${mixOptions(app, seen)}),`,
      start: "",
    }),
  },
  rails: {
    about: "Ruby on Rails, with Puma",
    imports: [],
    secrets: ["SECRET_KEY_BASE"],
    scheme: "postgresql",
    env: () => [
      'RAILS_ENV: "production",',
      "// Solid Queue, which Rails has since 8, works in Puma.",
      'SOLID_QUEUE_IN_PUMA: "1",',
      "// Rails before 7.1 logs into a file and serves nothing of public/ without them.",
      'RAILS_LOG_TO_STDOUT: "1",',
      'RAILS_SERVE_STATIC_FILES: "1",',
    ],
    fields: (app, { database }) => ({
      jail: `// What the app's jail has: libyaml for Ruby's YAML, ${
        database === false ? "SQLite for the gem sqlite3" : "the client for the gem pg"
      }.
jail: { packages: ["ruby", "rubygem-bundler", "libyaml", "${clientOf(database)}"] },`,
      build: `// ${builtInJail} A commit must hold Gemfile.lock, after
// bundle lock --add-platform ruby: gems with C are compiled.
build: {
  jail: {
    packages: ["ruby", "rubygem-bundler", "gmake", "pkgconf", "libyaml", "${clientOf(database)}", "node22"],
    commands: [
      "bundle config set --local deployment true",
      "bundle config set --local without development:test",
      "bundle config set --local force_ruby_platform true", // There are no compiled gems for FreeBSD.
      "bundle install",
      "SECRET_KEY_BASE=unused bundle exec rails assets:precompile",
    ],
    result: ".",
    caches: ["vendor/bundle"],
    env: { RAILS_ENV: "production" },
  },
},`,
      start:
        `// Puma reads PORT in config/puma.rb. "rails server" would leave a file tmp/pids/server.pid, and not start again after a crash.
start: "bundle exec puma",`,
      migrate: `// It also makes the tables of Solid Cache, Queue and Cable${
        database === false ? "" : ", for which this database must be theirs, too: docs/builds.md"
      }.
migrate: "bundle exec rails db:prepare",`,
      console: 'console: "bundle exec rails console",',
      health: `// The route that Rails has for it since 7.1.
health: { path: "/up" },`,
      ...database === false
        ? {
          volumes:
            `// SQLite and uploaded files outlive releases; before Rails 7.1 config/database.yml must name storage/production.sqlite3.
volumes: ["/data/${app}/storage:/app/storage"],`,
        }
        : {},
    }),
  },
  next: {
    about: "Next.js, on Node.js",
    imports: ["node"],
    secrets: [],
    env: () => [`// Next 16.4: ${nextWasm},`],
    fields: () => ({
      build: `// ${builtInJail} It runs npm ci, npm run build and npm prune.
// Since 16 Next builds by Turbopack, which FreeBSD lacks: npm pkg set scripts.build="next build --webpack"
// Of SWC it fetches the one in WebAssembly. 16.4 finds none: npm install @next/swc-wasm-nodejs@16.3.7, and
// build: node({ env: { ${nextWasm} } }),
build: node(),`,
      start: `// Next reads PORT. The app's jail has Node.js, and no npm.
start: "node node_modules/next/dist/bin/next start -H 0.0.0.0",`,
      assets:
        `// Caddy serves files with a hash in their names, those of kept releases too: open pages find theirs after a deploy.
// assets: { path: "/_next/static", from: ".next/static" },`,
    }),
  },
  node: {
    about: "Node.js, by npm",
    imports: ["node"],
    secrets: [],
    fields: (_, { start = "node ." }) => ({
      build: `// ${builtInJail} It runs npm ci, npm run build where there is one, and npm prune.
build: node(),`,
      start: `// It must listen on PORT. The app's jail has Node.js, and no npm.
start: ${JSON.stringify(start)},`,
    }),
  },
  django: {
    about: "Django, with Gunicorn",
    imports: [],
    secrets: ["SECRET_KEY"],
    env: (app, { module = app }) => [
      '// The settings need SECRET_KEY = os.environ["SECRET_KEY"], DEBUG = False, the domain in ALLOWED_HOSTS, and, for forms',
      '// behind Caddy, SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https").',
      `DJANGO_SETTINGS_MODULE: "${module}.settings",`,
      'PYTHONPATH: "/app/vendor",',
      'PYTHONUNBUFFERED: "1",',
    ],
    fields: (app, { module = app }) => ({
      jail:
        `// What the app's jail has: Python's module for SQLite is a package. Other versions: pkg search python3
jail: { packages: ["python312", "py312-sqlite3"] },`,
      build: `// ${builtInJail} requirements.txt must name gunicorn.
// pip finds few compiled packages for FreeBSD: name what they need to be compiled, such as "postgresql17-client" or "rust".
build: {
  jail: {
    packages: ["python312", "py312-sqlite3", "py312-pip"],
    commands: [
      "python3.12 -m pip install --target vendor -r requirements.txt",
      // Static files, for assets: the settings need STATIC_ROOT = BASE_DIR / "static".
      // "SECRET_KEY=unused PYTHONPATH=vendor python3.12 manage.py collectstatic --noinput",
    ],
    result: ".",
  },
},`,
      start: `start: "python3.12 -m gunicorn --bind 0.0.0.0:$PORT ${module}.wsgi",`,
      migrate: 'migrate: "python3.12 manage.py migrate --noinput",',
      console: 'console: "python3.12 manage.py shell",',
      volumes:
        `// SQLite and uploaded files outlive releases where DATABASES and MEDIA_ROOT name this directory, BASE_DIR / "storage".
volumes: ["/data/${app}/storage:/app/storage"],`,
      assets:
        `// Django serves no static files: Caddy does, once the command "collectstatic" in build is no comment.
// assets: { path: "/static", from: "static" },`,
    }),
  },
  go: {
    about: "Go, by go build",
    imports: [],
    secrets: [],
    fields: (app) => ({
      build:
        `// ${builtInJail} Where main lies elsewhere, write its directory in place of the dot: ./cmd/${app}
build: {
  jail: { packages: ["go"], commands: ["go build -o dist/${app} ."], result: "dist" },
},`,
      start: `// It must listen on PORT, on all addresses of its jail.
start: "./${app}",`,
    }),
  },
  static: {
    about: "Files alone, served by Caddy",
    imports: ["staticSite"],
    secrets: [],
    fields: (_, { result = "public" }) => ({
      build: `// A directory of the repository. With commands it is made first:
// staticSite({ packages: ["npm-node22"], commands: ["npm ci", "npm run build"], result: "dist" })
build: staticSite({ result: ${JSON.stringify(result)} }),`,
      start: "",
    }),
  },
  binary: {
    about: "A program that is compiled for FreeBSD here",
    imports: [],
    secrets: [],
    fields: (app) => ({
      build: `// A command on this machine makes a directory or tarball of what runs on FreeBSD.
build: { command: "GOOS=freebsd GOARCH=amd64 go build -o dist/${app} .", result: "dist" },`,
      start: `// It must listen on PORT, on all addresses of its jail.
start: "./${app}",`,
    }),
  },
} as const satisfies Readonly<Record<string, Template>>;

/** The name of a kind. */
export type TemplateName = keyof typeof templates;

/** The names of all kinds. */
export const templateNames = Object.keys(templates) as TemplateName[];
