import { createHash } from 'node:crypto';
import { callbacks, layers, models, optimizers, utils } from 'lanegrad';
import type { HyperModel } from 'lanegrad/tuner';
import { embeddedDigits, rowsOf } from '../handwritten-digits.js';

/** What a trial tries. */
export interface TrialConfig {
  readonly learningRate: number;
  readonly units: number;
  readonly dropout: number;
  readonly epochs: number;
  readonly seed: number;
}

/** What a trial reports after an epoch; `weights` after the last. */
export interface EpochReport {
  readonly epoch: number;
  readonly loss: number;
  readonly val_accuracy: number;
  /** SHA-256 of all trained weights: the same bits have the same. */
  readonly weights?: string;
}

/** Where each number of a config may lie, and whether it is whole. */
const RANGES: Readonly<Record<keyof TrialConfig, readonly [number, number, isWhole: boolean]>> = {
  learningRate: [0, 10, false],
  units: [1, 10_000, true],
  dropout: [0, 0.99, false],
  epochs: [1, 10_000, true],
  seed: [0, 2 ** 32 - 1, true],
};

/**
 * Reads the config of a trial from JSON.
 *
 * @throws Error that names what is missing, unknown or out of range.
 */
export function readConfig(json: string): TrialConfig {
  const given: unknown = JSON.parse(json);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error(`The config must be an object such as {"units": 32, …}, got ${json}.`);
  }
  const names = Object.keys(RANGES);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`The config has no ${unknown.join(', ')}; it has ${names.join(', ')}.`);
  }
  for (const [name, [low, high, isWhole]] of Object.entries(RANGES)) {
    const value: unknown = (given as Record<string, unknown>)[name];
    const fits = typeof value === 'number' && value >= low && value <= high;
    if (!fits || (isWhole && !Number.isInteger(value))) {
      const kind = isWhole ? 'a whole number' : 'a number';
      throw new Error(`${name} must be ${kind} from ${low} to ${high}, got ${String(value)}.`);
    }
  }
  return given as TrialConfig;
}

function makeNetwork({
  units,
  dropout,
  learningRate,
}: Pick<TrialConfig, 'units' | 'dropout' | 'learningRate'>): models.Sequential {
  const network = new models.Sequential([
    layers.Input({ shape: [64] }),
    new layers.Dense(units, { activation: 'relu', name: 'hidden' }),
    new layers.Dropout(dropout, { name: 'dropout' }),
    new layers.Dense(10, { activation: 'softmax', name: 'digit' }),
  ]);
  network.compile({
    optimizer: new optimizers.SGD({ learningRate, momentum: 0.9 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return network;
}

function hashOf(network: models.Sequential): string {
  const hash = createHash('sha256');
  for (const weight of network.weights) hash.update(weight.value.data());
  return hash.digest('hex');
}

/** Trains a network on the embedded digits, a fifth of which judge it; gives the report of the last epoch. */
export async function runTrial(
  config: TrialConfig,
  onEpoch?: (report: EpochReport) => void,
): Promise<EpochReport> {
  utils.setRandomSeed(config.seed);
  const network = makeNetwork(config);
  const [[x, y]] = rowsOf(await embeddedDigits());
  let last: EpochReport | undefined;
  const reporter = new callbacks.LambdaCallback({
    onEpochEnd: (index, { loss, val_accuracy = NaN }) => {
      const epoch = index + 1;
      const isEnd = epoch === config.epochs;
      last = { epoch, loss, val_accuracy, ...(isEnd ? { weights: hashOf(network) } : {}) };
      onEpoch?.(last);
    },
  });
  const { epochs } = config;
  await network.fit(x, y, { epochs, validationSplit: 0.2, verbose: 0, callbacks: [reporter] });
  if (last === undefined) throw new Error('The trial has run no epoch.');
  return last;
}

/** The seed of all trials of search.ts, so that they differ by their configs alone. */
export const SEED = 0;

/** The same trial as lanegrad/tuner takes it: the hyperparameters are declared where they are used. */
export const hypermodel: HyperModel = {
  build(hp) {
    utils.setRandomSeed(SEED);
    return makeNetwork({
      learningRate: hp.float('learningRate', { min: 1e-4, max: 1, sampling: 'log' }),
      units: hp.choice('units', [8, 16, 32, 64]),
      dropout: hp.float('dropout', { min: 0, max: 0.5 }),
    });
  },
  async fit(_hp, network, _x, _y, options) {
    const [[x, y]] = rowsOf(await embeddedDigits());
    return network.fit(x, y, { ...options, validationSplit: 0.2 });
  },
};
