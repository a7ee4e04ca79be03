import type { CallbackList } from '../callbacks/callback-list.js';
import { HOOKS } from '../callbacks/callback.js';
import type { CallbackModel, HookName, HookResult } from '../callbacks/callback.js';
import { History } from '../callbacks/history.js';
import type { TrainingProgress, TrainingSnapshot } from '../callbacks/training-snapshot.js';
import { checkOptions } from '../config/index.js';
import { Dataset } from '../data/dataset/dataset.js';
import { isByteSink } from '../data/target.js';
import type { Target } from '../data/target.js';
import { ValueError } from '../errors.js';
import type { Logs } from '../models/compiled.js';
import { EVALUATE_OPTIONS } from '../models/evaluate.js';
import type { EvaluateOptions } from '../models/evaluate.js';
import { FIT_OPTIONS } from '../models/fit.js';
import type { FitOptions } from '../models/fit.js';
import type { DataLike } from '../models/inputs.js';
import { loopCallbacks, loopSettings } from '../models/loop.js';
import type { LoopOptions } from '../models/loop.js';
import { splitArguments } from '../models/model.js';
import type { Model } from '../models/model.js';
import { PREDICT_OPTIONS } from '../models/predict.js';
import type { PredictOptions } from '../models/predict.js';
import type { SaveOptions } from '../models/save.js';
import type { TrainingState } from '../models/training-state.js';
import type { SaveWeightsOptions } from '../models/weights.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { tensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { LinkedModel } from './linked-model.js';
import type { Peer } from './peer.js';
import type {
  WireBatch,
  WireHook,
  WireMetric,
  WireReply,
  WireResult,
  WorkerMethods,
} from './protocol.js';
import { dataOf, sendRun } from './run-data.js';
import type { GivenData, Method } from './run-data.js';
import { SentData } from './sent-data.js';
import type { StateChanges } from './state-mirror.js';

/** A call that is being worked on. */
interface Run {
  readonly callbacks: CallbackList;
  /** Batches that a data set knows it has. */
  readonly steps: number | undefined;
}

/**
 * A model whose work is done in a worker; `inWorker` makes it. Options, results and errors are those of the methods of
 * the same name of `Model`. Callbacks see it as their `model`.
 */
export class RemoteModel implements CallbackModel {
  /** @internal */
  readonly data: SentData;
  readonly #link: LinkedModel;
  readonly #runs = new Map<number, Run>();
  #count = 0;
  /** While `fit` runs: whether the weights here are older than the worker's. */
  #isBehind = false;
  #metrics: readonly WireMetric[] = [];
  #trainedOn: DataLike | undefined;

  /** @internal */
  constructor(
    model: Model,
    private readonly peer: Peer<WorkerMethods>,
    private readonly waits: boolean,
    private readonly end: () => void,
  ) {
    this.#link = new LinkedModel(model, peer);
    this.data = new SentData(peer, (x) => {
      this.#link.buildFor(x);
    });
  }

  /** The model here: it has the weights of the worker after each epoch and after `fit`. */
  get model(): Model {
    return this.#link.model;
  }

  /** Makes the model in the worker. @internal */
  async connect(): Promise<void> {
    await this.#link.connect();
  }

  /** Trains in the worker, as `model.fit` does here. */
  fit(x: DataLike, y: TensorLike | undefined, options?: FitOptions): Promise<History>;
  fit(x: DataLike, options?: FitOptions): Promise<History>;
  async fit(x: DataLike, y?: TensorLike | FitOptions, options?: FitOptions): Promise<History> {
    const [targets, settings] = splitArguments(y, options);
    checkOptions('fit', settings, FIT_OPTIONS);
    const { model } = this;
    model.requireCompiled('fit');
    if (this.#link.isFitting) {
      throw new ValueError(
        `Model '${model.name}': fit was called while fit still runs. Await one before the next.`,
      );
    }
    const { sampleWeight, validationData, ...rest } = settings;
    await this.connect();
    const history = new History();
    model.history = history;
    model.stopTraining = false;
    this.#link.isFitting = true;
    this.#trainedOn = x;
    try {
      await this.#run('fit', { x, y: targets, sampleWeight, validationData }, rest, history);
    } finally {
      this.#link.isFitting = false;
      this.#isBehind = false;
      this.#trainedOn = undefined;
    }
    return history;
  }

