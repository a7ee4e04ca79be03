import { printable } from '../../../config/describe-value.js';
import type { TensorData } from '../../../config/dtype.js';
import { ValueError } from '../../../errors.js';
import { roundHalfEven } from '../../../files/formats/elements.js';
import { npyHeaderOf } from '../../../files/formats/npy.js';
import { RandomState } from '../../../engine/random/random-state.js';
import { sizeOf } from '../../../engine/tensor/index.js';
import type { Shape } from '../../../engine/tensor/index.js';
import type { TrainingResult } from '../answers.js';
import { refusing } from '../errors.js';
import { bytesOfArray } from '../object-writer.js';
import { numbersOf } from '../weights.js';
import type { Entropy } from './entropy.js';
import type { Settings } from './settings.js';

// What a node sends in place of its weights. With n samples, of which `maxWeight` count as 1, and R = `targetRange`:
//
//     factor    q = round(n / maxWeight · R)
//     weights   round(clip(w · q / R, ±c) + c) · R / 2c), up or down at random, so that the mean is right
//     masked    [q, weights] + own mask ± mask of each pair, modulo `modRange`
//
// A mask is what NumPy's RandomState(seed).randint(0, modRange − 1) gives. Those of pairs cancel in the sum of all nodes. The
// arithmetic is that of NumPy, in float32 for weights of float32. Modulo 2³² is what elements of a Uint32Array do, and `modRange`
// is a power of 2 of at most that.

/** A mask: its seed, and whether it is added or taken away. */
export interface Mask {
  readonly seed: Uint8Array;
  readonly sign: 1 | -1;
}

/** Words that are drawn at a time. */
const DRAWN_WORDS = 2 ** 14;

/**
 * The masked factor and the masked weights, each an NPY file of int64.
 *
 * @throws ValueError for more samples than the server allows for, and weights that are not finite.
 */
export function maskedArrays(
  trained: Pick<TrainingResult, 'arrays' | 'count'>,
  settings: Settings,
  masks: readonly Mask[],
  entropy: Pick<Entropy, 'bytes'>,
): Uint8Array<ArrayBuffer>[] {
  const { targetRange, modRange } = settings;
  const factor = refusing(() => factorOf(trained.count, settings));
  const streams = masks.map(({ seed, sign }) => ({ sign, state: new RandomState(folded(seed)) }));
  const count = trained.arrays.reduce((sum, [, { shape }]) => sum + sizeOf(shape), 0);
  const draw = uniforms(count, entropy);
  const finish = (values: Uint32Array, shape: Shape): Uint8Array<ArrayBuffer> => {
    const mask = new Uint32Array(values.length);
    for (const { state, sign } of streams) {
      state.fillBelow(mask, modRange - 1);
      for (let i = 0; i < values.length; i++) {
        values[i] = (values[i] ?? 0) + sign * (mask[i] ?? 0);
      }
    }
    return int64File(values, shape, modRange - 1);
  };
  const masked = [finish(Uint32Array.of(factor), [1])];
  for (const [name, array] of trained.arrays) {
    const values = new Uint32Array(sizeOf(array.shape));
    const quantizer = {
      ...settings,
      scale: factor / targetRange,
      round: array.dtype === 'float32' ? Math.fround : (value: number) => value,
      draw,
      label: `the weight '${printable(name)}'`,
    };
    quantize(numbersOf(bytesOfArray(array), array.dtype), values, quantizer);
    masked.push(finish(values, array.shape));
  }
  return masked;
}

/** The number that stands for the weight of the node. */
function factorOf(count: number, { maxWeight, targetRange }: Settings): number {
  const ratio = count / maxWeight;
  if (ratio <= 1) return roundHalfEven(ratio * targetRange);
  throw new ValueError(
    `secure aggregation: this node has ${count} samples, and the server allows for ${maxWeight} (max_weight): beyond them ` +
      `weights would be cut off. Its SecAggPlusWorkflow needs a max_weight of ${count} or more.`,
  );
}

interface Quantizer extends Settings {
  readonly scale: number;
  /** To the precision of the weights. */
  readonly round: (value: number) => number;
  /** A random number from 0 to 1, without 1. */
  readonly draw: () => number;
  readonly label: string;
}

/** Whole numbers from 0 to `targetRange` for weights. */
function quantize(
  weights: TensorData,
  values: Uint32Array,
  { clippingRange, targetRange, scale, round, draw, label }: Quantizer,
): void {
  const [factor, range] = [round(scale), round(clippingRange)];
  const steps = round(targetRange / (2 * clippingRange));
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i] ?? 0;
    if (!Number.isFinite(weight)) {
      throw new ValueError(
        `secure aggregation: ${label} is not finite (${weight}), which would spoil the sum of all nodes.`,
      );
    }
    const clipped = Math.min(Math.max(round(weight * factor), -range), range);
    const exact = round(round(clipped + range) * steps);
    const above = Math.ceil(exact);
    values[i] = draw() < above - exact ? above - 1 : above;
  }
}

/** So many random numbers from 0 to 1, of 32 bits each. */
function uniforms(count: number, entropy: Pick<Entropy, 'bytes'>): () => number {
  let left = count;
  let words = new Uint32Array();
  let next = 0;
  return () => {
    if (next === words.length) {
      words = new Uint32Array(entropy.bytes(4 * Math.min(left, DRAWN_WORDS)).buffer);
      left -= words.length;
      next = 0;
    }
    return (words[next++] ?? 0) / 2 ** 32;
  };
}

/** The seed of a mask: words of 32 bits, little-endian, by ⊕. */
export function folded(seed: Uint8Array): number {
  const view = new DataView(seed.buffer, seed.byteOffset, seed.length);
  let word = 0;
  for (let at = 0; at < seed.length; at += 4) word ^= view.getUint32(at, true);
  return word >>> 0;
}

/** Whole numbers as int64 in an NPY file, each with the bits of `mask` alone. */
function int64File(values: Uint32Array, shape: Shape, mask: number): Uint8Array<ArrayBuffer> {
  const header = npyHeaderOf('<i8', shape);
  const file = new Uint8Array(header.length + 8 * values.length);
  file.set(header);
  // The upper halves stay 0. A header ends at a multiple of 64.
  const halves = new Uint32Array(file.buffer, header.length);
  for (let i = 0; i < values.length; i++) halves[2 * i] = (values[i] ?? 0) & mask;
  return file;
}
