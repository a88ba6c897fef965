// Certificates on demand, in the admin's Caddyfile: whom Caddy asks is a global option.

import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { caddyfile, caddyProgram, sitesDir } from "../paths.ts";
import { askLines, findAsk } from "./ask.ts";
import { changeCaddyfile } from "./caddyfile.ts";
import { serviceVariables } from "./validate.ts";

const [head, foot] = ["{ # alcaide", "} # alcaide"];
const print = (lines: readonly string[]) => lines.map((line) => `print ${JSON.stringify(line)}`).join("; ");

/** For awk: puts our lines behind the brace that opens the global options, or a block with them before the first word. */
const insert = `
done || /^[ \\t\\r]*(#.*)?$/ { print; next }
{ done = 1 }
/^[ \\t]*[{][ \\t\\r]*(#.*)?$/ { print; ${print(askLines)}; next }
{ ${print([head, ...askLines, foot])}; print }
END { if (!done) { ${print([head, ...askLines, foot])} } }`;

/** For awk: leaves our lines out, and the block that was made for them. */
const remove = `
${askLines.map((line) => `$0 == ${JSON.stringify(line)}`).join(" || ")} { next }
held { held = 0; if ($0 == "${foot}") next; ${print([head])} }
$0 == "${head}" { held = 1; next }
{ print }
END { if (held) { ${print([head])} } }`;

/**
 * Adds our lines to the admin's Caddyfile, unless they are there. One that has certificates on demand of its own is left alone: there is
 * one answer to the question whom to ask, and the last one that stands in it would win.
 */
export function addAsk(): Script {
  return script(sh`if ! ${findAsk}; then
${script(refuseOwn(), changeCaddyfile(sh`awk ${insert}`))}
fi`);
}

/** Sites of ours may have them: then somebody took our lines away. */
function refuseOwn(): Command {
  return sh`case $( ( ${serviceVariables}
${caddyProgram} adapt --config ${caddyfile} --adapter caddyfile 2>/dev/null ) ) in
*'"on_demand":{'*) false ;;
*'"on_demand":true'*) grep -q -s '^https:// {$' ${sitesDir}/*.caddy ;;
esac || { echo ${`${caddyfile} has certificates on demand of its own`} >&2; exit 1; }`;
}

/** Prints a Caddyfile from standard input as it was before `addAsk()`. */
export const withoutAsk: Command = sh`awk ${remove}`;
