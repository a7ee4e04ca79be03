// The layout of what the examples print: numbered titles, facts in two columns, arrays below them.
import type { Tensor } from 'lanegrad';

const WIDTH = 78;
const LABEL = 36;

let sections = 0;

/** A line that begins a part. */
export function title(text: string): void {
  sections++;
  const head = `── ${sections}. ${text} `;
  console.log(`\n${head}${'─'.repeat(Math.max(0, WIDTH - head.length))}`);
}

/** A sentence, broken into lines. */
export function note(text: string): void {
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH) {
      console.log(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  console.log(`${line}\n`);
}

/** What something is, and its value. */
export function fact(label: string, value: string): void {
  console.log(`  ${label.padEnd(LABEL)} ${value}`);
}

/** `(3, 4)` */
export function shapeOf({ shape }: Tensor): string {
  return `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
}

/** `(3, 4) float32` */
export function describe(x: Tensor): string {
  return `${shapeOf(x)} ${x.dtype}`;
}

/** A tensor: shape and dtype beside the label, the elements below. */
export function array(label: string, x: Tensor): void {
  fact(label, describe(x));
  console.log(indent(x.toString().split('\n')));
}

/** Lines moved to the right, as one text; what is empty at their ends is cut. */
export function indent(lines: readonly string[], by = 6): string {
  return lines.map((line) => (' '.repeat(by) + line).trimEnd()).join('\n');
}

/** Blocks of lines next to each other, each as wide as its longest line. */
export function beside(blocks: readonly (readonly string[])[], gap = 4): string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  const widths = blocks.map((block) => Math.max(...block.map((line) => line.length)));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((block, i) => (block[row] ?? '').padEnd(widths[i] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
