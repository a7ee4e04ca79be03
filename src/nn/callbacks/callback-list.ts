import { isPromise, madeElsewhere } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { orAbort } from '../data/or-abort.js';
import { ValueError } from '../../errors.js';
import { requireList } from '../../engine/tensor/index.js';
import { Callback, HOOKS, LambdaCallback } from './callback.js';
import type {
  CallbackModel,
  CallbackParams,
  HookName,
  HookResult,
  Hooks,
  Logs,
} from './callback.js';

/** A callback, or a plain object of hooks: `{ onEpochEnd: (epoch, logs) => … }`. */
export type CallbackLike = Hooks;

/** One callback, or a list of callbacks, for the option `callbacks`. */
export type Callbacks = CallbackLike | readonly CallbackLike[];

/** A callback whose hooks are passed on to, whatever their arguments are. */
type AnyHooks = Readonly<Record<HookName, (...args: readonly unknown[]) => HookResult>>;

/** Names of the hooks a callback overrides: the others need not be called. */
function overridden(callback: Callback): readonly HookName[] {
  return HOOKS.filter((name) => callback[name] !== Callback.prototype[name]);
}

/** The base class's batch hooks only call these. */
const ALIASES: Partial<Record<HookName, HookName>> = {
  onTrainBatchBegin: 'onBatchBegin',
  onTrainBatchEnd: 'onBatchEnd',
};

/**
 * Several callbacks as one: each hook calls the same hook of all callbacks in order. It returns a promise only if one
 * of the callbacks does, so a loop without async hooks never waits.
 *
 * @example
 * const list = new callbacks.CallbackList([{ onEpochEnd: (epoch) => console.log(epoch) }], model);
 * await list.onEpochEnd(0, {});
 */
export class CallbackList extends Callback {
  /** The callbacks, in the order in which their hooks are called. */
  readonly callbacks: readonly Callback[];
  /** For each hook, the callbacks that do something in it. */
  readonly #interested = new Map<HookName, Callback[]>();

  /**
   * @param callbacks callbacks, or plain objects of hooks
   * @param signal a signal that ends waiting for a hook
   * @throws ValueError for anything but a callback or an object of hooks.
   */
  constructor(
    callbacks: readonly CallbackLike[],
    model?: CallbackModel,
    params: CallbackParams = {},
    private readonly signal?: AbortSignal,
  ) {
    super();
    requireList('fit', 'callbacks', callbacks);
    this.callbacks = callbacks.map((callback) => {
      if (callback instanceof Callback) return callback;
      const given: unknown = callback;
      const isObject = typeof given === 'object' && given !== null;
      const isHooks = isObject && !(Symbol.iterator in given) && madeElsewhere(given) === '';
      if (isHooks) return new LambdaCallback(callback);
      throw new ValueError(
        `A callback is an instance of callbacks.Callback or an object of hooks, such as { onEpochEnd: (epoch, logs) => ` +
          `… }, got ${describeValue(given)}. Give several as a list.`,
      );
    });
    for (const callback of this.callbacks) {
      const hooks = overridden(callback);
      for (const name of HOOKS) {
        const alias = ALIASES[name];
        const isCalled = hooks.includes(name) || (alias !== undefined && hooks.includes(alias));
        if (!isCalled) continue;
        const list = this.#interested.get(name) ?? [];
        list.push(callback);
        this.#interested.set(name, list);
      }
    }
    if (model !== undefined) this.setModel(model);
    this.setParams(params);
  }

  override setModel(model: CallbackModel): void {
    super.setModel(model);
    for (const callback of this.callbacks) callback.setModel(model);
  }

  override setParams(params: CallbackParams): void {
    super.setParams(params);
    for (const callback of this.callbacks) callback.setParams(params);
  }

  /** Whether a callback implements the hook. If none does, its logs are not needed. */
  has(hook: HookName): boolean {
    return this.#interested.has(hook);
  }

  /** Calls one by one; from the first promise on, each waits for the one before. */
  #call(hook: HookName, ...args: readonly unknown[]): Promise<unknown> | undefined {
    let pending: Promise<unknown> | undefined;
    for (const callback of this.#interested.get(hook) ?? []) {
      const call = (): HookResult => (callback as AnyHooks)[hook](...args);
      if (pending !== undefined) {
        pending = orAbort(pending.then(call), this.signal);
        continue;
      }
      const result = call();
      if (isPromise(result)) pending = orAbort(Promise.resolve(result), this.signal);
    }
    return pending;
  }

  override onTrainBegin(logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTrainBegin', logs);
  }

  override onTrainEnd(logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTrainEnd', logs);
  }

  override onEpochBegin(epoch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onEpochBegin', epoch, logs);
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onEpochEnd', epoch, logs);
  }

  override onTrainBatchBegin(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTrainBatchBegin', batch, logs);
  }

  override onTrainBatchEnd(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTrainBatchEnd', batch, logs);
  }

  override onBatchBegin(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.onTrainBatchBegin(batch, logs);
  }

  override onBatchEnd(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.onTrainBatchEnd(batch, logs);
  }

  override onTestBegin(logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTestBegin', logs);
  }

  override onTestEnd(logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTestEnd', logs);
  }

  override onTestBatchBegin(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTestBatchBegin', batch, logs);
  }

  override onTestBatchEnd(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onTestBatchEnd', batch, logs);
  }

  override onPredictBegin(logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onPredictBegin', logs);
  }

  override onPredictEnd(logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onPredictEnd', logs);
  }

  override onPredictBatchBegin(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onPredictBatchBegin', batch, logs);
  }

  override onPredictBatchEnd(batch: number, logs: Logs = {}): Promise<unknown> | undefined {
    return this.#call('onPredictBatchEnd', batch, logs);
  }
}
