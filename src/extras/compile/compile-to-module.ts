import { compileAlone } from '../../engine/wasm/lone-module.js';
import { toBase64 } from '../../files/formats/base64.js';
import type { AnyModel } from '../../nn/models/model.js';
import { compileModel } from './compile-model.js';
import type { CompileOptions } from './compile-model.js';
import { descriptionOf } from './writing/description.js';
import type { CompiledDescription, CompiledPort } from './writing/description.js';

/** A model as an ES module. */
export interface CompiledSource {
  /** The text of the module: `model.js`. */
  readonly code: string;
  /** The text of its declarations: `model.d.ts`. */
  readonly types: string;
}

const ARRAYS = {
  float32: 'Float32Array',
  int32: 'Int32Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
} as const;

/** The part of the module that is the same for all models. It throws errors, as a program without the library has no other way. */
const RUNNER = `const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

const viewOf = ({ dtype, address, bytes }) => {
  const type = arrays[dtype];
  return new type(memory.buffer, address, bytes / type.BYTES_PER_ELEMENT);
};

export function predict(x) {
  const { inputs, outputs, errors } = description;
  const given = inputs.map(({ name, shape, dtype, bytes }) => {
    const value = ArrayBuffer.isView(x) && inputs.length === 1 ? x : x?.[name];
    const type = arrays[dtype];
    if (value instanceof type && value.byteLength === bytes) return value;
    const got = ArrayBuffer.isView(value) ? \`\${value.constructor.name} of \${value.length}\` : typeof value;
    throw new TypeError(
      \`predict: input '\${name}' must be a \${type.name} of \${bytes / type.BYTES_PER_ELEMENT} elements, shape [\${shape.join(', ')}], got \${got}.\`,
    );
  });
  inputs.forEach((port, i) => viewOf(port).set(given[i]));
  const code = run();
  if (code !== 0) {
    const { layer, message } = errors.find((error) => error.code === code);
    throw new RangeError(\`predict: layer '\${layer}': \${message}.\`);
  }
  const results = outputs.map((port) => [port.name, viewOf(port).slice()]);
  return results.length === 1 ? results[0][1] : Object.fromEntries(results);
}
`;

/** A name as a text of JavaScript. What ends a script in HTML is escaped. */
const quoted = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** A comment of one line. */
const commented = ({ name, lanegrad }: CompiledDescription): string =>
  `// The model ${JSON.stringify(name).replaceAll(/[\u2028\u2029]/g, ' ')}, compiled by lanegrad ${lanegrad}.`;

const typeOf = (ports: readonly CompiledPort[]): string => {
  const members = ports.map(
    ({ name, shape, dtype }) =>
      `  /** Shape [${shape.join(', ')}], ${dtype}. */\n  readonly ${quoted(name)}: ${ARRAYS[dtype]};\n`,
  );
  return `{\n${members.join('')}}`;
};

/** The declarations of a module. */
function typesOf(description: CompiledDescription): string {
  const { inputs, outputs } = description;
  const single = ([port, ...others]: readonly CompiledPort[]): string | undefined =>
    port !== undefined && others.length === 0 ? ARRAYS[port.dtype] : undefined;
  const input = single(inputs);
  return `${commented(description)}

/** The inputs: the elements of a batch, in C order. */
export interface Inputs ${typeOf(inputs)}

/** The outputs: the elements of a batch, in C order. */
export interface Outputs ${typeOf(outputs)}

/** What the model says of itself. */
export declare const description: {
  readonly name: string;
  readonly batchSize: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly classNames?: readonly string[];
};

export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'uint8' | 'bool';
}

/**
 * The outputs for one batch.
 *
 * @throws TypeError for arrays of another type or length, RangeError for values that have no result.
 */
export declare function predict(x: ${input === undefined ? 'Inputs' : `${input} | Inputs`}): ${single(outputs) ?? 'Outputs'};
`;
}

/**
 * Compiles a model to an ES module without dependencies, in which the WebAssembly module of `compileModel` is embedded. It exports
 * `predict(x)`, which takes a typed array, or an object of arrays by the names of inputs, and gives a typed array, or an
 * object by the names of outputs. It checks types and lengths, and throws what the codes of the module mean. Its host must allow
 * `WebAssembly.instantiate`: a page with a Content-Security-Policy needs `'wasm-unsafe-eval'`, as for the library itself.
 *
 * @param model a model that is built; it stays as it is
 * @returns the texts of `model.js` and `model.d.ts`
 * @throws ValueError as `compileModel` does.
 * @example
 * const { code, types } = await compileToModule(model);
 */
export async function compileToModule(
  model: AnyModel,
  options: CompileOptions = {},
): Promise<CompiledSource> {
  const bytes = await compileModel(model, options);
  const description = descriptionOf('compileToModule', compileAlone(bytes));
  const code = [
    commented(description),
    `export const description = ${quoted(description)};`,
    '',
    `const binary = Uint8Array.from(atob('${toBase64(bytes)}'), (letter) => letter.charCodeAt(0));`,
    'const { instance } = await WebAssembly.instantiate(binary);',
    'const { memory, predict: run } = instance.exports;',
    '',
    RUNNER,
  ].join('\n');
  return { code, types: typesOf(description) };
}
