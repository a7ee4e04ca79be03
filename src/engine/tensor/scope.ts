import { asMethod, COPY, isPlainObject, isPromise } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { collected, COLLECTOR, handOver, SCOPE, scopes, TAPE } from './owner.js';
import type { Owned } from './owner.js';
import type { Tensor } from './tensor.js';

/** Whether a scope is open, which frees what is made. @internal */
export function hasScope(): boolean {
  return scopes.length > 0;
}

/**
 * Keeps a tensor beyond the scope in which it was created: it lives until `dispose()` or garbage collection. Returns
 * the tensor.
 *
 * @param tensor the tensor, which may also have been created outside any scope
 * @example
 * const norm = tidy(() => {
 *   const squares = keep(x.square());
 *   return squares.sum().sqrt();
 * }); // and `squares` is alive
 */
export function keep<T extends Tensor>(tensor: T): T {
  if ((tensor as T | null | undefined)?.['~lanegrad'] !== COPY || !('owner' in tensor)) {
    throw new ValueError(`keep: takes a tensor, got ${describeValue(tensor)}.`);
  }
  if (tensor.owner === SCOPE) {
    handOver(tensor, -1);
  }
  return tensor;
}

/** Takes a tensor out of its scope; the caller disposes it. @internal */
export function detach<T extends Tensor>(tensor: T): T {
  if (tensor.owner === COLLECTOR) collected.unregister(tensor);
  tensor.owner = TAPE;
  return tensor;
}

/** Whether the tensor was made in the innermost scope, which frees it. @internal */
export function isOfScope(tensor: Tensor): boolean {
  // From the end: results are made last.
  return tensor.owner === SCOPE && (scopes.at(-1)?.lastIndexOf(tensor) ?? -1) >= 0;
}

/** The tensors that the innermost scope has to free. @internal */
export function tensorsOfScope(): Tensor[] {
  const scope = scopes.at(-1) ?? [];
  return scope.filter((tensor) => tensor.owner === SCOPE && !tensor.isDisposed) as Tensor[];
}

/**
 * Runs `f` and disposes of every tensor created in it, except those in its result (a tensor, or arrays and plain
 * objects that contain tensors) and those given to `keep`.
 *
 * @param f a synchronous function; it must not return a promise
 * @throws ValueError if `f` is asynchronous: its tensors would be freed while it still runs.
 * @example const norm = tidy(() => x.square().sum().sqrt());
 */
export function tidy<T>(f: () => T): T {
  if (typeof f !== 'function') {
    throw new ValueError(`tidy: takes a function, got ${describeValue(f)}.`);
  }
  const scope: Owned[] = [];
  scopes.push(scope);
  let result: T | undefined;
  let returned: Set<unknown> | undefined;
  let isDone = false;
  try {
    result = f();
    if (isPromise(result)) {
      // What it goes on to do fails on freed tensors; the error to see is the one below.
      result.then(undefined, () => undefined);
      throw new ValueError(
        'tidy: the function is asynchronous. Only synchronous work can be tidied; put tidy inside it.',
      );
    }
    returned = containedIn(result);
    isDone = true;
    return result;
  } finally {
    scopes.pop();
    for (const tensor of scope) {
      if (tensor.owner !== SCOPE || tensor.isDisposed) continue;
      const isReturned = isDone && (tensor === result || returned?.has(tensor) === true);
      if (isReturned) handOver(tensor, scopes.length - 1);
      else tensor.dispose();
    }
  }
}

/**
 * Runs `f` so that what it makes on the way is freed: by the scope that is open, or, if there is none, by a
 * `tidy` of its own. Every operation that makes temporary tensors runs in it, so that outside of scopes
 * disposing its result gives all memory back, and inside of one it costs nothing. @internal
 */
export function scoped<T>(f: () => T): T {
  return scopes.length > 0 ? f() : tidy(f);
}

/**
 * Makes `call` run in `scoped`, whatever a subclass overrides it with and from wherever it is called: for the constructor of
 * a base class. @internal
 */
export function scopeCalls(object: { call: (x: Tensor) => Tensor }): void {
  // A class field of a subclass is not there yet.
  const { call } = object as Partial<typeof object>;
  if (call !== undefined) object.call = asMethod((x) => scoped(() => call.call(object, x)), call);
}

/**
 * All objects within an array or a plain object. Undefined for anything else: most results are a tensor or nothing,
 * and need no set.
 */
function containedIn(value: unknown): Set<unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && !isPlainObject(value)) return undefined;
  const found = new Set<unknown>();
  collect(value, found);
  return found;
}

/** All objects reachable through arrays and plain objects. */
function collect(value: unknown, found: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || found.has(value)) return;
  found.add(value);
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (isPlainObject(value)) {
    for (const item of Object.values(value)) collect(item, found);
  }
}
