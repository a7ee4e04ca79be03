// The seed network in plain JavaScript: inputs → hidden, relu → classes, softmax; categorical cross-entropy;
// RMSprop. lanegrad is compared with it, so it is written to be fast as JavaScript: float32 typed arrays,
// loops in cache order (see matmul.ts), every buffer made once, softmax and loss fused, no gradient of the
// input. It imports nothing from lanegrad.
import { multiply, multiplyTransposedLeft, multiplyTransposedRight } from './matmul.js';
import { rmsprop, rmspropDefaults } from './rmsprop.js';
import type { RmspropOptions } from './rmsprop.js';

export interface TrainerOptions extends Partial<RmspropOptions> {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  readonly batchSize: number;
  /**
   * Leave out products with zero inputs and zero activations. The result is the same; on images that are
   * mostly background it is much faster. Default false: the usual loop.
   */
  readonly skipZeros?: boolean;
}

/** Kernel and bias of both layers, as Keras orders them: (inputs, hidden), (hidden), (hidden, classes), (classes). */
export type Weights = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

export class ReferenceTrainer {
  /** The weights as trained so far. */
  readonly weights: Weights;
  readonly #inputs: number;
  readonly #hidden: number;
  readonly #classes: number;
  readonly #batchSize: number;
  readonly #skipZeros: boolean;
  readonly #rmsprop: RmspropOptions;
  readonly #gradients: Weights;
  readonly #meanSquares: Weights;
  /** (batchSize, hidden), after relu. */
  readonly #activations: Float32Array;
  /** (batchSize, hidden): the loss's gradient before relu. */
  readonly #hiddenGradient: Float32Array;
  /** (batchSize, classes): logits, then probabilities, then the loss's gradient by the logits. */
  readonly #output: Float32Array;

  /** @param initial weights to start from; they are copied. */
  constructor(options: TrainerOptions, initial: Weights) {
    const { inputs, hidden, classes, batchSize, skipZeros = false, ...rest } = options;
    const sizes = [inputs * hidden, hidden, hidden * classes, classes];
    for (const [index, weight] of initial.entries()) {
      if (weight.length !== sizes[index]) {
        throw new RangeError(
          `ReferenceTrainer: weight ${index} has ${weight.length} elements, expected ${sizes[index] ?? 0}`,
        );
      }
    }
    this.#inputs = inputs;
    this.#hidden = hidden;
    this.#classes = classes;
    this.#batchSize = batchSize;
    this.#skipZeros = skipZeros;
    this.#rmsprop = { ...rmspropDefaults, ...rest };
    this.weights = mapWeights(initial, (weight) => weight.slice());
    this.#gradients = mapWeights(initial, (weight) => new Float32Array(weight.length));
    this.#meanSquares = mapWeights(initial, (weight) => new Float32Array(weight.length));
    this.#activations = new Float32Array(batchSize * hidden);
    this.#hiddenGradient = new Float32Array(batchSize * hidden);
    this.#output = new Float32Array(batchSize * classes);
  }

  /**
   * Trains on one batch.
   *
   * @param x (rows, inputs), rows ≤ batchSize
   * @param y (rows, classes), one-hot
   * @returns the mean loss of the batch, before the weights moved
   */
  step(x: Float32Array, y: Float32Array): number {
    const rows = x.length / this.#inputs;
    if (!Number.isInteger(rows) || rows > this.#batchSize || y.length !== rows * this.#classes) {
      throw new RangeError(
        `ReferenceTrainer: x has ${x.length} and y ${y.length} elements, which is not a batch of at most ` +
          `${this.#batchSize} rows of ${this.#inputs} and ${this.#classes}`,
      );
    }
    this.#forward(x, rows);
    const loss = this.#softmaxCrossEntropy(y, rows);
    this.#backward(x, rows);
    for (const [index, weight] of this.weights.entries()) {
      rmsprop(weight, this.#gradients[index]!, this.#meanSquares[index]!, this.#rmsprop);
    }
    return loss;
  }

  #forward(x: Float32Array, rows: number): void {
    const [kernel1, bias1, kernel2, bias2] = this.weights;
    const h = this.#activations;
    multiply(h, x, kernel1, rows, this.#inputs, this.#hidden, this.#skipZeros);
    addBias(h, bias1, rows);
    for (let i = 0; i < rows * this.#hidden; i++) if (h[i]! < 0) h[i] = 0;
    multiply(this.#output, h, kernel2, rows, this.#hidden, this.#classes, this.#skipZeros);
    addBias(this.#output, bias2, rows);
  }

  /** Turns the logits into the gradient (softmax − y) / rows, and returns the mean loss. */
  #softmaxCrossEntropy(y: Float32Array, rows: number): number {
    const z = this.#output;
    const classes = this.#classes;
    let total = 0;
    for (let at = 0; at < rows * classes; at += classes) {
      let max = -Infinity;
      for (let j = 0; j < classes; j++) max = Math.max(max, z[at + j]!);
      let sum = 0;
      for (let j = 0; j < classes; j++) sum += Math.exp(z[at + j]! - max);
      const logSum = max + Math.log(sum);
      for (let j = 0; j < classes; j++) {
        const logProbability = z[at + j]! - logSum;
        total -= y[at + j]! * logProbability;
        z[at + j] = (Math.exp(logProbability) - y[at + j]!) / rows;
      }
    }
    return total / rows;
  }

  #backward(x: Float32Array, rows: number): void {
    const [kernel1, bias1, kernel2, bias2] = this.#gradients;
    const dz = this.#output;
    const dh = this.#hiddenGradient;
    const h = this.#activations;
    multiplyTransposedLeft(kernel2, h, dz, rows, this.#hidden, this.#classes, this.#skipZeros);
    sumRows(bias2, dz, rows);
    multiplyTransposedRight(dh, dz, this.weights[2], rows, this.#hidden, this.#classes);
    for (let i = 0; i < rows * this.#hidden; i++) if (h[i] === 0) dh[i] = 0;
    multiplyTransposedLeft(kernel1, x, dh, rows, this.#inputs, this.#hidden, this.#skipZeros);
    sumRows(bias1, dh, rows);
  }
}

function mapWeights(weights: Weights, f: (weight: Float32Array) => Float32Array): Weights {
  const [kernel1, bias1, kernel2, bias2] = weights;
  return [f(kernel1), f(bias1), f(kernel2), f(bias2)];
}

/** x[rows,n] += bias[n] */
function addBias(x: Float32Array, bias: Float32Array, rows: number): void {
  const n = bias.length;
  for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) x[i * n + j]! += bias[j]!;
}

/** out[n] = Σ over rows of x[rows,n] */
function sumRows(out: Float32Array, x: Float32Array, rows: number): void {
  const n = out.length;
  out.fill(0);
  for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) out[j]! += x[i * n + j]!;
}
