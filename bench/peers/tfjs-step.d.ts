import type { Problem, Step } from './protocol.js';

/** `tf`: TensorFlow.js, whose types are there only where it is installed. */
export function makeSeedStep(
  tf: unknown,
  problem: Omit<Problem, 'folder' | 'xType' | 'yType'>,
): Step;
