import { dot } from './cholesky.js';

/** A value, and its gradient, which is written into an array. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number;

/** Limits of each coordinate, and how long is searched. */
export interface MinimizeOptions {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly iterations: number;
}

/** Pairs of steps that stand for the curvature. */
const MEMORY = 8;
/** The part of the predicted decrease that a step has to reach (Armijo). */
const SUFFICIENT = 1e-4;
/** Halvings of a step. */
const TRIES = 20;
/** A relative decrease that is none. */
const TOLERANCE = 1e-9;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

/**
 * A local minimum within a box by L-BFGS, whose steps are projected into the box (Nocedal, Wright: Numerical Optimization, 2006,
 * chapter 7). Coordinates that the gradient presses against a limit rest.
 *
 * @returns the best point and its value; the start where its value is not finite
 */
export function minimize(
  f: Differentiable,
  start: Float64Array,
  { lower, upper, iterations }: MinimizeOptions,
): { readonly x: Float64Array; readonly value: number } {
  let x = clip(start, lower, upper);
  let gradient = new Float64Array(x.length);
  let value = f(x, gradient);
  const pairs: Pair[] = [];
  for (let round = 0; round < iterations && Number.isFinite(value); round++) {
    const free = x.map((at, i) => {
      const slope = gradient[i] ?? 0;
      const isHeld = (at <= (lower[i] ?? 0) && slope > 0) || (at >= (upper[i] ?? 0) && slope < 0);
      return isHeld ? 0 : 1;
    });
    const downhill = descent(gradient.map((g, i) => g * (free[i] ?? 0)), pairs); // prettier-ignore
    const direction = downhill.map((d, i) => d * (free[i] ?? 0));
    const found = search(f, { x, value, gradient, direction }, lower, upper, pairs.length === 0);
    if (found === undefined) {
      if (pairs.length === 0) break;
      // The memory has misled: once more along the gradient.
      pairs.length = 0;
      continue;
    }
    const step = found.x.map((one, i) => one - (x[i] ?? 0));
    const change = found.gradient.map((one, i) => one - (gradient[i] ?? 0));
    const product = dot(step, change);
    if (product > 1e-12) pairs.push({ step, change, product });
    if (pairs.length > MEMORY) pairs.shift();
    const decrease = value - found.value;
    ({ x, value, gradient } = found);
    if (decrease <= TOLERANCE * Math.max(1, Math.abs(value))) break;
  }
  return { x, value };
}

/** The direction of L-BFGS: two loops over the pairs. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const weights: number[] = [];
  for (const { step, change, product } of pairs.toReversed()) {
    const weight = dot(step, q) / product;
    weights.push(weight);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) - weight * (change[i] ?? 0);
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? 1 : last.product / dot(last.change, last.change);
  for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale;
  for (const { step, change, product } of pairs) {
    const weight = (weights.pop() ?? 0) - dot(change, q) / product;
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) + weight * (step[i] ?? 0);
  }
  return q.map((one) => -one);
}

interface Point {
  readonly x: Float64Array<ArrayBuffer>;
  readonly value: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

/** A step that decreases the value enough; undefined if there is none. */
function search(
  f: Differentiable,
  from: Point & { readonly direction: Float64Array },
  lower: Float64Array,
  upper: Float64Array,
  isFirst: boolean,
): Point | undefined {
  const { x, value, gradient, direction } = from;
  const length = Math.sqrt(dot(direction, direction));
  if (!(length > 0)) return undefined;
  let size = isFirst ? Math.min(1, 0.5 / length) : 1;
  for (let i = 0; i < TRIES; i++, size /= 2) {
    const next = clip(
      x.map((one, k) => one + size * (direction[k] ?? 0)),
      lower,
      upper,
    );
    const slope = dot(
      gradient,
      next.map((one, k) => one - (x[k] ?? 0)),
    );
    const there = new Float64Array(x.length);
    const reached = f(next, there);
    if (slope < 0 && reached <= value + SUFFICIENT * slope) {
      return { x: next, value: reached, gradient: there };
    }
  }
  return undefined;
}

function clip(
  x: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): Float64Array<ArrayBuffer> {
  const inside = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    inside[i] = Math.min(Math.max(x[i] ?? 0, lower[i] ?? 0), upper[i] ?? 0);
  }
  return inside;
}
