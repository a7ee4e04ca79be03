import { describeValue, printable } from '../../config/describe-value.js';
import { checkBoolean, checkNumber } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import type { FitOptions, ValidationData } from '../../nn/training/types.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import type { RemoteModel } from '../remote/remote-model.js';
import { bytesOf } from '../../config/dtype.js';
import { formatShape, sameShape, sizeOf } from '../../engine/tensor/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { measuredRecords, parametersRecords } from './answers.js';
import type { EvaluationResult, NamedArrays, TrainingResult } from './answers.js';
import { SECURE_AGGREGATION } from './message.js';
import type { FlowerMessage } from './message.js';
import type { FlowerProgress, Handler } from './progress.js';
import type { LentArray } from './object-writer.js';
import { disposeArrays } from './records.js';
import type { ArrayRecord, ConfigValue } from './records.js';
import { countSamples } from './samples.js';
import { TrainingAnswers } from './training-answers.js';

/** A model that a node trains: one here, or one whose work is done in a worker (`inWorker`). */
export type FederatedModel = AnyModel | RemoteModel<AnyModel>;

/** What a node trains, and with what. */
export interface ModelOptions extends Omit<
  FitOptions,
  'validationData' | 'sampleWeight' | 'initialEpoch' | 'signal'
> {
  /** A compiled model. Its weights are those of the last round that it took part in. */
  readonly model: FederatedModel;
  /** The samples of this node, as `fit` takes them: `[x, y]`, `[x, y, sampleWeight]`, or an iterable of batches. */
  readonly data?: ValidationData;
  /** The samples that messages of type `'evaluate'` measure with. Default: the node does not evaluate. */
  readonly validationData?: ValidationData;
  /** The `num-examples` of an answer. Default: counted, of an iterable in a pass of its own. */
  readonly numExamples?: number;
  /** The most epochs that a server may ask for in one round. Default 100. */
  readonly maxEpochs?: number;
  /** Whether each round begins with the optimizer as it is now, without what it has learned since. Default false. */
  readonly resetOptimizer?: boolean;
  /** Whether the model trains only where the server asks for secure aggregation (SecAgg+), and refuses all else. Default false. */
  readonly requireSecureAggregation?: boolean;
}

/** Names of the options of `ModelOptions` that are not those of `fit`. */
export const MODEL_OPTIONS = [
  'model',
  'data',
  'validationData',
  'numExamples',
  'maxEpochs',
  'resetOptimizer',
  'requireSecureAggregation',
] as const;

/** The part of `fit` and `evaluate` that is used here. */
interface Trained {
  fit(
    ...args: unknown[]
  ): Promise<{ readonly history: Readonly<Record<string, readonly number[]>> }>;
  evaluate(...args: unknown[]): Promise<Readonly<Record<string, number>>>;
  setWeights(weights: readonly Tensor[]): void;
}

/** The options of `fit` that a node passes on. */
type PassedOptions = Pick<FitOptions, Exclude<keyof FitOptions, 'validationData'>>;

/** Whose options messages name. */
const OWNER = 'flower.join';

/**
 * Handlers that train and measure a model.
 *
 * @param fitOptions what is passed on to `fit`
 * @throws ValueError for a model or options that cannot be.
 * @internal
 */
export async function handlersOf(
  given: ModelOptions,
  fitOptions: PassedOptions,
  tell: (progress: FlowerProgress) => void,
): Promise<Map<string, Handler>> {
  const { data, validationData } = given;
  const work = new ModelWork(given, fitOptions, tell);
  const answers = new TrainingAnswers(OWNER, given.requireSecureAggregation);
  const handlers = new Map<string, Handler>();
  const { stepsPerEpoch, validationSplit, validationSteps } = fitOptions;
  if (data !== undefined) {
    const count =
      given.numExamples === undefined
        ? await countSamples(`${OWNER}: data`, work.model, data, {
            steps: stepsPerEpoch,
            validationSplit,
          })
        : checkNumber(OWNER, 'numExamples', given.numExamples, { min: 1, integer: true });
    handlers.set('train', (message, writer) =>
      answers.answer(message, writer, () => work.train(message, data, count)),
    );
  }
  if (validationData !== undefined) {
    const count = await countSamples(`${OWNER}: validationData`, work.model, validationData, {
      steps: validationSteps,
    });
    handlers.set('evaluate', async (message, writer) => {
      const measured = await work.evaluate(message, validationData, count);
      return writer.records(OWNER, measuredRecords(message, measured));
    });
  }
  handlers.set('get_parameters', async (message, writer) => {
    // Nothing is taken from a message that asks for weights.
    disposeArrays(message.records);
    const arrays = work.parameters();
    return writer.records(OWNER, await parametersRecords(message, writer, arrays));
  });
  return handlers;
}

