import { CallbackList } from '../callbacks/callback-list.js';
import type { CallbackLike } from '../callbacks/callback-list.js';
import { ProgbarLogger } from '../callbacks/progbar-logger.js';
import { checkOptions } from '../config/index.js';
import type { BatchSource } from '../data/batches/index.js';
import { PauseClock } from '../runtime/index.js';
import type { TensorLike } from '../tensor/index.js';
import type { Compiled, Logs } from './compiled.js';
import { toBatches } from './inputs.js';
import type { DataLike } from './inputs.js';
import { checkCount, forEachBatch, loopSettings } from './loop.js';
import type { LoopControl, LoopOptions } from './loop.js';
import type { Model } from './model.js';
import { testStep } from './steps.js';

/** Options of `evaluate`. */
export interface EvaluateOptions extends LoopOptions {
  /** One weight a sample, [n]. */
  readonly sampleWeight?: TensorLike;
  /** Batches to take; default all. */
  readonly steps?: number | null;
  readonly callbacks?: readonly CallbackLike[];
  /** An object of results by name instead of a list. Default false. */
  readonly returnDict?: boolean;
}

/** Loss and metrics over all batches of a source. */
export async function testLoop(
  model: Model,
  compiled: Compiled,
  source: BatchSource,
  callbacks: CallbackList,
  control: LoopControl,
): Promise<Logs> {
  compiled.reset();
  await callbacks.onTestBegin();
  const withLogs = callbacks.has('onTestBatchEnd');
  await forEachBatch(source, control, {
    begin: (batch) => callbacks.onTestBatchBegin(batch),
    work: (make) => {
      testStep(model, compiled, make);
    },
    end: (batch) => (withLogs ? callbacks.onTestBatchEnd(batch, compiled.logs()) : undefined),
  });
  const logs = compiled.logs();
  await callbacks.onTestEnd(logs);
  return logs;
}

/** Loss and metrics by name: what `model.evaluate` does. */
export async function evaluate(
  model: Model,
  x: DataLike,
  y: TensorLike | undefined,
  options: EvaluateOptions,
): Promise<Logs> {
  checkOptions('evaluate', options, [
    'batchSize',
    'verbose',
    'yieldEvery',
    'signal',
    'sampleWeight',
    'steps',
    'callbacks',
    'returnDict',
  ]);
  const compiled = model.requireCompiled('evaluate');
  const { batchSize, verbose, yieldEvery, signal } = loopSettings('evaluate', options);
  const steps =
    options.steps === undefined || options.steps === null
      ? undefined
      : checkCount('evaluate', 'steps', options.steps);
  const source = toBatches('evaluate', model, x, y, options.sampleWeight, {
    batchSize,
    shuffle: false,
    steps,
  });
  const callbacks = new CallbackList(
    [...(options.callbacks ?? []), ...(verbose === 0 ? [] : [new ProgbarLogger()])],
    model,
    { verbose, epochs: 1, steps: source.steps ?? null },
  );
  return testLoop(model, compiled, source, callbacks, { clock: new PauseClock(yieldEvery), signal });
}
