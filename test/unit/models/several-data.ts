// A model of two inputs and two outputs, and data for it.
import { Input, layers, models, random, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';

export const n = 20;
export const silent = { verbose: 0 } as const;

/** One sum of two inputs, in `call` of a model or in a graph. */
class Sum extends layers.Layer<{ readonly a: Tensor; readonly b: Tensor }> {
  static override readonly className = 'SumOfBoth';
  override call({ a, b }: { readonly a: Tensor; readonly b: Tensor }): Tensor {
    return a.add(b);
  }
  override computeOutputShape({
    a,
  }: {
    readonly a: readonly (number | null)[];
  }): readonly (number | null)[] {
    return a;
  }
}

type Symbolic = layers.SymbolicTensor;
type TwoOfEach = models.Model<
  { readonly image: Symbolic; readonly meta: Symbolic },
  { readonly digit: Symbolic; readonly slant: Symbolic }
>;

/** Inputs `image` and `meta`, outputs `digit` and `slant`. */
export function network(seed = 1): TwoOfEach {
  utils.setRandomSeed(seed);
  const image = Input([4], { name: 'image' });
  const meta = Input([3], { name: 'meta' });
  const h = new Sum().apply({
    a: new layers.Dense(5, { activation: 'tanh' }).apply(image),
    b: new layers.Dense(5).apply(meta),
  });
  const digit = new layers.Dense(3, { activation: 'softmax', name: 'digit_layer' }).apply(h);
  const slant = new layers.Dense(1, { name: 'slant_layer' }).apply(h);
  return new models.Model({ inputs: { image, meta }, outputs: { digit, slant } });
}

export function compiled(seed = 1): TwoOfEach {
  const model = network(seed);
  model.compile({
    optimizer: 'adam',
    loss: { digit: 'sparse_categorical_crossentropy', slant: 'mse' },
    lossWeights: { slant: 0.1 },
    metrics: { digit: ['accuracy'] },
  });
  return model;
}

/** The same with lists. */
export function listed(seed = 1): models.Model<readonly Symbolic[], readonly Symbolic[]> {
  const { inputs, outputs } = network(seed);
  const model = new models.Model({ inputs, outputs });
  model.compile({ optimizer: 'adam', loss: ['sparse_categorical_crossentropy', 'mse'] });
  return model;
}

export const image = random.normal([n, 4], { seed: 1 });
export const meta = random.normal([n, 3], { seed: 2 });
export const digit = tensor(Int32Array.from({ length: n }, (_, i) => i % 3));
export const slant = random.normal([n, 1], { seed: 3 });
export const x = { image, meta };
export const y = { digit, slant };
