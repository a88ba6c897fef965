// A terminal's lines, with their colours, as an SVG of plain text.

/** The window is dark on every page, so that its colours can be read on a light one and on a dark one. */
const background = "#16181d";
const foreground = "#e4e6eb";
/** Colours by the terminal's code. */
const colours: Readonly<Record<string, string>> = {
  "2": "#8b919e",
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "34": "#79c0ff",
  "35": "#d2a8ff",
  "36": "#76e3ea",
};
const [columns, columnWidth, lineHeight, margin] = [80, 8.43, 20, 20] as const;

/** The lines that stay on the screen when a program has ended. */
export function shownLines(output: string): string[] {
  const lines = [""];
  let row = 0;
  // deno-lint-ignore no-control-regex -- a terminal's codes begin with one
  for (const piece of output.replaceAll("\r\n", "\n").split(/(\n|\r\x1b\[K|\x1b\[A)/)) {
    if (piece === "\n") row += 1;
    else if (piece === "\x1b[A") row -= 1;
    else if (piece === "\r\x1b[K") lines[row] = "";
    else lines[row] = `${lines[row] ?? ""}${piece}`;
  }
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A window with these lines; lines that are too long are cut. */
export function drawTerminal(lines: readonly string[]): string {
  const width = Math.ceil(columns * columnWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin;
  const texts = lines.map((line, index) =>
    `  <text x="${margin}" y="${margin + index * lineHeight + 14}" xml:space="preserve">${
      drawLine(line)
    }</text>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
  <title>alcaide deploy at a terminal</title>
  <rect width="100%" height="100%" rx="8" fill="${background}"/>
  <g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${foreground}">
${texts.join("\n")}
  </g>
</svg>
`;
}

/** The pieces of a line, each in its colour. */
function drawLine(line: string): string {
  let [colour, bold, room] = ["", false, columns];
  // deno-lint-ignore no-control-regex -- a terminal's codes begin with one
  return line.split(/\x1b\[([\d;]*)m/).map((piece, index) => {
    if (index % 2 === 1) {
      const codes = piece.split(";");
      bold = codes.includes("1");
      colour = codes.map((code) => colours[code] ?? "").join("");
      return "";
    }
    const text = fit(piece, room);
    room -= [...text].length;
    const fill = `${colour === "" ? "" : ` fill="${colour}"`}${bold ? ' font-weight="bold"' : ""}`;
    return text === "" || fill === "" ? escape(text) : `<tspan${fill}>${escape(text)}</tspan>`;
  }).join("");
}

function fit(text: string, room: number): string {
  const chars = [...text];
  return chars.length <= room
    ? text
    : `${chars.slice(0, Math.max(0, room - 1)).join("")}${room > 0 ? "…" : ""}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
