// What reading and writing pictures takes: a chunk that is loaded with the first picture. The public functions stand in
// `utils/pictures/`.
export { readFile, sourceName } from '../places/source.js';
export { targetLocation } from '../places/target.js';
export { writeTarget } from '../places/write.js';
export { encodePicture } from './encode.js';
export { loadPixels } from './load.js';
export { requireBytes } from '../formats/pictures/raster.js';
export { provideCodec } from './peers.js';
