import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkLength,
  checkNumber,
  checkOptions,
  naming,
} from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { Dataset } from '../../nn/data/dataset/dataset.js';
import { windowStage } from '../../nn/data/dataset/tensors.js';
import { slice } from '../../engine/ops/index.js';
import { RandomState } from '../../engine/random/random-state.js';
import { globalGenerator } from '../../engine/random/seed-generator.js';
import { formatShape, keep, tidy, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';

/** Options of `timeseriesDatasetFromArray`. */
export interface TimeseriesDatasetOptions {
  /** The number of steps in a window. */
  readonly sequenceLength: number;
  /** The distance between the first steps of successive windows. Default 1. */
  readonly sequenceStride?: number;
  /** The distance between the steps of a window. Default 1. */
  readonly samplingRate?: number;
  /** The number of windows in a batch. Default 128; null: elements are single windows. */
  readonly batchSize?: number | null;
  /** Whether to shuffle the windows in each pass. Default false: in chronological order. */
  readonly shuffle?: boolean;
  /** Seed of the random order, a whole number from 0 to 2³² − 1. Default: drawn from the global generator. */
  readonly seed?: number | null;
  /** The first step that windows may use. Default: the beginning of the series. */
  readonly startIndex?: number | null;
  /** The step before which windows must end. Default: the end of the series. */
  readonly endIndex?: number | null;
}

const OWNER = 'timeseriesDatasetFromArray';

const OPTIONS: readonly (keyof TimeseriesDatasetOptions)[] = [
  'sequenceLength',
  'sequenceStride',
  'samplingRate',
  'batchSize',
  'shuffle',
  'seed',
  'startIndex',
  'endIndex',
];

/**
 * Sliding windows over a series, as a data set of batches: x of shape (batch, sequenceLength, …), or [x, y] with targets.
 * Keras: `timeseries_dataset_from_array`. A window that begins at step i has the steps i, i + samplingRate, … and the target
 * `targets[i]`: for a forecast, shift the targets by the number of steps to look ahead.
 *
 * Only the steps from `startIndex` to `endIndex` − 1 are used, also of the targets. No window extends beyond the last step.
 * Windows are gathered when they are read, so the data set needs only the memory of the series.
 *
 * @param data rows, one for each step: (steps,) or (steps, …)
 * @param targets rows, one for each step, or null for none
 * @throws ValueError if no window fits, or for an option out of range.
 * @throws ShapeError if there are too few targets for the windows.
 * @example
 * const windows = utils.timeseriesDatasetFromArray(x, x.slice('24:'), { sequenceLength: 24 });
 * await model.fit(windows, { epochs: 3 });
 */
export function timeseriesDatasetFromArray(
  data: TensorLike,
  targets: null,
  options: TimeseriesDatasetOptions,
): Dataset<Tensor>;
export function timeseriesDatasetFromArray(
  data: TensorLike,
  targets: TensorLike,
  options: TimeseriesDatasetOptions,
): Dataset<[Tensor, Tensor]>;
export function timeseriesDatasetFromArray(
  data: TensorLike,
  targets: TensorLike | null,
  options: TimeseriesDatasetOptions,
): Dataset {
  checkOptions(OWNER, options, OPTIONS);
  const { sequenceLength, sequenceStride = 1, samplingRate = 1, batchSize = 128 } = options;
  const length = checkLength(OWNER, 'sequenceLength', sequenceLength);
  if (batchSize !== null) checkLength(OWNER, 'batchSize', batchSize);
  const isShuffled = checkBoolean(OWNER, 'shuffle', options.shuffle ?? false);
  const seed = isShuffled ? checkSeed(options.seed) : 0;

  const owned = tidy(() => {
    const series = rowsOf('data', data);
    const wanted = targets === null ? undefined : rowsOf('targets', targets);
    const steps = series.shape[0] ?? 0;
    const rate = checkStep('samplingRate', samplingRate, steps);
    const stride = checkStep('sequenceStride', sequenceStride, steps);
    const [first, end] = range(options, steps);
    const reach = (length - 1) * rate + 1;
    const fitting = Math.min(end - first - reach + 1, wanted?.shape[0] ?? Infinity);
    if (fitting < 1) {
      throw new ValueError(
        `${OWNER}: no window fits: ${length} steps at a rate of ${rate} reach over ${reach} steps, but there are ` +
          `${end - first}` +
          (wanted === undefined ? '' : ` and ${String(wanted.shape[0])} targets`) +
          `. Make sequenceLength or samplingRate smaller, or give more data.`,
      );
    }
    const starts = Int32Array.from({ length: Math.ceil(fitting / stride) }, (_, i) => i * stride);
    const last = first + (starts.at(-1) ?? 0);
    if (wanted !== undefined && last >= (wanted.shape[0] ?? 0)) {
      throw new ShapeError(
        `${OWNER}: the window that begins at step ${last} needs a target, but targets have shape ` +
          `${formatShape(wanted.shape)}. Give a target for each step at which a window begins, or a smaller endIndex.`,
      );
    }
    const part = (rows: Tensor): Tensor =>
      keep((first === 0 && end >= (rows.shape[0] ?? 0) ? rows : slice(rows, [first, end])).alias());
    return { series: part(series), targets: wanted && part(wanted), starts, length, rate };
  });
  const { starts } = owned;
  if (isShuffled) new RandomState(seed).shuffle(starts);
  const windows = new Dataset(windowStage(owned));
  // Buffers as large as Keras's.
  const buffer = batchSize === null ? 1024 : batchSize * 8;
  const ordered = isShuffled ? windows.shuffle(Math.min(buffer, starts.length), { seed }) : windows;
  return batchSize === null ? ordered : ordered.batch(batchSize);
}

function checkSeed(seed: number | null | undefined): number {
  if (seed === undefined || seed === null) return globalGenerator().nextSeed() % 2 ** 32;
  return checkNumber(OWNER, 'seed', seed, { min: 0, max: 2 ** 32 - 1, integer: true });
}

function rowsOf(name: string, given: TensorLike): Tensor {
  const rows = naming(`${OWNER}: ${name}`, () => toTensor(given));
  if (rows.ndim > 0) return rows;
  throw new ValueError(
    `${OWNER}: ${name} must have a row for each step, got ${describeValue(given)}.`,
  );
}

function checkStep(name: string, value: number, steps: number): number {
  if (checkLength(OWNER, name, value) < steps) return value;
  throw new ValueError(
    `${OWNER}: ${name} must be smaller than the ${steps} steps of data, got ${value}.`,
  );
}

/** The steps that windows may use, from the first to before the last. */
function range(
  { startIndex, endIndex }: TimeseriesDatasetOptions,
  steps: number,
): [number, number] {
  const first = startIndex ?? 0;
  checkNumber(OWNER, 'startIndex', first, { min: 0, max: steps - 1, integer: true });
  if (endIndex === undefined || endIndex === null) return [first, steps];
  checkNumber(OWNER, 'endIndex', endIndex, { min: first + 1, max: steps - 1, integer: true });
  return [first, endIndex];
}
