import { ValueError } from '../../errors.js';
import { SeedGenerator } from '../../random/index.js';
import type { ShuffleStage } from './shuffle.js';
import type { Pass, Stage } from './stage.js';

/** Where a generator of random numbers is. */
export type GeneratorState = ReturnType<SeedGenerator['getState']>;

/** A pass that begins, and what its order depends on: with that, another process can run the same pass. */
export interface BegunPass {
  readonly pass: Pass;
  readonly order: readonly GeneratorState[];
}

/**
 * Begins a pass through a pipeline.
 *
 * @param saved the `order` of an earlier pass, to run that one again
 * @param signal ends it wherever it waits
 */
export function beginPass(
  root: Stage<unknown>,
  saved?: readonly GeneratorState[],
  signal?: AbortSignal,
): BegunPass {
  const fresh = (): SeedGenerator => new SeedGenerator(saved === undefined ? null : 0);
  const shuffles = [...shufflesOf(root)];
  for (const shuffle of shuffles) {
    if (!shuffle.reshuffles) shuffle.own ??= fresh();
  }
  const own = shuffles.map((shuffle) => shuffle.own).filter((one) => one !== undefined);
  const generator = own.length < shuffles.length ? fresh() : undefined;
  const generators = generator === undefined ? own : [generator, ...own];
  if (saved !== undefined) {
    if (saved.length !== generators.length) {
      throw new ValueError(
        `the interrupted run read a data set that draws from ${saved.length} generators, this one draws from ` +
          `${generators.length}. Give the same data, or delete the backup.`,
      );
    }
    saved.forEach((state, i) => {
      generators[i]?.setState(state);
    });
  }
  return { pass: { generator, signal }, order: generators.map((one) => one.getState()) };
}

function shufflesOf(
  stage: Stage<unknown>,
  found = new Set<ShuffleStage<unknown>>(),
): Set<ShuffleStage<unknown>> {
  if ('reshuffles' in stage) found.add(stage as ShuffleStage<unknown>);
  for (const source of stage.upstream) shufflesOf(source, found);
  return found;
}
