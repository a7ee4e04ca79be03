// What a compiled model says of itself, as JSON in a section of its module.
import { isPlainObject } from '../../../config/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { DType } from '../../../config/dtype.js';
import { sizeOf } from '../../../engine/tensor/index.js';
import type { LoneModule } from '../../../engine/wasm/lone-module.js';
import { FormatError, ValueError } from '../../../errors.js';

/** The name of the section that holds the JSON. */
export const SECTION = 'lanegrad';

/** The version of the JSON. */
export const DESCRIPTION_VERSION = 1;

/** An input or an output of a compiled model. */
export interface CompiledPort {
  /** The name of the input or output in the model. */
  readonly name: string;
  /** The shape of a batch. */
  readonly shape: readonly number[];
  /** The element type; elements are in C order, little-endian, bool one byte. */
  readonly dtype: DType;
  /** Where the elements lie in the exported memory. */
  readonly address: number;
  /** The length of the elements in bytes. */
  readonly bytes: number;
}

/** Why `predict` of a compiled model gives a number that is not 0. */
export interface CompiledError {
  /** The number. */
  readonly code: number;
  /** The layer whose input is wrong. */
  readonly layer: string;
  /** What is wrong. */
  readonly message: string;
}

/** What a compiled model says of itself: the JSON of the section `lanegrad` of its module. */
export interface CompiledDescription {
  /** The version of this description: 1. */
  readonly version: number;
  /** The version of the library that compiled the model. */
  readonly lanegrad: string;
  /** The name of the model. */
  readonly name: string;
  /** The number of samples of a batch. */
  readonly batchSize: number;
  /** The form of the weights in the model. */
  readonly weights: 'float32' | 'float16' | 'int8';
  /** Whether kernels use relaxed SIMD. */
  readonly simd: 'strict' | 'relaxed';
  /** The inputs, in the model's order. The address of input i is also exported, as the global `input_i`. */
  readonly inputs: readonly CompiledPort[];
  /** The outputs, in the model's order. The address of output i is also exported, as the global `output_i`. */
  readonly outputs: readonly CompiledPort[];
  /** What the numbers other than 0 mean that `predict` gives. */
  readonly errors: readonly CompiledError[];
  /** The names of classes, if they were given. */
  readonly classNames?: readonly string[];
  /** SHA-256 of the module up to this section, in hexadecimal digits; missing where the host has no WebCrypto. */
  readonly sha256?: string;
}

/**
 * What a compiled model says of itself.
 *
 * @throws ValueError for a module that `compileModel` has not made, FormatError for a description that cannot be read.
 */
export function descriptionOf(op: string, module: LoneModule): CompiledDescription {
  const text = module.section(SECTION);
  if (text === undefined || !module.isAlone) {
    throw new ValueError(
      `${op}: the module ${text === undefined ? `has no section '${SECTION}'` : 'needs imports'}, so compileModel has not made it.`,
    );
  }
  return parseDescription(text);
}

/** @throws FormatError for a section that is not the JSON of a compiled model. */
function parseDescription(text: string): CompiledDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`The section '${SECTION}' of the module is not JSON.`, { cause });
  }
  const isDescription =
    isPlainObject(value) &&
    value['version'] === DESCRIPTION_VERSION &&
    [value['inputs'], value['outputs']].every(
      (ports) => Array.isArray(ports) && ports.every(isPort),
    ) &&
    Array.isArray(value['errors']) &&
    value['errors'].every(isPlainObject);
  if (!isDescription) {
    throw new FormatError(
      `The section '${SECTION}' of the module is not a description of version ${DESCRIPTION_VERSION}, as compileModel writes it.`,
    );
  }
  return value as CompiledDescription;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isPort(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { name, shape, dtype, address, bytes } = value;
  return (
    typeof name === 'string' &&
    Array.isArray(shape) &&
    shape.every(isCount) &&
    ['float32', 'int32', 'uint8', 'bool'].includes(dtype as string) &&
    isCount(address) &&
    (address as number) % bytesOf(dtype as DType) === 0 &&
    bytes === sizeOf(shape as number[]) * bytesOf(dtype as DType)
  );
}
