import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { task } from "../../../lib/task/task.ts";
import { release } from "../../fake/facts.ts";
import { empty, gives, open, served, tasksWith } from "./opened.ts";

/** The page after a look. */
async function pageWith(statuses: unknown, releases = [release("6-a", { state: "live" })]): Promise<string> {
  await using page = await open({ tasks: tasksWith({ status: gives(statuses) }, releases) });
  await page.board.look(page.app);
  return await (await page.get("")).text();
}

/** Its words, without tags. */
function words(page: string): string {
  return page.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

Deno.test("the page says what is live, since when, by whom, and how well", async () => {
  const text = words(await pageWith([served({ freebsd: "15.0-RELEASE-p1" })]));
  for (
    const part of [
      "6-a is live for",
      "by me@here",
      "Health answers 200",
      "FreeBSD 15.0-RELEASE-p1",
      "Releases",
    ]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("the page says that nothing is live", async () => {
  assertStringIncludes(words(await pageWith([empty], [])), "nothing is live");
});

Deno.test("the page shows problems, ill apps and servers that are split", async () => {
  const page = await pageWith([
    served({ server: "one", health: "503", problems: ["the <site> is missing"] }),
    served({ server: "two", live: "5-b" }),
  ]);
  for (const part of ['state bad">answers 503', "the &lt;site&gt; is missing"]) {
    assertStringIncludes(page, part);
  }
  const text = words(page);
  for (
    const part of [
      "6-a is live on one",
      "5-b is live on two",
      "Problems one : the",
      "alcaide repair --plan",
    ]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("the page shows accessories, processes, schedules and what is prepared", async () => {
  const text = words(
    await pageWith([served({
      prepared: { release: "7-c", since: "2026-01-02T03:04:05.000Z", running: true },
      processes: [{
        name: "worker",
        declared: 1,
        wanted: 1,
        instances: [{ instance: 1, service: "s", running: false, pid: null, since: null }],
      }],
      accessories: [{
        ...{
          name: "db",
          kind: "postgresql",
          version: "17",
          jail: "shop_db",
          address: "10.66.0.4",
          ports: [5432],
        },
        ...{ volumes: ["/data"], running: true, configured: true, problem: null },
      }],
      schedules: [{ name: "clean", at: "0 3 * * *", running: false, begun: null, ended: null, status: null }],
      limits: { shop_blue: { processes: { most: 200, used: 12 } } },
    })]),
  );
  for (
    const part of [
      "A prepared release web : 7-c for ",
      "worker: does not run",
      "db: postgresql 17 at 10.66.0.4:5432, data in /data, runs",
      "clean (0 3 * * *): has not run yet",
      "shop_blue: processes 12 of 200",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("the page names a release's state and why it failed", async () => {
  const releases = [
    release("7-b", { state: "failed", reason: "Check the app: it answers 500" }),
    release("6-a", { state: "live", revision: { short: "1a2b3c4", commit: "1a2b3c4d", dirty: true } }),
  ];
  const text = words(await pageWith([served()], releases));
  assertStringIncludes(text, "me@here Check the app: it answers 500 6-a and changes live");
});

Deno.test("the page tells the last actions, and why one failed", async () => {
  const entry = {
    ...{ action: "deploy", by: "ada by me@here", since: "2026-01-02T03:04:05.000Z", milliseconds: 12_000 },
    ...{ release: "7-b", previous: "6-a", about: null, steps: [], servers: ["web"] },
  };
  const entries = [
    {
      ...entry,
      outcome: "failed",
      error: { code: 1, message: "Check the app", because: ["it answers 500"] },
    },
    {
      ...entry,
      action: "restart",
      release: null,
      about: "worker",
      outcome: "cut off",
      milliseconds: null,
      error: null,
    },
  ];
  const history = gives({ app: "shop", entries, unreachable: [], unreadable: {} });
  await using page = await open({ tasks: tasksWith({ history }) });
  await page.board.look(page.app);
  const text = words(await (await page.get("")).text());
  assertMatch(
    text,
    /deploy 7-b failed 12 s .* ada by me@here Check the app: it answers 500 restart worker cut off/,
  );
});

Deno.test("a server that is out of reach leaves what was known, with reason and hint", async () => {
  let reached = true;
  const status = task("Say it", (ctx) => {
    if (reached) return Promise.resolve(ctx.ui.result([served()], ""));
    throw new AlcaideError('Cannot connect to "web"', { hint: "Is it on?" });
  });
  await using page = await open({ tasks: tasksWith({ status }) });
  await page.board.look(page.app);
  reached = false;
  await page.board.look(page.app);
  const text = words(await (await page.get("")).text());
  for (
    const part of [
      "6-a is live",
      "Cannot connect to &quot;web&quot;",
      "Is it on?",
      "Below is the state of",
    ]
  ) {
    assertStringIncludes(text, part);
  }
  assertStringIncludes(await (await page.get("")).text(), '<span class="state idle"><strong>6-a</strong>');
  reached = true;
  await page.board.look(page.app);
  assertEquals((await (await page.get("")).text()).includes("Cannot connect"), false);
});

Deno.test("a text with a time has its age in its place, with nothing between it and what follows", async () => {
  const live = { answers: 9, errors: 1 };
  const canary = {
    release: "7-d",
    since: "2026-01-02T03:04:05.000Z",
    percent: 10,
    cookie: null,
    running: true,
  };
  const page = await pageWith([served({ canary: { ...canary, answers: 5, errors: 0, live } })]);
  assertMatch(page, /7-d has 10% of the visitors for <time [^>]*>[^<]+<\/time>: 0 errors of 5 answers/);
});

Deno.test("the page marks schedules that failed or were cut off, and no app that was never deployed", async () => {
  const run = { name: "clean", at: "0 3 * * *", running: false, begun: "2026-01-02T03:00:00Z" };
  const page = await pageWith([served({
    schedules: [
      { ...run, ended: "2026-01-02T03:00:01Z", status: 0 },
      { ...run, ended: "2026-01-02T03:00:01Z", status: 3 },
      { ...run, ended: null, status: null },
    ],
  })]);
  const kinds = [...page.matchAll(/state (\w+)">clean/g)].map(([, kind]) => kind);
  assertEquals(kinds, ["good", "bad", "warn"]);
  assertStringIncludes(await pageWith([empty], []), 'state idle">nothing to ask');
});

Deno.test("the page says of a server out of reach that it is not known what is live there", async () => {
  const away = served({ server: "two", live: null, health: "unreachable", problems: ["Cannot connect"] });
  const text = words(await pageWith([served({ server: "one" }), away]));
  assertStringIncludes(text, "not known on two");
  assertEquals(text.includes("nothing is live"), false);
});

Deno.test("releases stay on the page while one of several servers is out of reach", async () => {
  let health = "200";
  const status = task("Say it", (ctx) => Promise.resolve(ctx.ui.result([served({ health })], "")));
  await using page = await open({ tasks: tasksWith({ status }) });
  await page.board.look(page.app);
  health = "unreachable";
  await page.board.look(page.app);
  assertEquals(page.app.look.releases.map(({ id }) => id), ["6-a"]);
});
