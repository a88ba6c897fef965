// Workflows for CI systems: a change that is proposed gets the plan as a comment, a tag is deployed.

/** The systems that {@linkcode workflow} knows. */
export const workflowSystems = ["github", "forgejo", "gitlab"] as const;

/** A CI system. */
export type WorkflowSystem = (typeof workflowSystems)[number];

/** A workflow of a project. */
export interface Workflow {
  /** Its path in the project. */
  readonly path: string;
  /** Its text. */
  readonly text: string;
  /** The settings that it needs, as `NAME: MEANING`. */
  readonly settings: readonly string[];
}

const common: readonly string[] = [
  "ALCAIDE_MASTER_KEY: the text of .alcaide/master.key, where there are secrets",
  "SSH_PRIVATE_KEY: a key that the servers accept, without a passphrase",
  "SSH_KNOWN_HOSTS: the servers' lines of ~/.ssh/known_hosts, compared with the servers' own",
  "ALCAIDE_FROM (a variable, not a secret): the address that Alcaide's binaries and install.sh are at",
];

/** Installs Alcaide, and puts the keys into the files that SSH looks for. */
const prepare = [
  'curl -fsSL "$ALCAIDE_FROM/install.sh" -o "$HOME/install.sh"',
  'sh "$HOME/install.sh" --to "$HOME/.local/bin"',
  'mkdir -p -m 700 "$HOME/.ssh"',
  'printf "%s\\n" "$SSH_KNOWN_HOSTS" >> "$HOME/.ssh/known_hosts"',
  '(umask 077 && printf "%s\\n" "$SSH_PRIVATE_KEY" > "$HOME/.ssh/id_ed25519")',
];

/** Writes the plan, and a comment with it in JSON. Not among the sources: those would have changes that are not committed. */
const plan = [
  '"$HOME/.local/bin/alcaide" deploy --plan > "$HOME/plan.txt"',
  'jq -Rs \'{body: ("`alcaide deploy --plan`\\n\\n```text\\n" + . + "```")}\' "$HOME/plan.txt" > "$HOME/comment.json"',
];
const deploy = '"$HOME/.local/bin/alcaide" deploy';

/** The workflow for a CI system. */
export function workflow(system: WorkflowSystem): Workflow {
  return system === "gitlab" ? gitlab : actions(system);
}

/** Forgejo runs what GitHub's Actions run, and answers the same request for a comment. */
function actions(system: "github" | "forgejo"): Workflow {
  return {
    path: `.${system}/workflows/alcaide.yml`,
    settings: common,
    text: `${headLines(common)}${actionsHead}${actionsJob(system)}`,
  };
}

const actionsHead = `name: Alcaide
on:
  pull_request:
  push:
    tags: ["v*"]
permissions:
  contents: read
  issues: write
  pull-requests: write
concurrency:
  group: alcaide-\${{ github.event.number || 'deploy' }}
  cancel-in-progress: false
env:
  ALCAIDE_FROM: \${{ vars.ALCAIDE_FROM }}
  ALCAIDE_MASTER_KEY: \${{ secrets.ALCAIDE_MASTER_KEY }}
`;

const actionsComment = [
  ...plan,
  'curl -fsS -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d @"$HOME/comment.json" \\',
  '  "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/${{ github.event.number }}/comments"',
];

/** The images of Node.js that Forgejo's runners use have curl, and no jq. */
const installJq = "command -v jq >/dev/null || (apt-get update && apt-get install -y jq)";

function actionsJob(system: "github" | "forgejo"): string {
  const [runner, checkout, jq] = system === "github"
    ? ["ubuntu-latest", "actions/checkout@v7", []]
    : ["docker", "https://data.forgejo.org/actions/checkout@v4", [installJq]];
  return `jobs:
  alcaide:
    # Proposals from other people's copies, and Dependabot's, get no secrets, so there is no plan for them.
    if: >-
      github.event_name == 'push' ||
      (github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]')
    runs-on: ${runner}
    steps:
      - uses: ${checkout}
        with:
          fetch-depth: 0
      - name: Prepare
        env:
          SSH_KNOWN_HOSTS: \${{ secrets.SSH_KNOWN_HOSTS }}
          SSH_PRIVATE_KEY: \${{ secrets.SSH_PRIVATE_KEY }}
        run: |
${indented([...jq, ...prepare], 10)}
      - name: Plan
        if: github.event_name == 'pull_request'
        env:
          TOKEN: \${{ github.token }}
        run: |
${indented(actionsComment, 10)}
      - name: Deploy
        if: github.event_name == 'push'
        run: '${deploy}'
`;
}

const gitlabSettings = [
  ...common,
  "ALCAIDE_COMMENTS: a project access token that may use the API, for the plan's comment",
];

/** GitLab's own token of a job may not write comments. */
const gitlabComment = [
  ...plan,
  '[ -z "${CI_MERGE_REQUEST_IID:-}" ] || \\',
  'curl -fsS -X POST -H "PRIVATE-TOKEN: $ALCAIDE_COMMENTS" -H "Content-Type: application/json" -d @"$HOME/comment.json" \\',
  '  "$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"',
];

const gitlab: Workflow = {
  path: ".gitlab-ci.yml",
  settings: gitlabSettings,
  text: `${headLines(gitlabSettings)}.alcaide:
  image: debian:stable-slim
  resource_group: alcaide
  variables:
    GIT_DEPTH: 0
  artifacts:
    when: always
    expose_as: Alcaide
    paths: [.alcaide/summary.md]
    reports:
      codequality: .alcaide/gl-code-quality-report.json
  before_script:
    - apt-get update && apt-get install -y ca-certificates curl git jq
    - |
${indented(prepare, 6)}

plan:
  extends: .alcaide
  rules:
    # Proposals from other people's copies get no secrets, so there is no plan for them.
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID
    # GitLab compares a merge request's report with that of its target.
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - |
${indented(gitlabComment, 6)}

deploy:
  extends: .alcaide
  rules:
    - if: $CI_COMMIT_TAG =~ /^v/
  script:
    - '${deploy}'
`,
};

function headLines(settings: readonly string[]): string {
  const lines = ['Written by "alcaide ci" and yours to change. It needs these settings of the project:']
    .concat(settings.map((line) => `  ${line}`));
  return lines.map((line) => `# ${line}\n`).join("");
}

function indented(lines: readonly string[], spaces: number): string {
  return lines.map((line) => `${" ".repeat(spaces)}${line}`).join("\n");
}
