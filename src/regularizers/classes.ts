// Keras's regularizers.
export * from './l1-l2.js';
export * from './orthogonal-regularizer.js';
