// The network as a picture: what each unit says of the plane in a small square, and between them the weights, as lines that are
// the wider the larger the weight is.
import { sharp } from '../canvas.js';
import { css, paletteNow, shade } from '../plane/picture.js';
import type { Palette } from '../plane/picture.js';
import { THUMB } from '../plane/protocol.js';
import type { Inside } from '../plane/protocol.js';

interface Box {
  readonly x: number;
  readonly y: number;
}

/** A weight, with the places between which it is drawn. */
export interface Edge {
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly start: Box;
  readonly end: Box;
}

/** How near to an edge the pointer has to be, in pixels of the page. */
const NEAR = 9;

export class Diagram {
  readonly #canvas: HTMLCanvasElement;
  readonly #thumb = Object.assign(document.createElement('canvas'), {
    width: THUMB,
    height: THUMB,
  });
  readonly #pixels = new ImageData(THUMB, THUMB);
  #edges: Edge[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** `pointed` is drawn above all others. */
  draw(inside: Inside | undefined, pointed: Edge | undefined): void {
    const target = sharp(this.#canvas);
    if (target === undefined) return;
    const { context, scale } = target;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#edges = [];
    if (inside === undefined) return;
    const palette = paletteNow();
    const counts = inside.units.map((units) => units.length / THUMB ** 2);
    const side = Math.min(44, height / Math.max(...counts) - 8, width / counts.length - 14);
    const place = (layer: number, unit: number): Box => ({
      x: side / 2 + 3 + ((width - side - 6) * layer) / (counts.length - 1),
      y: (height * (unit + 0.5)) / (counts[layer] ?? 1),
    });
    for (const [index, weights] of inside.weights.entries()) {
      const units = counts[index + 1] ?? 1;
      for (const [at, weight] of weights.entries()) {
        const [from, to] = [Math.floor(at / units), at % units];
        const [left, right] = [place(index, from), place(index + 1, to)];
        const start = { x: left.x + side / 2, y: left.y };
        const end = { x: right.x - side / 2, y: right.y };
        this.#edges.push({ layer: index, from, to, weight, start, end });
      }
    }
    for (const edge of this.#edges) drawEdge(context, edge, palette, false);
    const same = this.#edges.find(
      ({ layer, from, to }) =>
        layer === pointed?.layer && from === pointed.from && to === pointed.to,
    );
    if (same !== undefined) drawEdge(context, same, palette, true);
    for (const [layer, shades] of inside.units.entries()) {
      for (let unit = 0; unit < (counts[layer] ?? 0); unit++)
        this.#drawUnit(context, shades, unit, place(layer, unit), side, palette);
    }
  }

  /** The weight at a place of the canvas. */
  edgeAt(x: number, y: number): Edge | undefined {
    let [nearest, least]: [Edge | undefined, number] = [undefined, NEAR];
    for (const edge of this.#edges) {
      const { start, end } = edge;
      const share = (x - start.x) / (end.x - start.x);
      if (share < 0 || share > 1) continue;
      const distance = Math.abs(y - heightAt(edge, share));
      if (distance < least) [nearest, least] = [edge, distance];
    }
    return nearest;
  }

  #drawUnit(
    context: CanvasRenderingContext2D,
    shades: Uint8ClampedArray,
    unit: number,
    { x, y }: Box,
    side: number,
    palette: Palette,
  ): void {
    const places = THUMB ** 2;
    shade(this.#pixels, shades.subarray(unit * places, (unit + 1) * places), palette);
    this.#thumb.getContext('2d')?.putImageData(this.#pixels, 0, 0);
    context.save();
    context.beginPath();
    context.roundRect(x - side / 2, y - side / 2, side, side, 6);
    context.clip();
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#thumb, x - side / 2, y - side / 2, side, side);
    context.restore();
    context.beginPath();
    context.roundRect(x - side / 2, y - side / 2, side, side, 6);
    context.lineWidth = 1;
    context.globalAlpha = 0.55;
    context.strokeStyle = palette.ink;
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** Where an edge is at a share of its way: a cubic curve that begins and ends level. */
function heightAt({ start, end }: Edge, share: number): number {
  return start.y + (end.y - start.y) * (3 * share ** 2 - 2 * share ** 3);
}

function drawEdge(
  context: CanvasRenderingContext2D,
  edge: Edge,
  { sides, ink }: Palette,
  isPointed: boolean,
): void {
  const { start, end, weight } = edge;
  const third = (end.x - start.x) / 3;
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.bezierCurveTo(start.x + third, start.y, end.x - third, end.y, end.x, end.y);
  context.lineWidth = Math.min(9, 0.6 + Math.abs(weight) * 2) + (isPointed ? 1.5 : 0);
  context.globalAlpha = isPointed ? 1 : Math.min(0.85, 0.2 + Math.abs(weight) * 0.4);
  context.strokeStyle = isPointed ? ink : css(sides[weight < 0 ? 0 : 1]);
  context.stroke();
  context.globalAlpha = 1;
}
