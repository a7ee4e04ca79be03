// What frees a tensor: the scope in which it was made, or, outside of scopes, its owner by dispose(), or at the latest
// the garbage collector.
import type { Storage } from './storage.js';

// Four symbols with one description: a tensor that holds one cannot be cloned, so that
// `structuredClone` and `postMessage` throw an error with this text, where they would make a copy without elements.
const uncloned = 'lanegrad Tensor: send its data() and shape instead';

/** The end of a `tidy` scope. */
export const SCOPE: unique symbol = Symbol(uncloned);
/** `dispose()`; it is not known yet whether it will be called soon. */
const YOUNG: unique symbol = Symbol(uncloned);
/** `dispose()`, at the latest the garbage collector. */
export const COLLECTOR: unique symbol = Symbol(uncloned);
/** The caller that took it out of its scope. */
export const TAPE: unique symbol = Symbol(uncloned);

/** What frees a tensor. */
export type Owner = typeof SCOPE | typeof YOUNG | typeof COLLECTOR | typeof TAPE;

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

/**
 * Tensors outside of scopes, before the collector is told of them: that takes longer than a small operation, and most are
 * disposed at once. The collector gives back after the program's turn, so it is early enough to tell it at the end of the
 * turn, or of those that are many before.
 */
const young: Owned[] = [];

/** How many tensors the collector is not told of. */
const MAX_YOUNG = 64;

let isSettling = false;

/** Tells the collector of the young tensors that are still alive. */
function settle(): void {
  for (const tensor of young) {
    if (tensor.owner !== YOUNG || tensor.isDisposed) continue;
    tensor.owner = COLLECTOR;
    collected.register(tensor, tensor.storage, tensor);
  }
  young.length = 0;
}

function settleLater(): void {
  isSettling = true;
  void Promise.resolve().then(() => {
    isSettling = false;
    settle();
  });
}

/** What was made outside of scopes while `withoutScopes` runs; undefined while it does not. */
let made: Owned[] | undefined;

/**
 * Runs `f` as if no scope were open: what it makes lives until `dispose()` or garbage collection. If `f` fails, that is disposed.
 *
 * @returns what is left of it, without the elements of variables
 */
export function withoutScopes(f: () => void): readonly Owned[] {
  const outer = { made, scopes: scopes.splice(0) };
  const mine: Owned[] = [];
  const left = (): Owned[] =>
    mine.filter((tensor) => !tensor.isDisposed && !tensor.storage.isOfVariable);
  made = mine;
  try {
    f();
  } catch (error) {
    for (const tensor of left()) tensor.dispose();
    throw error;
  } finally {
    ({ made } = outer);
    scopes.push(...outer.scopes);
  }
  return left();
}

/** Number of tensors that have not been disposed. */
export function liveTensorCount(): number {
  return liveTensors;
}

/** Called once by each new tensor. */
export function adopt(tensor: Owned): void {
  liveTensors++;
  handOver(tensor, scopes.length - 1);
}

/** Called once by each disposed tensor. */
export function forget(tensor: Owned): void {
  liveTensors--;
  // Only tensors outside of scopes are registered: registering is too slow for every step's tensors.
  if (tensor.owner === COLLECTOR) collected.unregister(tensor);
}

/** Leaves a new tensor to its maker, which never disposes it: its elements are not its own. */
export function leave(tensor: Owned): void {
  liveTensors--;
  tensor.owner = TAPE;
}

/** Makes a scope, by its number, the owner; without such a scope, as for -1, the garbage collector. */
export function handOver(tensor: Owned, scope: number): void {
  const target = scopes[scope];
  if (target === undefined) {
    // Registered twice, a tensor would be given back twice.
    if (tensor.owner === COLLECTOR || tensor.owner === YOUNG) return;
    tensor.owner = YOUNG;
    made?.push(tensor);
    if (young.push(tensor) >= MAX_YOUNG) settle();
    else if (!isSettling) settleLater();
  } else {
    tensor.owner = SCOPE;
    target.push(tensor);
  }
}
