import type { BatchPosition } from '../../data/batches/index.js';
import { FormatError } from '../../errors.js';

/** State of a random generator. */
export interface GeneratorState {
  readonly seed: number;
  readonly blocks: number;
}

/** Where a `fit` is, apart from weights and the optimizer. JSON can hold it. */
export interface TrainingState {
  readonly version: 1;
  /** The epoch that runs, or the next one. */
  readonly epoch: number;
  readonly position: BatchPosition;
  /** Loss and metrics of the running epoch; null between epochs. */
  readonly metrics: readonly (readonly number[])[] | null;
  /** What these come to. */
  readonly logs: Readonly<Record<string, number>> | null;
  readonly globalGenerator: GeneratorState;
  /** Those of the layers, in the order of the layers. */
  readonly layerGenerators: readonly GeneratorState[];
  /** Keras's name of the optimizer's class. */
  readonly optimizer: string;
  /** Batch shape that the model was built for. */
  readonly inputShape: readonly (number | null)[];
}

/**
 * `value` as a state, checked: it comes from a file.
 *
 * @throws FormatError if it is none.
 */
export function checkTrainingState(value: unknown, label: string): TrainingState {
  if (isRecord(value) && isTrainingState(value)) return value;
  throw new FormatError(
    `${label}: this is no backup of fit, or one of another version. Delete it.`,
  );
}

function isTrainingState(value: object): value is TrainingState {
  const {
    version,
    epoch,
    position,
    metrics,
    logs,
    globalGenerator,
    layerGenerators,
    optimizer,
    inputShape,
  } = value as Readonly<Record<string, unknown>>;
  return (
    version === 1 &&
    isCount(epoch) &&
    isRecord(position) &&
    isCount(position['epochBatches']) &&
    isCount(position['passBatches']) &&
    (position['order'] === null || isGenerator(position['order'])) &&
    (position['dataset'] === undefined || isListOf(position['dataset'], isGenerator)) &&
    (metrics === null || isListOf(metrics, isNumbers)) &&
    (logs === null || (isRecord(logs) && isNumbers(Object.values(logs)))) &&
    isGenerator(globalGenerator) &&
    isListOf(layerGenerators, isGenerator) &&
    typeof optimizer === 'string' &&
    isListOf(inputShape, (length) => length === null || isCount(length))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isNumbers(value: unknown): boolean {
  return isListOf(value, (item) => typeof item === 'number');
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isGenerator(value: unknown): boolean {
  return isRecord(value) && isCount(value['seed']) && isCount(value['blocks']);
}
