import { checkBoolean, checkOptions, flattenNest, packNest } from '../../../config/index.js';
import { predictBatch, testStep } from '../steps.js';
import { detach, Tensor, tidy } from '../../../engine/tensor/index.js';
import type { CallbackList } from '../../callbacks/callback-list.js';
import type { BatchSource } from '../../data/batches/index.js';
import type { Compiled, Logs } from '../compiled.js';
import { toBatches } from './batching.js';
import { evaluateArguments, PREDICT_OPTIONS } from './arguments.js';
import { forEachBatch, loopCallbacks, loopSettings, optionalCount } from './loop.js';
import type { LoopControl } from './loop.js';
import type { AnyData, EvaluateOptions, PredictOptions } from '../types.js';
import type { CompilableModel } from '../compilable-model.js';
import { PauseClock } from './pause.js';
import { concat } from '../../../engine/ops/index.js';
import type { Nest } from '../../../config/index.js';

/** Loss and metrics over all batches of a source. */
export async function testLoop(
  op: string,
  model: CompilableModel,
  compiled: Compiled,
  source: BatchSource,
  callbacks: CallbackList,
  control: LoopControl,
): Promise<Logs> {
  model.resetMetrics();
  await callbacks.onTestBegin();
  const withLogs = callbacks.has('onTestBatchEnd');
  await forEachBatch(op, source, control, {
    begin: (batch) => callbacks.onTestBatchBegin(batch),
    work: (make) => {
      tidy(() => {
        testStep(op, model, make());
      });
    },
    end: (batch) => (withLogs ? callbacks.onTestBatchEnd(batch, compiled.logs()) : undefined),
  });
  const logs = compiled.logs();
  await callbacks.onTestEnd(logs);
  return logs;
}

/** Loss and metrics: what `model.evaluate` does. */
export async function evaluate(
  model: CompilableModel,
  samples: unknown,
  yOrOptions: unknown,
  settings: EvaluateOptions | undefined,
): Promise<number[] | Logs> {
  const { x, y, options } = evaluateArguments(samples, yOrOptions, settings);
  const isByName = checkBoolean('evaluate', 'returnDict', options.returnDict ?? false);
  const compiled = model.requireCompiled('evaluate');
  const { verbose, yieldEvery, signal } = loopSettings('evaluate', options);
  const { sampleWeight, batchSize, steps } = options;
  const source = toBatches(
    'evaluate',
    'measuring',
    model,
    { x, y, sampleWeight },
    {
      batchSize: batchSize ?? undefined,
      shuffle: false,
      steps: optionalCount('evaluate', 'steps', steps),
      stepsName: 'steps',
      signal,
    },
  );
  try {
    const params = { verbose, epochs: 1, steps: source.steps ?? null };
    const callbacks = loopCallbacks('evaluate', options.callbacks, model, params, signal);
    const control = { clock: new PauseClock(yieldEvery), signal };
    const logs = await testLoop('evaluate', model, compiled, source, callbacks, control);
    return isByName ? logs : compiled.listOf(logs);
  } finally {
    await source.close();
  }
}

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
