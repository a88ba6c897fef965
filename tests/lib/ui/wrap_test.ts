import { assertEquals } from "@std/assert";
import { wrap } from "../../../lib/ui/wrap.ts";

const cases: Readonly<Record<string, readonly [string, string]>> = {
  "breaks between words, and indents what follows": [
    "  because: the app did not answer",
    "  because: the app\n      did not answer",
  ],
  "leaves lines that fit alone": ["one two three four!!\n\nfive", "one two three four!!\n\nfive"],
  "leaves lines of others alone": [
    "    last words of the app in its log",
    "    last words of the app in its log",
  ],
  "keeps a quoted command whole": [
    'next: "alcaide logs --follow" follows',
    'next:\n  "alcaide logs --follow"\n  follows',
  ],
  "keeps a number with its unit": ["✓ Start the jail 12.5 s", "✓ Start the jail\n  12.5 s"],
  "keeps a number with its unit, in colours": [
    "\x1b[32m✓\x1b[0m Start the jail \x1b[2m2.5 s\x1b[0m",
    "\x1b[32m✓\x1b[0m Start the jail\n  \x1b[2m2.5 s\x1b[0m",
  ],
  "does not count colours": ["\x1b[32m✓\x1b[0m Start the jail 1 s", "\x1b[32m✓\x1b[0m Start the jail 1 s"],
  "leaves a long word to the terminal": [
    "at https://shop.example.com/a",
    "at\n  https://shop.example.com/a",
  ],
  "counts columns, not characters": ["天地玄黃 宇宙洪荒 日月", "天地玄黃 宇宙洪荒\n  日月"],
  "takes an odd quote for a character": ['say 5" and go on and on', 'say 5" and go on and\n  on'],
};

for (const [name, [text, wrapped]] of Object.entries(cases)) {
  Deno.test(`wrap() ${name}`, () => assertEquals(wrap(text, 20), wrapped));
}
