// Apps for the templates of `alcaide init`: those whose tools are Debian's packages.

import { dirname, join } from "@std/path";
import type { TemplateName } from "../../lib/init/templates.ts";
import { withDebian } from "../host/mod.ts";
import type { Project } from "./project.ts";

/** An app whose Alcaidefile is deployed as it is but for the fields that tests need, and for changes of its text. */
export interface Sample {
  readonly app: string;
  /** The packages that its jails have. */
  readonly packages: readonly string[];
  /** True when its packages are those of the test host alone. */
  readonly ours?: boolean;
  /** Parts of the text, each followed by its stand-in, wherever it stands. */
  readonly instead: readonly (readonly [text: string, other: string])[];
  /** Paths, and a text in the answer of each. */
  readonly answers: Readonly<Record<string, string>>;
  make(project: Project): Promise<void>;
}

/** A sample, or the reason why there is none. */
export const samples: Readonly<Record<TemplateName, Sample | string>> = {
  phoenix:
    "Debian has no Phoenix, and the test host no way to Hex: tests/lib/presets has its commands, tests/e2e/elixir_test.ts deploys mix release",
  elixir: "tests/e2e/elixir_test.ts deploys its build",
  rails: {
    app: "forum",
    packages: ["ruby", "rubygem-bundler", "rubygem-rails61"],
    ours: true,
    // Gems are packages: there is no way to RubyGems, and no compiler.
    instead: [
      ['"libyaml", "sqlite3"] }', '"rubygem-rails61"] }'],
      ['"gmake", "pkgconf", "libyaml", "sqlite3", "node22"]', '"rubygem-rails61"]'],
      ["bundle config set --local deployment true", "bundle config set --local path.system true"],
    ],
    answers: { "/": "rails, visit 1\n", "/robots.txt": "robotstxt.org" },
    make: async ({ directory }) => {
      await withDebian(
        `export HOME="$PWD/home"
rails new . --minimal --skip-bundle --skip-git --quiet
printf 'source "https://rubygems.org"\\ngem "rails"\\ngem "sqlite3"\\ngem "puma"\\n' >Gemfile
bundle lock --local --add-platform ruby
sed -i s,db/production,storage/production, config/database.yml`,
        directory,
      );
      await write(directory, {
        "app/models/visit.rb": "class Visit < ApplicationRecord\nend\n",
        "db/migrate/1_create_visits.rb":
          "class CreateVisits < ActiveRecord::Migration[6.1]\n  def change\n    create_table :visits\n  end\nend\n",
        // Rails 7.1 brings /up.
        "config/routes.rb": `Rails.application.routes.draw do
  root to: ->(_) { Visit.create!; [200, {}, ["rails, visit #{Visit.count}\\n"]] }
  get "/up", to: ->(_) { [200, {}, ["up\\n"]] }
end
`,
      });
    },
  },
  next: "Debian has no Next.js, and the test host no way to npm: tests/lib/init has its commands",
  node: {
    app: "shop",
    packages: ["node22", "npm-node22"],
    instead: [],
    answers: { "/": "node\n" },
    make: async ({ directory }) => {
      const about = { name: "shop", version: "1.0.0" };
      const lock = { ...about, lockfileVersion: 3, requires: true, packages: { "": about } };
      await write(directory, {
        "package.json": JSON.stringify({ ...about, main: "server.js" }),
        "package-lock.json": JSON.stringify(lock),
        "server.js":
          'require("http").createServer((_, answer) => answer.end("node\\n")).listen(process.env.PORT);\n',
      });
    },
  },
  django: {
    app: "wiki",
    packages: ["python311", "py311-sqlite3", "py311-pip"],
    ours: true,
    // Debian's Python.
    instead: [
      ["312", "311"],
      ["3.12", "3.11"],
      ['// "SECRET_KEY=unused', '"SECRET_KEY=unused'],
      ["// assets:", "assets:"],
    ],
    answers: {
      "/": "django, 0 users\n",
      "/admin/login/": "Django administration",
      "/static/admin/css/base.css": "DJANGO",
    },
    make: async ({ directory, domain }) => {
      await withDebian(`django-admin startproject wiki .\n${wheels}`, directory);
      const settings = join(directory, "wiki/settings.py");
      await Deno.writeTextFile(settings, djangoSettings(domain), { append: true });
      await write(directory, {
        "wiki/urls.py": `from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("", lambda request: HttpResponse(f"django, {User.objects.count()} users\\n")),
    path("admin/", admin.site.urls),
]
`,
      });
    },
  },
  go: {
    app: "feed",
    packages: ["go"],
    instead: [],
    answers: { "/": "go\n" },
    make: ({ directory }) =>
      write(directory, {
        "go.mod": "module feed\n\ngo 1.19\n",
        "main.go": `package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "go") })
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
`,
      }),
  },
  static: {
    app: "blog",
    packages: ["caddy"],
    instead: [],
    answers: { "/": "static\n" },
    make: ({ directory }) => write(directory, { "public/index.html": "static\n" }),
  },
  binary: {
    app: "shop",
    packages: [],
    // The test app stands in for a program of Go.
    instead: [[
      "GOOS=freebsd GOARCH=amd64 go build -o dist/shop .",
      "mkdir dist && cp release/bin/app dist/shop && cp release/release.txt dist",
    ]],
    answers: { "/": "binary\n" },
    make: (project) => project.release({ text: "binary" }),
  },
};

/** Makes wheels of Debian's packages, where pip finds them by itself: there is no way to PyPI. */
const wheels = `mkdir wheels made
echo '--no-index
--find-links wheels' >requirements.txt
for name in asgiref django gunicorn pkg_resources pytz sqlparse; do
  rm -rf made/* && mkdir made/$name-1.dist-info
  tar -C /usr/lib/python3/dist-packages --exclude=__pycache__ --exclude='locale/[a-df-z]*' -cf - $name | tar -C made -xf -
  printf 'Metadata-Version: 2.1\\nName: %s\\nVersion: 1\\n' $name >made/$name-1.dist-info/METADATA
  printf 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n' >made/$name-1.dist-info/WHEEL
  : >made/$name-1.dist-info/RECORD
  (cd made && python3.11 -m zipfile -c ../wheels/$name-1-py3-none-any.whl *)
  echo $name >>requirements.txt
done
rm -rf made`;

/** Lines that the template asks for. */
function djangoSettings(domain: string): string {
  return `
import os

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["${domain}"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
STATIC_ROOT = BASE_DIR / "static"
DATABASES["default"]["NAME"] = BASE_DIR / "storage/db.sqlite3"
`;
}

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}
