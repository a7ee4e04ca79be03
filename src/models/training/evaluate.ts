import type { CallbackList, Callbacks } from '../../callbacks/index.js';
import { checkBoolean, checkOptions } from '../../config/index.js';
import type { BatchSource } from '../../data/batches/index.js';
import { PauseClock } from '../../runtime/index.js';
import { tidy } from '../../tensor/index.js';
import type { Compiled, Logs } from './compiled.js';
import { toBatches } from './inputs.js';
import type { AnyData, PartialSamples } from './data-types.js';
import { forEachBatch, loopCallbacks, loopSettings, optionalCount } from './loop.js';
import type { LoopControl, LoopOptions } from './loop.js';
import type { CompilableModel } from '../compilable-model.js';
import { testStep } from './steps.js';

/** Options of `evaluate`. */
export interface EvaluateOptions<ReturnDict extends boolean = boolean> extends LoopOptions {
  /** One weight a sample, [n]. Of several outputs one for all, or a list or an object with one for each. */
  readonly sampleWeight?: PartialSamples;
  /** Batches to take; default all. */
  readonly steps?: number | null;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
  /** An object of results by name instead of a list. Default false. */
  readonly returnDict?: ReturnDict;
}

/** Names of the options of `evaluate`. */
export const EVALUATE_OPTIONS = [
  'batchSize',
  'verbose',
  'yieldEvery',
  'signal',
  'sampleWeight',
  'steps',
  'callbacks',
  'returnDict',
] as const satisfies readonly (keyof EvaluateOptions)[];

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

/** Loss and metrics by name: what `model.evaluate` does. */
export async function evaluate(
  model: CompilableModel,
  x: AnyData,
  y: PartialSamples,
  options: EvaluateOptions,
): Promise<Logs> {
  checkOptions('evaluate', options, EVALUATE_OPTIONS);
  checkBoolean('evaluate', 'returnDict', options.returnDict ?? false);
  const compiled = model.requireCompiled('evaluate');
  const { verbose, yieldEvery, signal } = loopSettings('evaluate', options);
  const { sampleWeight, batchSize, steps } = options;
  return model.activity.measuring('evaluate', async () => {
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
      return await testLoop('evaluate', model, compiled, source, callbacks, control);
    } finally {
      await source.close();
    }
  });
}
