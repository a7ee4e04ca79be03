import type { AnyData, PartialSamples } from '../data-types.js';
import type { FitOptions } from '../fit-options.js';
import type { EvaluateOptions, PredictOptions } from '../loop-options.js';
import { library } from './given.js';

/** Names of the options of `fit`. */
export const FIT_OPTIONS = [
  'batchSize',
  'verbose',
  'yieldEvery',
  'signal',
  'epochs',
  'callbacks',
  'validationSplit',
  'validationData',
  'shuffle',
  'classWeight',
  'sampleWeight',
  'initialEpoch',
  'stepsPerEpoch',
  'validationSteps',
  'validationBatchSize',
  'validationFreq',
] as const satisfies readonly (keyof FitOptions)[];

/** Names of the options of `evaluate`. */
export const EVALUATE_OPTIONS = [
  'batchSize',
  'verbose',
  'yieldEvery',
  'signal',
  'sampleWeight',
  'steps',
  'callbacks',
  'returnDict',
] as const satisfies readonly (keyof EvaluateOptions)[];

/** Names of the options of `predict`. */
export const PREDICT_OPTIONS = [
  'batchSize',
  'verbose',
  'yieldEvery',
  'signal',
  'steps',
  'callbacks',
] as const satisfies readonly (keyof PredictOptions)[];

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
function splitArguments<Options extends object>(
  x: unknown,
  second: unknown,
  third: Options | undefined,
  known: readonly string[],
): DataArguments<Options> {
  const isAlone = third === undefined && library.isPlainObject(second);
  if (isAlone && (library.isBatchIterable(x) || !holdsTargets(second, known))) {
    return { x: x as AnyData, y: undefined, options: second as Options };
  }
  return { x: x as AnyData, y: second as PartialSamples, options: third ?? ({} as Options) };
}

/** What `fit` was called with. @throws ValueError for an unknown option. */
export function fitArguments(
  x: unknown,
  second: unknown,
  third: FitOptions | undefined,
): DataArguments<FitOptions> {
  const given = splitArguments(x, second, third, FIT_OPTIONS);
  library.checkOptions('fit', given.options, FIT_OPTIONS);
  return given;
}

/** What `evaluate` was called with. @throws ValueError for an unknown option. */
export function evaluateArguments(
  x: unknown,
  second: unknown,
  third: EvaluateOptions | undefined,
): DataArguments<EvaluateOptions> {
  const given = splitArguments(x, second, third, EVALUATE_OPTIONS);
  library.checkOptions('evaluate', given.options, EVALUATE_OPTIONS);
  return given;
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
