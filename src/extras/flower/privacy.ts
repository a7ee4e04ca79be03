// Differential privacy on a node's side, as Flower's mods have it: updates are clipped, and get noise.
import { checkNumber, checkOptions } from '../../config/index.js';
import { tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { secureGaussian } from './gaussian.js';
import type { FlowerMessage } from './message.js';
import { bytesOfArray, float32Of } from './object-writer.js';
import type { LentArray } from './object-writer.js';
import { clippingNormOf } from './settings.js';

/** The name of the metric that says whether an update was clipped. Flower: `KEY_NORM_BIT`. */
export const NORM_BIT = 'norm_bit';

/**
 * Local differential privacy: updates are clipped and get noise before they are sent. Flower: `LocalDpMod`.
 *
 * The update, trained weights minus those of the server, is scaled to an L2 norm of at most `clippingNorm`. Gaussian noise is
 * then added to each float32, with the standard deviation `sensitivity` · √(2 ln(1.25 / `delta`)) / `epsilon`.
 *
 * Source: Dwork and Roth, The Algorithmic Foundations of Differential Privacy (2014), appendix A
 */
export interface LocalDpOptions {
  /** The largest L2 norm of an update, above 0. */
  readonly clippingNorm: number;
  /** The largest effect of one sample on the weights, in the L2 norm, at least 0. */
  readonly sensitivity: number;
  /** The privacy budget of one answer, above 0. A smaller budget adds more noise. */
  readonly epsilon: number;
  /** The probability that the budget does not hold, between 0 and 1. */
  readonly delta: number;
}

/** Local differential privacy, checked. */
export interface LocalDp {
  readonly clippingNorm: number;
  /** Standard deviation of the noise. */
  readonly deviation: number;
}

/** What has to be done to an update before it is sent. */
export interface Demand {
  readonly localDp: LocalDp | undefined;
  /** The norm that the server asks for. */
  readonly clippingNorm: number | undefined;
}

/** @throws ValueError for invalid options. */
export function localDpOf(owner: string, options: LocalDpOptions): LocalDp {
  const name = `${owner}: localDp`;
  checkOptions(name, options, ['clippingNorm', 'sensitivity', 'epsilon', 'delta']);
  const clippingNorm = checkNumber(name, 'clippingNorm', options.clippingNorm, { above: 0 });
  const sensitivity = checkNumber(name, 'sensitivity', options.sensitivity, { min: 0 });
  const epsilon = checkNumber(name, 'epsilon', options.epsilon, { above: 0 });
  const delta = checkNumber(name, 'delta', options.delta, { above: 0, below: 1 });
  const deviation = (sensitivity * Math.sqrt(2 * Math.log(1.25 / delta))) / epsilon;
  return { clippingNorm, deviation: checkNumber(name, 'the deviation of the noise', deviation) };
}

/** What is demanded of the update of a message; undefined if nothing is. @throws ValueError for a norm that cannot be. */
export function demandOf(message: FlowerMessage, localDp: LocalDp | undefined): Demand | undefined {
  const clippingNorm = clippingNormOf(message);
  if (clippingNorm === undefined && localDp === undefined) return undefined;
  return { localDp, clippingNorm };
}

/** An update that may be sent. */
export interface ProtectedUpdate {
  /** In place of those that were trained. They belong to the caller. */
  readonly arrays: Tensor[];
  /** Whether the norm of the update was above the one that the server asks for: 0 or 1; undefined if it asks for none. */
  readonly normBit: 0 | 1 | undefined;
}

/**
 * Clips an update and adds noise. The norm is that of all float32 arrays together; the server's clipping comes last. Arrays of
 * other types are left as they were received, as they would say something without any protection.
 *
 * @param received what the server sent
 * @param trained what it became, of the same shapes
 * @param repair gets the numbers of each array after noise has come to them
 * @internal
 */
export function protectUpdate(
  { localDp, clippingNorm }: Demand,
  received: readonly Tensor[],
  trained: readonly LentArray[],
  repair: (index: number, numbers: Float32Array) => void = () => undefined,
): ProtectedUpdate {
  const update: Update = received.flatMap((before, index) => {
    const after = trained[index];
    if (before.dtype !== 'float32' || after?.dtype !== 'float32') return [];
    return [{ index, before, after: new Float32Array(bytesOfArray(after).buffer) }];
  });
  if (localDp !== undefined) {
    clip(update, localDp.clippingNorm);
    addNoise(update, localDp.deviation);
    for (const { index, after } of update) repair(index, after);
  }
  const isClipped = clippingNorm !== undefined && clip(update, clippingNorm);
  const changed = new Map(update.map(({ index, after }) => [index, after]));
  const arrays = received.map((before, index) => {
    const after = changed.get(index);
    return after === undefined ? before.clone() : tensor(after, { shape: before.shape });
  });
  return { arrays, normBit: clippingNorm === undefined ? undefined : isClipped ? 1 : 0 };
}

/** The float32 arrays of an update, by their positions among all. */
type Update = readonly {
  readonly index: number;
  readonly before: Tensor;
  readonly after: Float32Array<ArrayBuffer>;
}[];

function normOf(update: Update): number {
  let sum = 0;
  for (const { before, after } of update) {
    const start = float32Of(before);
    for (let i = 0; i < after.length; i++) {
      const change = (after[i] ?? 0) - (start[i] ?? 0);
      sum += change * change;
    }
  }
  return Math.sqrt(sum);
}

/** Multiplies the changes by a factor. */
function scale(update: Update, factor: number): void {
  for (const { before, after } of update) {
    const start = float32Of(before);
    for (let i = 0; i < after.length; i++) {
      const from = start[i] ?? 0;
      after[i] = from + factor * ((after[i] ?? 0) - from);
    }
  }
}

/**
 * Scales an update to a norm of at most `most`, counted in float64 of the float32 numbers that are sent: where rounding lifts the
 * norm above it, the update becomes a little smaller, or nothing is left of an update below the spacing of the numbers.
 *
 * @returns whether the norm was above
 */
function clip(update: Update, most: number): boolean {
  let norm = normOf(update);
  if (norm <= most) return false;
  for (let part = 2 ** -22; norm > most; part *= 2) {
    scale(update, part < 1 ? (most * (1 - part)) / norm : 0);
    norm = normOf(update);
  }
  return true;
}

function addNoise(update: Update, deviation: number): void {
  const gaussian = secureGaussian();
  for (const { after } of update) {
    for (let i = 0; i < after.length; i++) after[i] = (after[i] ?? 0) + deviation * gaussian();
  }
}
