/** Events of `--json`, read back by a program. */

import { assertEquals } from "@std/assert";
import { decodeBase64 } from "@std/encoding/base64";
import { AlcaideError } from "../../../lib/core/error.ts";
import { jsonUi } from "../../../lib/ui/json.ts";
import { hostileValue } from "../hostile.ts";
import { bytesOf, damaged } from "../mutate.ts";
import { type Random, subject } from "../subject.ts";

interface Said {
  readonly text: string;
  readonly value: unknown;
  /** Output in pieces. */
  readonly output: readonly string[];
}

function make(random: Random): Said {
  const value = { [hostileValue(random)]: [hostileValue(random), random(), null] };
  const output = Array.from({ length: 3 }, () => damaged(hostileValue(random), random));
  return { text: hostileValue(random), value, output };
}

export const events = subject(500, make, ({ text, value, output }: Said) => {
  let printed = "";
  const ui = jsonUi({ out: (bytes) => void (printed += new TextDecoder().decode(bytes)) });
  ui.step(text);
  ui.warn(text, text);
  ui.line(text, text);
  for (const piece of output) ui.output(bytesOf(piece), "out");
  ui.result(value, text);
  ui.fail(new AlcaideError(text, { hint: text, details: [text] }));
  ui.end();
  const lines = printed.split("\n");
  assertEquals(lines.pop(), "");
  const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assertEquals(all.slice(0, 3), [
    { type: "step", title: text },
    { type: "warning", text, hint: text },
    { type: "line", source: text, text },
  ]);
  const pieces = all.filter(({ type }) => type === "output");
  const bytes = pieces.map((one) =>
    one["base64"] === undefined
      ? new TextEncoder().encode(`${one["text"]}`)
      : decodeBase64(`${one["base64"]}`)
  );
  assertEquals(
    bytes.flatMap((one) => [...one]),
    [...bytesOf(output.join(""))],
    "The bytes of the output differ",
  );
  assertEquals(all.find(({ type }) => type === "result")?.["value"], JSON.parse(JSON.stringify(value)));
  assertEquals(all.at(-1)?.["type"], "error");
  return "accepted";
});
