// Small networks and data that the tests of models share.
import { Dense } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { SGD } from '../../../src/optimizers.js';
import { setRandomSeed } from '../../../src/utils.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import type { AnyModel } from '../../../src/models.js';

/** Numbers that look random and are always the same, about −1 … 1. */
export function numbers(count: number, start = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin((i + start) * 12.9898));
}

/** Regression data: x [n, 3], y [n, 2]. */
export function regression(n: number): { readonly x: Tensor; readonly y: Tensor } {
  return {
    x: tensor(numbers(n * 3), { shape: [n, 3] }),
    y: tensor(numbers(n * 2, 1000), { shape: [n, 2] }),
  };
}

/** Class numbers 0, 1, 2, 0 … */
export function labels(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i % 3);
}

/** 3 → 4 (relu) → 2, weights by `seed`. */
export function twoLayers(seed = 1): Sequential {
  setRandomSeed(seed);
  return new Sequential([new Dense(4, { activation: 'relu', inputShape: [3] }), new Dense(2)]);
}

/** The same, compiled with SGD and the mean squared error. */
export function compiledTwoLayers(seed = 1): Sequential {
  const model = twoLayers(seed);
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: 'mse' });
  return model;
}

/** 3 → 3 probabilities, compiled for one-hot or sparse targets. */
export function classifier(loss: string, seed = 1): Sequential {
  setRandomSeed(seed);
  const model = new Sequential([new Dense(3, { activation: 'softmax', inputShape: [3] })]);
  model.compile({
    optimizer: new SGD({ learningRate: 0.5 }),
    loss: loss as never,
    metrics: ['accuracy'],
  });
  return model;
}

/** The bits of all weights. */
export function bitsOf(model: AnyModel): number[][] {
  return model.weights.map((weight) => [...new Uint32Array(weight.value.data().buffer)]);
}
