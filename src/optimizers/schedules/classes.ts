// Keras's schedules of the learning rate.
export * from './cosine-decay.js';
export * from './piecewise-constant-decay.js';
export * from './polynomial-decay.js';
export * from './staircase-decay.js';
