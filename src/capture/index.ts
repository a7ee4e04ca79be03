// What records a step: a chunk of its own, which the first step of a program asks for (load.ts).
export { captureStep } from './capture-step.js';
export { give } from './given.js';
