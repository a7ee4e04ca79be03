export { goesThrough, isRecording, noteRead, record, recordHolding, sever, Tape } from './tape.js';
export type { Backward } from './tape.js';
