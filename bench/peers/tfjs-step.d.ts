import type { Problem, Step } from './protocol.js';

/** `tf`: TensorFlow.js, whose types exist only where it is installed. */
export function makeStep(tf: unknown, problem: Omit<Problem, 'folder'>): Step;
