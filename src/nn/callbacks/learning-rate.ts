import { ValueError } from '../../errors.js';
import type { CallbackModel, Logs } from './callback.js';

/** The optimizer of the model that is trained. @throws ValueError without one. */
export function optimizerOf(
  owner: string,
  model: CallbackModel | undefined,
): { learningRate: number } {
  const optimizer = model?.optimizer;
  if (optimizer !== undefined) return optimizer;
  throw new ValueError(
    `${owner}: the model has no optimizer. Compile it, and use the callback in fit.`,
  );
}

/** Adds the learning rate to the logs of an epoch, from where it comes into the history. */
export function logLearningRate(logs: Logs, rate: number): void {
  // The loop's own object, which callbacks after this one see.
  (logs as Record<string, number>)['learning_rate'] = rate;
}
