// Keras's losses, as classes and as functions.
export * from './binary-crossentropies.js';
export * from './categorical-crossentropies.js';
export * from './hinges.js';
export * from './overlaps.js';
export * from './probabilistic.js';
export * from './regression.js';
export * from './sparse-categorical-crossentropy.js';
