import { CallbackList } from '../callbacks/callback-list.js';
import type { CallbackLike } from '../callbacks/callback-list.js';
import { ProgbarLogger } from '../callbacks/progbar-logger.js';
import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';
import { concat } from '../ops/index.js';
import { PauseClock } from '../runtime/index.js';
import { detach } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { toBatches } from './inputs.js';
import type { DataLike } from './inputs.js';
import { checkCount, forEachBatch, loopSettings } from './loop.js';
import type { LoopOptions } from './loop.js';
import type { Model } from './model.js';
import { predictStep } from './steps.js';

/** Options of `predict`. */
export interface PredictOptions extends LoopOptions {
  /** Batches to take; default all. */
  readonly steps?: number | null;
  readonly callbacks?: readonly CallbackLike[];
}

/** The outputs for all samples: what `model.predict` does. */
export async function predict(model: Model, x: DataLike, options: PredictOptions): Promise<Tensor> {
  checkOptions('predict', options, [
    'batchSize',
    'verbose',
    'yieldEvery',
    'signal',
    'steps',
    'callbacks',
  ]);
  const { batchSize, verbose, yieldEvery, signal } = loopSettings('predict', options);
  const steps =
    options.steps === undefined || options.steps === null
      ? undefined
      : checkCount('predict', 'steps', options.steps);
  const source = toBatches('predict', model, x, undefined, undefined, {
    batchSize,
    shuffle: false,
    steps,
  });
  const callbacks = new CallbackList(
    [...(options.callbacks ?? []), ...(verbose === 0 ? [] : [new ProgbarLogger()])],
    model,
    { verbose, epochs: 1, steps: source.steps ?? null },
  );
  const outputs: Tensor[] = [];
  try {
    await callbacks.onPredictBegin();
    await forEachBatch(source, { clock: new PauseClock(yieldEvery), signal }, {
      begin: (batch) => callbacks.onPredictBatchBegin(batch),
      work: (make) => {
        outputs.push(detach(predictStep(model, make)));
      },
      end: (batch) => callbacks.onPredictBatchEnd(batch),
    });
    await callbacks.onPredictEnd();
    if (outputs.length === 0) throw new ValueError('predict: the data gave no batch.');
    return concat(outputs);
  } finally {
    for (const output of outputs) output.dispose();
  }
}
