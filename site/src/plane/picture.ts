// The plane: what the network says of each place as a colour, and the points above it, with a ring around those that it gets
// wrong.
import { isDark, sharp } from '../canvas.js';
import { SQUARES } from './protocol.js';
import type { Point, Progress } from './protocol.js';

export type Colour = readonly [number, number, number];

export interface Palette {
  readonly sides: readonly [Colour, Colour];
  readonly paper: Colour;
  readonly ink: string;
}

const LIGHT: Palette = { sides: [[43, 103, 119], [196, 84, 56]], paper: [255, 253, 250], ink: '#24211d' }; // prettier-ignore
const DARK: Palette = { sides: [[124, 192, 208], [240, 137, 107]], paper: [26, 27, 31], ink: '#ffffff' }; // prettier-ignore

/** The colours of the page as it is. */
export const paletteNow = (): Palette => (isDark() ? DARK : LIGHT);

export const css = ([r, g, b]: Colour): string => `rgb(${r} ${g} ${b})`;

export class PlanePicture {
  readonly #canvas: HTMLCanvasElement;
  readonly #small = Object.assign(document.createElement('canvas'), {
    width: SQUARES,
    height: SQUARES,
  });
  readonly #pixels = new ImageData(SQUARES, SQUARES);

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** `heldBack` are points that the network does not learn from: rings without a filling. */
  draw(
    points: readonly Point[],
    progress: Progress | undefined,
    heldBack: readonly Point[] = [],
  ): void {
    const target = sharp(this.#canvas);
    if (target === undefined) return;
    const { context, width: size } = target;
    const palette = paletteNow();
    this.#drawPlane(context, size, palette, progress);
    const wrong = new Set(progress?.wrong);
    const radius = size / 105;
    for (const { x, y, side } of heldBack) {
      context.beginPath();
      context.arc(((x + 1) / 2) * size, ((1 - y) / 2) * size, radius * 0.9, 0, 2 * Math.PI);
      context.lineWidth = size / 260;
      context.strokeStyle = css(palette.sides[side]);
      context.stroke();
    }
    for (const [index, { x, y, side }] of points.entries()) {
      const [left, top] = [((x + 1) / 2) * size, ((1 - y) / 2) * size];
      context.beginPath();
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.fillStyle = css(palette.sides[side]);
      context.fill();
      context.lineWidth = size / 400;
      context.strokeStyle = css(palette.paper);
      context.stroke();
      if (!wrong.has(index)) continue;
      context.beginPath();
      context.arc(left, top, radius * 1.9, 0, 2 * Math.PI);
      context.lineWidth = size / 220;
      context.strokeStyle = palette.ink;
      context.stroke();
    }
  }

  #drawPlane(
    context: CanvasRenderingContext2D,
    size: number,
    { sides, paper }: Omit<Palette, 'ink'>,
    progress: Progress | undefined,
  ): void {
    context.fillStyle = css(paper);
    context.fillRect(0, 0, size, size);
    if (progress === undefined) return;
    shade(this.#pixels, progress.plane, { sides, paper });
    this.#small.getContext('2d')?.putImageData(this.#pixels, 0, 0);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#small, 0, 0, size, size);
  }
}

/** Colours pixels by shades from 0, one side, to 255, the other; paler in between, where the network is less sure. */
export function shade(
  { data }: ImageData,
  shades: Uint8ClampedArray,
  { sides, paper }: Omit<Palette, 'ink'>,
): void {
  for (const [index, value] of shades.entries()) {
    const share = (Math.abs(value - 127.5) / 127.5) * 0.55;
    const side = value < 127.5 ? sides[0] : sides[1];
    const at = index * 4;
    data[at] = paper[0] + (side[0] - paper[0]) * share;
    data[at + 1] = paper[1] + (side[1] - paper[1]) * share;
    data[at + 2] = paper[2] + (side[2] - paper[2]) * share;
    data[at + 3] = 255;
  }
}
