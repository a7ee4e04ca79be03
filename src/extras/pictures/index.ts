// What reading and writing pictures takes: a chunk that is loaded with the first picture. The public functions stand in
// `utils/pictures/`.
export { readFile, sourceName } from '../../files/locations/source.js';
export { targetLocation } from '../../files/locations/target.js';
export { writeTarget } from '../../files/locations/write.js';
export { encodePicture } from './codec.js';
export { loadPixels } from './codec.js';
export { requireBytes } from '../../files/formats/pictures/raster.js';
export { provideCodec } from './peers.js';
