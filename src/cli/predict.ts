import { printable } from '../config/describe-value.js';
import { flattenNest } from '../config/index.js';
import type { Nest } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Tensor } from '../engine/tensor/index.js';
import type { Model } from '../nn/models/model.js';
import type { Command, Given } from './command.js';
import { countOf, UsageError } from './command.js';
import { formatOf } from './formats.js';
import type { Arrays } from './formats.js';
import { exists } from './platform.js';
import type { Print } from './platform.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** `npx lanegrad predict`. */
export const predict: Command = {
  name: 'predict',
  arguments: ['FILE', 'INPUT…'],
  text: 'Predicts with the model of a file, and prints or writes the result.',
  details: [
    'FILE is .keras, .h5, .onnx, or the folder of a layers-model of TensorFlow.js. INPUT is .npy, IDX or',
    '.csv, whose first axis is that of the samples: one file for each input of the model, or an archive',
    '(.npz, .safetensors) with one array, or with arrays that are called as the inputs of the model.',
  ],
  options: {
    output: {
      short: 'o',
      value: 'FILE',
      text: 'Write the result: one array to .npy or IDX, several to .npz or .safetensors.',
    },
    batchSize: { short: 'b', value: 'N', text: 'Samples at a time. Default 32.' },
    json: { text: 'Print all numbers, as JSON.' },
    force: { short: 'f', text: 'Replace the output if it exists.' },
  },
  async run(given, print) {
    const [path = '', ...inputs] = given.files;
    const format = formatOf(path);
    if (format.kind !== 'model') throw new UsageError(`${format.name} holds no layers to predict with.`); // prettier-ignore
    const batchSize = countOf(given, 'batchSize');
    const output = given.text('output');
    if (output !== undefined) await checkOutput(output, given);
    else if (given.has('force')) throw new UsageError('--force is for --output, which is missing.');
    const model = await format.read(path, false);
    let x: unknown;
    try {
      x = await inputOf(model, inputs);
      const y = await model.predict(x as never, { verbose: 0, ...(batchSize && { batchSize }) });
      await give(named(model, y), output, given, print);
    } finally {
      for (const input of flattenNest(x as Nest<Tensor>, isTensor)) input.dispose();
      model.dispose();
    }
  },
};

async function checkOutput(output: string, given: Given): Promise<void> {
  if (given.has('json')) throw new UsageError('--json prints, and --output writes: choose one.');
  const { kind, name, write } = formatOf(output);
  if (kind === 'model' || write === undefined) throw new UsageError(`results are not written as ${name}.`); // prettier-ignore
  if (!given.has('force') && (await exists(output))) {
    throw new ValueError(
      `'${printable(output)}' exists. Choose another name, or replace it by --force.`,
    );
  }
}

/** What the model is given: an array, a list of arrays, or arrays by the names of inputs. */
async function inputOf(model: Model, paths: readonly string[]): Promise<unknown> {
  const read = paths.map(async (path) => {
    const format = formatOf(path);
    if (format.kind === 'model') throw new UsageError(`'${printable(path)}' is not a file of arrays.`); // prettier-ignore
    return format.read(path);
  });
  const [first, ...others] = await Promise.all(read);
  if (others.length > 0) return [first, ...others].map((input, i) => single(input, paths[i] ?? ''));
  if (first === undefined || first instanceof Tensor) return first;
  return Object.keys(first).length === 1 && model.inputNames.length <= 1
    ? single(first, paths[0] ?? '')
    : first;
}

/** The array of a file. */
function single(input: Tensor | Arrays | undefined, path: string): Tensor {
  if (input instanceof Tensor) return input;
  const [array, ...others] = Object.values(input ?? {});
  if (array !== undefined && others.length === 0) return array;
  throw new ValueError(
    `'${printable(path)}' must hold one array, as there is a file for each input; it holds ${Object.keys(input ?? {}).length}.`,
  );
}

/** The results by the names of the outputs. */
function named(model: Model, y: Nest<Tensor>): Arrays {
  const tensors = flattenNest(y, isTensor);
  const names = model.outputNames;
  return Object.fromEntries(
    tensors.map((tensor, i) => [
      names.length === tensors.length ? (names[i] ?? '') : `output_${i}`,
      tensor,
    ]),
  );
}

async function give(
  results: Arrays,
  output: string | undefined,
  given: Given,
  print: Print,
): Promise<void> {
  const tensors = Object.entries(results);
  const [only] = tensors.length === 1 ? Object.values(results) : [];
  if (output !== undefined) {
    const format = formatOf(output);
    if (format.kind === 'arrays') await format.write(results, output);
    else if (format.kind === 'array' && only !== undefined) await format.write?.(only, output);
    else {
      throw new UsageError(
        `the model has ${tensors.length} outputs, so the output must be .npz or .safetensors.`,
      );
    }
    print(`Wrote ${output}.`);
  } else if (given.has('json')) {
    if (tensors.some(([, tensor]) => !tensor.data().every(Number.isFinite))) {
      throw new ValueError(
        'the result has NaN or infinity, which JSON does not have. Write it into a file: -o result.npy.',
      );
    }
    const all = Object.fromEntries(tensors.map(([name, tensor]) => [name, tensor.toArray()]));
    print(JSON.stringify(only === undefined ? all : only.toArray()));
  } else {
    for (const [name, tensor] of tensors) {
      print(only === undefined ? `${name}: ${tensor.toString()}` : tensor.toString());
    }
  }
  for (const [, tensor] of tensors) tensor.dispose();
}
