// Kinds of apps that `alcaide init` knows: the fields that each says, in place of those that every Alcaidefile begins with.

/** Particulars of a project, read from its files. */
export interface Seen {
  /** False where it has no database. */
  readonly database?: boolean;
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

const builtInJail = "Built in a jail on the server, from the commit that is checked out.";

/** The kinds, by name. */
export const templates = {
  phoenix: {
    about: "Phoenix, by mix release",
    imports: ["phoenix"],
    secrets: ["SECRET_KEY_BASE"],
    scheme: "ecto",
    fields: (_, { database }) => ({
      build: `// ${builtInJail} It also sets start, migrate, console and variables of Phoenix.
build: phoenix(${database === false ? "{ migrate: false }" : ""}),`,
      start: "",
    }),
  },
  elixir: {
    about: "Elixir without Phoenix, by mix release",
    imports: ["elixir"],
    secrets: [],
    scheme: "ecto",
    fields: (_, { database }) => ({
      build: `// ${builtInJail} It also sets start, migrate and console.
build: elixir(${database === false ? "{ migrate: false }" : ""}),`,
      start: "",
    }),
  },
  rails: {
    about: "Ruby on Rails, with Puma",
    imports: [],
    secrets: ["SECRET_KEY_BASE"],
    scheme: "postgresql",
    env: () => ['RAILS_ENV: "production",', 'RAILS_LOG_TO_STDOUT: "1",'],
    fields: (app, { database }) => ({
      jail: `// What the app's jail has: libyaml for Ruby's YAML, the client for the gem pg.
jail: { packages: ["ruby", "rubygem-bundler", "libyaml", "postgresql17-client"] },`,
      build: `// ${builtInJail} A commit must hold Gemfile.lock; gems with C are compiled.
build: {
  jail: {
    packages: ["ruby", "rubygem-bundler", "gmake", "pkgconf", "libyaml", "postgresql17-client", "node22"],
    commands: [
      "bundle config set --local deployment true",
      "bundle config set --local without development:test",
      "bundle config set --local force_ruby_platform true", // There are no compiled gems for FreeBSD.
      "bundle install",
      "SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile",
    ],
    result: ".",
    caches: ["vendor/bundle"],
    env: { RAILS_ENV: "production" },
  },
},`,
      start:
        `// Puma reads PORT in config/puma.rb. "rails server" would leave a file tmp/pids/server.pid, and not start again after a crash.
start: "bundle exec puma",`,
      migrate: 'migrate: "bundle exec rails db:migrate",',
      console: 'console: "bundle exec rails console",',
      health: `// The route that Rails has for it since 7.1.
health: { path: "/up" },`,
      ...database === false
        ? {
          volumes: `// SQLite and uploaded files outlive releases.
volumes: ["/data/${app}/storage:/app/storage"],`,
        }
        : {},
    }),
  },
  next: {
    about: "Next.js, on Node.js",
    imports: ["node"],
    secrets: [],
    fields: () => ({
      build: `// ${builtInJail} It runs npm ci and npm run build. If Next misses SWC,
// which it has no compiled one of for FreeBSD: npm install --save-dev @next/swc-wasm-nodejs
build: node(),`,
      start: `// Next reads PORT. The app's jail has Node.js, and no npm.
start: "node node_modules/next/dist/bin/next start -H 0.0.0.0",`,
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
      "// Let the settings read SECRET_KEY, which is a secret, and name the domain in ALLOWED_HOSTS.",
      `DJANGO_SETTINGS_MODULE: "${module}.settings",`,
      'PYTHONPATH: "/app/vendor",',
      'PYTHONUNBUFFERED: "1",',
    ],
    fields: (app, { module = app }) => ({
      jail: `// What the app's jail has. Other versions: pkg search python3
jail: { packages: ["python311"] },`,
      build: `// ${builtInJail} requirements.txt must name gunicorn.
// pip finds few compiled packages for FreeBSD: name what they need to be compiled, such as "postgresql17-client" or "rust".
build: {
  jail: {
    packages: ["python311", "py311-pip"],
    commands: [
      "python3.11 -m pip install --target vendor -r requirements.txt",
      // Files of its apps, into STATIC_ROOT; the settings must load without secrets. WhiteNoise or a volume serves them.
      // "PYTHONPATH=vendor python3.11 manage.py collectstatic --noinput",
    ],
    result: ".",
  },
},`,
      start: `start: "python3.11 -m gunicorn --bind 0.0.0.0:$PORT ${module}.wsgi",`,
      migrate: 'migrate: "python3.11 manage.py migrate --noinput",',
      console: 'console: "python3.11 manage.py shell",',
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
