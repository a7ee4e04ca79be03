// Weights as they come from a server, and as they go back.
import { printable } from '../../config/describe-value.js';
import { bytesOf } from '../../config/dtype.js';
import type { DType, TensorData } from '../../config/dtype.js';
import { FormatError } from '../../errors.js';
import { emptyTensor, formatShape, sameShape, sizeOf, tensor } from '../../engine/tensor/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { roundHalfEven } from '../../files/formats/elements.js';
import { bytesOfArray } from './object-writer.js';
import type { LentArray } from './object-writer.js';
import type { ArrayRecord } from './records.js';

/** What a variance becomes that noise has brought below 0: Keras's epsilon. */
const SMALLEST_VARIANCE = 1e-7;

/** The whole numbers that a type holds. */
const RANGES: Readonly<Record<Exclude<DType, 'float32'>, readonly [least: number, most: number]>> =
  {
    bool: [0, 1],
    uint8: [0, 255],
    int32: [-(2 ** 31), 2 ** 31 - 1],
  };

/** The arrays of a message as values of the weights of a model. */
export class ReceivedWeights {
  /** What the server sent, array by array for each weight: of the weight's type. */
  readonly received: readonly Tensor[];
  /** What the weights become. */
  readonly values: readonly Tensor[];
  /** Whether the server sent all weights as one array, and wants them so. */
  readonly isFlat: boolean;
  /** What was made here. */
  readonly #made: Tensor[] = [];

  /** @throws FormatError unless the arrays are values of the weights, in their order, and all numbers are finite. */
  constructor(arrays: ArrayRecord, weights: readonly Variable[], label: string) {
    const total = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const [first] = arrays.values();
    this.isFlat =
      arrays.size === 1 &&
      weights.length > 1 &&
      first !== undefined &&
      sameShape(first.shape, [total]);
    try {
      requireFinite(arrays, label);
      const parts =
        this.isFlat && first !== undefined ? this.#cut(first, weights) : [...arrays.values()];
      if (!this.isFlat) requireShapes(arrays, weights, label);
      this.received = parts.map((part, i) => this.#cast(part, weights[i], label));
      this.values = this.received.map((part, i) => this.#aboveZero(part, weights[i]));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** The parts of a flat array, in float32. */
  #cut(flat: Tensor, weights: readonly Variable[]): Tensor[] {
    const whole = this.#keep(flat.dtype === 'float32' ? flat.clone() : flat.astype('float32'));
    let at = 0;
    return weights.map(({ shape }) => {
      const part = this.#keep(emptyTensor(shape, 'float32'));
      part.poke(0, whole.peek(at, at + part.byteLength).slice());
      at += part.byteLength;
      return part;
    });
  }

  #cast(array: Tensor, weight: Variable | undefined, label: string): Tensor {
    if (weight === undefined || array.dtype === weight.dtype) return array;
    if (weight.dtype === 'float32') return this.#keep(array.astype('float32'));
    const [least, most] = RANGES[weight.dtype];
    const numbers = Array.from(array.data(), roundHalfEven);
    const wrong = numbers.find((number) => number < least || number > most);
    if (wrong !== undefined) {
      throw new FormatError(
        `${label}: the weight '${weight.name}' of this node is ${weight.dtype}, which cannot hold ${wrong}.`,
      );
    }
    return this.#keep(tensor(numbers, { shape: array.shape, dtype: weight.dtype }));
  }

  /** A variance that noise has brought below 0 would make NaN of a normalization. */
  #aboveZero(array: Tensor, weight: Variable | undefined): Tensor {
    if (weight === undefined || !isVariance(weight)) return array;
    const numbers = array.data() as Float32Array<ArrayBuffer>;
    if (!numbers.some((number) => number < 0)) return array;
    liftVariances(numbers);
    return this.#keep(tensor(numbers, { shape: array.shape }));
  }

  #keep(made: Tensor): Tensor {
    this.#made.push(made);
    return made;
  }

