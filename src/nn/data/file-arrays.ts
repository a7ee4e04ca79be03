// What reading and writing of files takes, from locations and formats: a chunk that is loaded with the first file. The public
// functions stand in `read-and-write.ts` and `csv.ts`.

export { rowBlocks } from '../../files/formats/csv/rows.js';
export { readTable } from '../../files/formats/csv/table.js';
export { encodeIdx, unpackIdx } from '../../files/formats/idx.js';
export { deflate } from '../../files/formats/gzip.js';
export { parseJsonObject } from '../../files/formats/json.js';
export { encodeNpy, parseNpy } from '../../files/formats/npy.js';
export { encodeNpz, parseNpz } from '../../files/formats/npz.js';
export {
  readFile,
  readJsonFile,
  readWritten,
  sourceChunks,
  sourceName,
} from '../../files/locations/source.js';
export { atLocation, writeTarget } from '../../files/locations/write.js';
