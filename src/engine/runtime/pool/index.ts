// What shares the work of kernels with workers: a chunk of its own, which a runtime of several threads asks for.
export { Sharing } from './pool.js';
