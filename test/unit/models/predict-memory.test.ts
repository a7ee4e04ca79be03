// What `predict` holds at most: the inputs and outputs of a node of the graph, and what is needed later.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as layers from '../../../src/layers.js';
import type { SymbolicTensor } from '../../../src/layers.js';
import { Model } from '../../../src/models.js';
import { memory, ones } from '../../../src/engine/tensor/index.js';
import { Storage } from '../../../src/engine/tensor/storage.js';

const BATCH = 4;

const bytesOf = ({ shape }: SymbolicTensor): number =>
  shape.reduce<number>((product, length) => product * (length ?? BATCH), 4);

/** The largest sum over a node of its inputs, its outputs and what is needed later. */
function necessaryBytes({ graph }: Model): number {
  const { inputs, nodes, outputs } = graph ?? expect.fail('no graph');
  const sums = nodes.map((node, i) => {
    const behind = nodes.slice(i);
    const made = new Set([...inputs, ...nodes.slice(0, i + 1).flatMap((before) => before.outputs)]);
    const read = new Set([...behind.flatMap((later) => later.inputs), ...outputs, ...node.outputs]);
    let sum = 0;
    for (const tensor of made) if (read.has(tensor)) sum += bytesOf(tensor);
    return sum;
  });
  return Math.max(...sums);
}

/** The most bytes that tensors take while the model predicts, beside the weights and with the batch. */
function peakOf(model: Model, shape: readonly number[]): number {
  const before = memory().bytes;
  const x = ones(shape);
  // Copies of weights and the workspace of kernels are made once, and not counted.
  model.predictOnBatch(x).dispose();
  peak = 0;
  model.predictOnBatch(x).dispose();
  x.dispose();
  expect(memory().bytes, 'nothing is left').toBe(before);
  return peak - before;
}

let peak = 0;

beforeEach(() => {
  const allocate = Storage.allocate.bind(Storage);
  vi.spyOn(Storage, 'allocate').mockImplementation((bytes) => {
    const storage = allocate(bytes);
    peak = Math.max(peak, memory().bytes);
    return storage;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A convolution as those of a residual network: without bias, then normalized. */
function convolved(x: SymbolicTensor, filters: number, kernelSize: number): SymbolicTensor {
  const y = new layers.Conv2D(filters, kernelSize, { padding: 'same', useBias: false }).apply(x);
  return new layers.BatchNormalization().apply(y);
}

const relu = (x: SymbolicTensor): SymbolicTensor => new layers.ReLU().apply(x);

describe('a convolutional residual network with batch normalization', () => {
  it('holds no more than its largest node makes necessary', () => {
    const x = layers.Input([16, 16, 3]);
    let y = relu(convolved(x, 8, 3));
    for (const filters of [32, 64]) {
      const shortcut = convolved(y, filters, 1);
      const narrow = relu(convolved(relu(convolved(y, filters / 4, 1)), filters / 4, 3));
      y = relu(new layers.Add().apply([shortcut, convolved(narrow, filters, 1)]));
    }
    const outputs = new layers.GlobalAveragePooling2D().apply(y);
    const model = new Model({ inputs: x, outputs });
    const necessary = necessaryBytes(model);
    // Two operands and their sum.
    expect(necessary).toBe(3 * BATCH * 16 * 16 * 64 * 4);
    const ofBatch = BATCH * 16 * 16 * 3 * 4;
    const vector = 64 * 4;
    // Batch normalization makes a few vectors of its features, and no further tensor of activations.
    expect(peakOf(model, [BATCH, 16, 16, 3])).toBeLessThan(necessary + ofBatch + 8 * vector);
  });
});
