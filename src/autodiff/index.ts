export { goesThrough, isRecording, noteRead, record, sever, Tape } from './tape.js';
export type { Backward } from './tape.js';
