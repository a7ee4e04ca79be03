import { inspectFile } from '../nn/saving/inspect-file.js';
import type { Command } from './command.js';
import { formatOf } from './formats.js';

/** `npx lanegrad summary`. */
export const summary: Command = {
  name: 'summary',
  arguments: ['FILE'],
  text: 'Says what a file of a model, of weights or of an array holds.',
  details: [
    'FILE is .keras, .weights.h5, .h5, .safetensors, .npz, .onnx, .npy, .csv, IDX, or the folder of a',
    'layers-model of TensorFlow.js. Of models and weights the elements are not read.',
  ],
  options: { json: { text: 'Print JSON: format, version, config and arrays.' } },
  async run(given, print) {
    const [path = ''] = given.files;
    const format = formatOf(path);
    const isJson = given.has('json');
    if (format.kind === 'array') {
      const { shape, dtype } = await format.read(path);
      print(isJson ? JSON.stringify({ shape, dtype }) : `${path}: ${dtype} (${shape.join(', ')})`);
      return;
    }
    if (format.kind === 'model' && format.name === '.onnx') {
      const model = await format.read(path, false);
      if (isJson) print(JSON.stringify({ format: 'onnx', arrays: weightsOf(model) }));
      else model.summary({ printFn: print });
      model.dispose();
      return;
    }
    const file = await inspectFile(path);
    if (!isJson) {
      file.summary({ printFn: print });
      return;
    }
    const { config, compileConfig, version, metadata, arrays } = file;
    print(
      JSON.stringify({ format: file.format, version, metadata, config, compileConfig, arrays }),
    );
  },
};

const weightsOf = ({
  weights,
}: {
  weights: readonly { path: string; shape: readonly number[]; dtype: string }[];
}) => weights.map(({ path, shape, dtype }) => ({ path, shape, dtype }));
