// The stages of a deploy: how many servers have the new release after each.

import { UsageError } from "../../core/error.ts";
import { list, plural } from "../../core/text.ts";

const example = 'Write how many servers have the release after each stage: --stages "1, 25%, all"';

/**
 * Divides servers into stages by a text such as `1, 25%, all`: how many have the new release after each. A stage that a
 * percentage leaves without a server is left out.
 *
 * @throws {UsageError} when it can't be understood, doesn't grow, or names too many or too few
 */
export function divide<Server>(text: string, servers: readonly Server[]): readonly (readonly Server[])[] {
  const all = servers.length;
  const bad = (problem: string, hint = example) =>
    new UsageError(`Cannot use --stages "${text}": ${problem}`, { hint });
  const words = text.split(",").map((word) => word.trim());
  const counts = words.map((word) => {
    const [, digits, percent] = /^(\d{1,4})(%?)$/.exec(word) ?? [];
    if (word === "all") return all;
    if (digits === undefined) throw bad(`"${word}" is not a number, a percentage or all`);
    const number = Number(digits);
    if (number === 0) throw bad(`${word} is no server`);
    if (percent ? number > 100 : number > all) throw bad(`${word} is more than the ${plural(all, "server")}`);
    return percent ? Math.ceil(all * number / 100) : number;
  });
  const least = counts.findIndex((count, index) => count < (counts[index - 1] ?? 0));
  if (least > 0) throw bad(`${words[least]} is fewer than ${words[least - 1]}`);
  if (counts.at(-1) !== all) {
    throw bad(
      `its last stage leaves servers out`,
      `End with all: --stages "${[...words, "all"].join(", ")}"`,
    );
  }
  return counts.map((count, index) => servers.slice(counts[index - 1] ?? 0, count))
    .filter((stage) => stage.length > 0);
}

/** A stage for people: "stage 2 of 3 (b and c)". */
export function stageName(stages: readonly (readonly { readonly name: string }[])[], index: number): string {
  return `stage ${index + 1} of ${stages.length} (${list((stages[index] ?? []).map(({ name }) => name))})`;
}
