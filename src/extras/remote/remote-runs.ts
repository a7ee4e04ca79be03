import { isError } from '../../config/index.js';
import type { History } from '../../nn/callbacks/history.js';
import type { CallbackModel, HookName } from '../../nn/callbacks/callback.js';
import type { CallbackList } from '../../nn/callbacks/callback-list.js';
import { HOOKS } from '../../nn/callbacks/callback.js';
import { Dataset } from '../../nn/data/dataset/dataset.js';
import { orAbort } from '../../nn/data/or-abort.js';
import type { AnyData, FitOptions, LoopOptions } from '../../nn/training/types.js';
import { loops } from '../../nn/training/loops/chunk.js';
import type { GeneratorState } from '../../nn/saving/backup.js';
import type { LinkedModel } from './linked-model.js';
import type { Peer } from '../../engine/workers/peer.js';
import type {
  CallerMethods,
  WireBatch,
  WireHook,
  WireMetric,
  WireReader,
  WireReply,
  WireResult,
  WorkerMethods,
} from './protocol.js';
import { dataOf, RunSender, SentData } from './sent-data.js';
import type { GivenData, Method } from './sent-data.js';
import type { StateChanges } from './state-mirror.js';

/** A call that is being worked on. */
interface Run {
  readonly callbacks: CallbackList;
  readonly signal: AbortSignal | undefined;
  /** Batches that a data set knows it has. */
  readonly steps: number | undefined;
}

/** The caller's side of fit, evaluate and predict: sends the call, and does here what the worker asks for meanwhile. */
export class RemoteRuns implements CallerMethods {
  /** While `fit` runs: whether the weights here are older than the worker's. */
  isBehind = false;
  /** Loss and metrics as the worker knows them; empty before the first run. */
  metrics: readonly WireMetric[] = [];
  readonly #data: SentData;
  readonly #runs = new Map<number, Run>();
  #count = 0;

  /** @param waits whether training waits for hooks around batches */
  constructor(
    private readonly link: LinkedModel,
    private readonly peer: Peer<WorkerMethods>,
    private readonly waits: boolean,
  ) {
    this.#data = new SentData(peer, (x) => {
      link.buildFor(x);
    });
  }

  /**
   * Has the worker do a call.
   *
   * @param seen what callbacks see as their model
   * @param history of `fit`, which is told of its epochs
   */
  async run(
    method: Method,
    given: GivenData,
    { signal, callbacks: listed, ...options }: LoopOptions & Pick<FitOptions, 'callbacks'>,
    seen: CallbackModel,
    history?: History,
  ): Promise<WireResult> {
    const { link, peer } = this;
    const callbacks = await loops.use(async ({ loopCallbacks, loopSettings }) => {
      const { verbose } = loopSettings(method, { ...options, signal });
      const last = history === undefined ? [] : [history];
      return loopCallbacks(method, listed, seen, { verbose }, signal, last);
    });
    const number = this.#count++;
    const data = await new RunSender(this.#data, method, link.model, signal).send(given);
    this.#runs.set(number, { callbacks, signal, steps: batchesOf(given.x) });
    const onAbort = (): void => {
      peer.call('abort', number).catch(() => undefined);
    };
    signal?.addEventListener('abort', onAbort);
    try {
      signal?.throwIfAborted();
      const isFit = method === 'fit';
      const state = link.takeChanges({ generators: link.isFitting && !isFit });
      const call = peer.call(method, {
        ...data,
        number,
        options,
        hooks: hooksOf(callbacks),
        waits: this.waits,
        state,
      });
      if (isFit) this.isBehind = true;
      const result = await (isFit ? this.#thenPull(call) : call);
      this.metrics = result.metrics;
      return result;
    } catch (error) {
      if (isError(error) && error.name === 'AbortError') signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#runs.delete(number);
      // A worker that is gone has forgotten them.
      await this.#data.forget(dataOf(data)).catch(() => undefined);
    }
  }

  /** Brings here what the worker has now. */
  async pull(): Promise<void> {
    await this.link.pull();
    this.isBehind = false;
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

  /** Calls the hooks of the callbacks for the worker. */
  async hook(run: number, hook: WireHook): Promise<WireReply> {
    const { link } = this;
    const { callbacks, signal, steps: known = null } = this.#runs.get(run) ?? {};
    const { name, index, logs, params, metrics, state } = hook;
    this.metrics = metrics;
    link.apply(state);
    const isOfEpoch = /Epoch|Train(Begin|End)$/.test(name);
    if (isOfEpoch) this.isBehind = false;
    if (callbacks !== undefined) {
      const { epochs, steps } = params;
      callbacks.setParams({
        ...callbacks.params,
        ...(epochs === undefined ? {} : { epochs }),
        ...(steps === undefined ? {} : { steps: steps ?? known }),
      });
      // A list of callbacks gives a promise or nothing.
      const hook = callbacks[name].bind(callbacks) as (
        ...args: unknown[]
      ) => Promise<unknown> | undefined;
      const call = () => (index === undefined ? hook(logs) : hook(index, logs));
      const wait = (promise: Promise<unknown>) => orAbort(promise, signal);
      await (isOfEpoch ? link.model.activity.betweenEpochs(call, wait) : call());
      if (isOfEpoch) await link.connect();
    }
    if (link.isFitting) this.isBehind = true;
    return {
      stopTraining: link.model.stopTraining,
      state: link.takeChanges({ generators: state.generators === undefined }),
    };
  }

  openIterator(iterable: number, generator?: GeneratorState): WireReader {
    return this.#data.openIterator(iterable, generator);
  }

  /** The next batch of an iterable. */
  async nextBatch(iterator: number, state: StateChanges): Promise<WireBatch> {
    const { link } = this;
    const wasBuilt = link.model.built;
    link.apply(state);
    const batch = await this.#data.nextBatch(iterator);
    // Weights are sent if the batch has made them.
    const values = wasBuilt === link.model.built;
    return { ...(batch ?? { isLast: true }), state: link.takeChanges({ values }) };
  }

  async closeIterator(iterator: number): Promise<void> {
    await this.#data.closeIterator(iterator);
  }
}

/** Hooks that a callback listens to; the first one always, as it tells how many batches there are. */
function hooksOf(callbacks: CallbackList): HookName[] {
  return HOOKS.filter(
    (name) =>
      name !== 'onBatchBegin' &&
      name !== 'onBatchEnd' &&
      (callbacks.has(name) || name === 'onTrainBegin'),
  );
}

/** How many batches a data set gives; undefined for others, and if it does not know. */
function batchesOf(x: AnyData): number | undefined {
  const size = x instanceof Dataset ? x.size : undefined;
  return size === Infinity ? undefined : size;
}
