// `alcaide secrets edit`: all secrets in the person's editor. The plain text is only in a private file, which is removed on
// every way out; what can't be saved is kept, encrypted.

import { holdInterrupts } from "../cli/signals.ts";
import { AlcaideError, UsageError } from "../core/error.ts";
import { local } from "../remote/local.ts";
import { dropDraft, readDraft, setDraftAside, writeDraft } from "../secrets/draft.ts";
import { differenceOf, editText, parseEdited, type TextProblem } from "../secrets/edit_text.ts";
import { programVariable } from "../secrets/key.ts";
import { type PrivateFile, privateFile, removeAbandoned } from "../secrets/private_file.ts";
import type { Opened, SecretsStore } from "../secrets/store.ts";
import { raw, sh } from "../core/sh.ts";
import { list, plural } from "../core/text.ts";
import { attended } from "../ui/streams.ts";
import { save } from "./values.ts";
import type { Context } from "../task/context.ts";

/** Opens all secrets in $VISUAL, $EDITOR or vi. */
export async function editSecrets(ctx: Context, store: SecretsStore): Promise<void> {
  const editor = chosenEditor();
  for (const path of await removeAbandoned()) {
    ctx.ui.warn(
      `An earlier edit was killed: its plain text, "${path}", is removed now, and its unsaved changes are lost`,
    );
  }
  const before = await store.open();
  const text = await openDraft(ctx, store, before) ?? editText(before.values);
  const session: Session = { ctx, store, before, editor, done: false };
  await using file = await privateFile("secrets.env");
  try {
    await editUntilRight(session, file, { text, signal: ctx.signal });
  } finally {
    if (!session.done) await keep(session, file);
  }
}

/** One edit. */
interface Session {
  readonly ctx: Context;
  readonly store: SecretsStore;
  readonly before: Opened;
  /** Shell text that begins it. */
  readonly editor: string;
  /** True once nothing can be lost any more. */
  done: boolean;
}

async function openDraft(
  { ui }: Context,
  { paths }: SecretsStore,
  before: Opened,
): Promise<string | undefined> {
  const draft = await readDraft(paths, before.key);
  if (draft === null) {
    const name = await setDraftAside(paths);
    ui.warn(`The unsaved text of the last edit was encrypted with another key: it is ${name} now`);
  }
  if (!draft) return undefined;
  ui.info("Going on with the unsaved text of the last edit; save an empty file to throw it away");
  const { added, changed, removed } = differenceOf(draft.base, before.values);
  const others = [...added, ...changed, ...removed];
  if (others.length === 0) return draft.text;
  ui.warn(`${list(others)} changed in ${paths.name} since: check that your text is still right`);
  return `${mark}changed since by others: ${list(others)}\n${draft.text}`;
}

/** Milliseconds in which nobody reads and closes a text. */
const atOnce = 1_000;

async function editUntilRight(
  session: Session,
  file: PrivateFile,
  { text, signal }: { text: string; signal: AbortSignal },
): Promise<void> {
  const { ctx, store, before, editor } = session;
  for (let shown = text;;) {
    await file.write(shown);
    const began = performance.now();
    await runEditor(ctx, file, { editor, signal });
    const found = await file.read() ?? "";
    if (found === shown && performance.now() - began < atOnce) {
      file.bar();
      ctx.ui.warn(
        `The editor "${editor}" ended at once and changed nothing. An editor with its own window must wait until ` +
          'it is closed, such as "code --wait"; changes saved there now are lost',
      );
    }
    const edited = unmarked(found);
    const { values, problems, comments } = parseEdited(edited);
    if (problems.length === 0) {
      if (comments > 0) ctx.ui.warn(`${plural(comments, "comment")} of your own can't be kept`);
      await save(ctx, store, before, edited.trim() === "" ? before.values : values);
      session.done = true;
      return await dropDraft(store.paths);
    }
    for (const { line, problem } of problems) ctx.ui.warn(`Line ${line}: ${problem}`);
    if (!(await ctx.ui.person?.confirm("Edit it again?"))) {
      throw new AlcaideError(`Cannot understand ${plural(problems.length, "line")} of the text`, {
        hint: 'Nothing was changed: "alcaide secrets edit" goes on with the text',
      });
    }
    shown = marked(edited, problems);
  }
}

/** Keeps, encrypted, what a person wrote and what would be lost with the private file. */
async function keep({ ctx, store, before }: Session, file: PrivateFile): Promise<void> {
  const text = unmarked(await file.read() ?? "");
  if (text.trim() === "" || text === editText(before.values)) return;
  await writeDraft(store.paths, before.key, { text, base: before.values });
  ctx.ui.warn('The text is kept, encrypted: "alcaide secrets edit" goes on with it');
}

const mark = "# >>> ";

/** The text with what is wrong above each line. */
function marked(text: string, problems: readonly TextProblem[]): string {
  const lines = text.split("\n");
  for (const { line, problem } of problems.toReversed()) lines.splice(line - 1, 0, `${mark}${problem}`);
  return lines.join("\n");
}

function unmarked(text: string): string {
  return text.replace(new RegExp(`^${mark}.*\\r?\\n`, "gm"), "");
}

/**
 * The editor to run. Where nobody is at a terminal, a program that was chosen may edit by itself, but vi would show all secrets.
 *
 * @throws {UsageError} when only vi is there, and nobody to use it
 */
function chosenEditor(): string {
  const chosen = programVariable("VISUAL") || programVariable("EDITOR");
  if (chosen || attended()) return chosen || "vi";
  throw new UsageError("Cannot edit secrets here: an editor needs a terminal", {
    hint: 'Use "alcaide secrets set NAME", or set EDITOR to a program that edits by itself',
  });
}

/** An editor shows all secrets: to a person, and never into a log or among JSON. */
function shownTo(): string {
  const where = attended();
  if (where === "stdout") return "";
  return where === "stderr" ? ">&2" : ">/dev/null";
}

async function runEditor(
  { directory }: Context,
  file: PrivateFile,
  { editor, signal }: { editor: string; signal: AbortSignal },
): Promise<void> {
  // The editor is at the same terminal and gets Ctrl-C, too: to it, that isn't the end.
  using _ = holdInterrupts();
  const exit = await local({ cwd: directory }).exec(sh`exec ${raw(editor)} ${file.path} ${raw(shownTo())}`, {
    signal,
    terminal: { columns: 80, rows: 24, type: "xterm" },
  });
  if (exit.code === 0) return;
  const how = exit.code === null ? "was killed" : `ended with status ${exit.code}`;
  throw new AlcaideError(`Cannot edit: the editor "${editor}" ${how}`, {
    hint: exit.code === 127 || exit.code === 126
      ? "Set VISUAL or EDITOR to an editor that is installed"
      : "Nothing was changed",
  });
}
