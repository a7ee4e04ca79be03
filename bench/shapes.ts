// The sizes that are measured, and why these.

/** The seed network: MNIST image → 512 relu → 10 softmax, batch 128, as in the program this library exists for. */
export const seed = { inputs: 28 * 28, hidden: 512, classes: 10, batchSize: 128 } as const;

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

/** Attention of one sequence. */
export const attention = { heads: 4, depth: 64, lengths: [128, 256, 512, 1024, 2048] } as const;
