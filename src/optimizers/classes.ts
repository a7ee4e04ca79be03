// Keras's optimizers.
export * from './adadelta.js';
export * from './adagrad.js';
export * from './adam.js';
export * from './adamax.js';
export * from './ftrl.js';
export * from './lamb.js';
export * from './lion.js';
export * from './nadam.js';
export * from './rmsprop.js';
export * from './sgd.js';
