import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Element } from './element.js';
import type { GeneratorState } from './shuffle.js';

/** Marks a `Dataset`: code that only asks whether something is one need not carry all that a data set can do. */
export const DATASET = Symbol('dataset');

/** What a loop of a model needs of a data set. */
export interface AnyDataset {
  /** @internal */
  readonly [DATASET]: true;
  readonly size: number | undefined;
  /**
   * Begins a pass, or one like an earlier one of that order; an aborted signal ends it. Orders without a seed are drawn from
   * the generator, by default the global one. @internal
   */
  begin(
    saved?: readonly GeneratorState[],
    signal?: AbortSignal,
    generator?: SeedGenerator,
  ): BegunIteration;
}

/** A pass that has begun, and what its order depends on. */
export interface BegunIteration {
  readonly elements: AsyncIterator<Element>;
  readonly order: readonly GeneratorState[];
}

/** Whether `value` is a `Dataset`. */
export function isDataset(value: unknown): value is AnyDataset {
  return typeof value === 'object' && value !== null && DATASET in value;
}
