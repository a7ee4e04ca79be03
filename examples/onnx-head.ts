// A classifier of pictures that PyTorch wrote as an ONNX file gets a new head, and learns another task. The file that goes with the
// program is a small network of convolutions for pictures of 22 × 22 pixels, with the weights that PyTorch gives a new network.
//   head         the network of the file is frozen, a new last layer learns on what it gives
//   fine-tuned   then the convolutions learn too, in small steps
//   npx tsx examples/onnx-head.ts                    MNIST if a directory, the cache or the network has it, else built-in digits
//   npx tsx examples/onnx-head.ts --save reader      writes reader.onnx, for ONNX Runtime, and reader.keras
// In a page the same program reads the file by its URL.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Input, layers, models, optimizers, utils } from 'lanegrad';
import { loadOnnx, saveOnnx } from 'lanegrad/io/onnx';
import { embeddedDigits, findDigits, imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';

/** How the network learns. */
export interface OnnxHeadOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  /** Default 5. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Called with the lines that tell what is done. */
  readonly report?: (line: string) => void;
}

/** The network, and shares of test digits that are read correctly. */
export interface OnnxHeadResults {
  readonly model: models.Model<layers.SymbolicTensor>;
  readonly head: number;
  readonly fineTuned: number;
}

const FILE = fileURLToPath(new URL('onnx/classifier.onnx', import.meta.url));

/** The tensor before the last layer of the file. Netron shows the names, and so does `onnx.load(file).graph` in Python. */
const FEATURES = '/5/Flatten_output_0';

/** Teaches the network of the file to read digits. */
export async function onnxHead(options: OnnxHeadOptions = {}): Promise<OnnxHeadResults> {
  const { epochs = 5, seed = 0, report = () => undefined } = options;
  utils.setRandomSeed(seed);
  const [[x, y], test] = imagesOf(options.digits ?? (await embeddedDigits()));

  const base = await loadOnnx(FILE, { outputs: [FEATURES] });
  report(`Weights of the file: ${base.trainableWeights.map(({ name }) => name).join(', ')}`);
  base.trainable = false;

  // Pictures of the size that the network takes, with their channels first.
  const input = Input(x.shape.slice(1), { name: 'image' });
  const resized = new layers.Resizing(22, 22).apply(input);
  const turned = new layers.Permute([3, 1, 2]).apply(resized);
  const [features] = [base.apply(turned)].flat();
  if (features === undefined) throw new Error('The network gives nothing.');
  const scores = new layers.Dense(10, { activation: 'softmax', name: 'digit' }).apply(features);
  const model = new models.Model({ inputs: input, outputs: scores });

  const learn = async (learningRate: number): Promise<number> => {
    model.compile({
      optimizer: new optimizers.Adam({ learningRate }),
      loss: 'sparse_categorical_crossentropy',
      metrics: ['accuracy'],
    });
    await model.fit(x, y, { epochs, batchSize: 32, verbose: 0 });
    const [, accuracy = NaN] = await model.evaluate(...test, { batchSize: 500, verbose: 0 });
    return accuracy;
  };
  const head = await learn(0.003);
  base.trainable = true;
  const fineTuned = await learn(0.001);
  return { model, head, fineTuned };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: { save: { type: 'string' }, seed: { type: 'string', default: '0' } },
  });
  const { model, head, fineTuned } = await onnxHead({
    digits: await findDigits(),
    seed: Number(values.seed),
    report: (line) => { console.log(line); }, // prettier-ignore
  });
  console.log(`head         ${head.toFixed(4)}`);
  console.log(`fine-tuned   ${fineTuned.toFixed(4)}`);
  if (values.save !== undefined) {
    await saveOnnx(model, `${values.save}.onnx`);
    await model.save(`${values.save}.keras`);
  }
}
