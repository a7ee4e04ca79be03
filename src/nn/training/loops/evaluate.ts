import { checkBoolean } from '../../../config/index.js';
import { testStep } from '../steps.js';
import { tidy } from '../../../engine/tensor/index.js';
import type { CallbackList } from '../../callbacks/callback-list.js';
import type { BatchSource } from '../../data/batches/index.js';
import type { Compiled, Logs } from '../compiled.js';
import { toBatches } from './batching.js';
import { evaluateArguments } from './arguments.js';
import { forEachBatch, loopCallbacks, loopSettings, optionalCount } from './loop.js';
import type { LoopControl } from './loop.js';
import type { EvaluateOptions } from '../loop-options.js';
import type { CompilableModel } from '../compilable-model.js';
import { PauseClock } from './pause.js';

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
  second: unknown,
  third: EvaluateOptions | undefined,
): Promise<number[] | Logs> {
  const { x, y, options } = evaluateArguments(samples, second, third);
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
