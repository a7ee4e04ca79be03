export { isRecording, record, sever, Tape } from './tape.js';
export type { Backward } from './tape.js';
