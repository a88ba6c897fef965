import { assertEquals } from "@std/assert";
import {
  bytes,
  closest,
  didYouMean,
  duration,
  list,
  plural,
  printable,
  signalNumber,
} from "../../../lib/core/text.ts";

const cases: readonly {
  name: string;
  got: string | number | undefined;
  wanted: string | number | undefined;
}[] = [
  { name: "plural() of one", got: plural(1, "server"), wanted: "1 server" },
  { name: "plural() of none", got: plural(0, "server"), wanted: "0 servers" },
  { name: "plural() of an odd noun", got: plural(2, "entry", "entries"), wanted: "2 entries" },
  { name: "list() of nothing", got: list([]), wanted: "" },
  { name: "list() of one", got: list(["a"]), wanted: "a" },
  { name: "list() of two", got: list(["a", "b"]), wanted: "a and b" },
  { name: "list() of three with or", got: list(["a", "b", "c"], "or"), wanted: "a, b or c" },
  { name: "closest() to a slip", got: closest("prot", ["host", "port"]), wanted: "port" },
  { name: "closest() to something else", got: closest("zebra", ["host", "port"]), wanted: undefined },
  { name: "closest() among none", got: closest("x", []), wanted: undefined },
  { name: "closest() takes the nearest", got: closest("domains", ["domain", "domino"]), wanted: "domain" },
  {
    name: "didYouMean() of a slip",
    got: didYouMean("deplyo", ["deploy", "run"]),
    wanted: 'Did you mean "deploy"?',
  },
  {
    name: "didYouMean() of something else",
    got: didYouMean("zzzz", ["run", "logs"]),
    wanted: "Known: logs and run",
  },
  { name: "didYouMean() when nothing is known", got: didYouMean("zzzz", []), wanted: "" },
  { name: "bytes() of few", got: bytes(950), wanted: "950 B" },
  { name: "bytes() of a few million", got: bytes(1_240_000), wanted: "1.2 MB" },
  { name: "bytes() of many", got: bytes(123_456_789), wanted: "123 MB" },
  { name: "bytes() of a few thousand million", got: bytes(1_500_000_000), wanted: "1.5 GB" },
  { name: "duration() below ten seconds", got: duration(440), wanted: "0.4 s" },
  { name: "duration() of seconds", got: duration(12_300), wanted: "12 s" },
  { name: "duration() of minutes", got: duration(180_000), wanted: "3 min" },
  { name: "duration() of hours", got: duration(5 * 3_600_000), wanted: "5 h" },
  { name: "duration() of days", got: duration(3 * 86_400_000), wanted: "3 d" },
  { name: "printable() of a colour", got: printable("\x1b[31mred\x1b[0m"), wanted: "\x1b[31mred\x1b[0m" },
  {
    name: "printable() of a terminal's command",
    got: printable("a\x1b]0;x\x07b"),
    wanted: "a\\x1b]0;x\\x07b",
  },
  { name: "printable() of a cleared screen", got: printable("\x1b[2Jx"), wanted: "\\x1b[2Jx" },
  { name: "printable() of a carriage return", got: printable("a\rb"), wanted: "a\\x0db" },
  { name: "printable() of a terminal's line ends", got: printable("a\r\nb\r"), wanted: "a\nb" },
  { name: "printable() of tabs and lines", got: printable("a\tb\nc é"), wanted: "a\tb\nc é" },
  { name: "signalNumber() of TERM", got: signalNumber("TERM"), wanted: 15 },
  { name: "signalNumber() with SIG", got: signalNumber("SIGKILL"), wanted: 9 },
  { name: "signalNumber() of one that differs", got: signalNumber("USR1"), wanted: 0 },
];

for (const { name, got, wanted } of cases) {
  Deno.test(`${name} is ${JSON.stringify(wanted)}`, () => assertEquals(got, wanted));
}
