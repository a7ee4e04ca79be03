import { printable } from '../../config/describe-value.js';
import { checkBoolean, checkNumber } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import type { ValidationData } from '../../nn/training/types.js';
import type { EvaluationResult, NamedArrays, TrainingResult } from './answers.js';
import { refusing } from './errors.js';
import { SECURE_AGGREGATION } from './message.js';
import type { FlowerMessage } from './message.js';
import { requireNames } from './metric-names.js';
import type { MetricNames } from './metric-names.js';
import { lentTensor } from './object-writer.js';
import type { LentArray } from './object-writer.js';
import type { ModelOptions, PassedOptions } from './model-options.js';
import { demandOf, NORM_BIT, protectUpdate } from './privacy.js';
import type { Demand, LocalDp } from './privacy.js';
import type { FlowerProgress } from './progress.js';
import { disposeArrays } from './records.js';
import { settingsOf } from './settings.js';
import type { RoundSettings } from './settings.js';
import { smallUpdate } from './small-updates.js';
import { Snapshot } from './snapshot.js';
import { modelOf, optimizerOf, trainedOf } from './trained.js';
import type { Trained } from './trained.js';
import {
  flatArray,
  isVariance,
  lentWeight,
  liftVariances,
  ReceivedWeights,
  requireFiniteVariables,
} from './weights.js';

/** Whose options messages name. */
const OWNER = 'flower.join';

// Why the server may not see weights that were trained here.
const OF_AGGREGATION = 'secure aggregation keeps them from the server';
const OF_UPDATES = 'the server gets them only as a clipped or noisy update';

/** What messages have a model do. */
export class ModelWork {
  readonly model: AnyModel;
  readonly #trained: Trained;
  readonly #optimizer: Optimizer;
  readonly #maxEpochs: number;
  readonly #metricNames: MetricNames;
  readonly #resets: boolean;
  readonly #fitOptions: PassedOptions;
  readonly #tell: (progress: FlowerProgress) => void;
  /** The state of the optimizer with which each run begins. */
  readonly #beginning: Snapshot;
  /** The run to which the state of the optimizer belongs. */
  #run: bigint | undefined;
  /** Why the server may not see the weights as they are; undefined if it may. */
  #secret: string | undefined;

