// The row of an operation: calls, their float64 references, and the facts that no call shows.
import * as operations from '../../src/engine/ops/generated/operations.js';
import * as publicOperations from '../../src/engine/ops/generated/public-operations.js';
import { kerasOperations } from '../../src/engine/ops/generated/keras-operations.js';
import type { OperationName } from '../../src/engine/ops/generated/keras-operations.js';
import { isStepwise } from '../../src/nn/layers/core/stepwise-operations.js';
import { SeedGenerator } from '../../src/random.js';
import { tensor } from '../../src/engine/tensor/index.js';
import type { DType } from '../../src/config/dtype.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import { values } from '../kernels/values.js';
import type { DenseArray } from '../reference/dense-array.js';
import { sizeOf } from '../reference/dense-array.js';

// What is written of operations in the library, for all tests that walk them.
export { isStepwise, kerasOperations, operations };
export type { OperationName };

/** The operations as programs call them, those of namespaces beside the others. */
const { image, ...others } = publicOperations;
export const calledOperations = { ...others, ...image };

export type Reference = (...inputs: DenseArray[]) => DenseArray;

/** A tensor among the arguments of a call, which is made again for each use. Without a dtype it is float32. */
export interface Operand extends DenseArray {
  readonly dtype?: DType;
}

/** A generator of random numbers among the arguments. */
class Seed {
  constructor(readonly number: number) {}
}
export const seed = (number: number): Seed => new Seed(number);

/** Arguments, and what float64 makes of the float32 operands among them. */
export type Call = readonly [args: readonly unknown[], reference?: Reference];

/** Where the calls of a fuzz get their shapes and axes. */
export interface Draws {
  /** A whole number below n. */
  below(n: number): number;
  /** A shape of a random number of axes, at least `rank`, and some elements. */
  shape(rank: number): readonly number[];
}

export interface OperationSpec {
  /** The first is the usual call, with all arguments. */
  readonly calls: readonly Call[];
  /** How often the operation can be differentiated. What has no gradient gives whole numbers, or does not move with its operands. */
  readonly gradient: 'none' | 'once' | 'twice';
  /** Where the gradient is not finite. */
  readonly singular?: string | undefined;
  /** Why a graph with a cache refuses it, though each step of its output is computed of a step of its input. */
  readonly notStepwise?: string;
  /** It takes no tensor of 3 axes, so no [batch, steps, features]. */
  readonly isLowRank?: true;
  /** A call of random shapes and axes with its reference, where that holds for any. */
  readonly draw?: (draws: Draws) => Call;
  /** Keras has no class for it. */
  readonly extension?: true;
}

const isOperand = (value: unknown): value is Operand =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;

export const toTensor = ({ shape, data, dtype = 'float32' }: Operand): Tensor =>
  tensor(Float32Array.from(data), { shape, dtype });

/** Options of a call, among which there may be operands. */
const isOptions = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The operands of a call, in their order. */
export function operandsOf(value: unknown): readonly Operand[] {
  if (isOperand(value)) return [value];
  const parts = Array.isArray(value) ? value : isOptions(value) ? Object.values(value) : [];
  return parts.flatMap(operandsOf);
}

/** Arguments with something in place of each operand, and new generators. */
export function fill(value: unknown, replace: (operand: Operand) => unknown = toTensor): unknown {
  if (isOperand(value)) return replace(value);
  if (value instanceof Seed) return new SeedGenerator(value.number);
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, replace));
  if (!isOptions(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, replace)]));
}

export const fillAll = (
  args: readonly unknown[],
  replace?: (operand: Operand) => unknown,
): unknown[] => args.map((value) => fill(value, replace));

/** Operations that are written as a class of Keras's which is read as another one. */
const READ_AS: Readonly<Record<string, string>> = {
  sigmoidCrossEntropy: 'binaryCrossentropy',
  softmaxCrossEntropy: 'categoricalCrossentropy',
  sparseSoftmaxCrossEntropy: 'sparseCategoricalCrossentropy',
};

/** The operation that is read where an operation was written. */
export const readAs = (name: string): string => READ_AS[name] ?? name;

/** The operation that code of the library imports, by name. */
export const operationOf = (name: string): ((...args: readonly unknown[]) => Tensor | Tensor[]) =>
  operations[name as OperationName] as never;

export const isFloat = ({ dtype = 'float32' }: Operand): boolean => dtype === 'float32';

/** The call as a function of its float32 operands; of several results the first. */
export const ofOperands =
  (name: string, args: readonly unknown[]) =>
  (...inputs: Tensor[]): Tensor => {
    const left = [...inputs];
    const given = fillAll(args, (operand) => (isFloat(operand) ? left.shift() : toTensor(operand)));
    return [operationOf(name)(...given)].flat()[0] as Tensor;
  };

let drawn = 1;

/** Numbers within [low, high) that float32 holds exactly. */
export function random(shape: readonly number[], low = -1, high = 1): DenseArray {
  const unit = values(sizeOf(shape), 1, drawn++);
  const data = Array.from(unit, (u) => Math.fround(low + ((u + 1) / 2) * (high - low)));
  return { shape, data };
}

/** `x` with every element at least `margin` away from the places where a derivative jumps. */
export function awayFrom(kinks: readonly number[], x: DenseArray, margin = 0.02): DenseArray {
  const data = x.data.map((value) => {
    const near = kinks.find((kink) => Math.abs(value - kink) < margin);
    return near === undefined ? value : Math.fround(near + 2 * margin);
  });
  return { shape: x.shape, data };
}

/** Numbers from -1 to 1 in a random order, all at least 2 / size apart: no ties. */
export function distinct(shape: readonly number[]): DenseArray {
  const { data } = random(shape);
  const order = data.map((_, i) => i).sort((a, b) => (data[a] ?? 0) - (data[b] ?? 0));
  const ranked = new Array<number>(data.length);
  order.forEach((place, rank) => (ranked[place] = Math.fround((2 * rank) / data.length - 1)));
  return { shape, data: ranked };
}
