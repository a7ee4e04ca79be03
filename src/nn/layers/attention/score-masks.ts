// Masks of scores [queries, keys].
import {
  abs,
  cast,
  greaterEqual,
  less,
  logicalAnd,
  reshape,
  sub,
} from '../../../engine/ops/index.js';
import { arange } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { InputMasks } from './attention-layer.js';
import type { HeadScores } from './head-scores.js';

/** The steps of queries, of which so many come before the first. */
const column = (queries: number, before: number): Tensor =>
  reshape(arange(before, before + queries), [queries, 1]);

/** Whether key s comes no later than query t + before, [1, queries, keys]. */
export function causalMask(queries: number, keys: number, before = 0): Tensor {
  return reshape(greaterEqual(column(queries, before), arange(keys)), [1, queries, keys]);
}

/** Whether key s lies less than `width` steps from query t + before, [1, queries, keys]. */
function windowMask(queries: number, keys: number, width: number, before: number): Tensor {
  const distance = abs(sub(column(queries, before), arange(keys)));
  return reshape(less(distance, width), [1, queries, keys]);
}

/** What says which scores count. */
export interface ScoresMask {
  readonly masks: InputMasks;
  readonly attentionMask: Tensor | null;
  /** Whether a query sees the keys up to its own step alone. */
  readonly isCausal: boolean;
  readonly slidingWindow: number | null;
  /** The steps before the first query. */
  readonly before: number;
}

/** Which scores count, with an axis for each of the scores; null for all. */
export function maskOfScores(scores: HeadScores, given: ScoresMask): Tensor | null {
  const { masks, attentionMask, before } = given;
  const parts: Tensor[] = [];
  const addSteps = (name: keyof InputMasks): void => {
    const mask = masks[name];
    if (mask !== null) parts.push(scores.ofSteps(name, cast(mask, 'bool')));
  };
  addSteps('query');
  addSteps('value');
  addSteps('key');
  if (given.isCausal) parts.push(causalMask(...scores.steps('useCausalMask'), before));
  if (given.slidingWindow !== null) {
    parts.push(windowMask(...scores.steps('slidingWindow'), given.slidingWindow, before));
  }
  if (attentionMask !== null) {
    const shape = scores.attentionMaskShape(attentionMask.shape) as number[];
    parts.push(reshape(cast(attentionMask, 'bool'), shape));
  }
  if (parts.length === 0) return null;
  const mask = parts.reduce((a, b) => logicalAnd(a, b));
  const missing = scores.shape.length - mask.ndim;
  return reshape(mask, [...new Array<number>(missing).fill(1), ...mask.shape]);
}