/** What messages have a model do. */
class ModelWork {
  readonly model: AnyModel;
  readonly #trained: Trained;
  readonly #optimizer: Optimizer;
  readonly #maxEpochs: number;
  readonly #fitOptions: PassedOptions;
  readonly #tell: (progress: FlowerProgress) => void;
  /** Brings the optimizer to where a round begins. */
  readonly #reset: () => void;
  /** Whether the weights are those of a round that the server may not see by itself. */
  #isSecret = false;

  /** @throws ValueError for a model or options that cannot be. */
  constructor(
    given: ModelOptions,
    fitOptions: PassedOptions,
    tell: (progress: FlowerProgress) => void,
  ) {
    this.model = modelOf(given.model);
    this.#trained = given.model as unknown as Trained;
    this.#maxEpochs = checkNumber(OWNER, 'maxEpochs', given.maxEpochs ?? 100, {
      min: 1,
      integer: true,
    });
    this.#optimizer = optimizerOf(this.model);
    if (given.data === undefined && given.validationData === undefined) {
      throw new ValueError(
        `${OWNER}: a model needs data to train with, or validationData to measure with.`,
      );
    }
    this.#reset = checkBoolean(OWNER, 'resetOptimizer', given.resetOptimizer ?? false)
      ? rememberOptimizer(this.#optimizer, this.model.trainableWeights)
      : () => undefined;
    this.#fitOptions = fitOptions;
    this.#tell = tell;
  }

  /** @param count the `num-examples` of the answer */
  async train(
    message: FlowerMessage,
    data: ValidationData,
    count: number,
  ): Promise<TrainingResult> {
    const fitOptions = this.#fitOptions;
    const {
      arraysName,
      names,
      epochs = fitOptions.epochs ?? 1,
      batchSize = fitOptions.batchSize,
    } = this.#take(message, true);
    this.#isSecret = message.records.has(SECURE_AGGREGATION);
    const { callbacks = [] } = fitOptions;
    const progress = {
      onEpochEnd: (epoch: number, logs: Readonly<Record<string, number>>) =>
        this.#tell({ type: 'epoch', message, epoch, epochs, logs: { ...logs } }),
    };
    const [samples, weighted] = splitData(data);
    const { history } = await this.#trained.fit(...samples, {
      verbose: 0,
      ...fitOptions,
      ...weighted,
      epochs,
      ...(batchSize === undefined ? {} : { batchSize }),
      callbacks: [...(Array.isArray(callbacks) ? (callbacks as unknown[]) : [callbacks]), progress],
      signal: message.signal,
    });
    const metrics = Object.entries(history).map(
      ([name, values]) => [name, values.at(-1) ?? NaN] as const,
    );
    return { arraysName, arrays: this.#arrays(names), metrics, count };
  }

  /** @param count the `num-examples` of the answer */
  async evaluate(
    message: FlowerMessage,
    data: ValidationData,
    count: number,
  ): Promise<EvaluationResult> {
    this.#take(message, false);
    this.#isSecret = false;
    const { validationBatchSize, batchSize, validationSteps } = this.#fitOptions;
    const size = validationBatchSize ?? batchSize;
    const [samples, weighted] = splitData(data);
    const results = await this.#trained.evaluate(...samples, {
      verbose: 0,
      returnDict: true,
      ...weighted,
      ...(size === undefined ? {} : { batchSize: size }),
      ...(validationSteps === undefined ? {} : { steps: validationSteps }),
      signal: message.signal,
    });
    return { metrics: Object.entries(results), count };
  }

  /** The weights as they are, for a server that begins with those of a node. @throws ValueError if they are secret. */
  parameters(): NamedArrays {
    if (!this.#isSecret) return this.#arrays([]);
    throw new ValueError(
      `${OWNER}: the weights of this node are those of its last round, which secure aggregation keeps from the server. Give the ` +
        `strategy initial_parameters.`,
    );
  }

  /** The weights with the names that arrays of the server have, or else with their numbers. */
  #arrays(names: readonly string[]): NamedArrays {
    return this.model.weights.map((weight, i) => [names[i] ?? String(i), lentWeight(weight)]);
  }

  /** Takes over the weights of a message, all of them or none, and the settings of a round. Its tensors are not kept. */
  #take(message: FlowerMessage, isRound: boolean): Round {
    try {
      const { arrays, arraysName } = message;
      requireWeights(arrays, this.model.weights, `record '${printable(arraysName)}'`);
      const settings = isRound ? settingsOf(message, this.#maxEpochs) : {};
      if (isRound) this.#reset();
      if (settings.lr !== undefined) this.#optimizer.learningRate = settings.lr;
      this.#trained.setWeights([...arrays.values()]);
      return { ...settings, arraysName, names: [...arrays.keys()] };
    } finally {
      disposeArrays(message.records);
    }
  }
}

