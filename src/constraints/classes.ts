// Keras's constraints.
export * from './non-neg.js';
export * from './norms.js';
