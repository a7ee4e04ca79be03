// Drawings in the colours of the page, and the shapes that were found in them.
import { isDark, sharp, small } from '../canvas.js';
import { CLASSES, SIDE } from './protocol.js';
import type { Classes, Example } from './protocol.js';
import { PEN } from './strokes.js';
import type { Stroke } from './strokes.js';

type Colour = readonly [number, number, number];

/** The paper, and Okabe and Ito's blue, orange and green, which all readers can tell apart. */
const COLOURS: readonly Colour[] = [
  [0, 0, 0],
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
];
/** How much of the paper a colour covers, from 0 to 255. */
const COVER = 150;
/** Between two examples, in pixels of the page. */
const GAP = 6;

const papers = { light: '#f7f3ee', dark: '#26282d' };
const inks = { light: [36, 33, 29], dark: [233, 230, 225] } as const;

export const colourOf = (shape: number): string => `rgb(${(COLOURS[shape] ?? []).join(' ')})`;

/** The found shapes, see-through. */
function tinted(classes: Classes): HTMLCanvasElement {
  const image = new ImageData(SIDE, SIDE);
  for (const [at, shape] of classes.entries()) {
    if (shape > 0 && shape < CLASSES.length)
      image.data.set([...(COLOURS[shape] ?? []), COVER], at * 4);
  }
  return small(image);
}

/** What the reader has drawn, and what was found in it. */
export function drawPaper(
  canvas: HTMLCanvasElement,
  strokes: readonly Stroke[],
  classes: Classes | undefined,
): void {
  const target = sharp(canvas);
  if (target === undefined) return;
  const { context, width, height } = target;
  context.fillStyle = isDark() ? papers.dark : papers.light;
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  if (classes !== undefined) context.drawImage(tinted(classes), 0, 0, width, height);
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = ((2 * PEN) / SIDE) * width;
  context.strokeStyle = `rgb(${(isDark() ? inks.dark : inks.light).join(' ')})`;
  for (const stroke of strokes) {
    context.beginPath();
    for (let i = 0; i < stroke.length; i += 2)
      context.lineTo((stroke[i] ?? 0) * width, (stroke[i + 1] ?? 0) * height);
    // A dot is a line to where it is.
    if (stroke.length === 2)
      context.lineTo((stroke[0] ?? 0) * width + 0.1, (stroke[1] ?? 0) * height);
    context.stroke();
  }
}

/** Drawings beside each other: above with the shapes that are there, below with those that were found. */
export function drawExamples(canvas: HTMLCanvasElement, examples: readonly Example[]): void {
  const target = sharp(canvas);
  if (target === undefined) return;
  const { context, width, height, scale } = target;
  const gap = GAP * scale;
  const side = (width - gap * (examples.length - 1)) / examples.length;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  for (const [column, { shades, truth, found }] of examples.entries()) {
    const ink = small(inked(shades));
    for (const [row, classes] of [truth, found].entries()) {
      const place = [column * (side + gap), row * (side + gap), side, side] as const;
      context.fillStyle = isDark() ? papers.dark : papers.light;
      context.fillRect(...place);
      context.drawImage(tinted(classes), ...place);
      context.drawImage(ink, ...place);
    }
  }
}

/** Ink of these shades on nothing. */
function inked(shades: Uint8ClampedArray): ImageData {
  const image = new ImageData(SIDE, SIDE);
  const ink = isDark() ? inks.dark : inks.light;
  for (const [at, shade] of shades.entries()) image.data.set([...ink, shade], at * 4);
  return image;
}
