import { flattenNest, isPlainObject, mapNest, naming, packNest } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { probeShapes } from '../../../engine/ops/graphs/probe-shapes.js';
import type { TensorSpec as ProbedSpec } from '../../../engine/ops/graphs/probe-shapes.js';
import {
  formatShape,
  isStrings,
  isValue,
  refuseStrings,
  requireFewAxes,
  requireList,
  requireTensor,
  sameShape,
  Tensor,
  toTensor,
  toValue,
} from '../../../engine/tensor/index.js';
import type { PartialShape, TensorLike, Value } from '../../../engine/tensor/index.js';
import { checkInput } from './input-spec.js';
import type { InputSpec } from './input-spec.js';
import { isShape, isSymbolic } from './symbolic-tensor.js';
import type { SymbolicTensor, TensorSpec } from './symbolic-tensor.js';

/** Whether a value is a tensor with values. */
export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

export { isValue };

/** Whether a value is a tensor, with values or without, or an array of strings. */
export const isSymbolicOrValue = (value: unknown): value is Value | SymbolicTensor =>
  isValue(value) || isSymbolic(value);

const isTensorOrShape = (value: unknown): value is Value | SymbolicTensor | PartialShape =>
  isSymbolicOrValue(value) || isShape(value);

/** Throws unless `x` is a tensor or an array of strings, or a structure of them. */
export function requireTensors(owner: string, x: unknown): void {
  if (typeof x !== 'object' || x === null || flattenNest(x, isValue).length === 0) {
    requireTensor(owner, x);
  }
  mapNest(
    x,
    isValue,
    (tensor) => tensor,
    (value) => requireTensor(owner, value),
  );
}

/**
 * Throws unless a tensor, or a structure of tensors, is what a layer takes.
 *
 * @param label returns the layer's name; called only for an error
 * @param spec what the layer asks of its input, which is one tensor; undefined if it takes anything
 * @param builtFor the shape that the layer's weights were made for, if they were
 */
export function checkGiven(
  label: () => string,
  spec: InputSpec | undefined,
  given: unknown,
  builtFor?: unknown,
): void {
  if (spec === undefined) return;
  if (!isSymbolicOrValue(given)) requireOneTensor(label, given);
  else checkInput(label, spec, given, builtFor as PartialShape | undefined);
}

/**
 * Checks that the input is one tensor, not a list or an object of tensors.
 *
 * @param label returns the layer's name; called only for an error
 * @param given a structure of tensors, symbolic tensors or shapes
 */
function requireOneTensor(label: () => string, given: unknown): void {
  if (isShape(given)) return;
  throw new ShapeError(
    `${label()} takes one tensor, got ${describeTensors(given)}. ` +
      (flattenNest(given, isTensorOrShape).length <= 1
        ? 'Give the tensor itself.'
        : 'Apply the layer to each, or merge them before: layers.concatenate([a, b]), layers.add([a, b]).'),
  );
}

/** A structure of tensors, symbolic tensors or shapes as messages show it. */
export function describeTensors(given: unknown): string {
  if (Array.isArray(given) && given.length === 0) return 'an empty list';
  const shapes = flattenNest(given, isTensorOrShape).map((leaf) =>
    formatShape(isShape(leaf) ? leaf : leaf.shape),
  );
  if (shapes.length === 0) return describeValue(given);
  const tensors =
    shapes.length === 1
      ? `one tensor, of shape ${shapes.join('')}`
      : `${shapes.length} tensors, of shapes ${shapes.join(' and ')}`;
  if (isTensorOrShape(given)) return tensors;
  if (!Array.isArray(given)) return `an object of ${tensors}`;
  return `a ${given.every(isTensorOrShape) ? '' : 'nested '}list of ${tensors}`;
}

/**
 * Tensors of a structure in which numbers, nested or typed arrays may stand for tensors. A list in which no tensor is stands
 * for one.
 *
 * @param readsStrings whether strings may stand there as well
 */
export function toTensors(owner: string, x: unknown, readsStrings: boolean): unknown {
  const isLeaf = (value: unknown): value is TensorLike =>
    isValue(value) || (!isPlainObject(value) && flattenNest(value, isValue).length === 0);
  return mapNest(x, isLeaf, (leaf, path) => {
    const named = `${owner}: input${path()}`;
    if (readsStrings) return namedValue(named, leaf);
    if (isStrings(leaf)) refuseStrings(named);
    return namedTensor(named, leaf);
  });
}

