import type { Callbacks } from '../../callbacks/index.js';
import { checkOptions } from '../../config/index.js';
import { concat } from '../../ops/index.js';
import { PauseClock } from '../../runtime/index.js';
import { detach, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { toBatches } from './inputs.js';
import type { DataLike } from './inputs.js';
import { forEachBatch, loopCallbacks, loopSettings, optionalCount } from './loop.js';
import type { LoopOptions } from './loop.js';
import type { CompilableModel } from '../compilable-model.js';
import { predictStep } from './steps.js';

/** Options of `predict`. */
export interface PredictOptions extends LoopOptions {
  /** Batches to take; default all. */
  readonly steps?: number | null;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
}

/** Names of the options of `predict`. */
export const PREDICT_OPTIONS = [
  'batchSize',
  'verbose',
  'yieldEvery',
  'signal',
  'steps',
  'callbacks',
] as const satisfies readonly (keyof PredictOptions)[];

/** The outputs for all samples: what `model.predict` does. */
export async function predict(
  model: CompilableModel,
  x: DataLike,
  options: PredictOptions,
): Promise<Tensor> {
  checkOptions('predict', options, PREDICT_OPTIONS);
  const { verbose, yieldEvery, signal } = loopSettings('predict', options);
  const source = toBatches(
    'predict',
    'predicting',
    model,
    { x },
    {
      batchSize: options.batchSize ?? undefined,
      shuffle: false,
      steps: optionalCount('predict', 'steps', options.steps),
      stepsName: 'steps',
      signal,
    },
  );
  const outputs: Tensor[] = [];
  try {
    const params = { verbose, epochs: 1, steps: source.steps ?? null };
    const callbacks = loopCallbacks('predict', options.callbacks, model, params, signal);
    await callbacks.onPredictBegin();
    await forEachBatch(
      'predict',
      source,
      { clock: new PauseClock(yieldEvery), signal },
      {
        begin: (batch) => callbacks.onPredictBatchBegin(batch),
        work: (make) => {
          outputs.push(detach(predictStep(model, make)));
        },
        end: (batch) => callbacks.onPredictBatchEnd(batch),
      },
    );
    await callbacks.onPredictEnd();
    return tidy(() => concat(outputs));
  } finally {
    for (const output of outputs) output.dispose();
    await source.close();
  }
}
