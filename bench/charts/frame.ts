// What all charts share: a title, and their own background, so that they are readable in light and dark themes.

const style = `
.ground { fill: #ffffff; stroke: #d0d7de }
.title, .name, .value { fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.note { font-size: 12px }
.note, .tick { fill: #59636e }
.ours { fill: #0969da }
.ours.name { font-weight: 600 }
.second { fill: #8250df }
.other { fill: #afb8c1 }
.line { stroke: #d8dee4 }
.mark { stroke: #cf222e; stroke-width: 2 }
.curve { fill: none; stroke-width: 2 }
.curve.ours { fill: none; stroke: #0969da }
.curve.other { fill: none; stroke: #afb8c1; stroke-dasharray: 5 3 }
@media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117; stroke: #3d444d }
  .title, .name, .value { fill: #f0f6fc }
  .note, .tick { fill: #9198a1 }
  .ours { fill: #58a6ff }
  .second { fill: #ab7df8 }
  .other { fill: #656c76 }
  .line { stroke: #2a313c }
  .mark { stroke: #ff7b72 }
  .curve.ours { stroke: #58a6ff }
  .curve.other { stroke: #656c76 }
}
`;

/** The text of an SVG: `inside` under a title and a note. */
export function frame(
  { title, note }: { readonly title: string; readonly note: string },
  [width, height]: readonly [number, number],
  inside: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="14" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="title" x="20" y="32">${escape(title)}</text>`,
    `<text class="note" x="20" y="54">${escape(note)}</text>`,
    ...inside,
    '</svg>',
    '',
  ].join('\n');
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Three digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