  /** Loss and metrics, measured in the worker, as `model.evaluate` measures them here. */
  evaluate(
    x: DataLike,
    y: TensorLike | undefined,
    options: EvaluateOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  evaluate(x: DataLike, options: EvaluateOptions & { readonly returnDict: true }): Promise<Logs>;
  evaluate(x: DataLike, y?: TensorLike, options?: EvaluateOptions): Promise<number[]>;
  evaluate(x: DataLike, options?: EvaluateOptions): Promise<number[]>;
  async evaluate(
    x: DataLike,
    y?: TensorLike | EvaluateOptions,
    options?: EvaluateOptions,
  ): Promise<number[] | Logs> {
    const [targets, settings] = splitArguments(y, options);
    checkOptions('evaluate', settings, EVALUATE_OPTIONS);
    this.model.requireCompiled('evaluate');
    const { sampleWeight, returnDict, ...rest } = settings;
    await this.connect();
    const { logs = {} } = await this.#run('evaluate', { x, y: targets, sampleWeight }, rest);
    return returnDict === true ? { ...logs } : Object.values(logs);
  }

  /** The outputs for all samples, computed in the worker. While `fit` runs, with the weights it has just then. */
  async predict(x: DataLike, options: PredictOptions = {}): Promise<Tensor> {
    checkOptions('predict', options, PREDICT_OPTIONS);
    await this.connect();
    const { array } = await this.#run('predict', { x }, options);
    const { data, shape, dtype } = array ?? { data: new Float32Array(), shape: [0] };
    return tensor(data, { shape, dtype });
  }

  /**
   * Saves the model from the worker, as `model.save` does here. What only the page can write (`downloads://`,
   * `localstorage://`, an object that takes the bytes) is written here.
   */
  async save(target: Target, options: SaveOptions = {}): Promise<void> {
    await this.#save('save', target, options);
  }

  /** Saves the weights from the worker, as `model.saveWeights` does here. */
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
   * Brings the weights and the optimizer's state that the worker has now into the model here. `fit` does it after each
   * epoch; in a hook around a batch it has to be asked for.
   *
   * @example { onTrainBatchEnd: async () => { await remote.pull(); show(model.getWeights()); } }
   */
  async pull(): Promise<void> {
    await this.#link.pull();
    this.#isBehind = false;
  }

  /** Set it true, anywhere, to end `fit` after the current batch. */
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

  /** The loss and metrics of each epoch of the last `fit`, or of the one that runs. */
  get history(): History | undefined {
    return this.model.history;
  }

  /** The optimizer of the model here. A change of its learning rate reaches the worker with the next hook. */
  get optimizer(): Optimizer | undefined {
    return this.model.optimizer;
  }

  /** Loss and metrics as the worker knows them: all of them after the first batch. */
  get metrics(): readonly WireMetric[] {
    return this.#metrics.length > 0 ? this.#metrics : this.model.metrics;
  }

  /** Names of loss and metrics, in the order in which `evaluate` gives their values. */
  get metricsNames(): string[] {
    return this.metrics.map(({ name }) => name);
  }

  /** The `fit` that runs, for `BackupAndRestore`. @internal */
  get training(): TrainingProgress | undefined {
    if (!this.#link.isFitting) return undefined;
    return {
      capture: async () => {
        const snapshot = await this.peer.call('capture');
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
   * @throws ValueError in a hook around a batch, where the weights here are older than the worker's, until `pull`.
   */
  getWeights(): Tensor[] {
    if (this.#isBehind) {
      throw new ValueError(
        `Model '${this.model.name}': the weights are in the worker while it trains. Await remote.pull() before ` +
          `getWeights(), or ask in onEpochBegin, onEpochEnd, onTrainBegin or onTrainEnd.`,
      );
    }
    return this.model.getWeights();
  }

  /** Copies values into all weights, here and, with the next hook or call, in the worker. */
  setWeights(weights: readonly TensorLike[]): void {
    this.model.setWeights(weights);
  }

  /** Ends the worker. The model here stays. What still runs fails with a DisposedError. */
  dispose(): void {
    this.end();
  }

  /** The same as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  async #run(
    method: Method,
    given: GivenData,
    { signal, callbacks: listed, ...options }: LoopOptions & Pick<FitOptions, 'callbacks'>,
    history?: History,
  ): Promise<WireResult> {
    const { verbose } = loopSettings(method, { ...options, signal });
    const last = history === undefined ? [] : [history];
    const callbacks = loopCallbacks(method, listed, this, { verbose }, last);
    const number = this.#count++;
    const data = await sendRun(this.data, method, given, this.model.inputShape?.slice(1), signal);
    this.#runs.set(number, { callbacks, steps: batchesOf(given.x) });
    const onAbort = (): void => {
      this.peer.call('abort', number).catch(() => undefined);
    };
    signal?.addEventListener('abort', onAbort);
    try {
      signal?.throwIfAborted();
      const isFit = method === 'fit';
      const state = this.#link.takeChanges({ generators: this.#link.isFitting && !isFit });
      const call = this.peer.call(method, {
        ...data,
        number,
        options,
        hooks: hooksOf(callbacks),
        waits: this.waits,
        state,
      });
      if (isFit) this.#isBehind = true;
      const result = await (isFit ? this.#thenPull(call) : call);
      this.#metrics = result.metrics;
      return result;
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#runs.delete(number);
      // A worker that is gone has forgotten them.
      await this.data.forget(dataOf(data)).catch(() => undefined);
    }
  }

  /** However a fit ends, its weights come back. */
  async #thenPull(call: Promise<WireResult>): Promise<WireResult> {
    try {
      const result = await call;
      await this.pull();
      return result;
    } catch (error) {
      await this.pull().catch(() => undefined);
      throw error;
    }
  }

  /** The next batch of an iterable. @internal */
  async nextBatch(iterator: number, state: StateChanges): Promise<WireBatch> {
    const wasBuilt = this.model.built;
    this.#link.apply(state);
    const batch = await this.data.nextBatch(iterator);
    // Weights are sent if the batch has made them.
    const values = wasBuilt === this.model.built;
    return { ...(batch ?? { isLast: true }), state: this.#link.takeChanges({ values }) };
  }

  /** Calls the hooks of the callbacks for the worker. @internal */
  async callHook(run: number, hook: WireHook): Promise<WireReply> {
    const { callbacks, steps: known = null } = this.#runs.get(run) ?? {};
    const { name, index, logs, params, metrics, state } = hook;
    this.#metrics = metrics;
    this.#link.apply(state);
    const isOfEpoch = /Epoch|Train(Begin|End)$/.test(name);
    if (isOfEpoch) this.#isBehind = false;
    if (callbacks !== undefined) {
      const { epochs, steps } = params;
      callbacks.setParams({
        ...callbacks.params,
        ...(epochs === undefined ? {} : { epochs }),
        ...(steps === undefined ? {} : { steps: steps ?? known }),
      });
      const call = callbacks[name].bind(callbacks) as (...args: unknown[]) => HookResult;
      await (index === undefined ? call(logs) : call(index, logs));
      if (isOfEpoch) await this.connect();
    }
    if (this.#link.isFitting) this.#isBehind = true;
    return {
      stopTraining: this.model.stopTraining,
      state: this.#link.takeChanges({ generators: state.generators === undefined }),
    };
  }
}

/** Hooks that somebody listens to; the first one always, as it tells how many batches there are. */
function hooksOf(callbacks: CallbackList): HookName[] {
  return HOOKS.filter(
    (name) =>
      name !== 'onBatchBegin' &&
      name !== 'onBatchEnd' &&
      (callbacks.has(name) || name === 'onTrainBegin'),
  );
}

/** How many batches a data set gives; undefined for others, and if it does not know. */
function batchesOf(x: DataLike): number | undefined {
  const size = x instanceof Dataset ? x.size : undefined;
  return size === Infinity ? undefined : size;
}
