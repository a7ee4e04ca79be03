// The picture of a graph as SVG: boxes with lines of text, and arrows. A chunk of its own, which imports nothing but types.
import type { GraphLayout } from './graph-layout.js';

/** Pixels: of a character and a line of the font, around text, between boxes, around all. */
export const SIZE = { character: 7.3, line: 18, padding: 10, gap: 32, margin: 12 };

export interface Box {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** A box around lines of text. */
export function boxOf(lines: readonly string[]): Box {
  const longest = Math.max(...lines.map((line) => line.length));
  return {
    lines,
    width: Math.ceil(longest * SIZE.character) + 2 * SIZE.padding,
    height: lines.length * SIZE.line + 2 * SIZE.padding,
  };
}

/** Boxes one after the other, with arrows between them. */
export function drawChain(name: string, boxes: readonly Box[], isVertical: boolean): string {
  // Along the flow boxes follow each other, across it they are centred.
  const across = Math.max(0, ...boxes.map(({ width, height }) => (isVertical ? width : height)));
  const parts: string[] = [];
  let at = SIZE.margin;
  boxes.forEach((box, i) => {
    const length = isVertical ? box.height : box.width;
    const side = SIZE.margin + (across - (isVertical ? box.width : box.height)) / 2;
    if (i > 0) parts.push(arrow(at - SIZE.gap, at, SIZE.margin + across / 2, isVertical));
    parts.push(drawBox(box, isVertical ? side : at, isVertical ? at : side));
    at += length + SIZE.gap;
  });
  const along = Math.max(2 * SIZE.margin, at - SIZE.gap + SIZE.margin);
  const [width, height] = isVertical
    ? [across + 2 * SIZE.margin, along]
    : [along, across + 2 * SIZE.margin];
  return svg(name, width, height, parts);
}

/** Boxes and arrows where a layout has put them. */
export function drawGraph(
  name: string,
  boxes: readonly Box[],
  { width, height, middles, ways }: GraphLayout,
): string {
  return svg(name, width, height, [
    ...ways.map((way) => {
      const points = way.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
      return `<path d="M${points}" fill="none" stroke="black" marker-end="url(#arrow)"/>`;
    }),
    ...boxes.map((box, i) => {
      const { x = 0, y = 0 } = middles[i] ?? {};
      return drawBox(box, x - box.width / 2, y - box.height / 2);
    }),
  ]);
}

function svg(name: string, width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="12">`,
    `<title>${escape(name)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" ' +
      'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawBox({ lines, width, height }: Box, x: number, y: number): string {
  const texts = lines.map((line, i) => {
    const [textX, textY] = [x + width / 2, y + SIZE.padding + (i + 0.7) * SIZE.line];
    const weight = i === 0 ? ' font-weight="bold"' : '';
    return `<text x="${textX}" y="${textY.toFixed(1)}" text-anchor="middle"${weight}>${escape(line)}</text>`;
  });
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="#f4f4f8" stroke="black"/>`;
  return `<g>${rect}${texts.join('')}</g>`;
}

function arrow(from: number, to: number, across: number, isVertical: boolean): string {
  const ends = isVertical
    ? `x1="${across}" y1="${from}" x2="${across}" y2="${to}"`
    : `x1="${from}" y1="${across}" x2="${to}" y2="${across}"`;
  return `<line ${ends} stroke="black" marker-end="url(#arrow)"/>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
