import { checkOptions, isPlainObject } from '../../../config/index.js';
import { isBatchIterable } from '../../data/batches/index.js';
import type {
  AnyData,
  EvaluateOptions,
  FitOptions,
  PartialSamples,
  PredictOptions,
} from '../types.js';

/** Names of the options of every loop. */
const LOOP_OPTIONS = ['batchSize', 'verbose', 'yieldEvery', 'signal'] as const;

/** Names of the options of `fit`. */
export const FIT_OPTIONS = [
  ...LOOP_OPTIONS,
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
  ...LOOP_OPTIONS,
  'sampleWeight',
  'steps',
  'callbacks',
  'returnDict',
] as const satisfies readonly (keyof EvaluateOptions)[];

/** Names of the options of `predict`. */
export const PREDICT_OPTIONS = [
  ...LOOP_OPTIONS,
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
 * The arguments by name. Without targets, as with an iterable of batches, the options may be the second argument. An
 * object in second place is an object of targets by output name if it contains data and no option.
 *
 * @throws ValueError for an unknown option.
 */
export function splitArguments<Options extends object>(
  op: string,
  x: unknown,
  yOrOptions: unknown,
  settings: Options | undefined,
  known: readonly string[],
): DataArguments<Options> {
  const isAlone = settings === undefined && isPlainObject(yOrOptions);
  const hasTargets = !isAlone || (!isBatchIterable(x) && holdsTargets(yOrOptions, known));
  const options = hasTargets ? (settings ?? ({} as Options)) : (yOrOptions as Options);
  checkOptions(op, options, known);
  return { x: x as AnyData, y: hasTargets ? (yOrOptions as PartialSamples) : undefined, options };
}

/** What `fit` was called with. */
export const fitArguments = (
  x: unknown,
  yOrOptions: unknown,
  settings: FitOptions | undefined,
): DataArguments<FitOptions> => splitArguments('fit', x, yOrOptions, settings, FIT_OPTIONS);

/** What `evaluate` was called with. */
export const evaluateArguments = (
  x: unknown,
  yOrOptions: unknown,
  settings: EvaluateOptions | undefined,
): DataArguments<EvaluateOptions> =>
  splitArguments('evaluate', x, yOrOptions, settings, EVALUATE_OPTIONS);

function holdsTargets(
  yOrOptions: Readonly<Record<string, unknown>>,
  known: readonly string[],
): boolean {
  return (
    !Object.keys(yOrOptions).some((key) => known.includes(key)) &&
    Object.values(yOrOptions).some((value) => typeof value === 'object' && value !== null)
  );
}
