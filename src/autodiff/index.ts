export { isRecording, record, Tape } from './tape.js';
export type { Backward } from './tape.js';
