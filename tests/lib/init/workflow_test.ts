import { assert, assertEquals } from "@std/assert";
import { parse } from "npm-std/yaml";
import { workflow, type WorkflowSystem, workflowSystems } from "../../../lib/init/workflow.ts";

/** The commands of a job's parts, by name. */
type Commands = Readonly<Record<"prepare" | "plan" | "deploy", string>>;

interface Actions {
  readonly concurrency: unknown;
  readonly on: { readonly push: { readonly tags: string[] }; readonly "pull_request": null };
  readonly jobs: {
    readonly alcaide: {
      readonly if: string;
      readonly steps: { readonly name?: string; readonly uses?: string; readonly run?: string }[];
    };
  };
}

interface Gitlab {
  readonly ".alcaide": {
    readonly "before_script": string[];
    readonly artifacts: { readonly reports: Readonly<Record<string, string>> };
  };
  readonly plan: { readonly script: string[]; readonly rules: { readonly if: string }[] };
  readonly deploy: { readonly script: string[] };
}

function commandsOf(system: WorkflowSystem): Commands {
  const file = parse(workflow(system).text);
  if (system === "gitlab") {
    const { ".alcaide": before, plan, deploy } = file as Gitlab;
    // The first line installs Debian's packages.
    return {
      prepare: `${before.before_script[1]}`,
      plan: plan.script.join("\n"),
      deploy: deploy.script.join("\n"),
    };
  }
  const run = (name: string) =>
    `${(file as Actions).jobs.alcaide.steps.find((step) => step.name === name)?.run}`;
  return {
    prepare: run("Prepare"),
    plan: run("Plan").replace("${{ github.event.number }}", "42"),
    deploy: run("Deploy"),
  };
}

/** A directory for a job, in which `alcaide` prints its words and a plan with every quote. */
async function withJob(use: (home: string) => Promise<void>) {
  const home = await Deno.makeTempDir();
  try {
    for (const name of ["dist", "project"]) await Deno.mkdir(`${home}/${name}`);
    const program = `#!/bin/sh\necho "alcaide $*"\nprintf '%s\\n' 'A "plan" \\ of $HOME'\n`;
    await Deno.writeTextFile(`${home}/program`, program, { mode: 0o755 });
    // An installer that takes the program; that of the project has tests of its own.
    await Deno.writeTextFile(
      `${home}/dist/install.sh`,
      `mkdir -p "$2" && cp "${home}/program" "$2/alcaide"\n`,
    );
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function run(commands: string, home: string, env: Record<string, string> = {}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-euc", commands],
    cwd: `${home}/project`,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: home, ALCAIDE_FROM: `file://${home}/dist`, ...env },
    clearEnv: true,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

for (const system of workflowSystems) {
  Deno.test(`the workflow for ${system} prepares, comments the plan and deploys`, async () => {
    const { prepare, plan, deploy } = commandsOf(system);
    const asked: { path: string; body: string; token: string | null }[] = [];
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const { body } = await request.json() as { body: string };
        const token = request.headers.get("authorization") ?? request.headers.get("private-token");
        asked.push({ path: new URL(request.url).pathname, body, token });
        return new Response("{}");
      },
    );
    const api = `http://127.0.0.1:${server.addr.port}`;
    await withJob(async (home) => {
      await run(prepare, home, { SSH_KNOWN_HOSTS: "host ssh-ed25519 AAAA", SSH_PRIVATE_KEY: "KEY" });
      assertEquals(await Deno.readTextFile(`${home}/.ssh/known_hosts`), "host ssh-ed25519 AAAA\n");
      assertEquals(await Deno.readTextFile(`${home}/.ssh/id_ed25519`), "KEY\n");
      assertEquals(((await Deno.stat(`${home}/.ssh/id_ed25519`)).mode ?? 0) & 0o777, 0o600);
      await run(plan, home, {
        GITHUB_API_URL: api,
        GITHUB_REPOSITORY: "a/shop",
        TOKEN: "t",
        CI_API_V4_URL: api,
        CI_PROJECT_ID: "7",
        CI_MERGE_REQUEST_IID: "42",
        ALCAIDE_COMMENTS: "t",
      });
      assert((await run(deploy, home)).startsWith("alcaide deploy\n"));
      // A file among the sources would be a change that is not committed.
      assertEquals(await Array.fromAsync(Deno.readDir(`${home}/project`)), []);
    });
    assertEquals(asked, [{
      path: system === "gitlab" ? "/projects/7/merge_requests/42/notes" : "/repos/a/shop/issues/42/comments",
      body: '`alcaide deploy --plan`\n\n```text\nalcaide deploy --plan\nA "plan" \\ of $HOME\n```',
      token: system === "gitlab" ? "t" : "Bearer t",
    }]);
  });

  Deno.test(`the workflow for ${system} names the settings that it uses`, () => {
    const { text, settings } = workflow(system);
    const used = new Set(text.match(/\b(ALCAIDE|SSH)_[A-Z_]+\b/g));
    assertEquals([...used].sort(), settings.map((line) => `${line.match(/^\w+/)}`).sort());
  });
}

Deno.test("the workflow for gitlab plans the default branch for its report, and comments nothing there", async () => {
  const { ".alcaide": { artifacts }, plan } = parse(workflow("gitlab").text) as Gitlab;
  assertEquals(artifacts.reports, { codequality: ".alcaide/gl-code-quality-report.json" });
  assertEquals(plan.rules.map((rule) => rule.if), [
    '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID',
    "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH",
  ]);
  await withJob(async (home) => {
    await run(commandsOf("gitlab").prepare, home, { SSH_KNOWN_HOSTS: "", SSH_PRIVATE_KEY: "" });
    // Nobody listens there.
    await run(commandsOf("gitlab").plan, home, { CI_API_V4_URL: "http://127.0.0.1:1" });
  });
});

for (
  const [system, checkout] of [
    ["github", "actions/checkout@v7"],
    ["forgejo", "https://data.forgejo.org/actions/checkout@v4"],
  ] as const
) {
  Deno.test(`the workflow for ${system} begins with tags, and with proposals that get secrets`, () => {
    const { on, concurrency, jobs: { alcaide } } = parse(workflow(system).text) as Actions;
    assertEquals(on, { "pull_request": null, push: { tags: ["v*"] } });
    assertEquals(
      alcaide.if,
      "github.event_name == 'push' || " +
        "(github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]')",
    );
    assertEquals(alcaide.steps[0]?.uses, checkout);
    // A deploy is never ended by the next one.
    const group = "alcaide-${{ github.event.number || 'deploy' }}";
    assertEquals(concurrency, { group, "cancel-in-progress": false });
  });
}

Deno.test("the workflow for forgejo installs jq, which its images lack", async () => {
  await withJob(async (home) => {
    await Deno.mkdir(`${home}/bin`);
    for (const name of ["sh", "curl", "mkdir", "cp"]) {
      await Deno.symlink(`/bin/${name}`, `${home}/bin/${name}`);
    }
    await Deno.writeTextFile(`${home}/bin/apt-get`, '#!/bin/sh\necho "apt-get $*"\n', { mode: 0o755 });
    const env = { SSH_KNOWN_HOSTS: "", SSH_PRIVATE_KEY: "" };
    const { prepare } = commandsOf("forgejo");
    const said = await run(prepare, home, { ...env, PATH: `${home}/bin` });
    assertEquals(said, "apt-get update\napt-get install -y jq\n");
    await Deno.symlink("/bin/true", `${home}/bin/jq`);
    assertEquals(await run(prepare, home, { ...env, PATH: `${home}/bin` }), "");
  });
});
