import { printable } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import { fileHost } from '../files/locations/platform.js';
import { compileModel, FORMS } from '../extras/compile/compile-model.js';
import type { CompileOptions } from '../extras/compile/compile-model.js';
import { compileToModule } from '../extras/compile/compile-to-module.js';
import type { AnyModel } from '../nn/models/model.js';
import { countOf, UsageError } from './command.js';
import type { Command, Given } from './command.js';
import { formatOf } from './formats.js';
import { exists } from './platform.js';

/** A file that is written, with its content. */
type Written = readonly [path: string, bytes: Uint8Array<ArrayBuffer>];

/** `npx lanegrad compile`. */
export const compile: Command = {
  name: 'compile',
  arguments: ['FILE'],
  text: 'Compiles the model of a file to WebAssembly that predicts without the library, with the same bits.',
  details: [
    'FILE is .keras, .h5, .onnx, or the folder of a layers-model of TensorFlow.js.',
    'The output is a module of WebAssembly (.wasm), or an ES module (.js, .mjs) with its declarations.',
  ],
  options: {
    output: { short: 'o', value: 'FILE', text: 'Where to write. Needed.' },
    batchSize: { short: 'b', value: 'N', text: 'Samples of a batch. Default 1.' },
    weights: { value: 'FORM', text: 'float32, float16 or int8. Default: as in the file.' },
    force: { short: 'f', text: 'Replace the output if it exists.' },
  },
  async run(given, print) {
    const [path = ''] = given.files;
    const format = formatOf(path);
    if (format.kind !== 'model') throw new UsageError(`${format.name} holds no layers to compile.`);
    const output = await outputOf(given);
    const options = optionsOf(given);
    const model = await format.read(path, false);
    try {
      for (const [to, bytes] of await compiled(model, output, options)) {
        await fileHost().writeFileAtomic(to, bytes);
        print(`Wrote ${to}.`);
      }
    } finally {
      model.dispose();
    }
  },
};

async function outputOf(given: Given): Promise<string> {
  const output = given.text('output');
  if (output === undefined) throw new UsageError('--output is missing: -o model.wasm.');
  if (!/\.(wasm|m?js)$/.test(output)) {
    throw new UsageError(`the output must be .wasm, .js or .mjs, got '${printable(output)}'.`);
  }
  for (const path of [output, declarationsOf(output)]) {
    if (given.has('force') || path === undefined || !(await exists(path))) continue;
    throw new ValueError(
      `'${printable(path)}' exists. Choose another name, or replace it by --force.`,
    );
  }
  return output;
}

/** Where the declarations of an ES module are written; undefined for a module of WebAssembly. */
function declarationsOf(output: string): string | undefined {
  return output.endsWith('.wasm') ? undefined : output.replace(/\.(m?)js$/, '.d.$1ts');
}

function optionsOf(given: Given): CompileOptions {
  const batchSize = countOf(given, 'batchSize');
  const form = given.text('weights');
  const weights = FORMS.find((name) => name === form);
  if (form !== undefined && weights === undefined) {
    throw new UsageError(`--weights must be ${FORMS.join(', ')}, got '${printable(form)}'.`);
  }
  return { ...(batchSize && { batchSize }), ...(weights && { weights }) };
}

async function compiled(
  model: AnyModel,
  output: string,
  options: CompileOptions,
): Promise<Written[]> {
  const declarations = declarationsOf(output);
  if (declarations === undefined) return [[output, await compileModel(model, options)]];
  const { code, types } = await compileToModule(model, options);
  const encoder = new TextEncoder();
  return [
    [output, encoder.encode(code)],
    [declarations, encoder.encode(types)],
  ];
}
