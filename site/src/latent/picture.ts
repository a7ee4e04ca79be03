// The latent plane: the digits that the decoder reads from its places, the places of some images, and where one walks.
import { isDark, sharp, small } from '../canvas.js';
import type { Sharp } from '../canvas.js';
import { REACH, SIDE, TILES } from './protocol.js';
import type { Progress } from './protocol.js';

interface Place {
  readonly x: number;
  readonly y: number;
}

type Colour = readonly [number, number, number];

const INKS: { readonly light: Colour; readonly dark: Colour } = {
  light: [36, 33, 29],
  dark: [233, 230, 225],
};
const PAPERS: { readonly light: Colour; readonly dark: Colour } = {
  light: [247, 243, 238],
  dark: [18, 19, 21],
};
/** One for each digit: Okabe and Ito's, which all readers can tell apart, and four between them. */
const DIGITS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#8c6d1f', '#7b61c9', '#5f8d3a', '#b04a5a']; // prettier-ignore

export const colourOf = (digit: number): string => DIGITS[digit] ?? '#888';

/** Pixels from one tile to the next: a digit and a gap. */
const STRIDE = SIDE + 1;

/** Draws 8 × 8 shades into pixels, in the colours of the page; `left` and `top` in pixels. */
function ink(image: ImageData, shades: Uint8ClampedArray, left: number, top: number): void {
  const [from, to] = isDark() ? [PAPERS.dark, INKS.dark] : [PAPERS.light, INKS.light];
  for (const [index, shade] of shades.entries()) {
    const [column, row] = [left + (index % SIDE), top + Math.floor(index / SIDE)];
    const at = (row * image.width + column) * 4;
    for (const channel of [0, 1, 2] as const)
      image.data[at + channel] = from[channel] + ((to[channel] - from[channel]) * shade) / 255;
    image.data[at + 3] = 255;
  }
}

function drawScaled(canvas: HTMLCanvasElement, image: ImageData): Sharp | undefined {
  const target = sharp(canvas);
  if (target === undefined) return undefined;
  const { context, width, height } = target;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small(image), 0, 0, width, height);
  return target;
}

/** One digit, as large as its canvas. */
export function drawDigit(canvas: HTMLCanvasElement, shades: Uint8ClampedArray): void {
  const image = new ImageData(SIDE, SIDE);
  ink(image, shades, 0, 0);
  drawScaled(canvas, image);
}

export function drawPlane(
  canvas: HTMLCanvasElement,
  { digits, places, labels }: Progress,
  here: Place,
  hasPlaces: boolean,
): void {
  const image = new ImageData(TILES * STRIDE, TILES * STRIDE);
  const pixels = SIDE * SIDE;
  for (let tile = 0; tile < TILES * TILES; tile++) {
    const shades = digits.subarray(tile * pixels, (tile + 1) * pixels);
    ink(image, shades, (tile % TILES) * STRIDE, Math.floor(tile / TILES) * STRIDE);
  }
  const target = drawScaled(canvas, image);
  if (target === undefined) return;
  const { context, width: size } = target;
  const at = ({ x, y }: Place): [number, number] => [
    ((x + REACH) / (2 * REACH)) * size,
    ((REACH - y) / (2 * REACH)) * size,
  ];
  if (hasPlaces) {
    for (const [index, label] of labels.entries()) {
      const [left, top] = at({ x: places[index * 2] ?? 0, y: places[index * 2 + 1] ?? 0 });
      context.beginPath();
      context.arc(left, top, size / 120, 0, 2 * Math.PI);
      context.fillStyle = colourOf(label);
      context.fill();
      context.lineWidth = size / 500;
      context.strokeStyle = isDark() ? '#16171a' : '#fffdfa';
      context.stroke();
    }
  }
  const [left, top] = at(here);
  context.beginPath();
  context.arc(left, top, size / 32, 0, 2 * Math.PI);
  context.lineWidth = size / 130;
  context.strokeStyle = isDark() ? '#f0896b' : '#b0432a';
  context.stroke();
}
