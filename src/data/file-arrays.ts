// What reading and writing of files takes, from places and formats: a chunk that is loaded with the first file. The public
// functions stand in `read-and-write.ts` and `csv.ts`.

export { rowBlocks } from '../formats/csv/rows.js';
export { readTable } from '../formats/csv/table.js';
export { encodeIdx, unpackIdx } from '../formats/idx.js';
export { deflate } from '../formats/inflate.js';
export { parseJsonObject } from '../formats/json.js';
export { encodeNpy, parseNpy } from '../formats/npy.js';
export { encodeNpz, parseNpz } from '../formats/npz.js';
export { readFile, readJsonFile, readWritten, sourceChunks, sourceName } from '../places/source.js';
export { atLocation, writeTarget } from '../places/write.js';
