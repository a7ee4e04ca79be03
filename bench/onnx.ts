// `npm run bench:onnx`: models of ONNX files, lanegrad ÷ ONNX Runtime Web on its wasm backend, one thread each. ResNet50 and
// MobileNetV2 on a picture of 224 × 224, as exporters write them, channels first, and an encoder of MiniLM's size on 128 tokens.
// Both read the same bytes, predict in turns, and have to agree. It needs `npm ci --prefix bench/peers`.
//   --rounds 20          how often each predicts
import { parseArgs } from 'node:util';
import { configure, layers, models, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { MobileNetV2, ResNet50 } from 'lanegrad/applications';
import { loadOnnx, saveOnnx } from 'lanegrad/io/onnx';
import { inputByRule } from './reference/application-weights.js';
import { importOnnxRuntime } from './peers.js';
import type { OnnxRuntime } from './peers.js';
import { formatMs } from './format.js';
import './help.js';
import { printHeading, printMachine, printNote, printTable } from './report.js';
import { targetHeader, targetRow } from './targets.js';
import { cpuTime, interleave } from './timing.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });

/** Of weights and inputs. */
const SEED = 21;
/** Of MiniLM: tokens of a text, words, features, heads, blocks. */
const [LENGTH, WORDS, UNITS, HEADS, BLOCKS] = [128, 30_522, 384, 12, 6];
/** By so much two float32 results may differ, relative to the largest number of either. */
const TOLERANCE = 1e-3;

interface Contest {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The input as a row of numbers, and its shape. */
  readonly input: Float32Array | Int32Array;
  readonly shape: readonly number[];
  /** lanegrad's time ÷ ONNX Runtime's at most. */
  readonly atMost: number;
}

/** A picture network as exporters write it. */
function pictures(runtime: OnnxRuntime, name: string, network: models.Model): Contest {
  const [, height = 0, width = 0, channels = 0] = (network.input as layers.SymbolicTensor)
    .shape as number[];
  const bytes = runtime.write({
    architecture: network.toJSON(),
    batchSize: 1,
    xType: { shape: [height, width, channels] },
    weights: network.getWeights().map((weight) => weight.data()),
    weightShapes: network.weights.map(({ shape }) => shape),
  });
  const shape = [1, channels, height, width];
  const input = Float32Array.from(inputByRule(height * width * channels, SEED));
  network.dispose();
  return { name, bytes, input, shape, atMost: 0.6 };
}

/** An encoder of MiniLM's size. */
async function encoder(): Promise<Contest> {
  const input = layers.Input([LENGTH], { dtype: 'int32' });
  let x = new layers.Embedding(WORDS, UNITS).apply(input);
  for (let block = 0; block < BLOCKS; block++) {
    const attended = new layers.MultiHeadAttention(HEADS, UNITS / HEADS).apply([x, x]);
    const y = new layers.LayerNormalization().apply(new layers.Add().apply([x, attended]));
    const wide = new layers.Dense(4 * UNITS, { activation: 'gelu' }).apply(y);
    const narrow = new layers.Dense(UNITS).apply(wide);
    x = new layers.LayerNormalization().apply(new layers.Add().apply([y, narrow]));
  }
  const output = new layers.GlobalAveragePooling1D().apply(x);
  const model = new models.Model({ inputs: input, outputs: output });
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const write = (name: string, part: Uint8Array): void => {
    files.set(name, Uint8Array.from(part));
  };
  await saveOnnx(model, { write });
  const [bytes = new Uint8Array()] = files.values();
  model.dispose();
  const tokens = Int32Array.from({ length: LENGTH }, (_, i) => (i * 7919) % WORDS);
  return { name: 'MiniLM', bytes, input: tokens, shape: [1, LENGTH], atMost: 0.9 };
}

/** The largest difference, relative to the largest magnitude. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [largest, apart] = [0, 0];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    largest = Math.max(largest, Math.abs(a[i] ?? NaN));
    apart = Math.max(apart, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  }
  return apart / largest;
}

await configure({ threads: 1 });
utils.setRandomSeed(SEED);
printMachine();
const runtime = await importOnnxRuntime();
if (runtime === undefined) throw new Error('npm ci --prefix bench/peers');
const rounds = Number(values.rounds);
const contests = [
  pictures(runtime, 'ResNet50', ResNet50()),
  pictures(runtime, 'MobileNetV2', MobileNetV2()),
  await encoder(),
];
printHeading('models of ONNX files, a batch of one, one thread: processor time');
const rows: string[][] = [];
const targets: string[][] = [];
for (const { name, bytes, input, shape, atMost } of contests) {
  const model = await loadOnnx(bytes);
  const x = tensor(input, { shape: [...shape] });
  const theirs = await runtime.predictor(bytes, input, shape);
  const ours = (): Tensor => model.predictOnBatch(x) as Tensor;
  const y = ours();
  const apart = difference(await theirs(), y.data());
  y.dispose();
  if (!(apart <= TOLERANCE)) throw new Error(`${name}: the results differ by ${apart}`);
  const timings = await interleave<'lanegrad' | 'ONNX Runtime Web'>(
    { lanegrad: () => { ours().dispose(); }, 'ONNX Runtime Web': theirs },
    rounds,
    8,
    cpuTime,
  ); // prettier-ignore
  const [top, bottom] = [timings.lanegrad, timings['ONNX Runtime Web']];
  const cells = [top, bottom].map(({ min, median }) => `${formatMs(min)}, ${formatMs(median)}`);
  rows.push([name, ...cells, apart.toExponential(1)]);
  targets.push(targetRow({ what: `${name} ÷ ONNX Runtime Web`, top, bottom, atMost }));
  x.dispose();
  model.dispose();
}
printNote(runtime.version);
printTable(['min, median', 'lanegrad', 'ONNX Runtime Web', 'difference'], rows);

const bytes = contests[0]?.bytes ?? new Uint8Array();
const reading = await interleave<'reading' | 'copying'>(
  {
    reading: async () => {
      (await loadOnnx(bytes)).dispose();
    },
    copying: () => bytes.slice(),
  },
  rounds,
  3,
  cpuTime,
);
targets.push(
  targetRow({
    what: `reading ResNet50, ${Math.round(bytes.length / 1e6)} MB ÷ copying its bytes`,
    top: reading.reading,
    bottom: reading.copying,
    atMost: 3,
  }),
);
printHeading('targets of ONNX files');
printTable(targetHeader, targets);
