import { printable } from '../../../config/describe-value.js';
import { didYouMean } from '../../../config/index.js';
import type { Config } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { kerasOperations } from '../generated/keras-operations.js';
import type { OperationName } from '../generated/keras-operations.js';
import type { CallArguments, Declaration } from './declaration.js';
import type { Operation } from './operation-shape.js';
import * as operations from '../generated/operations.js';

/** An operation and its arguments as Keras writes them. */
export interface OperationConfig extends CallArguments {
  /** `keras.src.ops.numpy` */
  readonly module: string;
  /** `Add` */
  readonly className: string;
  /** The arguments of the class's constructor, without `name`. */
  readonly config: Config;
}

/** An operation with the arguments of one call. */
export interface OperationCall {
  readonly operation: Operation;
  readonly args: readonly unknown[];
}

/** Keras's module in which a class of a declaration lies. */
const MODULES = {
  activations: 'keras.src.activations.activations',
  core: 'keras.src.ops.core',
  einops: 'keras.src.ops.einops',
  image: 'keras.src.ops.image',
  linalg: 'keras.src.ops.linalg',
  math: 'keras.src.ops.math',
  nn: 'keras.src.ops.nn',
  numpy: 'keras.src.ops.numpy',
};

/** `numpy.Add` with its module written out. */
function fullName(className: string): readonly [module: string, className: string] {
  const [module = '', name = ''] = className.split('.');
  return [MODULES[module as keyof typeof MODULES], name];
}

interface Declared {
  readonly operation: Operation;
  readonly declaration: Declaration;
}

const names = new Map<unknown, OperationName>();

/** By module and class: layers have classes of the same names. A class may stand for several operations. */
const byClass = new Map<string, Declared[]>();

for (const [name, declarations] of Object.entries(kerasOperations) as [
  OperationName,
  readonly Declaration[],
][]) {
  const operation = operations[name];
  names.set(operation, name);
  for (const declaration of declarations) {
    if (declaration.isWrittenOnly === true) continue;
    for (const className of [declaration.className, ...declaration.aliases]) {
      const key = fullName(className).join('.');
      byClass.set(key, [...(byClass.get(key) ?? []), { operation, declaration }]);
    }
  }
}

/** The name of an operation in `ops`; undefined for another function. */
export function operationName(operation: unknown): string | undefined {
  return names.get(operation);
}

/**
 * How Keras writes an operation with these arguments. Objects with `shape` and `dtype` stand for tensors that are not
 * computed yet, and stay as they are; tensors and arrays are written with their numbers.
 *
 * @throws ValueError, naming the operation, if Keras has no class for it, or none for the arguments.
 */
export function operationConfig(operation: Operation, args: readonly unknown[]): OperationConfig {
  const name = names.get(operation);
  if (name === undefined) {
    throw new ValueError(
      `A function that is not one of lanegrad's ops cannot be written into a file. Make a layer of it.`,
    );
  }
  let failure = new ValueError(
    `${name}: Keras has no operation for it, so it cannot be written into a file. Compute it by other operations, or in ` +
      `a layer.`,
  );
  for (const declaration of kerasOperations[name]) {
    try {
      const [module, className] = fullName(declaration.className);
      return { module, className, ...declaration.write(name, args) };
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/**
 * The operation that stands for Keras's class, for calls with the arguments that a file has: tensors, or what stands
 * for them, and the rest as JSON. Arrays in the file become tensors, which belong to the caller.
 *
 * @throws ValueError for a class that no operation stands for, and for arguments that the operation does not have.
 */
export function operationFromConfig(
  module: string,
  className: string,
  config: Config,
): (call: CallArguments) => OperationCall {
  const found = byClass.get(`${module}.${className}`);
  if (found === undefined) {
    throw new ValueError(
      `There is no operation here for Keras's ${module}.${printable(className)}.` +
        didYouMean(`${module}.${className}`, byClass.keys()),
    );
  }
  const readers = found.map(({ operation, declaration }) => ({
    operation,
    read: declaration.read(config),
  }));
  return (call) => {
    for (const { operation, read } of readers) {
      const args = read(call);
      if (args !== undefined) return { operation, args };
    }
    const ranks = found.map(({ declaration }) => String(declaration.rank));
    const last = ranks.pop();
    throw new ValueError(
      `${className}: only input of ${ranks.join(', ')} or ${last} axes is supported.`,
    );
  };
}
