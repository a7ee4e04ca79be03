import { ProgbarLogger } from '../../callbacks/progbar-logger.js';
import { CallbackList } from '../../callbacks/callback-list.js';
import { ValueError } from '../../../errors.js';
import { checkNumber, checkSignal, isPromise, naming } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import type { CallbackLike, Callbacks } from '../../callbacks/callback-list.js';
import type { Callback, CallbackModel, CallbackParams } from '../../callbacks/callback.js';
import type { BatchMaker, BatchSource } from '../../data/batches/index.js';
import type { LoopOptions, YieldEvery } from '../types.js';
import type { PauseClock } from './pause.js';

/** How a loop behaves towards the rest of the program. */
export interface LoopControl {
  readonly clock: PauseClock;
  readonly signal: AbortSignal | undefined;
  /** True when the loop is to end after the current batch. */
  readonly isStopped?: () => boolean;
}

/** What is done around and with each batch. */
export interface BatchHooks {
  begin(batch: number): Promise<unknown> | undefined;
  work(make: BatchMaker, batch: number): void;
  end(batch: number): Promise<unknown> | undefined;
}

/**
 * Runs through the batches of one epoch. Waits only for asynchronous hooks and data, and pauses when the clock requires
 * it. An aborted signal ends the loop between two batches, and while it waits for data or a hook.
 *
 * @param op for messages
 * @throws ValueError if there is no batch
 */
export async function forEachBatch(
  op: string,
  source: BatchSource,
  control: LoopControl,
  hooks: BatchHooks,
): Promise<void> {
  const batches = source.epoch();
  // Not 0 where an interrupted epoch goes on.
  let batch = source.position().epochBatches;
  try {
    for (;;) {
      control.signal?.throwIfAborted();
      let make = batches.next();
      if (isPromise(make)) make = await make;
      if (make === undefined) break;
      const begun = hooks.begin(batch);
      if (begun !== undefined) await begun;
      hooks.work(make, batch);
      const ended = hooks.end(batch);
      if (ended !== undefined) await ended;
      batch++;
      if (control.isStopped?.() === true) return;
      if (control.clock.afterBatch()) await control.clock.pause();
    }
  } finally {
    await batches.close();
  }
  if (batch > 0) return;
  throw new ValueError(
    `${op}: the data gave no batch. A generator can be run through only once: give an iterable that starts over ` +
      `each time, or say how many batches make an epoch.`,
  );
}

/** The callbacks of a loop: those given, and the progress unless they show it or it is not wanted. */
export function loopCallbacks(
  op: string,
  given: Callbacks | null | undefined,
  model: CallbackModel,
  params: CallbackParams,
  signal: AbortSignal | undefined,
  last: readonly Callback[] = [],
): CallbackList {
  const isList = (value: Callbacks): value is readonly CallbackLike[] => Array.isArray(value);
  const one = given ?? [];
  const callbacks = isList(one) ? one : [one];
  const isShown = callbacks.some((callback) => callback instanceof ProgbarLogger);
  const progress = params.verbose === 0 || isShown ? [] : [new ProgbarLogger()];
  const all = [...callbacks, ...progress, ...last];
  return naming(`${op}: callbacks`, () => new CallbackList(all, model, params, signal));
}

/** What a count may be. */
export const COUNT = { min: 1, integer: true } as const;

/** The options that all loops share, checked. */
export interface LoopSettings {
  readonly batchSize: number;
  readonly verbose: 'auto' | 0 | 1 | 2;
  readonly yieldEvery: YieldEvery;
  readonly signal: AbortSignal | undefined;
}

/** `value` if it is a whole number of at least 1, else a ValueError; undefined if it is left out. */
export function optionalCount(
  op: string,
  name: string,
  value: number | null | undefined,
): number | undefined {
  return value === undefined || value === null ? undefined : checkNumber(op, name, value, COUNT);
}

/**
 * The options that all loops share, with their defaults.
 *
 * @throws ValueError for one out of range; the signal's reason if it is aborted already.
 */
export function loopSettings(op: string, options: LoopOptions): LoopSettings {
  const { verbose = 'auto', yieldEvery = 'auto', signal } = options;
  if (!['auto', 0, 1, 2].includes(verbose)) {
    throw new ValueError(
      `${op}: verbose must be 'auto', 0, 1 or 2, got ${describeValue(verbose)}.`,
    );
  }
  const isKnown =
    typeof yieldEvery === 'number'
      ? yieldEvery >= 0
      : ['auto', 'batch', 'epoch', 'never'].includes(yieldEvery);
  if (!isKnown) {
    throw new ValueError(
      `${op}: yieldEvery must be 'auto', 'batch', 'epoch', 'never' or a number of milliseconds, got ` +
        `${describeValue(yieldEvery)}.`,
    );
  }
  const batchSize = checkNumber(op, 'batchSize', options.batchSize ?? 32, COUNT);
  return { batchSize, verbose, yieldEvery, signal: checkSignal(op, signal) };
}
