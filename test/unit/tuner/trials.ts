// The trials, on this thread and in workers.
import { setTimeout as wait } from 'node:timers/promises';
import { layers, models } from 'lanegrad';
import type { HyperModel, HyperParameters, TrialContext } from 'lanegrad/tuner';

/** Builds a network; the hyperparameter `fails` chooses what goes wrong. */
async function build(hp: HyperParameters, { number }: TrialContext): Promise<models.Sequential> {
  const kind = hp.choice('kind', ['slow', 'quick']);
  const mishap = hp.fixed('mishap', 'none') as string;
  if (number === 1 && mishap === 'exit') process.exit(3);
  if (number === 1 && mishap === 'throw') throw new RangeError('a mishap');
  if (mishap === 'hang') await wait(3_600_000);
  const model = new models.Sequential([
    layers.Input([2]),
    new layers.Dense(hp.int('units', { min: 2, max: 9 }), { activation: 'relu' }),
    new layers.Dense(1),
  ]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  // Which trial ends first is not the order of the trials.
  await wait(kind === 'slow' ? 60 : 0);
  return model;
}

export const hypermodel: HyperModel = {
  build,
  fit: (hp, model, x, y, options) =>
    model.fit(x, y, { ...options, batchSize: hp.choice('batchSize', [4, 8]) }),
};
