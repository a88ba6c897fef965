import { assertEquals, assertThrows } from "@std/assert";
import { lineSplitter, outputSink } from "../../../lib/transport/output.ts";

const encoder = new TextEncoder();

function split(...pieces: (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const piece of pieces) splitter.write(typeof piece === "string" ? encoder.encode(piece) : piece);
  splitter.end();
  return lines;
}

const lineCases: { name: string; pieces: (string | Uint8Array)[]; lines: string[] }[] = [
  { name: "cuts at line feeds", pieces: ["a\nb\n"], lines: ["a", "b"] },
  { name: "keeps empty lines", pieces: ["a\n\nb\n"], lines: ["a", "", "b"] },
  { name: "delivers a last line without an end", pieces: ["a\nb"], lines: ["a", "b"] },
  { name: "joins a line that comes in pieces", pieces: ["a", "b", "c\n"], lines: ["abc"] },
  { name: "takes CR LF as one end", pieces: ["a\r\nb\r\n"], lines: ["a", "b"] },
  { name: "takes CR LF as one end across pieces", pieces: ["a\r", "\nb"], lines: ["a", "b"] },
  {
    name: "keeps the last state of a progress display",
    pieces: ["10 %\r", "50 %\r100 %\n"],
    lines: ["100 %"],
  },
  { name: "keeps the state before a last CR", pieces: ["10 %\r50 %\r"], lines: ["50 %"] },
  {
    name: "puts a character together that was cut",
    pieces: [encoder.encode("é\n").subarray(0, 1), encoder.encode("é\n").subarray(1)],
    lines: ["é"],
  },
  {
    name: "replaces bytes that are no text",
    pieces: [new Uint8Array([0x61, 0xff, 0x0a])],
    lines: ["a\ufffd"],
  },
  { name: "gives nothing for nothing", pieces: [], lines: [] },
  {
    name: "cuts a line that never ends",
    pieces: ["x".repeat(70_000), "y\n"],
    lines: ["x".repeat(70_000), "y"],
  },
];

Deno.test("lineSplitter() gives the bytes of a line that is no text, and of no other", () => {
  const seen: unknown[] = [];
  const splitter = lineSplitter((line, bytes) => seen.push([line, bytes && [...bytes]]));
  splitter.write(new Uint8Array([0x61, 0xff, 0x0d, 0x0a, 0xc3, 0xa9, 0x0a, 0xe2, 0x82]));
  splitter.end();
  assertEquals(seen, [["a\ufffd", [0x61, 0xff]], ["é", undefined], ["\ufffd", [0xe2, 0x82]]]);
});

Deno.test("lineSplitter() cuts a line that never ends between two characters", () => {
  const [euro = 0, ...end] = encoder.encode("€");
  const first = "x".repeat(70_000);
  assertEquals(split(new Uint8Array([...encoder.encode(first), euro]), new Uint8Array([...end, 0x0a])), [
    first,
    "€",
  ]);
});

for (const { name, pieces, lines } of lineCases) {
  Deno.test(`lineSplitter() ${name}`, () => assertEquals(split(...pieces), lines));
}

Deno.test("lineSplitter() forgets old states of a display that never ends its line", () => {
  assertEquals(split(...Array.from({ length: 20_000 }, (_, i) => `step ${i}\r`)), ["step 19999"]);
});

Deno.test("outputSink() keeps both outputs apart", () => {
  const sink = outputSink({});
  sink.write(encoder.encode("a"), "out");
  sink.write(encoder.encode("b"), "err");
  sink.write(encoder.encode("c"), "out");
  assertEquals(sink.end(), { stdout: "ac", stderr: "b" });
});

Deno.test("outputSink() keeps only both ends of what onLine gets", () => {
  const sink = outputSink({ onLine: () => {} }, { edge: 4, whole: 100 });
  for (const piece of ["abc", "def", "ghi", "jkl"]) sink.write(encoder.encode(piece), "out");
  assertEquals(sink.end().stdout, "abcd\n[4 bytes left out]\nijkl");
});

Deno.test("outputSink() keeps everything that fits", () => {
  const sink = outputSink({ onLine: () => {} }, { edge: 4, whole: 100 });
  for (const piece of ["abc", "def", "gh"]) sink.write(encoder.encode(piece), "out");
  assertEquals(sink.end().stdout, "abcdefgh");
});

Deno.test("outputSink() leaves no half characters at a cut", () => {
  const sink = outputSink({ onLine: () => {} }, { edge: 3, whole: 100 });
  sink.write(encoder.encode("ééééé"), "out");
  assertEquals(sink.end().stdout, "é\n[4 bytes left out]\né");
});

Deno.test("outputSink() refuses to keep too much for nobody else", () => {
  const sink = outputSink({}, { edge: 4, whole: 8 });
  sink.write(encoder.encode("12345678"), "out");
  assertThrows(() => sink.write(encoder.encode("9"), "out"), Error, "Cannot keep the output");
});

Deno.test("outputSink() keeps nothing of what onData gets", () => {
  const got: string[] = [];
  const sink = outputSink({ onData: (chunk, stream) => got.push(`${stream} ${chunk.length}`) });
  sink.write(encoder.encode("abc"), "err");
  assertEquals([got, sink.end()], [["err 3"], { stdout: "", stderr: "" }]);
});