  /** @throws ValueError for a model or options that cannot be. */
  constructor(
    given: ModelOptions,
    fitOptions: PassedOptions,
    private readonly localDp: LocalDp | undefined,
    tell: (progress: FlowerProgress) => void,
  ) {
    this.model = modelOf(given.model);
    this.#trained = trainedOf(given.model, this.model);
    this.#maxEpochs = checkNumber(OWNER, 'maxEpochs', given.maxEpochs ?? 100, {
      min: 1,
      integer: true,
    });
    this.#metricNames = requireNames(OWNER, given.metricNames ?? {});
    this.#optimizer = optimizerOf(this.model);
    if (given.data === undefined && given.validationData === undefined) {
      throw new ValueError(
        `${OWNER}: a model needs data to train with, or validationData to measure with.`,
      );
    }
    this.#resets = checkBoolean(OWNER, 'resetOptimizer', given.resetOptimizer ?? false);
    this.#optimizer.build(this.model.trainableWeights);
    this.#beginning = new Snapshot(this.#optimizer.variables);
    // The caller may have trained the model already.
    if (given.requireSecureAggregation === true) this.#secret = OF_AGGREGATION;
    else if (localDp !== undefined) this.#secret = OF_UPDATES;
    this.#fitOptions = fitOptions;
    this.#tell = tell;
  }

  dispose(): void {
    this.#beginning.dispose();
  }

  /**
   * Trains a round. If it fails, or `use` does, the model has what it had before.
   *
   * @param count the `num-examples` of the answer
   * @param use gets what training gave, for as long as it works on that
   */
  async train<T>(
    message: FlowerMessage,
    data: ValidationData,
    count: number,
    use: (result: TrainingResult) => Promise<T>,
  ): Promise<T> {
    const { weights } = this.model;
    const round = this.#roundOf(message);
    const [run, secret] = [this.#run, this.#secret];
    const before = new Snapshot([...weights, ...this.#optimizer.variables]);
    const made: Tensor[] = [];
    try {
      this.#begin(message, round);
      const logs = await this.#fit(message, round, data);
      refusing(() => {
        requireFiniteVariables(weights, 'the weight');
        requireFiniteVariables(this.#optimizer.variables, 'the state of the optimizer');
      });
      return await use({ ...this.#resultOf(round, logs, made), count });
    } catch (error) {
      before.restore();
      this.#run = run;
      this.#secret = secret;
      throw error;
    } finally {
      for (const tensor of made) tensor.dispose();
      before.dispose();
      round.taken.dispose();
    }
  }

  /** The weights and settings of a message: all of them, or none. */
  #roundOf(message: FlowerMessage): Round {
    return refusing(() => {
      const settings = settingsOf(message, this.#maxEpochs);
      const demand = demandOf(message, this.localDp);
      return { ...settings, ...this.#take(message), demand };
    });
  }

  #take({ arrays, arraysName }: FlowerMessage): Pick<Round, 'arraysName' | 'names' | 'taken'> {
    const taken = new ReceivedWeights(
      arrays,
      this.model.weights,
      `record '${printable(arraysName)}'`,
    );
    return { arraysName, names: [...arrays.keys()], taken };
  }

  /** The state of the optimizer belongs to a run: the next one starts over. */
  #begin(message: FlowerMessage, { lr, taken, demand }: Round): void {
    const { runId } = message;
    const isNext = this.#run !== undefined && this.#run !== runId;
    if (isNext || this.#resets) this.#beginning.restore();
    this.#run = runId;
    if (lr !== undefined) this.#optimizer.learningRate = lr;
    this.#trained.setWeights(taken.values);
    this.#secret = secretOf(message, demand);
  }

  /** @returns the loss and the metrics of the last epoch */
  async #fit(
    message: FlowerMessage,
    { proximalMu = 0, ...round }: Round,
    data: ValidationData,
  ): Promise<Record<string, number>> {
    const fitOptions = this.#fitOptions;
    const { epochs = fitOptions.epochs ?? 1, batchSize = fitOptions.batchSize } = round;
    const { callbacks = [] } = fitOptions;
    const progress = {
      onEpochEnd: (epoch: number, logs: Readonly<Record<string, number>>) =>
        this.#tell({ type: 'epoch', message, epoch, epochs, logs: { ...logs } }),
    };
    const [samples, weighted] = splitData(data);
    const { history } = await this.#withProximalTerm(proximalMu, () =>
      this.#trained.fit(...samples, {
        verbose: 0,
        ...fitOptions,
        ...weighted,
        epochs,
        ...(batchSize === undefined ? {} : { batchSize }),
        callbacks: [
          ...(Array.isArray(callbacks) ? (callbacks as unknown[]) : [callbacks]),
          progress,
        ],
        signal: message.signal,
      }),
    );
    return Object.fromEntries(
      Object.entries(history).map(([name, values]) => [name, values.at(-1) ?? NaN]),
    );
  }

  /** Trains with FedProx's term in the loss, which is taken away afterwards. What training throws comes first. */
  async #withProximalTerm<T>(mu: number, train: () => Promise<T>): Promise<T> {
    if (mu === 0) return train();
    const remove = await this.#trained.addProximalTerm(mu);
    let result: T;
    try {
      result = await train();
    } catch (error) {
      await remove().catch(() => undefined);
      throw error;
    }
    await remove();
    return result;
  }

  /** @param made takes what has to be disposed of */
  #resultOf(
    round: Round,
    logs: Readonly<Record<string, number>>,
    made: Tensor[],
  ): Omit<TrainingResult, 'count'> {
    const { arrays, normBit, scales } = this.#outgoing(round, made);
    const bit = normBit === undefined ? {} : { [NORM_BIT]: normBit };
    return {
      arraysName: round.arraysName,
      arrays: named(arrays, round.names),
      metrics: { ...logs, ...bit },
      metricNames: this.#metricNames,
      scales,
    };
  }

  /** The weights in the form that the server wants. @param made takes what has to be disposed of */
  #outgoing(
    { demand, taken, updateDtype }: Round,
    made: Tensor[],
  ): {
    readonly arrays: readonly LentArray[];
    readonly normBit?: 0 | 1 | undefined;
    readonly scales?: readonly number[] | undefined;
  } {
    const keep = (tensor: Tensor): Tensor => {
      made.push(tensor);
      return tensor;
    };
    const { weights } = this.model;
    let arrays = weights.map(lentWeight);
    let { received } = taken;
    let normBit: 0 | 1 | undefined;
    if (demand !== undefined) {
      const update = protectUpdate(demand, received, arrays, (i, numbers) => {
        const weight = weights[i];
        if (weight !== undefined && isVariance(weight)) liftVariances(numbers);
      });
      ({ normBit } = update);
      arrays = update.arrays.map((array) => lentTensor(keep(array)));
    }
    if (taken.isFlat) {
      arrays = [lentTensor(keep(flatArray(arrays)))];
      if (updateDtype !== undefined) received = [keep(flatArray(received.map(lentTensor)))];
    }
    if (updateDtype === undefined) return { arrays, normBit };
    const isClipped = demand?.clippingNorm !== undefined;
    return { ...smallUpdate(updateDtype, received, arrays, isClipped), normBit };
  }

  /** @param count the `num-examples` of the answer */
  async evaluate(
    message: FlowerMessage,
    data: ValidationData,
    count: number,
  ): Promise<EvaluationResult> {
    try {
      const { taken } = refusing(() => this.#take(message));
      try {
        this.#trained.setWeights(taken.values);
        this.#secret = undefined;
      } finally {
        taken.dispose();
      }
    } finally {
      disposeArrays(message.records);
    }
    const { validationBatchSize, batchSize, validationSteps } = this.#fitOptions;
    const size = validationBatchSize ?? batchSize;
    const [samples, weighted] = splitData(data);
    const metrics = await this.#trained.evaluate(...samples, {
      verbose: 0,
      returnDict: true,
      ...weighted,
      ...(size === undefined ? {} : { batchSize: size }),
      ...(validationSteps === undefined ? {} : { steps: validationSteps }),
      signal: message.signal,
    });
    return { metrics, metricNames: this.#metricNames, count };
  }

  /** The weights as they are, for a server that begins with those of a node. @throws ValueError if they are secret. */
  parameters(): NamedArrays {
    const secret = this.#secret;
    if (secret === undefined) return named(this.model.weights.map(lentWeight), []);
    return refusing(() => {
      throw new ValueError(
        `${OWNER}: the weights of this node were trained here, and ${secret}. Give the strategy initial_parameters.`,
      );
    });
  }
}

/** Why the server may not see the weights of a round as they are; undefined if it may. */
function secretOf({ records }: FlowerMessage, demand: Demand | undefined): string | undefined {
  if (records.has(SECURE_AGGREGATION)) return OF_AGGREGATION;
  return demand === undefined ? undefined : OF_UPDATES;
}

/** Arrays with the names that those of the server have, or else with their numbers. */
function named(arrays: readonly LentArray[], names: readonly string[]): NamedArrays {
  return arrays.map((array, i) => [names[i] ?? String(i), array] as const);
}

/** What a message says of a round, and its weights. */
interface Round extends RoundSettings {
  /** The name of the record of arrays. */
  readonly arraysName: string;
  /** The names of the arrays. */
  readonly names: readonly string[];
  readonly taken: ReceivedWeights;
  readonly demand: Demand | undefined;
}

/** The arguments of `fit` and `evaluate`: samples, and targets where they are told apart; and weights of samples as an option. */
function splitData(data: ValidationData): [samples: unknown[], weighted: object] {
  if (!Array.isArray(data)) return [[data], {}];
  const [, , sampleWeight] = data as unknown[];
  return [(data as unknown[]).slice(0, 2), sampleWeight === undefined ? {} : { sampleWeight }];
}
