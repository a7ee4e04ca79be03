export * from './format-bytes.js';
export * from './names.js';
export * from './naming.js';
export * from './nearest-name.js';
export * from './one-of.js';
export * from './options.js';
export * from './registry.js';
