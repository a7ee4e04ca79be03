// What the page of the latent plane and the worker that trains its autoencoder tell each other.

export type Request =
  /** Trains for a while, and tells how the plane has become. */
  | { readonly type: 'train'; readonly steps: number }
  /** Asks for the digit at a place. */
  | { readonly type: 'decode'; readonly x: number; readonly y: number };

export interface Progress {
  readonly type: 'progress';
  readonly steps: number;
  /** The cross-entropy of all pixels of an image and the divergence, as a mean over the last batches. */
  readonly loss: number;
  /** The digits of the plane, `TILES` × `TILES` from the top left, 8 × 8 shades each. */
  readonly digits: Uint8ClampedArray;
  /** Where the encoder puts some images: x and y, one after the other. */
  readonly places: Float32Array;
  /** Which digits these images show. */
  readonly labels: Uint8Array;
}

export interface Decoded {
  readonly type: 'decoded';
  readonly x: number;
  readonly y: number;
  /** 8 × 8 shades. */
  readonly digit: Uint8ClampedArray;
}

/** The plane reaches from -REACH to REACH in both directions. */
export const REACH = 2.6;
export const TILES = 15;
/** Steps until the plane does not change much any more. */
export const ENOUGH = 3000;
/** Width and height of a digit. */
export const SIDE = 8;
