// What the page of the U-Net and the worker that trains it tell each other.
import type { Stroke } from './strokes.js';

export interface Settings {
  /** How often the picture is halved on the way down. */
  readonly levels: number;
  /** Whether the way up gets what the way down has seen at the same size. */
  readonly skips: boolean;
}

export type Request =
  | { readonly type: 'reset'; readonly settings: Settings; readonly run: number }
  /** Trains for a while, and tells what it finds now. */
  | { readonly type: 'train'; readonly steps: number }
  /** Another drawing of the reader. */
  | { readonly type: 'look'; readonly strokes: readonly Stroke[] }
  /** Asks for a drawing as those that it learns from. */
  | { readonly type: 'draw'; readonly seed: number };

/** `SIDE` × `SIDE` classes. */
export type Classes = Uint8Array;

/** A drawing that it does not learn from. */
export interface Example {
  /** `SIDE` × `SIDE` shades from 0 to 255. */
  readonly shades: Uint8ClampedArray;
  readonly truth: Classes;
  readonly found: Classes;
}

export interface Progress {
  readonly type: 'progress';
  /** Which reset it belongs to. */
  readonly run: number;
  readonly steps: number;
  /** The cross-entropy of a pixel, as a mean over the last batches. */
  readonly loss: number;
  /** What of the drawings that it does not learn from is found: intersection over union, a mean over the shapes. */
  readonly overlap: number;
  readonly examples: readonly Example[];
}

export interface Found {
  readonly type: 'found';
  /** Which reset it belongs to. */
  readonly run: number;
  readonly classes: Classes;
}

export interface Drawn {
  readonly type: 'drawn';
  readonly strokes: readonly Stroke[];
}

export type Answer = Progress | Found | Drawn;

/** Class 0 is the paper. */
export const CLASSES = ['paper', 'circle', 'square', 'triangle'] as const;
/** Pixels of a drawing in each direction: it can be halved three times. */
export const SIDE = 32;
export const LEVELS = [1, 2, 3] as const;
/** Steps until it does not become much better. */
export const ENOUGH = 600;
