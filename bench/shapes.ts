// The sizes that are measured, and why these.

/** The seed network: MNIST image → 512 relu → 10 softmax, batch 128, as in the program this library exists for. */
export const seed = { inputs: 28 * 28, hidden: 512, classes: 10, batchSize: 128 } as const;

/**
 * A small convolutional network on MNIST: 16 and 32 filters of 3 × 3 with relu, each followed by pooling of 2 × 2, then
 * 10 softmax; Adam, batch 128.
 */
export const convNet = {
  inputs: 28 * 28,
  image: [28, 28, 1],
  filters: [16, 32],
  classes: 10,
  batchSize: 128,
} as const;

/**
 * Networks of one recurrent layer whose last output goes through a dense layer to one number; RMSprop, mean squared error.
 * The wide ones are mostly products. The narrow ones have long sequences, where PyTorch pays for each step of time.
 */
export const recurrentNets = {
  lstm128: { cell: 'lstm', units: 128, steps: 100, features: 64, batchSize: 64 },
  gru128: { cell: 'gru', units: 128, steps: 100, features: 64, batchSize: 64 },
  lstm32: { cell: 'lstm', units: 32, steps: 500, features: 32, batchSize: 128 },
  gru32: { cell: 'gru', units: 32, steps: 500, features: 32, batchSize: 128 },
} as const;

/** Square products, for comparison with published GFLOP/s: one that fits the second-level cache, one that does not. */
export const squareProducts = [512, 1024] as const;

/** The products of one seed step, [m, k, n]: forward, and the gradient of each kernel. */
export const seedProducts = [
  { name: 'x · W1', m: seed.batchSize, k: seed.inputs, n: seed.hidden },
  { name: 'xᵀ · dh', m: seed.inputs, k: seed.batchSize, n: seed.hidden },
  { name: 'h · W2', m: seed.batchSize, k: seed.hidden, n: seed.classes },
] as const;

/** Elementwise and row kernels: as many elements as the seed network's first kernel has. */
export const elementwise = { rows: seed.inputs, columns: seed.hidden } as const;

/** So small that a step is nothing but overhead. */
export const tiny = { inputs: 4, hidden: 16, outputs: 1, batchSize: 4 } as const;

/** Arrays far larger than any cache: what counts is bytes to and from memory. */
export const streamed = { elements: 10_000_000, columns: 1000 } as const;
