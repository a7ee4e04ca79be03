// The layer that learns: from features to classes.
import { Input, layers, models, optimizers, tensor, tidy, utils } from 'lanegrad';
import type { Taught } from './classes.js';
import type { Features } from './features.js';
import { lab } from './lab.js';

const EPOCHS = 60;

/** Classes that have something to learn from. */
export const shown = (classes: readonly Taught[]): Taught[] =>
  classes.filter(({ examples }) => examples.length > 0);

/** Teaches a new layer all examples. @returns after how many seconds, or nothing while there are fewer than two classes */
export async function learn({ size }: Features): Promise<number | undefined> {
  const classes = shown(lab.classes);
  if (classes.length < 2) return undefined;
  const start = performance.now();
  utils.setRandomSeed(0);
  const model = new models.Sequential([
    Input([size]),
    new layers.Dense(classes.length, {
      activation: 'softmax',
      kernelInitializer: 'zeros',
      kernelRegularizer: 'l2',
      name: 'classes',
    }),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: 'sparse_categorical_crossentropy',
  });
  const rows = classes.flatMap(({ examples }) => examples.map(({ features }) => features));
  const labels = classes.flatMap(({ examples }, label) => examples.map(() => label));
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, i) => values.set(row, i * size));
  const [x, y] = [
    tensor(values, { shape: [rows.length, size] }),
    tensor(labels, { dtype: 'int32' }),
  ];
  // A class with few examples counts as much as one with many.
  const classWeight = Object.fromEntries(
    classes.map(({ examples }, label) => [label, rows.length / classes.length / examples.length]),
  );
  await model.fit(x, y, { epochs: EPOCHS, batchSize: 32, classWeight, verbose: 0 });
  x.dispose();
  y.dispose();
  lab.head?.model.dispose();
  lab.head = { model, classes };
  return (performance.now() - start) / 1000;
}

/** The probabilities of the classes for one picture's features, or nothing before two classes are learned. */
export function tell(features: Float32Array): Float32Array | undefined {
  const { head } = lab;
  if (head === undefined) return undefined;
  return tidy(() => {
    const x = tensor(features, { shape: [1, features.length] });
    return head.model.predictOnBatch(x).data('float32');
  });
}
