import type {
  CallbackModel,
  TrainingProgress,
  TrainingSnapshot,
} from '../../nn/callbacks/callback.js';
import { History } from '../../nn/callbacks/history.js';
import { checkOptions, mapNest } from '../../config/index.js';
import { Dataset } from '../../nn/data/dataset/dataset.js';
import { isByteSink } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { ValueError } from '../../errors.js';
import type { SaveOptions, SaveWeightsOptions } from '../../nn/training/file-options.js';
import type { Logs, Results } from '../../nn/training/compiled.js';
import type {
  AnyData,
  EvaluateOptions,
  FitOptions,
  PredictOptions,
} from '../../nn/training/types.js';
import type { AnyModel, Model } from '../../nn/models/model.js';
import { resultList } from '../../nn/training/compiled.js';
import { loops } from '../../nn/training/loops/chunk.js';
import type { TrainingState } from '../../nn/saving/backup.js';
import { requireTrainable } from '../../nn/training/steps.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { LinkedModel } from './linked-model.js';
import type { Peer } from '../../engine/workers/peer.js';
import type { WireMetric, WorkerMethods } from './protocol.js';
import { RemoteRuns } from './remote-runs.js';
import { isWireArray, valueOfArray } from './wire-value.js';

/** The samples that a model takes. */
type DataFor<M extends AnyModel> = Parameters<M['predict']>[0];

/** The targets that a model takes. */
type TargetsFor<M extends AnyModel> = Parameters<M['trainOnBatch']>[1];

/**
 * A model whose work is done in a worker, created by `inWorker`. Options, results and errors are those of the same
 * methods of `Model`. It is the `model` of callbacks.
 *
 * @example
 * const remote = await inWorker(model);
 * await remote.fit(x, y, { epochs: 5 });
 * remote.dispose();
 */
export class RemoteModel<M extends AnyModel = Model> implements CallbackModel {
  /** What the worker may ask for. @internal */
  readonly runs: RemoteRuns;
  readonly #link: LinkedModel;
  readonly #model: M;
  #trainedOn: AnyData | undefined;