  /** Gives the memory of what was made here back. */
  dispose(): void {
    for (const made of this.#made.splice(0)) made.dispose();
  }
}

/** Whether the elements of a weight are variances. */
export function isVariance({ name, dtype }: Variable): boolean {
  return dtype === 'float32' && /(^|_)variance$/.test(name);
}

/** Brings variances above 0. */
export function liftVariances(numbers: Float32Array): void {
  numbers.forEach((number, i) => {
    if (number < 0) numbers[i] = SMALLEST_VARIANCE;
  });
}

/** @throws FormatError, naming the array, unless all numbers are finite. */
export function requireFinite(arrays: ArrayRecord, label: string): void {
  for (const [name, array] of arrays) {
    if (isFinite(array)) continue;
    throw new FormatError(
      `${label}: array '${printable(name)}' has numbers that are not finite. Nothing of the message is used: a NaN would ` +
        `spread to all that is computed with it.`,
    );
  }
}

/** @throws FormatError, naming the variable, unless all numbers are finite. */
export function requireFiniteVariables(variables: readonly Variable[], what: string): void {
  for (const variable of variables) {
    if (variable.lend(isFinite)) continue;
    throw new FormatError(
      `training has made numbers that are not finite: ${what} '${variable.path}'. The model keeps the weights that it had. ` +
        `The learning rate may be too large.`,
    );
  }
}

function isFinite(array: Tensor): boolean {
  if (array.dtype !== 'float32') return true;
  const { buffer, byteOffset } = array.peek(0, array.byteLength);
  const words = new Uint32Array(buffer, byteOffset, array.size);
  // An exponent of ones alone is infinity or NaN.
  for (const word of words) if ((word & 0x7f800000) === 0x7f800000) return false;
  return true;
}

function requireShapes(arrays: ArrayRecord, weights: readonly Variable[], label: string): void {
  if (arrays.size !== weights.length) {
    throw new FormatError(
      `${label}: has ${arrays.size} arrays; the model of this node has ${weights.length} weights. The model of the server ` +
        `must have the same layers, and its arrays the order of get_weights(), or it sends all as one flat array.`,
    );
  }
  for (const [i, [name, { shape }]] of [...arrays].entries()) {
    const weight = weights[i];
    if (weight !== undefined && sameShape(shape, weight.shape)) continue;
    throw new FormatError(
      `${label}: array '${printable(name)}' has shape ${formatShape(shape)}; the weight '${weight?.name}' of this node has ` +
        `shape ${formatShape(weight?.shape ?? [])}.`,
    );
  }
}

/** A weight as an array to send. */
export function lentWeight(weight: Variable): LentArray {
  const { shape, dtype } = weight;
  const byteLength = sizeOf(shape) * bytesOf(dtype);
  return { shape, dtype, byteLength, lend: (use) => weight.lend(use) };
}

/** All arrays behind one another, as one of float32, which belongs to the caller. */
export function flatArray(arrays: readonly LentArray[]): Tensor {
  const total = arrays.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const flat = emptyTensor([total], 'float32');
  let at = 0;
  for (const array of arrays) {
    const bytes = bytesOfArray(array);
    flat.poke(at, array.dtype === 'float32' ? bytes : floatBytes(bytes, array.dtype));
    at += 4 * sizeOf(array.shape);
  }
  return flat;
}

/** Whole numbers as the bytes of float32. */
function floatBytes(bytes: Uint8Array<ArrayBuffer>, dtype: string): Uint8Array {
  return new Uint8Array(Float32Array.from(numbersOf(bytes, dtype)).buffer);
}

/** The numbers of an array of a weight's type. */
export function numbersOf(bytes: Uint8Array<ArrayBuffer>, dtype: string): TensorData {
  if (dtype === 'float32') return new Float32Array(bytes.buffer);
  return dtype === 'int32' ? new Int32Array(bytes.buffer) : bytes;
}
