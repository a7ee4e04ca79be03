// What the home page and the worker that trains for it tell each other.

/** A point of the plane, both numbers between -1 and 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly side: 0 | 1;
}

export type Request =
  /** A new network. */
  | { readonly type: 'reset'; readonly seed: number }
  /** Other points for the same network. */
  | { readonly type: 'points'; readonly points: readonly Point[] }
  /** Trains: `steps` steps or, if they are 'many', as many as fit between two frames. */
  | { readonly type: 'train'; readonly steps: number | 'many' };

export interface Progress {
  readonly type: 'progress';
  /** All steps of this network. */
  readonly steps: number;
  readonly loss: number;
  /** Steps a second, counted while it trained. */
  readonly speed: number;
  /** The points that the network puts on the wrong side, by their indices. */
  readonly wrong: readonly number[];
  /** What it says of the squares of the plane, row by row from the top: 0 to 255. */
  readonly plane: Uint8ClampedArray<ArrayBuffer>;
  /** Milliseconds from the beginning of the page to the end of the first step. */
  readonly firstStep: number;
  /** Bytes that the worker has loaded. */
  readonly bytes: number;
}

export interface Failure {
  readonly type: 'failure';
  readonly message: string;
}

/** Squares of the plane in each direction. */
export const SQUARES = 56;
