import type { Problem, Step } from './protocol.js';

/** `tf`: TensorFlow.js, whose types are there only where it is installed. */
export function makeStep(tf: unknown, problem: Omit<Problem, 'folder'>): Step;
