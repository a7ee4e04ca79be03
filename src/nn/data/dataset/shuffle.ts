import { ValueError } from '../../../errors.js';
import { wholeNumbers } from '../../../engine/random/draw.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { AGAIN, andThen, loop } from './stage.js';
import type { Awaitable, Pass, Stage } from './stage.js';

/** A stage that draws random numbers. */
export interface ShuffleStage<T> extends Stage<T> {
  /** The generator of the stage; undefined where each pass brings one. `beginPass` makes one that is needed. */
  own: SeedGenerator | undefined;
  /** A new order in each pass. */
  readonly reshuffles: boolean;
}

/** How a shuffle draws. */
export interface ShuffleSettings {
  readonly bufferSize: number;
  /** The source of the random order; undefined for the global generator. */
  readonly seed: SeedGenerator | undefined;
  /** A new order in each pass. */
  readonly reshuffles: boolean;
}

/**
 * The items in random order: `bufferSize` of them are held, one of these is given, any with the same probability, and
 * the next item takes its place. A buffer of all items makes all orders equally likely.
 */
export function shuffleStage<T>(
  upstream: Stage<T>,
  { bufferSize, seed, reshuffles }: ShuffleSettings,
): ShuffleStage<T> {
  return {
    kind: upstream.kind,
    size: upstream.size,
    upstream: [upstream],
    own: seed,
    reshuffles,
    open(pass: Pass) {
      const generator = this.own ?? pass.generator ?? new SeedGenerator(null);
      const state = generator.getState();
      const below = drawer(new SeedGenerator(generator.nextSeed()));
      if (!reshuffles) generator.setState(state);
      const reader = upstream.open(pass);
      const buffer: T[] = [];
      let isOver = false;
      const fill = (): Awaitable<typeof AGAIN | undefined> => {
        if (isOver || buffer.length === bufferSize) return undefined;
        return andThen(reader.next(), (item): typeof AGAIN => {
          if (item === undefined) isOver = true;
          else buffer.push(item);
          return AGAIN;
        });
      };
      const draw = (): T | undefined => {
        const last = buffer.pop();
        if (last === undefined) return undefined;
        const at = below(buffer.length + 1);
        const chosen = buffer[at];
        if (chosen === undefined) return last;
        buffer[at] = last;
        return chosen;
      };
      return {
        next: () => andThen(loop<undefined>(fill), draw),
        close: () => {
          for (const item of buffer.splice(0)) upstream.kind.dispose(item);
          return reader.close();
        },
      };
    },
  };
}

/** Numbers drawn at a time. */
const DRAWS = 1024;
const LIMIT = 2 ** 31 - 1;

/** A function that gives a random whole number of 0 … n − 1, for n far below 2³¹. */
function drawer(seed: SeedGenerator): (n: number) => number {
  let numbers: ArrayLike<number> = [];
  let next = 0;
  return (n) => {
    if (next === numbers.length) {
      const drawn = wholeNumbers([DRAWS], 0, LIMIT, seed);
      numbers = drawn.data();
      drawn.dispose();
      next = 0;
    }
    return Math.floor(((numbers[next++] ?? 0) / LIMIT) * n);
  };
}

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
 * @param source where orders without a seed are drawn from; default the global generator
 */
export function beginPass(
  root: Stage<unknown>,
  saved?: readonly GeneratorState[],
  signal?: AbortSignal,
  source?: SeedGenerator,
): BegunPass {
  const fresh = (): SeedGenerator =>
    new SeedGenerator(saved === undefined ? (source?.nextSeed() ?? null) : 0);
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

/** Whether a stage gives its items in a new order in each pass. */
export function reshuffles(root: Stage<unknown>): boolean {
  return [...shufflesOf(root)].some((shuffle) => shuffle.reshuffles);
}

function shufflesOf(
  stage: Stage<unknown>,
  found = new Set<ShuffleStage<unknown>>(),
): Set<ShuffleStage<unknown>> {
  if ('reshuffles' in stage) found.add(stage as ShuffleStage<unknown>);
  for (const source of stage.upstream) shufflesOf(source, found);
  return found;
}
