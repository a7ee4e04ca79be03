// Pictures of attention: squares of weights.
import { color } from '../page.js';

/** A square matrix of weights from 0 to 1, in the rows and columns of a line of characters. */
export interface Weights {
  readonly length: number;
  /** [length, length] */
  readonly values: Float32Array;
}

type Color = readonly number[];

const rgb = (property: string): Color => (color(property).match(/[\d.]+/g) ?? []).slice(0, 3).map(Number); // prettier-ignore

/** So that small weights are seen too. */
const shade = (weight: number): number => Math.sqrt(Math.max(0, Math.min(1, weight)));

/** One pixel a weight: a picture to choose by. */
export function drawThumbnail(canvas: HTMLCanvasElement, { length, values }: Weights): void {
  canvas.width = canvas.height = length;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const accent = rgb('--accent');
  const image = context.createImageData(length, length);
  values.forEach((weight, i) => image.data.set([...accent, 255 * shade(weight)], 4 * i));
  context.putImageData(image, 0, 0);
}

/** Where the squares of a picture lie, in CSS pixels: a row and a column of characters stand before them. */
export interface Layout {
  readonly cell: number;
  readonly margin: number;
}

export function layoutOf(canvas: HTMLCanvasElement, length: number): Layout {
  const side = canvas.clientWidth;
  const cell = side / (length + 1.6);
  return { cell, margin: side - cell * length };
}

/** A large picture with characters at both axes and the row of one character marked. */
export function drawHeatmap(
  canvas: HTMLCanvasElement,
  { length, values }: Weights,
  characters: readonly string[],
  chosen: number,
): void {
  const ratio = devicePixelRatio;
  canvas.width = canvas.height = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const context = canvas.getContext('2d');
  if (context === null || length === 0) return;
  const { cell, margin } = layoutOf(canvas, length);
  context.scale(ratio, ratio);
  const accent = rgb('--accent');
  const [ink, quiet, second] = [color('--ink'), color('--quiet'), color('--second')];
  const gap = cell > 8 ? 1 : 0.5;
  for (let row = 0; row < length; row++) {
    for (let column = 0; column <= row; column++) {
      const [x, y] = [margin + column * cell, margin + row * cell];
      context.fillStyle = ink;
      context.globalAlpha = row === chosen ? 0.12 : 0.05;
      context.fillRect(x, y, cell - gap, cell - gap);
      context.globalAlpha = 1;
      const alpha = shade(values[row * length + column] ?? 0);
      context.fillStyle = `rgb(${accent.join(' ')} / ${alpha})`;
      context.fillRect(x, y, cell - gap, cell - gap);
    }
  }
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const size = Math.min(15, Math.max(6, cell * 0.92));
  for (const [i, character] of characters.entries()) {
    const middle = margin + (i + 0.5) * cell;
    const isBlank = character === '␣' || character === '↵';
    context.font = `${i === chosen ? 700 : 400} ${size}px ui-monospace, 'DejaVu Sans Mono', monospace`;
    context.fillStyle = i === chosen ? second : isBlank ? quiet : ink;
    context.fillText(character, margin - 0.8 * cell, middle);
    // Of the columns only those that the chosen row may look at are in ink.
    if (i !== chosen) context.fillStyle = i > chosen ? quiet : ink;
    context.fillText(character, middle, margin - 0.8 * cell);
  }
  context.strokeStyle = second;
  context.lineWidth = 1.5;
  context.strokeRect(
    margin - 1,
    margin + chosen * cell - 1,
    (chosen + 1) * cell - gap + 2,
    cell - gap + 2,
  );
}
