// What the page with sliders and the worker that augments tell each other.
import type { KnobName } from './knobs.js';

export interface Request {
  readonly type: 'augment';
  /** Red, green and blue of `SIDE` × `SIDE` pixels; undefined stands for the built-in digits. */
  readonly picture: Uint8Array | undefined;
  readonly values: Readonly<Record<KnobName, number>>;
  readonly seed: number;
}

export interface Augmented {
  readonly type: 'progress';
  /** Red, green, blue and alpha of `COUNT` pictures of `SIDE` × `SIDE`. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly milliseconds: number;
}

export const SIDE = 96;
/** Pictures; the first one is as it was. */
export const COUNT = 12;
