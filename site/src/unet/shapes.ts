// Circles, squares and triangles as a hand draws them, and the shape that each pixel belongs to.
import { SIDE } from './protocol.js';
import { ink } from './strokes.js';
import type { Stroke } from './strokes.js';

/** Numbers from 0 to 1. */
export type Random = () => number;

/** Shapes in a drawing, at most. */
const MOST_SHAPES = 4;
/** Places that are tried before a drawing stays with fewer shapes. */
const TRIES = 30;
/** Corners of what is drawn as a circle. */
const ROUND = 22;

interface Outline {
  readonly stroke: Stroke;
  readonly kind: number;
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Drawing {
  readonly strokes: readonly Stroke[];
  /** `SIDE` × `SIDE` numbers from 0 to 1. */
  readonly pixels: Float32Array;
  /** `SIDE` × `SIDE` classes: the outline and what is inside of it. */
  readonly classes: Uint8Array;
}

/** The same numbers on every machine, and different ones for each seed: a counter whose bits are mixed (Mulberry32). */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const between = (random: Random, least: number, most: number): number =>
  least + random() * (most - least);

/** A closed line: corners of a shape with 22, 4 or 3 of them, none where it should be. */
function outlineOf(kind: number, { x, y, radius }: Disc, random: Random): Stroke {
  const corners = [ROUND, ROUND, 4, 3][kind] ?? ROUND;
  const turn = between(random, 0, 2 * Math.PI);
  const squeeze = between(random, 0.82, 1);
  const lean = between(random, 0, Math.PI);
  const wobble = corners === ROUND ? 0.05 : 0.14;
  const corner = (index: number): [number, number] => {
    const angle = turn + (2 * Math.PI * index) / corners;
    const far = radius * (1 - wobble * random());
    const [across, along] = [Math.cos(angle - lean) * squeeze, Math.sin(angle - lean)];
    return [
      x + far * (across * Math.cos(lean) - along * Math.sin(lean)),
      y + far * (across * Math.sin(lean) + along * Math.cos(lean)),
    ];
  };
  const places = Array.from({ length: corners }, (_, index) => corner(index));
  const [[startX, startY] = [x, y]] = places;
  // A hand does not end exactly where it began.
  const miss = radius * 0.09;
  const end = [startX + between(random, -miss, miss), startY + between(random, -miss, miss)];
  return [...places.flat(), ...end];
}

/** A line that belongs to no shape. */
function scribble(random: Random): Stroke {
  let [x, y] = [random(), random()];
  let angle = between(random, 0, 2 * Math.PI);
  const bend = between(random, -0.5, 0.5);
  const places = [x, y];
  for (let i = Math.floor(between(random, 1, 6)); i >= 0; i--) {
    angle += bend + between(random, -0.3, 0.3);
    x = Math.min(1, Math.max(0, x + 0.09 * Math.cos(angle)));
    y = Math.min(1, Math.max(0, y + 0.09 * Math.sin(angle)));
    places.push(x, y);
  }
  return places;
}

/** Whether a place is inside of a closed line, by the sides that lie to the left of it. */
function isInside(x: number, y: number, stroke: Stroke): boolean {
  let inside = false;
  const count = stroke.length;
  for (let i = 0; i < count; i += 2) {
    const [x0 = 0, y0 = 0] = [stroke[i], stroke[i + 1]];
    const [x1 = 0, y1 = 0] = [stroke[(i + 2) % count], stroke[(i + 3) % count]];
    if (y0 > y !== y1 > y && x > x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}

/** Places for shapes that do not touch. */
function placesFor(random: Random): Disc[] {
  const wanted = 1 + Math.floor(random() * MOST_SHAPES);
  const discs: Disc[] = [];
  for (let tries = 0; tries < TRIES && discs.length < wanted; tries++) {
    const radius = between(random, 0.14, wanted < 3 ? 0.34 : 0.22);
    const x = between(random, radius + 0.02, 0.98 - radius);
    const y = between(random, radius + 0.02, 0.98 - radius);
    const isFree = discs.every(
      (disc) => Math.hypot(disc.x - x, disc.y - y) > disc.radius + radius + 0.03,
    );
    if (isFree) discs.push({ x, y, radius });
  }
  return discs;
}

/** One to four shapes, and sometimes a line that is none. */
export function drawingOf(random: Random): Drawing {
  const outlines = placesFor(random).map((disc): Outline => {
    const kind = 1 + Math.floor(random() * 3);
    return { kind, stroke: outlineOf(kind, disc, random) };
  });
  const lines = random() < 0.4 ? [scribble(random)] : [];
  const pixels = new Float32Array(SIDE * SIDE);
  const classes = new Uint8Array(SIDE * SIDE);
  const pen = between(random, 0.6, 1.1);
  for (const { kind, stroke } of outlines) {
    const own = new Float32Array(SIDE * SIDE);
    ink(own, [stroke], pen);
    for (let at = 0; at < own.length; at++) {
      const [x, y] = [((at % SIDE) + 0.5) / SIDE, (Math.floor(at / SIDE) + 0.5) / SIDE];
      if ((own[at] ?? 0) > 0.5 || isInside(x, y, stroke)) classes[at] = kind;
    }
  }
  const strokes = [...outlines.map(({ stroke }) => stroke), ...lines];
  ink(pixels, strokes, pen);
  return { strokes, pixels, classes };
}
