import { describeValue } from '../../config/describe-value.js';
import { isPlainObject, mapNest } from '../../config/index.js';
import type { WireError } from '../../config/wire-error.js';
import { ValueError } from '../../errors.js';
import { detach, isStrings, stringArray, Tensor } from '../../engine/tensor/index.js';
import type { StringArray } from '../../engine/tensor/index.js';
import type { RuntimeOptions } from '../../engine/runtime/index.js';
import type { FileArray } from '../../files/formats/elements.js';
import { isBatchIterable } from '../../nn/data/batches/index.js';
import { fileArray, fileTensor } from '../../nn/data/file-tensors.js';
import type { TrialData, TrialOutcome, TrialTask } from './run-trial.js';

/** What a worker lets the tuner call. */
export interface WorkerMethods {
  /** Sets how kernels run, and takes the data. */
  start(runtime: RuntimeOptions, data: unknown): Promise<void>;
  /** Runs a trial. */
  run(task: TrialTask): Promise<RunAnswer>;
}

/** What a tuner lets a worker call. */
export interface CallerMethods {
  /** The worker listens. */
  ready(): void;
}

/** What a trial has come to, or an error that ends the search. */
export type RunAnswer = { readonly outcome: TrialOutcome } | { readonly fatal: WireError };

/** A tensor, or texts, on the way to another thread. */
type WireLeaf = { readonly '~array': FileArray } | { readonly '~strings': unknown };

const isSent = (value: unknown): value is Tensor | StringArray | ArrayBufferView =>
  value instanceof Tensor || ArrayBuffer.isView(value) || isStrings(value);

const ELSEWHERE = 'Make them in the worker: serveTrials({ build, fit }).';

/**
 * A copy of the data of a search that can be sent to a worker.
 *
 * @throws ValueError for what cannot travel: iterables, callbacks, other objects.
 */
export function toWire(owner: string, { x, y, options }: TrialData): unknown {
  const { callbacks, signal: _, ...rest } = options;
  if (callbacks !== undefined) {
    throw new ValueError(`${owner}: callbacks cannot be sent to workers. ${ELSEWHERE}`);
  }
  const args = { x, y, ...rest };
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, copied(`${owner}: ${name}`, value)]),
  );
}

function copied(label: string, value: unknown): unknown {
  const refuse = (what: unknown): ValueError =>
    new ValueError(
      `${label}: trials in workers take tensors, arrays and numbers, got ${describeValue(what)}. ${ELSEWHERE}`,
    );
  if (isBatchIterable(value)) throw refuse(value);
  return mapNest(value, isSent, leaf, (other) => {
    if (typeof other === 'function' || (typeof other === 'object' && other !== null)) {
      throw refuse(other);
    }
    return other;
  });
}

function leaf(value: Tensor | StringArray | ArrayBufferView): WireLeaf | ArrayBufferView {
  if (value instanceof Tensor) return { '~array': fileArray(value) };
  // What is sent is moved, not copied.
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  return { '~strings': value.toArray() };
}

const isWireLeaf = (value: unknown): value is WireLeaf =>
  isPlainObject(value) && ('~array' in value || '~strings' in value);

/** The data that a tuner has sent. Its tensors stay. */
export function fromWire(wire: unknown): TrialData {
  const { x, y, ...options } = mapNest(wire, isWireLeaf, (one) =>
    '~array' in one ? detach(fileTensor(one['~array'])) : stringArray(one['~strings'] as never),
  ) as unknown as TrialData & TrialData['options'];
  return { x, y, options };
}
