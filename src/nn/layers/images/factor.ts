import { describeValue } from '../../../config/describe-value.js';
import { isListOf } from '../../../config/index.js';
import type { Option } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { less } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Tensor } from '../../../engine/tensor/index.js';

/** The smallest and the largest of some numbers. */
export type NumberPair = readonly [lower: number, upper: number];

/** What may be given for a range of numbers that are drawn: a number, or the smallest and the largest. */
export type FactorOption = number | NumberPair;

/** Which numbers a factor may reach. */
interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Whether all of them are whole numbers. */
  readonly integer?: boolean;
}

const isFinitePair = (value: unknown): value is NumberPair =>
  isListOf(value, Number.isFinite) && value.length === 2;

const sorted = ([a, b]: NumberPair): NumberPair => (a <= b ? [a, b] : [b, a]);

/**
 * How far a change of images goes, from `min` to `max`. A pair holds the limits between which a number is drawn, in any order. A
 * number f stands for [−f, f], or for [min, f] where −f is less than `min`. The pair of limits is kept.
 */
export function factor(
  spec: Bounds & { readonly default?: FactorOption },
): Option<FactorOption, NumberPair>;
export function factor(
  spec: Bounds & { readonly default: null },
): Option<FactorOption | null, NumberPair | null>;
export function factor({
  min,
  max,
  integer = false,
  default: value,
}: Bounds & { readonly default?: FactorOption | null }): Option<
  FactorOption | null,
  NumberPair | null
> {
  const isInside = (limit: number): boolean =>
    limit >= min && limit <= max && (!integer || Number.isInteger(limit));
  return {
    default: value,
    check: (given, { label, name }) => {
      if (typeof given === 'number' && isInside(given)) {
        const size = Math.abs(given);
        // No −0: configs tell it from 0.
        return [Math.max(0 - size, min), size];
      }
      if (isFinitePair(given) && given.every(isInside)) return sorted(given);
      throw new ValueError(
        `${label}: ${name} must be a ${integer ? 'whole ' : ''}number from ${min} to ${max} or a pair [lower, upper] of them, got ` +
          `${describeValue(given)}.`,
      );
    },
  };
}

/** The darkest and the lightest value that images have, in any order. Default [0, 255]. */
export const valueRange = (): Option<NumberPair> => ({
  default: [0, 255],
  check: (given, { label, name }) => {
    if (isFinitePair(given) && given[0] !== given[1]) return sorted(given);
    throw new ValueError(
      `${label}: ${name} must be a pair of two different numbers, such as [0, 1], got ${describeValue(given)}.`,
    );
  },
});

/** What says the same as a pair of limits, a number where one does: Keras keeps some factors as they were given. */
export const numberOrPair = ([lower, upper]: NumberPair): FactorOption =>
  lower === -upper ? upper : [lower, upper];

/** A factor that stands in configs as a number where one says the same. */
export function factorAsGiven(spec: Bounds): Option<FactorOption, NumberPair>;
export function factorAsGiven(
  spec: Bounds & { readonly default: null },
): Option<FactorOption | null, NumberPair | null>;
export function factorAsGiven(
  spec: Bounds & { readonly default?: null },
): Option<FactorOption | null, NumberPair | null> {
  const toConfig = (pair: NumberPair | null): FactorOption | null => pair && numberOrPair(pair);
  return { ...factor(spec as Bounds & { readonly default: null }), toConfig };
}

/** float32 numbers, evenly distributed between two limits. */
export const between = (
  shape: readonly number[],
  [minval, maxval]: NumberPair,
  seed: SeedGenerator,
): Tensor => uniform(shape, { minval, maxval, seed });

/** Which of `count` images are changed, bool [count]: each with its own probability, which is drawn between two limits. */
export const chosen = (count: number, probability: NumberPair, seed: SeedGenerator): Tensor => {
  const ofImages = between([count], probability, seed);
  return less(uniform([count], { seed }), ofImages);
};