/** A tensor, or what stands for one. @throws what `toTensor` throws, naming the owner. */
export function namedTensor(owner: string, x: unknown): Tensor {
  return isTensor(x) ? x : naming(owner, () => toTensor(x as TensorLike));
}

/**
 * Throws unless `shapes` is a batch shape or, if the layer takes more than one tensor, a structure of them.
 *
 * @param label returns the layer's name; called only for an error
 * @param method what was given them
 * @param spec what the layer asks of its input, which is one tensor; undefined if it takes anything
 */
export function checkInputShape(
  label: () => string,
  method: string,
  shapes: unknown,
  spec: InputSpec | undefined,
): void {
  if (typeof shapes !== 'object' || shapes === null || isShape(shapes)) {
    requireList(`${label()}: ${method}`, 'inputShape', shapes);
  }
  const refuse = (shape: unknown): never => {
    throw new ShapeError(
      `${label()}: ${method} takes a shape of whole numbers, null for any length, got ${describeValue(shape)}.`,
    );
  };
  let count = 0;
  mapNest(
    shapes,
    isShape,
    (shape) => {
      count++;
      requireFewAxes(label, shape);
      if (shape.every((length) => length === null || (Number.isInteger(length) && length >= 0)))
        return;
      refuse(shape);
    },
    refuse,
  );
  if (count === 0) refuse(shapes);
  if (spec !== undefined) requireOneTensor(label, shapes);
}

/** @throws ValueError unless there is a mask, or null, for each tensor of the input. */
export function checkMask(owner: string, input: unknown, mask: unknown): void {
  if (mask === null) return;
  if (input instanceof Tensor) requireTensor(owner, mask);
  else {
    mapNest(
      mask,
      isTensor,
      (tensor) => tensor,
      (value) => value === null || requireTensor(owner, value),
    );
  }
}

/** Throws unless what `call` has returned is a tensor or a structure of tensors. */
export function checkResult(y: unknown): void {
  let count = 0;
  mapNest(y, isValue, () => count++, refuseResult);
  if (count === 0) refuseResult(y);
}

function refuseResult(y: unknown): never {
  throw new ValueError(`call() must return a tensor, it returned ${describeValue(y)}.`);
}

/** A tensor or an array of strings, or what stands for one. @throws what `toValue` throws, naming the owner. */
export function namedValue(owner: string, x: unknown): Value {
  return isTensor(x) ? x : naming(owner, () => toValue(x));
}

/** The shape of a batch of any size. */
export function batchShape({ ndim, shape }: Value): PartialShape {
  return ndim === 0 ? [] : [null, ...shape.slice(1)];
}

/** Whether two structures of shapes differ in nothing but the batch. */
export function sameSamples(a: unknown, b: unknown): boolean {
  const first = flattenNest(a, isShape);
  const second = flattenNest(b, isShape);
  return (
    first.length === second.length &&
    first.every((shape, i) => sameShape(shape.slice(1), (second[i] ?? []).slice(1)))
  );
}

/** Whether a value stands for a tensor that is yet to be computed. */
const isSpec = (value: unknown): value is TensorSpec =>
  isSymbolic(value) || (isPlainObject(value) && isShape(value['shape']) && 'dtype' in value);

/**
 * Shapes of what `call` gives for input of these shapes, found by calling it on zeros.
 *
 * @param named what `call` is given by name, with the specs of tensors or symbolic tensors in the positions of those that the
 * model computes
 */
export function probeOutputShape(
  inputShape: unknown,
  call: (x: unknown, named: object) => unknown,
  named: object = {},
): unknown {
  const inputs = flattenNest(inputShape, isShape).map((shape) => {
    return { shape, dtype: 'float32' } as const;
  });
  const others = flattenNest(named, isSpec) as ProbedSpec[];
  let output: unknown;
  const specs = probeShapes(
    (...zeros) => {
      const more = packNest(named, isSpec, zeros.splice(inputs.length)) as object;
      output = call(packNest(inputShape, isShape, zeros), more);
      return flattenNest(output, isTensor);
    },
    [...inputs, ...others],
  );
  const shapes = specs.map(({ shape }) => shape);
  return packNest(output, isTensor, shapes);
}
