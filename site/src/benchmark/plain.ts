// The same network and the same step in loops over typed arrays, as one would write them without a library: a hidden layer with
// ReLU, softmax, cross-entropy and gradient descent. Inner loops run along rows, which lie one after the other in memory.
import { RATE } from './protocol.js';

export const INPUTS = 64;
export const CLASSES = 10;

/** A layer: weights [inputs, outputs], and a bias for each output. */
interface Layer {
  readonly inputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The outputs [rows, outputs] of a layer for inputs [rows, inputs]. */
function forward({ inputs, weights, bias }: Layer, x: Float32Array): Float32Array {
  const columns = bias.length;
  const rows = x.length / inputs;
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = out.subarray(i * columns, (i + 1) * columns);
    row.set(bias);
    for (let k = 0; k < inputs; k++) {
      const factor = x[i * inputs + k] ?? 0;
      for (let j = 0; j < columns; j++)
        row[j] = (row[j] ?? 0) + factor * (weights[k * columns + j] ?? 0);
    }
  }
  return out;
}

/** The gradient of the inputs [rows, inputs]. */
function backward({ inputs, weights, bias }: Layer, gradient: Float32Array): Float32Array {
  const columns = bias.length;
  const rows = gradient.length / columns;
  const out = new Float32Array(rows * inputs);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inputs; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++)
        sum += (gradient[i * columns + j] ?? 0) * (weights[k * columns + j] ?? 0);
      out[i * inputs + k] = sum;
    }
  }
  return out;
}

/** A step of gradient descent. */
function descend({ inputs, weights, bias }: Layer, x: Float32Array, gradient: Float32Array): void {
  const columns = bias.length;
  const rows = gradient.length / columns;
  // The gradient is summed over the batch first, as a library does it.
  const sum = new Float32Array(weights.length);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inputs; k++) {
      const factor = x[i * inputs + k] ?? 0;
      for (let j = 0; j < columns; j++)
        sum[k * columns + j] =
          (sum[k * columns + j] ?? 0) + factor * (gradient[i * columns + j] ?? 0);
    }
    for (let j = 0; j < columns; j++)
      bias[j] = (bias[j] ?? 0) - RATE * (gradient[i * columns + j] ?? 0);
  }
  for (let at = 0; at < weights.length; at++)
    weights[at] = (weights[at] ?? 0) - RATE * (sum[at] ?? 0);
}

export class PlainNetwork {
  readonly #first: Layer;
  readonly #second: Layer;

  /** Weights and biases of both layers, in Keras's order; they are copied. */
  constructor([first, firstBias, second, secondBias]: readonly [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]) {
    // prettier-ignore
    this.#first = { inputs: INPUTS, weights: first.slice(), bias: firstBias.slice() };
    this.#second = {
      inputs: firstBias.length,
      weights: second.slice(),
      bias: secondBias.slice(),
    };
  }

  /** One training step with a batch [rows, INPUTS]; its loss before the step. */
  step(x: Float32Array, labels: readonly number[]): number {
    const hidden = forward(this.#first, x).map((value) => Math.max(0, value));
    const gradient = forward(this.#second, hidden);
    let loss = 0;
    for (const [row, label] of labels.entries()) {
      const scores = gradient.subarray(row * CLASSES, (row + 1) * CLASSES);
      const most = Math.max(...scores);
      const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
      loss -= ((scores[label] ?? 0) - most - Math.log(sum)) / labels.length;
      // Softmax and cross-entropy together: probability minus 1 for the right class.
      for (const [index, score] of scores.entries())
        scores[index] = (Math.exp(score - most) / sum - (index === label ? 1 : 0)) / labels.length;
    }
    const before = backward(this.#second, gradient).map((value, at) =>
      (hidden[at] ?? 0) > 0 ? value : 0,
    );
    descend(this.#second, hidden, gradient);
    descend(this.#first, x, before);
    return loss;
  }
}
