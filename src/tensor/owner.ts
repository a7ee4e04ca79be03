// Who frees a tensor: the scope in which it was made, or, outside of scopes, its owner by dispose(), or at the latest
// the garbage collector.
import type { Storage } from './storage.js';

// Three symbols with one description: a tensor that holds one cannot be cloned, so that
// `structuredClone` and `postMessage` throw an error with this text, where they would make a copy without elements.
const uncloned = 'lanegrad Tensor: send its data() and shape instead';

/** The end of a `tidy` scope. */
export const SCOPE: unique symbol = Symbol(uncloned);
/** `dispose()`, at the latest the garbage collector. */
export const COLLECTOR: unique symbol = Symbol(uncloned);
/** Whoever took it out of its scope. */
export const TAPE: unique symbol = Symbol(uncloned);

/** Who frees a tensor. */
export type Owner = typeof SCOPE | typeof COLLECTOR | typeof TAPE;

/** A tensor as its owner sees it. */
export interface Owned {
  owner: Owner | undefined;
  readonly isDisposed: boolean;
  readonly storage: Storage;
  dispose(): void;
}

/** The scopes that are open, the innermost last: each holds what was made in it and not in one within. */
export const scopes: Owned[][] = [];

let liveTensors = 0;

/** Gives back what was never disposed. */
export const collected = new FinalizationRegistry<Storage>((storage) => {
  liveTensors--;
  storage.release();
});

/** Number of tensors that have not been disposed. */
export function liveTensorCount(): number {
  return liveTensors;
}

/** Called once by each new tensor. */
export function adopt(tensor: Owned, storage: Storage): void {
  liveTensors++;
  handOver(tensor, storage, scopes.length - 1);
}

/** Called once by each disposed tensor. */
export function forget(tensor: Owned): void {
  liveTensors--;
  // Only tensors outside of scopes are registered: registering is too slow for every step's tensors.
  if (tensor.owner === COLLECTOR) collected.unregister(tensor);
}

/** Makes a scope, by its number, the owner; without such a scope, as for -1, the garbage collector. */
export function handOver(tensor: Owned, storage: Storage, scope: number): void {
  const target = scopes[scope];
  if (target === undefined) {
    // Registered twice, a tensor would be given back twice.
    if (tensor.owner !== COLLECTOR) collected.register(tensor, storage, tensor);
    tensor.owner = COLLECTOR;
  } else {
    tensor.owner = SCOPE;
    target.push(tensor);
  }
}
