// What the pool takes of the library.
export { messageOf } from '../../config/index.js';
export { LanegradError } from '../../errors.js';
export { UnfinishedError } from '../unfinished-error.js';
