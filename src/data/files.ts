// What reads and writes files of data: one chunk, loaded with the first file. It knows arrays and no tensors, so that
// nothing of what a program has at once becomes a chunk of its own for it.
export { rowBlocks } from '../formats/csv/rows.js';
export { readNpyArray, readNpzArrays, writeNpyArray, writeNpzArrays } from './numpy-arrays.js';
export { readIdxArray } from './read-idx-array.js';
export { readWritten, sourceChunks, sourceName } from '../places/source.js';
export { writeTarget } from '../places/write.js';
export { writeIdxArray } from './write-idx-array.js';
