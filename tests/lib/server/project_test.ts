import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import { local } from "../../../lib/remote/local.ts";
import {
  droppedDomains,
  newOwner,
  otherProject,
  readProject,
  refuseOther,
  repositoryName,
} from "../../../lib/server/project.ts";
import { raw } from "../../../lib/core/sh.ts";
import { config, deployed, siteOf } from "../../fake/facts.ts";

const mine = { shown: "github.com/me/shop", names: ["github.com/me/shop", "root 0a1b"] };
const theirs = { shown: "github.com/them/shop", names: ["github.com/them/shop", "root 9f8e"] };

function known(owner: typeof mine | undefined, domains: readonly string[] = []) {
  const facts = deployed("6-a", "blue");
  return {
    ...facts,
    host: { ...facts.host, ...owner === undefined ? {} : { owners: { shop: owner } } },
    sites: new Map([["shop", siteOf("shop", domains)]]),
  };
}

Deno.test("repositoryName() is the same for all addresses of a repository, and holds no password", () => {
  const same = [
    "git@github.com:me/shop.git",
    "https://github.com/me/shop",
    "https://x-access-token:s3cr3t@GitHub.com/me/shop.git/",
    "ssh://git@github.com:22/me/shop.git",
    "github.com:/me/shop",
  ];
  assertEquals(same.map(repositoryName), same.map(() => "github.com/me/shop"));
  assertEquals(repositoryName("/srv/git/shop.git"), "/srv/git/shop");
  assertEquals(repositoryName("../shop"), "");
  assertEquals(repositoryName(""), "");
});

Deno.test("readProject() tells clones, shallow clones, folders and directories", async () => {
  const top = await Deno.makeTempDir({ prefix: "alcaide-project-test-" });
  const here = local({ cwd: top });
  try {
    await here.run(raw(`export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
mkdir none && git init -q one && mkdir one/web && cd one && touch web/x && git add .
commit() { git -c user.name=me -c user.email=me@here commit -q --allow-empty -m "$1"; }
commit first && commit second
git remote add origin https://me:s3cr3t@example.org/me/shop.git
cd .. && git clone -q one clone && git clone -q --depth 1 "file://$PWD/one" shallow`));
    const root = (await here.read(raw("git -C one rev-list --max-parents=0 HEAD"))).trim();
    const read = (name: string) => readProject(here, join(top, name));
    assertEquals(await read("one"), {
      shown: "example.org/me/shop",
      names: ["example.org/me/shop", `root ${root}`],
    });
    assertEquals(await read("one/web"), {
      shown: "example.org/me/shop web",
      names: ["example.org/me/shop web", `root ${root} web`],
    });
    assertEquals((await read("clone")).names, [`${top}/one`, `root ${root}`]);
    assertEquals((await read("shallow")).names, [`/${top.slice(1)}/one`]);
    assertEquals(await read("none"), { shown: `${top}/none`, names: [`directory ${top}/none`] });
    // Git is there and can't read it: nobody knows, and nobody is refused.
    await here.run(raw("rm -rf clone/.git && echo 'gitdir: /nowhere' >clone/.git"));
    assertEquals(await read("clone"), { shown: `${top}/clone`, names: [] });
  } finally {
    await Deno.remove(top, { recursive: true });
  }
});

for (
  const { name, owner, project = mine, domain, served = [], other } of [
    {
      name: "the same repository",
      owner: { ...mine, names: ["github.com/me/shop", "root ffff"] },
      other: false,
    },
    {
      name: "a repository that was renamed",
      owner: { ...theirs, names: ["github.com/old", "root 0a1b"] },
      other: false,
    },
    { name: "an app that was deployed before owners were known", owner: undefined, other: false },
    {
      name: "a project that git can't name",
      owner: theirs,
      project: { shown: "/x", names: [] },
      other: false,
    },
    { name: "another repository", owner: theirs, other: true },
    {
      name: "another repository with another domain",
      owner: theirs,
      domain: "new.test",
      served: ["old.test"],
      other: true,
    },
    {
      name: "another address of the repository, and the same domain",
      owner: theirs,
      domain: "old.test",
      served: ["old.test"],
      other: false,
    },
    {
      name: "another directory",
      owner: { shown: "/a", names: ["directory /a"] },
      project: { shown: "/b", names: ["directory /b"] },
      other: true,
    },
  ]
) {
  Deno.test(`otherProject() ${other ? "finds" : "lets pass"} ${name}`, () => {
    const own = config(domain === undefined ? {} : { domain, tls: "off" });
    const facts = known(owner, served);
    assertEquals(otherProject(own, facts, project), other ? owner : undefined);
  });
}

Deno.test("refuseOther() names both projects, and what to say after a move", () => {
  const error = assertThrows(
    () => refuseOther(config({ domain: "new.test", tls: "off" }), known(theirs, ["old.test"]), mine, "web1"),
    AlcaideError,
    "Cannot work on shop on web1: it belongs to github.com/them/shop (old.test), and this is github.com/me/shop (new.test)",
  );
  assertEquals(
    error.hint,
    'Choose another name for app. If the project has moved here, run "alcaide deploy --take-over" once',
  );
});

Deno.test("newOwner() remembers a project once, and what else it is known by", () => {
  const own = config();
  assertEquals(newOwner(own, known(undefined), mine), mine);
  assertEquals(newOwner(own, known(mine), mine), undefined);
  assertEquals(newOwner(own, known(mine), { shown: "x", names: [] }), undefined);
  assertEquals(newOwner(own, known(theirs), mine), mine);
  const moved = { shown: "gitlab.com/me/shop", names: ["gitlab.com/me/shop", "root 0a1b"] };
  assertEquals(newOwner(own, known(mine), moved), {
    shown: "gitlab.com/me/shop",
    names: ["gitlab.com/me/shop", "github.com/me/shop", "root 0a1b"],
  });
});

Deno.test("an app that was taken off the server belongs to nobody", () => {
  const left = { ...known(theirs), sites: new Map(), journal: [] };
  assertEquals(otherProject(config(), left, mine), undefined);
  assertEquals(newOwner(config(), left, mine), mine);
});

Deno.test("newOwner() adds no directory to a project that shares a domain", () => {
  const own = config({ domain: "shop.test", tls: "off" });
  const project = { shown: "/tmp/x", names: ["directory /tmp/x"] };
  assertEquals(newOwner(own, known(mine, ["shop.test"]), project), undefined);
});

for (
  const [name, served, domains, dropped] of [
    ["no domain", [], {}, []],
    ["the same", ["a.test", "b.test"], { domain: ["b.test", "a.test"] }, []],
    ["one that becomes a redirect", ["a.test", "b.test"], { domain: "a.test", redirects: "b.test" }, []],
    ["one that goes", ["a.test", "b.test"], { domain: "a.test" }, ["b.test"]],
    ["all that go", ["a.test", "b.test"], {}, ["a.test", "b.test"]],
    ["one that comes", [], { domain: "a.test" }, []],
  ] as const
) {
  Deno.test(`droppedDomains() of ${name}`, () => {
    assertEquals(
      droppedDomains(config({ ...domains as Partial<UserConfig>, tls: "off" }), known(mine, served)),
      [...dropped],
    );
  });
}
