// What a step computes of a batch for loss and metrics, and how these take it in: a step that is replayed computes it again, and
// lends it.
import type { Batch } from '../data/batches/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { BatchSums } from '../metrics/accumulator.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { LogitsFunction, Tensor } from '../../engine/tensor/index.js';
import type { Compiled } from './compiled.js';
import type { OutputsOfBatch } from './output-metrics.js';
import type { StepSetting } from '../capture/captured-run.js';

/** Tensors by their indices in a list; some may be missing. */
export type ByIndex = Readonly<Record<number, Tensor>>;

/** What loss and metrics take in. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is not a structure of tensors
export type Measured = {
  /** The loss; empty if there is none. */
  readonly loss: readonly Tensor[];
  /** The losses of the outputs. */
  readonly values: readonly Tensor[];
  /** The sums that metrics take in. */
  readonly sums: readonly (readonly Tensor[])[];
  /** What metrics get that give no sums; empty if there are no such metrics. */
  readonly outputs: readonly Outputs[];
};

/** What the model made of a batch, by the positions of the outputs. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface is not a structure of tensors
type Outputs = {
  readonly yPred: readonly Tensor[];
  /** The logits of outputs that are probabilities. */
  readonly logits: Readonly<Record<LogitsFunction, ByIndex>>;
};

/** The fields of a batch. */
export type BatchFields = readonly [Batch['x'], Batch['y'], Batch['sampleWeight']];

export const fieldsOfBatch = ({ x, y, sampleWeight }: Batch): BatchFields => [x, y, sampleWeight];

/** What a step works with that computes loss and metrics. @param optimizer what gets gradients, in a step of training */
export function settingFor(
  model: AnyLayer,
  compiled: Compiled,
  optimizer?: Optimizer,
): Pick<StepSetting, 'model' | 'trainer'> {
  return {
    model,
    trainer: () => ({
      losses: compiled.losses.all,
      measures: compiled.withSums,
      metrics: compiled.metrics,
      optimizers: optimizer === undefined ? [] : [optimizer, ...Object.values(optimizer.inner)],
    }),
  };
}

/** Computes what loss and metrics take in, and finds what takes the sums in. */
export function measure(
  op: string,
  compiled: Compiled,
  outputs: OutputsOfBatch,
  loss: Tensor | undefined,
): { readonly measured: Measured; readonly takes: readonly BatchSums['take'][] } {
  const { values } = compiled;
  const found = compiled.sumsOf(op, outputs);
  const measured = {
    loss: loss === undefined ? [] : [loss],
    values,
    sums: found.map(({ sums }) => sums),
    outputs: compiled.hasOthers ? [outputsOf(outputs.yPred)] : [],
  };
  return { measured, takes: found.map(({ take }) => take) };
}

function outputsOf(yPred: readonly Tensor[]): Outputs {
  const logits = (by: LogitsFunction): ByIndex =>
    byIndex(yPred, ({ origin }) =>
      origin?.by === by && !origin.logits.isDisposed ? origin.logits : undefined,
    );
  return { yPred, logits: { softmax: logits('softmax'), sigmoid: logits('sigmoid') } };
}

export function byIndex<T>(list: readonly T[], f: (item: T) => Tensor | undefined | null): ByIndex {
  const found: Record<number, Tensor> = {};
  list.forEach((item, i) => {
    const tensor = f(item);
    if (tensor) found[i] = tensor;
  });
  return found;
}

/**
 * What takes these results into loss and metrics.
 *
 * @param isBorrowed whether other results are in the tensors each time that it is called
 */
export function metricsUpdater(
  compiled: Compiled,
  samples: number,
  { loss, values, sums, outputs }: Measured,
  takes: readonly BatchSums['take'][],
  isBorrowed: boolean,
): (op: string, fields: BatchFields) => void {
  const found = takes.map((take, i) => ({ take, sums: sums[i] ?? [] }));
  const own = (tensor: Tensor): Tensor => (isBorrowed ? tensor.clone() : tensor);
  return (op, [, y, sampleWeight]) => {
    compiled.take(loss[0]?.item() ?? 0, samples, values, found);
    for (const { yPred, logits } of outputs) {
      // Metrics may keep what they are given, and longer than what a batch is gathered from.
      for (const tensor of [...y, ...sampleWeight]) tensor?.materialize();
      const predicted = yPred.map((tensor, i) => withLogits(own(tensor), logits, i, own));
      compiled.updateOthers(op, { yPred: predicted, y, sampleWeight });
    }
  };
}

/** An output with its logits, which a copy has lost. */
function withLogits(
  y: Tensor,
  { softmax, sigmoid }: Outputs['logits'],
  index: number,
  own: (tensor: Tensor) => Tensor,
): Tensor {
  for (const [by, all] of [
    ['softmax', softmax],
    ['sigmoid', sigmoid],
  ] as const) {
    const logits = all[index];
    if (logits !== undefined) y.origin ??= { logits: own(logits), by };
  }
  return y;
}