/** The optimizer of a model that can be trained as it is. */
function optimizerOf({ name, optimizer, built }: AnyModel): Optimizer {
  if (optimizer === undefined) {
    throw new ValueError(
      `${OWNER}: model '${name}' is not compiled. Call model.compile({ optimizer, loss }) first.`,
    );
  }
  if (built) return optimizer;
  throw new ValueError(
    `${OWNER}: model '${name}' is not built, so it has no weights yet. Give its first layer an inputShape, or call ` +
      `model.build(inputShape).`,
  );
}

/** The model here, whose work may be done in a worker. */
function modelOf(given: FederatedModel): AnyModel {
  // What a caller gives may be anything.
  const found = (
    typeof given === 'object' && given !== null && 'model' in given ? given.model : given
  ) as Partial<AnyModel>;
  if (typeof found?.fit === 'function') return found as AnyModel;
  throw new ValueError(
    `${OWNER}: model must be a model, or one whose work is done in a worker (inWorker), got ${describeValue(given)}.`,
  );
}

function lentWeight(weight: Variable): LentArray {
  const { shape, dtype } = weight;
  const byteLength = sizeOf(shape) * bytesOf(dtype);
  return { shape, dtype, byteLength, lend: (use) => weight.lend(use) };
}

/** The arguments of `fit` and `evaluate`: samples, and targets where they are told apart; and weights of samples as an option. */
function splitData(data: ValidationData): [samples: unknown[], weighted: object] {
  if (!Array.isArray(data)) return [[data], {}];
  const [, , sampleWeight] = data as unknown[];
  return [(data as unknown[]).slice(0, 2), sampleWeight === undefined ? {} : { sampleWeight }];
}

/** A function that gives the optimizer the state that it has now. */
function rememberOptimizer(optimizer: Optimizer, trained: readonly Variable[]): () => void {
  optimizer.build(trained);
  const states = optimizer.variables.map((variable) => [variable, variable.value.clone()] as const);
  return () => {
    for (const [variable, value] of states) variable.assign(value);
  };
}

/** @throws FormatError unless the arrays are values of the weights, in their order. */
function requireWeights(arrays: ArrayRecord, weights: readonly Variable[], label: string): void {
  if (arrays.size !== weights.length) {
    throw new FormatError(
      `${label}: has ${arrays.size} arrays; the model of this node has ${weights.length} weights. The model of the server ` +
        `must have the same layers, and its arrays the order of get_weights().`,
    );
  }
  for (const [i, [name, { shape, dtype }]] of [...arrays].entries()) {
    const weight = weights[i];
    if (weight !== undefined && sameShape(shape, weight.shape) && dtype === weight.dtype) continue;
    throw new FormatError(
      `${label}: array '${printable(name)}' has shape ${formatShape(shape)}, ${dtype}; the weight '${weight?.name}' of this ` +
        `node has shape ${formatShape(weight?.shape ?? [])}, ${weight?.dtype}.`,
    );
  }
}

/** What a server may set for a round. */
interface RoundSettings {
  epochs?: number;
  batchSize?: number;
  lr?: number;
}

/** A round, with the names that its arrays have in the message. */
interface Round extends RoundSettings {
  readonly arraysName: string;
  readonly names: readonly string[];
}

/** The settings of a message that a model heeds, in the spellings that Flower's examples use. */
function settingsOf({ config }: FlowerMessage, maxEpochs: number): RoundSettings {
  const settings: RoundSettings = {};
  const check = (name: string, value: ConfigValue, range: object): number =>
    checkNumber('the config of the server', name, value, range);
  for (const [name, value] of config) {
    switch (name.replaceAll('_', '-').replace(/^local-/, '')) {
      case 'lr':
      case 'learning-rate':
        settings.lr = check(name, value, { min: 0 });
        break;
      case 'epochs':
        settings.epochs = check(name, value, { min: 1, max: maxEpochs, integer: true });
        break;
      case 'batch-size':
        settings.batchSize = check(name, value, { min: 1, max: 2 ** 20, integer: true });
        break;
      case 'proximal-mu':
        if (value !== 0) {
          throw new ValueError(
            `the config of the server has ${name} = ${describeValue(value)}, the weight of FedProx's proximal term, which is ` +
              `part of the loss. A handler of your own adds it: { train }.`,
          );
        }
        break;
      default:
      // Others, such as the number of the round, are for handlers of the caller's own.
    }
  }
  return settings;
}
