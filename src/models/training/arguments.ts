import { isPlainObject } from '../../config/index.js';
import { isBatchIterable } from '../../data/batches/index.js';
import type { AnyData, PartialSamples } from './data-types.js';

/** What `fit` and `evaluate` are called with. */
export interface DataArguments<Options> {
  readonly x: AnyData;
  readonly y: PartialSamples;
  readonly options: Options;
}

/**
 * The arguments by their names: without targets, as with an iterable of batches, the options may stand second. An object
 * in their place is targets by the names of outputs if it holds data, and no option.
 */
export function splitArguments<Options extends object>(
  x: unknown,
  second: unknown,
  third: Options | undefined,
  known: readonly string[],
): DataArguments<Options> {
  const isAlone = third === undefined && isPlainObject(second);
  if (isAlone && (isBatchIterable(x) || !holdsTargets(second, known))) {
    return { x: x as AnyData, y: undefined, options: second as Options };
  }
  return { x: x as AnyData, y: second as PartialSamples, options: third ?? ({} as Options) };
}

function holdsTargets(
  second: Readonly<Record<string, unknown>>,
  known: readonly string[],
): boolean {
  return (
    !Object.keys(second).some((key) => known.includes(key)) &&
    Object.values(second).some((value) => typeof value === 'object' && value !== null)
  );
}
