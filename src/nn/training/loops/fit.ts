import { ValueError } from '../../../errors.js';
import { checkNumber, classNameOf } from '../../../config/index.js';
import { optimizersOf } from '../model-optimizers.js';
import type { CompilableModel } from '../compilable-model.js';
import { History } from '../../callbacks/history.js';
import { orAbort } from '../../data/or-abort.js';
import { requireTrainable, trainedVariables } from '../steps.js';
import { tidy } from '../../../engine/tensor/index.js';
import { trainStep } from '../train-step.js';
import type { CallbackList } from '../../callbacks/callback-list.js';
import type { BatchSource } from '../../data/batches/index.js';
import type { Variable } from '../../../engine/tensor/index.js';
import type { Compiled, Logs } from '../compiled.js';
import { fitArguments } from './arguments.js';
import { testLoop } from './evaluate-and-predict.js';
import { fitData } from './fit-data.js';
import type { FitOptions } from '../types.js';
import { COUNT, forEachBatch, loopCallbacks, loopSettings } from './loop.js';
import type { LoopControl } from './loop.js';
import { FitProgress } from './fit-progress.js';
import { PauseClock } from './pause.js';

/** How often the values of the weights that are trained have changed. */
function changesOf(model: CompilableModel): number {
  return model.trainableWeights.reduce((sum, { value }) => sum + value.storage.version, 0);
}

/** Refuses an epoch of steps of a model's own that have trained nothing. */
function requireChange(model: CompilableModel, before: number): void {
  const { trainableWeights: weights } = model;
  // Gradients that are gathered over several steps may be waiting.
  const gathers = optimizersOf(model).some(
    ({ optimizer }) => optimizer.gradientAccumulationSteps !== null,
  );
  if (weights.length === 0 || gathers) return;
  if (changesOf(model) !== before) return;
  throw new ValueError(
    `fit: trainStep of ${classNameOf(model)} '${model.name}' has changed none of its ${weights.length} trainable weights in ` +
      `an epoch. Compute gradients with valueAndGrad(f, this.trainableWeights), and give them to optimizer.apply(gradients, ` +
      `this.trainableWeights).`,
  );
}

/** Trains a model: what `model.fit` does. */
export async function fit(
  model: CompilableModel,
  samples: unknown,
  yOrOptions: unknown,
  settings: FitOptions | undefined,
): Promise<History> {
  const { x, y, options } = fitArguments(samples, yOrOptions, settings);
  const compiled = model.requireCompiled('fit');
  requireTrainable('fit', model);
  const { verbose, yieldEvery, signal } = loopSettings('fit', options);
  const epochs = checkNumber('fit', 'epochs', options.epochs ?? 1, COUNT);
  const initialEpoch = checkNumber('fit', 'initialEpoch', options.initialEpoch ?? 0, {
    min: 0,
    integer: true,
  });
  const isValidationDue = validationSchedule(options.validationFreq ?? 1);
  const { training, validation, generator } = fitData(model, x, y, options);
  try {
    const history = new History();
    model.history = history;
    const params = { verbose, epochs, steps: training.steps ?? null };
    // The history comes last: what other callbacks add to the logs belongs to it.
    const callbacks = loopCallbacks('fit', options.callbacks, model, params, signal, [history]);
    const between = (hooks: () => Promise<unknown> | undefined): Promise<void> =>
      model.activity.betweenEpochs(hooks, (promise) => orAbort(promise, signal));
    const clock = new PauseClock(yieldEvery);
    model.stopTraining = false;
    let logs: Logs | undefined;
    // A callback may let it go on where an earlier run was interrupted.
    const run = new FitProgress(model, compiled, training, generator, initialEpoch);
    model.training = run;
    await between(() => callbacks.onTrainBegin());
    while (run.epoch < epochs && !model.stopTraining) {
      const { epoch } = run;
      await between(() => callbacks.onEpochBegin(epoch));
      model.resetMetrics();
      run.restoreMetrics();
      await trainEpoch(model, compiled, training, callbacks, epoch, {
        clock,
        signal,
        isStopped: () => model.stopTraining,
      });
      logs = run.results();
      if (validation !== undefined && isValidationDue(epoch)) {
        const control = { clock, signal };
        const op = 'fit: validationData';
        const validated = await testLoop(op, model, compiled, validation, callbacks, control);
        for (const [name, value] of Object.entries(validated)) logs[`val_${name}`] = value;
      }
      run.epoch++;
      await between(() => callbacks.onEpochEnd(epoch, logs));
      if (clock.afterEpoch()) await clock.pause();
    }
    compiled.optimizer.finalizeVariableValues();
    await between(() => callbacks.onTrainEnd(logs));
    return history;
  } finally {
    model.training = undefined;
    await training.close();
    await validation?.close();
  }
}

/** One pass over the training batches. */
async function trainEpoch(
  model: CompilableModel,
  compiled: Compiled,
  source: BatchSource,
  callbacks: CallbackList,
  epoch: number,
  control: LoopControl,
): Promise<void> {
  // The mean loss is lost with the first loss that is.
  const [tracker] = compiled.metrics;
  let steps = 0;
  const warnIfLost = (): void => {
    const loss = compiled.own === undefined ? tracker?.result() : compiled.own.loss;
    if (steps > 0 && typeof loss === 'number' && !Number.isFinite(loss))
      warnOfLoss(model, loss, epoch, steps);
  };
  const withBegin = callbacks.has('onTrainBatchBegin');
  const withLogs = callbacks.has('onTrainBatchEnd');
  // Which weights are trained may change between epochs (model.trainable), not within.
  let variables: readonly Variable[] | undefined;
  const isOwn = model.hasOwnStep('trainStep');
  const before = isOwn ? changesOf(model) : 0;
  await forEachBatch('fit', source, control, {
    begin: (batch) => {
      // Once the callbacks have seen the step before.
      warnIfLost();
      return withBegin ? callbacks.onTrainBatchBegin(batch) : undefined;
    },
    work: (make, batchNumber) => {
      tidy(() => {
        const batch = make();
        variables ??= trainedVariables(model, batch.x);
        trainStep('fit', model, batch, variables);
      });
      steps = batchNumber + 1;
    },
    end: (batch) => (withLogs ? callbacks.onTrainBatchEnd(batch, compiled.logs()) : undefined),
  });
  warnIfLost();
  if (isOwn) requireChange(model, before);
}

const warnedIn = new WeakSet<History>();

/** Says once in a `fit` where the loss has stopped being a number, unless a callback ends training for it. */
function warnOfLoss(model: CompilableModel, loss: number, epoch: number, step: number): void {
  const { history } = model;
  if (history === undefined || warnedIn.has(history) || model.stopTraining) return;
  warnedIn.add(history);
  // eslint-disable-next-line no-console
  console.warn(
    `lanegrad: fit: the loss of model '${model.name}' is ${loss} since step ${step} of epoch ${epoch + 1}. See ` +
      `docs/troubleshooting.md#the-loss-is-nan-or-grows`,
  );
}

/** Whether to validate after an epoch (counted from 0). */
function validationSchedule(freq: number | readonly number[]): (epoch: number) => boolean {
  if (Array.isArray(freq) && freq.length > 0) {
    const chosen = new Set(freq.map((epoch) => checkNumber('fit', 'validationFreq', epoch, COUNT)));
    return (epoch) => chosen.has(epoch + 1);
  }
  const every = checkNumber('fit', 'validationFreq', freq, COUNT);
  return (epoch) => (epoch + 1) % every === 0;
}
