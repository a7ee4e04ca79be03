import { describeValue } from '../../config/describe-value.js';
import { compileAlone, isModule } from '../../engine/wasm/lone-module.js';
import { brandOf } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import { descriptionOf } from './writing/description.js';
import type { CompiledDescription, CompiledPort } from './writing/description.js';

/** The elements of an input or an output: bool is `Uint8Array`. */
export type CompiledArray = Float32Array | Int32Array | Uint8Array;

/** A compiled model that is ready to predict. */
export interface CompiledModel {
  /** What the module says of itself. */
  readonly description: CompiledDescription;
  /**
   * The outputs for one batch, in C order. Each call gives arrays of its own.
   *
   * @param x the elements of the only input, or arrays by the names of inputs
   * @returns the elements of the only output, or arrays by the names of outputs
   * @throws ValueError for arrays of another type or length, and for values that have no result, such as an index out of range.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the outputs
  predict<R extends CompiledArray | Record<string, CompiledArray> = Float32Array>(
    x: CompiledArray | Readonly<Record<string, CompiledArray>>,
  ): R;
}

const ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** What a module of `compileModel` exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly predict: () => number;
}

/**
 * Makes a compiled model ready to predict, in the library: to test what `compileModel` gives. Other hosts need no library:
 * docs/compiling.md.
 *
 * @param bytes what `compileModel` has given
 * @throws ValueError for bytes that are no WebAssembly, or no compiled model; FormatError for a description that cannot be read, or that
 * describes elements outside of the module's memory.
 * @example
 * const digits = new Sequential([new layers.Dense(10, { inputShape: [784] })]);
 * const compiled = runCompiled(await compileModel(digits));
 * compiled.predict(new Float32Array(784)).length; // 10
 */
export function runCompiled(bytes: Uint8Array<ArrayBuffer>): CompiledModel {
  if (brandOf(bytes) !== 'Uint8Array' || !isModule(bytes)) {
    throw new ValueError(
      `runCompiled: expected the bytes that compileModel gives, got ${describeValue(bytes)}.`,
    );
  }
  const module = compileAlone(bytes);
  const description = descriptionOf('runCompiled', module);
  const exports = module.instantiate() as Exports;
  const { length } = new Uint8Array(exports.memory.buffer);
  const ports = [...description.inputs, ...description.outputs];
  if (ports.some((port) => port.address + port.bytes > length)) {
    throw new FormatError('runCompiled: the module is damaged: it describes elements outside of its memory.'); // prettier-ignore
  }
  return {
    description,
    predict: (x) => predictWith(description, exports, x) as never,
  };
}

function predictWith(
  { inputs, outputs, errors }: CompiledDescription,
  { memory, predict }: Exports,
  x: CompiledArray | Readonly<Record<string, CompiledArray>>,
): CompiledArray | Record<string, CompiledArray> {
  const given = inputs.map((port) => arrayOf(port, inputs, x));
  inputs.forEach((port, i) => {
    viewOf(memory.buffer, port).set(given[i] ?? []);
  });
  const code = predict();
  if (code !== 0) {
    const error = errors.find((other) => other.code === code);
    const where = error === undefined ? '' : `layer '${error.layer}': `;
    throw new ValueError(
      `predict: ${where}${error?.message ?? `the module gives the unknown code ${code}`}.`,
    );
  }
  const results = outputs.map((port) => [port.name, viewOf(memory.buffer, port).slice()] as const);
  const [first] = results;
  return results.length === 1 && first !== undefined ? first[1] : Object.fromEntries(results);
}

function viewOf(buffer: ArrayBuffer, { dtype, address, bytes }: CompiledPort): CompiledArray {
  const array = ARRAYS[dtype];
  return new array(buffer, address, bytes / array.BYTES_PER_ELEMENT);
}

/** What was given for an input, checked. */
function arrayOf(
  { name, dtype, bytes, shape }: CompiledPort,
  inputs: readonly CompiledPort[],
  x: CompiledArray | Readonly<Record<string, CompiledArray>>,
): CompiledArray {
  const value: unknown =
    ArrayBuffer.isView(x) && inputs.length === 1
      ? x
      : (x as Partial<Record<string, unknown>> | undefined)?.[name];
  const type = ARRAYS[dtype];
  if (value instanceof type && value.byteLength === bytes) return value;
  throw new ValueError(
    `predict: input '${name}' must be a ${type.name} of ${bytes / type.BYTES_PER_ELEMENT} elements, shape [${shape.join(', ')}], ` +
      `got ${describeValue(value)}.`,
  );
}