  /** @internal */
  constructor(
    model: M,
    private readonly peer: Peer<WorkerMethods>,
    waits: boolean,
    private readonly end: () => void,
  ) {
    this.#model = model;
    this.#link = new LinkedModel(model, peer);
    this.runs = new RemoteRuns(this.#link, peer, waits);
  }

  /** The model in this thread, which has the weights of the worker after each epoch and after `fit`. */
  get model(): M {
    return this.#model;
  }

  /** Makes the model in the worker. @internal */
  async connect(): Promise<void> {
    await this.#link.connect();
  }

  /** Trains in the worker, like `model.fit`. */
  fit(x: DataFor<M>, y: TargetsFor<M>, options?: FitOptions): Promise<History>;
  /** Trains in the worker on batches, or on samples without targets. */
  fit(batches: DataFor<M>, options?: FitOptions): Promise<History>;
  async fit(samples: unknown, yOrOptions?: unknown, settings?: FitOptions): Promise<History> {
    const { model } = this;
    return model.activity.fitting(() =>
      loops.use(async ({ fitArguments }) => {
        const { x, y, options } = fitArguments(samples, yOrOptions, settings);
        model.requireCompiled('fit');
        requireTrainable('fit', model);
        const { sampleWeight, validationData, ...rest } = options;
        const history = new History();
        try {
          await this.connect();
          model.history = history;
          model.stopTraining = false;
          this.#link.isFitting = true;
          this.#trainedOn = x;
          const given = { x, y, sampleWeight, validationData };
          await this.runs.run('fit', given, rest, this, history);
        } finally {
          this.#link.isFitting = false;
          this.runs.isBehind = false;
          this.#trainedOn = undefined;
        }
        return history;
      }),
    );
  }

  /** The loss and metrics, computed in the worker, like `model.evaluate`. */
  evaluate<ReturnDict extends boolean = false>(
    x: DataFor<M>,
    y: TargetsFor<M>,
    options?: EvaluateOptions<ReturnDict>,
  ): Promise<Results<ReturnDict>>;
  /** Loss and metrics on batches, or on samples without targets. */
  evaluate<ReturnDict extends boolean = false>(
    batches: DataFor<M>,
    options?: EvaluateOptions<ReturnDict>,
  ): Promise<Results<ReturnDict>>;
  async evaluate(
    samples: unknown,
    yOrOptions?: unknown,
    settings?: EvaluateOptions,
  ): Promise<number[] | Logs> {
    return this.model.activity.measuring('evaluate', () =>
      loops.use(async ({ evaluateArguments }) => {
        const { x, y, options } = evaluateArguments(samples, yOrOptions, settings);
        this.model.requireCompiled('evaluate');
        const { sampleWeight, returnDict, ...rest } = options;
        await this.connect();
        const given = { x, y, sampleWeight };
        const { logs = { loss: NaN } } = await this.runs.run('evaluate', given, rest, this);
        return returnDict === true ? { ...logs } : resultList(this.metricsNames, logs);
      }),
    );
  }

  /** The outputs for all samples, computed in the worker. While `fit` is running, its current weights are used. */
  async predict(
    x: DataFor<M>,
    options: PredictOptions = {},
  ): Promise<Awaited<ReturnType<M['predict']>>> {
    await loops.use(async ({ PREDICT_OPTIONS }) => {
      checkOptions('predict', options, PREDICT_OPTIONS);
    });
    await this.connect();
    const { output } = await this.runs.run('predict', { x: x as AnyData }, options, this);
    return mapNest(output, isWireArray, valueOfArray) as Awaited<ReturnType<M['predict']>>;
  }

  /**
   * Saves the model from the worker, like `model.save`. Targets that only the page can write (`downloads://`,
   * `localstorage://`, an object that receives the bytes) are written in this thread.
   */
  async save(target: Target, options: SaveOptions = {}): Promise<void> {
    await this.#save('save', target, options);
  }

  /** Saves the weights from the worker, like `model.saveWeights`. */
  async saveWeights(target: Target, options: SaveWeightsOptions = {}): Promise<void> {
    await this.#save('saveWeights', target, options);
  }

  async #save(
    method: 'save' | 'saveWeights',
    target: Target,
    options: SaveOptions | SaveWeightsOptions,
  ): Promise<void> {
    const isSink = isByteSink(target);
    const location = isSink ? undefined : String(target);
    if (location !== undefined && /^(downloads|localstorage):/i.test(location)) {
      // A worker has neither.
      if (this.#link.isFitting) await this.pull();
      await (method === 'save'
        ? this.model.save(target, options as SaveOptions)
        : this.model.saveWeights(target, options as SaveWeightsOptions));
      return;
    }
    await this.connect();
    const state = this.#link.takeChanges({ generators: this.#link.isFitting });
    for (const { name, bytes } of await this.peer.call('save', method, location, options, state)) {
      if (isSink) await target.write(name, bytes);
    }
  }

  /**
   * Copies the worker's current weights and optimizer state into the model in this thread. `fit` does this after each
   * epoch; in a batch hook you have to call it.
   *
   * @example { onTrainBatchEnd: async () => { await remote.pull(); show(model.getWeights()); } }
   */
  async pull(): Promise<void> {
    await this.runs.pull();
  }

  /** Whether `fit` ends after the current batch. Callbacks and your program may set it to true. */
  get stopTraining(): boolean {
    return this.model.stopTraining;
  }

  set stopTraining(value: boolean) {
    this.model.stopTraining = value;
    if (value && this.#link.isFitting) {
      // If the worker is gone, `fit` says so.
      this.peer.call('stopTraining').catch(() => undefined);
    }
  }

  /** The loss and metrics of each epoch of the last or running `fit`. */
  get history(): History | undefined {
    return this.model.history;
  }

  /** The optimizer of the model in this thread. A change of its learning rate reaches the worker with the next hook. */
  get optimizer(): Optimizer | undefined {
    return this.model.optimizer;
  }

  /** The layers of the model in this thread. */
  get layers(): M['layers'] {
    return this.model.layers;
  }

  /** The model as Keras writes it. */
  toJSON(): Record<string, unknown> {
    return this.model.toJSON();
  }

  /** The loss and metrics of the worker, complete after the first batch. */
  get metrics(): readonly WireMetric[] {
    const { metrics } = this.runs;
    return metrics.length > 0 ? metrics : this.model.metrics;
  }

  /** Names of the loss and metrics, in the order in which `evaluate` returns their values. */
  get metricsNames(): string[] {
    return this.metrics.map(({ name }) => name);
  }

  /** The `fit` that runs, for `BackupAndRestore`. @internal */
  get training(): TrainingProgress | undefined {
    if (!this.#link.isFitting) return undefined;
    return {
      snapshot: async () => {
        const snapshot = await this.peer.call('snapshot');
        this.#requireResumable(snapshot);
        return snapshot;
      },
      restore: async (snapshot: TrainingSnapshot, label: string) => {
        await this.peer.call('restore', snapshot, label);
        // The hook's answer must not bring the state before it back.
        await this.pull();
      },
    };
  }

  /** The order in which a data set gives its batches is known here only, a backup is made there. */
  #requireResumable({ state }: TrainingSnapshot): void {
    const { position } = state as TrainingState;
    if (!(this.#trainedOn instanceof Dataset) || position.passBatches === 0) return;
    throw new ValueError(
      'BackupAndRestore: in a worker, an epoch of a Dataset cannot go on in the middle. Save at the end of epochs ' +
        "(saveFreq: 'epoch'), or train with model.fit.",
    );
  }

  /**
   * Copies of all weights.
   *
   * @throws ValueError in a batch hook before `pull`, as the weights in this thread are older than the worker's.
   */
  getWeights(): Tensor[] {
    if (this.runs.isBehind) {
      throw new ValueError(
        `Model '${this.model.name}': the weights are in the worker while it trains. Await remote.pull() before ` +
          `getWeights(), or ask in onEpochBegin, onEpochEnd, onTrainBegin or onTrainEnd.`,
      );
    }
    return this.model.getWeights();
  }

  /**
   * Sets all weights, in this thread and, with the next hook or call, in the worker.
   *
   * @param weights values for all weights, with their shapes, in the order of `getWeights`
   */
  setWeights(weights: readonly TensorLike[]): void {
    this.model.setWeights(weights);
  }

  /** Adds the proximal term of FedProx to the loss in the worker. @returns a function that takes it away @internal */
  async addProximalTerm(mu: number): Promise<() => Promise<void>> {
    await this.connect();
    const set = (value: number | null): Promise<void> =>
      this.peer.call('setProximalTerm', value, this.#link.takeChanges());
    await set(mu);
    return () => set(null);
  }

  /** Ends the worker. The model in this thread stays. Calls in progress fail with a DisposedError. */
  dispose(): void {
    this.end();
  }

  /** Calls `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
