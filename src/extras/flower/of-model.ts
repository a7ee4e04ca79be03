import { printable } from '../../config/describe-value.js';
import { checkBoolean, checkNumber } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { FitOptions, ValidationData } from '../../nn/training/types.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { refusing } from './errors.js';
import type { FlowerMessage } from './message.js';
import { metricsOf, requireNames } from './metric-names.js';
import type { MetricNames } from './metric-names.js';
import type { Handler, FlowerProgress } from './progress.js';
import { lentTensor } from './object-writer.js';
import type { LentArray, ObjectWriter, OutgoingObject } from './object-writer.js';
import { demandOf, NORM_BIT, protectUpdate } from './privacy.js';
import type { Demand, LocalDp } from './privacy.js';
import { disposeArrays } from './records.js';
import type { ConfigRecord } from './records.js';
import { countSamples } from './samples.js';
import { settingsOf } from './settings.js';
import type { RoundSettings } from './settings.js';
import { smallUpdate } from './small-updates.js';
import { Snapshot } from './snapshot.js';
import { modelOf, optimizerOf, trainedOf } from './trained.js';
import type { FederatedModel, Trained } from './trained.js';
import {
  flatArray,
  isVariance,
  lentWeight,
  liftVariances,
  ReceivedWeights,
  requireFiniteVariables,
} from './weights.js';

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
  /**
   * What the server calls metrics, by their names here: `{ accuracy: 'train-acc' }`; null leaves one out. All nodes of a
   * federation have to use the same names. Default: the names of the model, and `num-examples`.
   */
  readonly metricNames?: MetricNames;
  /** Whether each round begins with the optimizer as it is now, without what it has learned since. Default false. */
  readonly resetOptimizer?: boolean;
}

/** Names of the options of `ModelOptions` that are not those of `fit`. */
export const MODEL_OPTIONS = [
  'model',
  'data',
  'validationData',
  'numExamples',
  'maxEpochs',
  'metricNames',
  'resetOptimizer',
] as const;

/** The options of `fit` that a node passes on. */
type PassedOptions = Pick<FitOptions, Exclude<keyof FitOptions, 'validationData'>>;

/** Whose options messages name. */
const OWNER = 'flower.join';

/** Handlers of a model, by types of messages. */
interface ModelHandlers {
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Frees the memory that they take in addition to the model. */
  readonly dispose: () => void;
}

/**
 * Handlers that train and measure a model.
 *
 * @param fitOptions what is passed on to `fit`
 * @param localDp what is done to each update before it is sent
 * @throws ValueError for a model or options that cannot be.
 * @internal
 */
export async function handlersOf(
  given: ModelOptions,
  fitOptions: PassedOptions,
  localDp: LocalDp | undefined,
  tell: (progress: FlowerProgress) => void,
): Promise<ModelHandlers> {
  const { data, validationData } = given;
  const work = new ModelWork(given, fitOptions, localDp, tell);
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
    handlers.set('train', (message, writer) => work.train(message, writer, data, count));
  }
  if (validationData !== undefined) {
    const count = await countSamples(`${OWNER}: validationData`, work.model, validationData, {
      steps: validationSteps,
    });
    handlers.set('evaluate', (message, writer) =>
      work.evaluate(message, writer, validationData, count),
    );
  }
  return { handlers, dispose: () => work.dispose() };
}

/** What messages have a model do. */
class ModelWork {
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
    this.#fitOptions = fitOptions;
    this.#tell = tell;
  }

  dispose(): void {
    this.#beginning.dispose();
  }

  /** @param count the `num-examples` of the answer */
  async train(
    message: FlowerMessage,
    writer: ObjectWriter,
    data: ValidationData,
    count: number,
  ): Promise<OutgoingObject> {
    const { weights } = this.model;
    const round = this.#roundOf(message);
    const before = new Snapshot([...weights, ...this.#optimizer.variables]);
    try {
      this.#begin(message.runId, round);
      const logs = await this.#fit(message, round, data);
      refusing(() => {
        requireFiniteVariables(weights, 'the weight');
        requireFiniteVariables(this.#optimizer.variables, 'the state of the optimizer');
      });
      return await this.#answer(writer, round, { ...logs, 'num-examples': count });
    } catch (error) {
      before.restore();
      throw error;
    } finally {
      before.dispose();
      round.taken.dispose();
      disposeArrays(message.records);
    }
  }

  /** The weights and settings of a message: all of them, or none. */
  #roundOf(message: FlowerMessage): Round {
    try {
      return refusing(() => {
        const settings = settingsOf(message, this.#maxEpochs);
        const demand = demandOf(message, this.localDp);
        return { ...settings, ...this.#take(message), demand };
      });
    } catch (error) {
      disposeArrays(message.records);
      throw error;
    }
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
  #begin(run: bigint, { lr, taken }: Round): void {
    const isNext = this.#run !== undefined && this.#run !== run;
    if (isNext || this.#resets) this.#beginning.restore();
    this.#run = run;
    if (lr !== undefined) this.#optimizer.learningRate = lr;
    this.#trained.setWeights(taken.values);
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
    const remove = proximalMu > 0 ? await this.#trained.addProximalTerm(proximalMu) : undefined;
    try {
      const { history } = await this.#trained.fit(...samples, {
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
      });
      return Object.fromEntries(
        Object.entries(history).map(([name, values]) => [name, values.at(-1) ?? NaN]),
      );
    } finally {
      await remove?.();
    }
  }

  async #answer(
    writer: ObjectWriter,
    round: Round,
    metrics: Readonly<Record<string, number>>,
  ): Promise<OutgoingObject> {
    const made: Tensor[] = [];
    try {
      const { arrays, normBit, update } = this.#outgoing(round, made);
      const bit = normBit === undefined ? {} : { [NORM_BIT]: normBit };
      const named = arrays.map((array, i) => [round.names[i] ?? String(i), array] as const);
      return await writer.records(OWNER, {
        [round.arraysName]: await writer.arrays(named),
        metrics: metricsOf({ ...metrics, ...bit }, this.#metricNames),
        ...(update === undefined ? {} : { update }),
      });
    } finally {
      for (const tensor of made) tensor.dispose();
    }
  }

  /** The weights in the form that the server wants. @param made takes what has to be disposed of */
  #outgoing(
    { demand, taken, updateDtype }: Round,
    made: Tensor[],
  ): {
    readonly arrays: readonly LentArray[];
    readonly normBit?: 0 | 1 | undefined;
    readonly update?: ConfigRecord;
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
    const { record, ...small } = smallUpdate(updateDtype, received, arrays, isClipped);
    return { ...small, normBit, update: record };
  }

  /** @param count the `num-examples` of the answer */
  async evaluate(
    message: FlowerMessage,
    writer: ObjectWriter,
    data: ValidationData,
    count: number,
  ): Promise<OutgoingObject> {
    try {
      const { taken } = refusing(() => this.#take(message));
      this.#trained.setWeights(taken.values);
      taken.dispose();
    } finally {
      disposeArrays(message.records);
    }
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
    const metrics = metricsOf({ ...results, 'num-examples': count }, this.#metricNames);
    return writer.records(OWNER, { metrics });
  }
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
