// What a page with a plane and the worker that trains for it tell each other.
import type { NetworkSettings } from './settings.js';

/** A point of the plane, both numbers between -1 and 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly side: 0 | 1;
}

export type Request =
  /** A new network. */
  | { readonly type: 'reset'; readonly seed: number; readonly network: NetworkSettings }
  /** Another rate for the same network. */
  | { readonly type: 'rate'; readonly rate: number }
  /** Other points for the same network, and points that it does not learn from. */
  | {
      readonly type: 'points';
      readonly points: readonly Point[];
      readonly heldBack: readonly Point[];
    }
  /** Trains: `steps` steps or, if they are 'many', as many as fit between two frames. */
  | {
      readonly type: 'train';
      readonly steps: number | 'many';
      /** Whether to tell the weights and what each unit says. */
      readonly isDetailed: boolean;
    };

export interface Progress {
  readonly type: 'progress';
  /** The seed with which this network was made. */
  readonly seed: number;
  /** All steps of this network. */
  readonly steps: number;
  readonly loss: number;
  /** The loss of the points that it does not learn from; NaN without such points. */
  readonly heldBackLoss: number;
  /** Steps a second, counted while it trained. */
  readonly speed: number;
  /** The points that the network puts on the wrong side, by their indices. */
  readonly wrong: readonly number[];
  /** What it says of the squares of the plane, row by row from the top: 0 to 255. */
  readonly plane: Uint8ClampedArray<ArrayBuffer>;
  readonly inside: Inside | undefined;
  /** Milliseconds from the beginning of the page to the end of the first step. */
  readonly firstStep: number;
  /** Bytes that the worker has loaded. */
  readonly bytes: number;
}

/** A network from inside, layer by layer; the features are the first layer, the answer is the last one. */
export interface Inside {
  /** For each layer after the first, the weights [units before, units], row by row. */
  readonly weights: readonly Float32Array[];
  /** For each layer, what each unit says of `THUMB` × `THUMB` squares of the plane: 0 to 255, unit by unit. */
  readonly units: readonly Uint8ClampedArray[];
}

/** Squares of the plane in each direction. */
export const SQUARES = 56;
/** Squares of the small picture of a unit in each direction. */
export const THUMB = 20;
