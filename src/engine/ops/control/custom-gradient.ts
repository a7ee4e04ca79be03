// Functions with a gradient of the program's.
import { recordHolding, Tape } from '../../autodiff/index.js';
import { checkFunction, flattenNest, packNest } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import {
  formatShape,
  sameShape,
  sizeOf,
  tensorsOfScope,
  tidy,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { concat } from '../shapes/concat.js';
import type { Arguments } from './grad.js';
import { reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { callOnStructures } from '../graphs/symbolic-operand.js';
import type { AnySymbolic } from '../graphs/symbolic-operand.js';
import { isTensor, ownResults, tensorsIn } from './structures.js';
import type { Structure, SymbolicsOf, TensorsOf } from './structures.js';
import { add } from '../elementwise/arithmetic.js';

/** The gradients of a function's arguments: a tensor for a single argument, or a list, with null for an argument without a gradient. */
export type CustomGradients = Tensor | readonly (Tensor | null)[];

/** A function with a custom gradient, of tensors and of symbolic tensors. */
export interface CustomGradientFunction<P extends Tensor[], O> {
  (...args: Arguments<P>): TensorsOf<O>;
  (...args: { [Place in keyof P]: TensorLike | AnySymbolic }): SymbolicsOf<O>;
}

/**
 * A function that computes the same as f, with a gradient that f defines: f returns a pair [output, gradient]. gradient(dy) is
 * called in the backward pass with the gradient of the output, in the structure of the output. It returns the gradients of the
 * arguments: a tensor for a single argument, a list for several, each of the shape of its argument. All tensors that f creates
 * exist until then, and are freed with the tape.
 *
 * `gradient` consists of operations and can be differentiated again. Tensors that f uses from outside get no gradient. With
 * symbolic tensors the function is a node of the graph; such a graph cannot be saved.
 *
 * @param f a function of tensors
 * @throws ValueError if f does not return such a pair or `gradient` returns a wrong number of gradients, DTypeError for an
 * output or a gradient that is not float32, ShapeError for a gradient of a wrong shape.
 * @example
 * const log1pexp = ops.customGradient((x: Tensor) => {
 *   const e = x.exp();
 *   return [e.add(1).log(), (dy: Tensor) => dy.mul(e).div(e.add(1))];
 * });
 * grad((x: Tensor) => log1pexp(x).sum())([1]); // [0.7311]
 */
export function customGradient<P extends Tensor[], const O extends Structure>(
  f: (...args: P) => readonly [output: O, gradient: (dy: TensorsOf<O>) => CustomGradients],
): CustomGradientFunction<P, O> {
  checkFunction('customGradient', 'f', f);
  const call = (...args: readonly unknown[]): unknown =>
    callOnStructures(callWithGradient, 'customGradient', [f, ...args]);
  return call as CustomGradientFunction<P, O>;
}

type WithGradient = (...args: readonly Tensor[]) => unknown;

function callWithGradient(f: WithGradient, ...args: readonly TensorLike[]): unknown {
  return tidy(() => {
    // Tensors of the scope, as f may keep them for its gradient.
    const inputs = args.map((arg) => toTensor(arg).alias());
    const [result, gradient] = pairOf(f(...inputs));
    const output = tensorsIn('customGradient', 'the output of f', result);
    const tensors = flattenNest(output, isTensor);
    for (const tensor of tensors) requireFloat('the output of f', tensor);

    const made = tensorsOfScope();
    const shapes = tensors.map(({ shape }) => shape);
    const joined = joinedTensors(tensors);
    // An identity of its own: the gradient does not flow through what f has computed.
    const out = recordHolding('customGradient', inputs, joined.view(joined.shape), made, (dy) =>
      gradientsOf(gradient(packNest(output, isTensor, splitJoined(dy, shapes))), inputs),
    );
    return packNest(output, isTensor, splitJoined(out, shapes));
  });
}

function pairOf(result: unknown): readonly [output: unknown, gradient: (dy: unknown) => unknown] {
  if (Array.isArray(result) && result.length === 2 && typeof result[1] === 'function')
    return result as never;
  throw new ValueError(
    `customGradient: f must give a pair [output, gradient], whose gradient is a function, got ${describeValue(result)}.`,
  );
}

function requireFloat(what: string, { dtype }: Tensor): void {
  if (dtype === 'float32') return;
  throw new DTypeError(
    `customGradient: ${what} must be float32, got ${dtype}. Compute other results outside of the function.`,
  );
}

/** One tensor for all outputs, as the tape knows a gradient for one. */
function joinedTensors(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (first !== undefined && tensors.length === 1) return first;
  if (first === undefined) throw new ValueError('customGradient: the output of f holds no tensor.');
  return concat(tensors.map((tensor) => reshape(tensor, [tensor.size])));
}

/** Cuts a joined tensor into tensors of the given shapes. */
function splitJoined(joined: Tensor, shapes: readonly (readonly number[])[]): Tensor[] {
  if (shapes.length === 1) return [joined];
  let end = 0;
  return shapes.map((shape) => {
    const start = end;
    end += sizeOf(shape);
    return reshape(slice(joined, [start, end]), shape);
  });
}

/** What `gradient` gives, checked, in the order of the inputs. */
function gradientsOf(result: unknown, inputs: readonly Tensor[]): (Tensor | undefined)[] {
  const list = Array.isArray(result) ? (result as unknown[]) : [result];
  if (list.length !== inputs.length) {
    throw new ValueError(
      `customGradient: the gradient must give one tensor for each of ${inputs.length} arguments, got ${describeValue(result)}.`,
    );
  }
  return list.map((value, i) => {
    if (value === null) return undefined;
    const what = `the gradient of argument ${i}`;
    const [tensor] = flattenNest(tensorsIn('customGradient', what, value), isTensor);
    const { shape } = inputs[i] as Tensor;
    if (tensor === undefined || !sameShape(tensor.shape, shape)) {
      throw new ShapeError(
        `customGradient: ${what} must have its shape ${formatShape(shape)}, got ${tensor ? formatShape(tensor.shape) : describeValue(value)}.`,
      );
    }
    requireFloat(what, tensor);
    return ownResults([tensor])[0];
  });
}

/**
 * Gradients of `f`, which computes from `inputs` by operations, for a gradient `dy` of its result: the backward pass of a fused
 * kernel while a tape records it, since operations can be differentiated again. Undefined for inputs that do not count.
 */
export function gradientsThrough(
  inputs: readonly Tensor[],
  f: () => Tensor,
  dy: Tensor,
): readonly (Tensor | undefined)[] {
  const ids = inputs.map(({ id }) => id);
  const tape = new Tape(ids);
  try {
    return tape.gradients(tape.recording(f), dy, ids, add);
  } finally {
    tape.dispose();
  }
}
