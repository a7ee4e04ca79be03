import type { Problem, Segment, Step } from './protocol.js';

export function train(
  problem: Omit<Problem, 'folder' | 'xType' | 'yType'>,
  step: Step,
  order: Int32Array,
  steps: number,
): Promise<Segment>;
