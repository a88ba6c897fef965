// Sources of releases that are watched: a branch, the checkout as it is, or an artifact.

import { join } from "node:path";
import { AlcaideError, CommandError } from "../core/error.ts";
import { script } from "../core/script.ts";
import { type Command, sh } from "../core/sh.ts";
import { gitTrouble, inRepository } from "./git.ts";
import { digestFile, type Scratch, scratch, writeWhole } from "./local_file.ts";
import type { Runner } from "./runner.ts";

/** A source of releases that changes from time to time. */
export interface Watched {
  /** Its name in messages: "branch main". */
  readonly name: string;
  /**
   * Tells what it is at now: another text for another release.
   *
   * @throws {AlcaideError} when that can't be told at the moment
   */
  look(signal: AbortSignal): Promise<string>;
  /** Brings what it was at here. */
  take(seen: string, signal: AbortSignal): Promise<void>;
  /** The artifact to deploy, in place of the configured build. */
  readonly artifact?: string;
}

/** A branch of the repository that the checkout was cloned from; without a name the checkout, which somebody else updates. */
export function watchedBranch(local: Runner, directory: string, branch?: string): Watched {
  const git = async (command: Command, signal: AbortSignal) => {
    const asked = script(inRepository(directory), sh`export GIT_TERMINAL_PROMPT=0`, command);
    const exit = await local.exec(asked, { signal });
    if (exit.code === 0) return exit.stdout.trim();
    const trouble = gitTrouble(directory, exit.stderr) ??
      { problem: `${directory} is in no git repository`, hint: "Clone it there" };
    throw new AlcaideError(`Cannot read ${name}: ${trouble.problem}`, {
      hint: trouble.hint,
      cause: new CommandError("this machine", "git", exit),
    });
  };
  const name = branch === undefined ? "the checkout" : `branch ${branch}`;
  if (branch === undefined) {
    return { name, look: (signal) => git(sh`git rev-parse HEAD`, signal), take: async () => {} };
  }
  const ref = `refs/heads/${branch}`;
  return {
    name,
    async look(signal) {
      const [commit = ""] = (await git(sh`git ls-remote origin ${ref}`, signal)).split(/\s/);
      if (commit !== "") return commit;
      throw new AlcaideError(`Cannot read ${name}: origin has no such branch`, { hint: "See git branch -r" });
    },
    // Detached: a branch that was rewritten can't be merged.
    take: async (commit, signal) =>
      void await git(
        sh`git fetch --quiet origin ${ref} &&
git checkout --quiet --detach ${commit}`,
        signal,
      ),
  };
}

/** A file on this machine, by its digest. */
export function watchedFile(path: string): Watched {
  const look = async () => {
    try {
      return (await digestFile(path)).sha256;
    } catch (cause) {
      throw new AlcaideError(`Cannot read ${path}`, { cause, hint: "It must be a tarball, and readable" });
    }
  };
  return { name: path, artifact: path, look, take: async () => {} };
}

/** A file on a web server, by its digest; it is fetched again only when the server says that it changed. It goes with its disposal. */
export function watchedUrl(
  url: URL,
  get: typeof fetch = fetch,
): Watched & Required<Pick<Watched, "artifact">> & AsyncDisposable {
  // Name, password and query may be secrets.
  const name = `${url.origin}${url.pathname}`;
  const pathIn = ({ path }: Scratch) => join(path, url.pathname.split("/").at(-1) || "artifact");
  let known: { readonly tag: string; readonly seen: string; readonly place: Scratch } | undefined;
  const forget = async () => {
    const { place } = known ?? {};
    known = undefined;
    await place?.[Symbol.asyncDispose]();
  };
  const look = async (signal: AbortSignal) => {
    const headers: HeadersInit = known?.tag ? { "if-none-match": known.tag } : {};
    const answer = await answerOf(name, get(url, { headers, signal }));
    if (answer.status === 304 && known) return known.seen;
    await forget();
    await using stack = new AsyncDisposableStack();
    // A new one each time: the system may have cleared the last one, and somebody else have made it again.
    const place = stack.use(await scratch());
    await writeWhole(pathIn(place), 0o600, async (take) => {
      for await (const piece of piecesOf(name, answer)) take(piece);
    });
    known = { tag: answer.headers.get("etag") ?? "", seen: (await digestFile(pathIn(place))).sha256, place };
    stack.move();
    return known.seen;
  };
  return {
    name,
    get artifact() {
      if (known === undefined) throw new TypeError("Cannot tell where the artifact is before a look at it");
      return pathIn(known.place);
    },
    look,
    take: async () => {},
    [Symbol.asyncDispose]: forget,
  };
}

/** The answer about a file: there, or not changed. */
async function answerOf(name: string, asked: Promise<Response>): Promise<Response> {
  const answer = await asked.catch((cause) => {
    throw new AlcaideError(`Cannot read ${name}: no answer`, { cause });
  });
  if (answer.ok || answer.status === 304) return answer;
  await answer.body?.cancel();
  throw new AlcaideError(`Cannot read ${name}: it answers with status ${answer.status}`);
}

async function* piecesOf(name: string, { body }: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw new AlcaideError(`Cannot read ${name}: the answer broke off`, { cause });
  }
}
