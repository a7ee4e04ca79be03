// The curves of `npm run bench:growth`: how long a training step takes at each value of one of its sizes.
import { arange, initializers, layers, losses, models, random } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { makeGpt } from '../examples/gpt/model.js';
import { gptFlops } from './workloads/gpt.js';
import { recurrentFlops } from './workloads/recurrent.js';
import { noise, trainingFlops } from './workloads/workload.js';

/** A training step on the same batch every time. */
export interface GrowthStep {
  readonly run: () => void;
  readonly weights: number;
  /** Numbers that the optimizer keeps for each weight. */
  readonly slots: number;
  /** Frees model and batch. */
  readonly dispose: () => void;
}

export interface GrowthCurve {
  readonly name: string;
  /** What grows, as a heading of a column. */
  readonly grows: string;
  readonly about: string;
  readonly values: readonly number[];
  /** Floating-point operations of the products of a step. */
  readonly productFlops: (value: number) => number;
  readonly start: (value: number) => GrowthStep;
}

const powersOfTwo = (from: number, to: number): number[] =>
  Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);

const CLASSES = 10;

/** Dense layers with relu and a softmax over ten classes. */
function denseStep(batch: number, inputs: number, units: readonly number[]): GrowthStep {
  const network = new models.Sequential([layers.Input([inputs])]);
  [...units, CLASSES].forEach((n, i) => {
    network.add(
      new layers.Dense(n, {
        activation: i < units.length ? 'relu' : 'softmax',
        kernelInitializer: new initializers.GlorotUniform({ seed: i }),
      }),
    );
  });
  network.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy' });
  const { x, y } = noise(batch, [inputs], CLASSES);
  return stepOf(network, x, y);
}

const denseFlops = (rows: number, inputs: number, units: readonly number[]): number =>
  trainingFlops([...units, CLASSES].map((n, i) => ({ rows, k: [inputs, ...units][i] ?? 0, n })));

function stepOf(
  model: models.AnyModel,
  x: Tensor | readonly Tensor[],
  y: Tensor,
  slots = 1,
): GrowthStep {
  return {
    run: () => void model.trainOnBatch(x, y),
    weights: model.countParams(),
    slots,
    dispose: () => {
      for (const tensor of [...(Array.isArray(x) ? (x as Tensor[]) : [x as Tensor]), y]) {
        tensor.dispose();
      }
      model.dispose();
    },
  };
}

const BATCH = 128;
const lstm = { cell: 'lstm', units: 128, features: 64, batchSize: 16 } as const;
const gpt = { blocks: 4, heads: 4, width: 128, characters: 65 } as const;

function lstmStep(steps: number): GrowthStep {
  const { batchSize, units, features } = lstm;
  const network = new models.Sequential([
    layers.Input([steps, features]),
    new layers.LSTM(units),
    new layers.Dense(1),
  ]);
  network.compile({ optimizer: 'rmsprop', loss: 'mean_squared_error' });
  const x = random.normal([batchSize, steps, features], { seed: 4 });
  return stepOf(network, x, random.normal([batchSize, 1], { seed: 5 }));
}

function gptStep(context: number, batch: number): GrowthStep {
  const model = makeGpt({ ...gpt, context, seed: 1 });
  model.compile({
    optimizer: 'adamw',
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  });
  const draw = (seed: number): Tensor =>
    random.randint([batch, context], 0, gpt.characters, { seed });
  const positions = arange(context).broadcastTo([batch, context]);
  return stepOf(model, [draw(4), positions], draw(5), 2);
}

export const growthCurves: readonly GrowthCurve[] = [
  {
    name: 'batch',
    grows: 'rows of a batch',
    about: '784 → 512 relu → 10 softmax on noise, RMSprop',
    values: powersOfTwo(1, 1024),
    productFlops: (batch) => denseFlops(batch, 784, [512]),
    start: (batch) => denseStep(batch, 784, [512]),
  },
  {
    name: 'width',
    grows: 'units of a layer',
    about: `two square layers with relu → 10 softmax on noise, RMSprop, batch ${BATCH}`,
    values: powersOfTwo(32, 4096),
    productFlops: (width) => denseFlops(BATCH, width, [width, width]),
    start: (width) => denseStep(BATCH, width, [width, width]),
  },
  {
    name: 'length-lstm',
    grows: 'steps of a sequence',
    about: `LSTM of ${lstm.units}, ${lstm.features} features, last output → 1, RMSprop, batch ${lstm.batchSize}`,
    values: powersOfTwo(16, 1024),
    productFlops: (steps) => recurrentFlops({ ...lstm, steps }),
    start: lstmStep,
  },
  {
    name: 'length-gpt',
    grows: 'characters of a text',
    about: `a GPT of ${gpt.blocks} blocks of ${gpt.heads} heads, ${gpt.width} wide, AdamW, batch 1`,
    values: powersOfTwo(16, 1024),
    productFlops: (context) => gptFlops({ ...gpt, context }, 1),
    start: (context) => gptStep(context, 1),
  },
];

/** What is measured with more and more threads. */
export const threadCurves: readonly GrowthCurve[] = [
  {
    name: 'threads-dense',
    grows: 'threads',
    about: `784 → 512 relu → 10 softmax on noise, RMSprop, batch ${BATCH}`,
    values: [],
    productFlops: () => denseFlops(BATCH, 784, [512]),
    start: () => denseStep(BATCH, 784, [512]),
  },
  {
    name: 'threads-mlp',
    grows: 'threads',
    about: `three layers of 1,024 with relu → 10 softmax on noise, RMSprop, batch ${BATCH}`,
    values: [],
    productFlops: () => denseFlops(BATCH, 1024, [1024, 1024, 1024]),
    start: () => denseStep(BATCH, 1024, [1024, 1024, 1024]),
  },
  {
    name: 'threads-gpt',
    grows: 'threads',
    about: `a GPT of ${gpt.blocks} blocks of ${gpt.heads} heads, ${gpt.width} wide, context 64, AdamW, batch 12`,
    values: [],
    productFlops: () => gptFlops({ ...gpt, context: 64 }, 12),
    start: () => gptStep(64, 12),
  },
];
