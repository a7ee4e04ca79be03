// The trainings of test/oracles/fixtures/keras-tensorboard.py, and what Keras on TensorFlow writes for them.
import { readFileSync } from 'node:fs';
import { callbacks, layers, optimizers, Sequential, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { TensorBoardOptions } from '../../../src/callbacks.js';
import type { NestedArray } from '../../../src/engine/tensor/index.js';

/** The values that a reader finds under a tag. */
export interface Tag {
  readonly plugin: string;
  readonly steps: readonly number[];
  readonly values: readonly unknown[];
}

/** Tags by runs. */
export type LogsOfRuns = Readonly<Record<string, Readonly<Record<string, Tag>>>>;

interface Case {
  readonly name: string;
  readonly logs: LogsOfRuns;
  readonly projector: string | null;
  readonly files: readonly string[];
}

export const keras = JSON.parse(
  readFileSync(new URL('../../fixtures/keras-tensorboard.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[]; readonly own: LogsOfRuns };

/** ((seed + 37 i) mod 101) / 50 − 1. */
export function numbers(shape: readonly number[], seed: number, factor = 1): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from(
    { length: count },
    (_, i) => Math.fround(((seed + 37 * i) % 101) / 50 - 1) * factor,
  );
  return tensor(values, { shape });
}

/** Labels that count up and begin again. */
const labels = (count: number, classes: number): Tensor =>
  tensor(Int32Array.from({ length: count }, (_, i) => i % classes));

const dense = (): readonly [Sequential, Tensor, Tensor] => [
  new Sequential(
    [
      new layers.Dense(5, { activation: 'tanh', name: 'hidden', inputShape: [6] }),
      new layers.Dense(3, { activation: 'softmax', name: 'classes' }),
    ],
    { name: 'dense_model' },
  ),
  numbers([20, 6], 1),
  labels(20, 3),
];

const pictures = (): readonly [Sequential, Tensor, Tensor] => [
  new Sequential(
    [
      new layers.Conv2D(4, 3, { activation: 'relu', name: 'kernels', inputShape: [8, 8, 1] }),
      new layers.Flatten({ name: 'flat' }),
      new layers.Dense(2, { activation: 'softmax', name: 'classes' }),
    ],
    { name: 'picture_model' },
  ),
  numbers([12, 8, 8, 1], 3),
  labels(12, 2),
];

const words = (): readonly [Sequential, Tensor, Tensor] => [
  new Sequential(
    [
      new layers.Embedding(10, 3, { name: 'words', inputShape: [4] }),
      new layers.Flatten({ name: 'flat' }),
      new layers.Dense(2, { activation: 'softmax', name: 'classes' }),
    ],
    { name: 'word_model' },
  ),
  tensor(
    Int32Array.from({ length: 48 }, (_, i) => (i * 7) % 10),
    { shape: [12, 4] },
  ),
  labels(12, 2),
];

/** How each case trains. */
export const cases: Readonly<
  Record<string, readonly [() => readonly [Sequential, Tensor, Tensor], TensorBoardOptions]>
> = {
  epochs: [dense, { histogramFreq: 2 }],
  batches: [dense, { updateFreq: 'batch' }],
  'five batches': [dense, { updateFreq: 5, writeGraph: false }],
  'two batches': [dense, { updateFreq: 2, writeGraph: false }],
  images: [pictures, { histogramFreq: 1, writeImages: true }],
  embeddings: [words, { embeddingsFreq: 2, embeddingsMetadata: 'labels.tsv' }],
};

/** Trains as Keras did for the case. */
export async function train(name: string, options: TensorBoardOptions): Promise<void> {
  const found = cases[name];
  if (found === undefined) throw new Error(`no case ${name}`);
  const [make, ofCase] = found;
  const [model, x, y] = make();
  model.setWeights(model.weights.map(({ shape }, i) => numbers(shape, 5 + i, 0.5)));
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 0.1 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  await model.fit(x, y, {
    batchSize: 4,
    epochs: 3,
    shuffle: false,
    verbose: 0,
    validationData: [x.slice([0, 8]), y.slice([0, 8])],
    callbacks: [new callbacks.TensorBoard({ ...ofCase, ...options })],
  });
  model.dispose();
  x.dispose();
  y.dispose();
}

/** Writes what Keras's fixture has of `tf.summary`. */
export async function writeOwn(logDir: string): Promise<void> {
  const writer = new callbacks.SummaryWriter(logDir);
  writer.scalar('reward', 12.5, { step: 3 });
  writer.histogram('values', numbers([50], 2), { step: 4 });
  writer.histogram('few', numbers([50], 2), { step: 4, buckets: 4 });
  writer.histogram('same', [2, 2, 2], { step: 4 });
  writer.image('gray', numbers([2, 3, 5, 1], 7), { step: 5 });
  const bytes = Uint8Array.from({ length: 48 }, (_, i) => i * 5);
  writer.image('colour', tensor(bytes, { shape: [4, 2, 2, 3] }), { step: 5 });
  writer.image('transparent', numbers([1, 2, 3, 2], 9), { step: 5 });
  writer.text('note', 'one **text**', { step: 6 });
  writer.text('notes', ['one', '<b>two</b>'], { step: 6 });
  await writer.close();
}

/** Numbers of values, and of their parts. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as Record<string, NestedArray>).flatMap(numbersIn);
}
