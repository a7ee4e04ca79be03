import { Tensor, detach, tidy } from '../../../engine/tensor/index.js';
import { checkOptions, flattenNest, packNest } from '../../../config/index.js';
import { concat } from '../../../engine/ops/index.js';
import { predictBatch } from '../steps.js';
import type { Nest } from '../../../config/index.js';
import { toBatches } from './batching.js';
import type { AnyData } from '../data-types.js';
import { forEachBatch, loopCallbacks, loopSettings, optionalCount } from './loop.js';
import type { PredictOptions } from '../loop-options.js';
import type { CompilableModel } from '../compilable-model.js';
import { PREDICT_OPTIONS } from './arguments.js';
import { PauseClock } from './pause.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** The outputs for all samples, in the structure of the model's outputs: what `model.predict` does. */
export async function predict(
  model: CompilableModel,
  x: AnyData,
  options: PredictOptions,
): Promise<Nest<Tensor>> {
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
  // Of each batch the outputs in order.
  const outputs: Tensor[][] = [];
  let structure: Nest<Tensor> | undefined;
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
          const result = tidy(() => predictBatch('predict', model, make()));
          structure ??= result;
          outputs.push(flattenNest(result, isTensor).map(detach));
        },
        end: (batch) => callbacks.onPredictBatchEnd(batch),
      },
    );
    await callbacks.onPredictEnd();
    const [first = []] = outputs;
    return tidy(() =>
      packNest(
        structure,
        isTensor,
        first.map((_, i) => concat(outputs.flatMap((ofBatch) => ofBatch[i] ?? []))),
      ),
    );
  } finally {
    for (const output of outputs.flat()) output.dispose();
    await source.close();
  }
}
