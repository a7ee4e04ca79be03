import type { Loss } from '../losses/index.js';
import type { PartialShape } from '../tensor/index.js';
import { getMetric } from './registry.js';
import type { MetricIdentifier } from './registry.js';
import type { Metric } from './metric.js';

/** What decides which accuracy `'accuracy'` means. */
export interface MetricContext {
  /** Shape of yPred; the batch may be null. */
  readonly outputShape: PartialShape;
  /** Shape of yTrue, once it is known: Keras decides by it. */
  readonly targetShape?: PartialShape | undefined;
  /** Decides where `targetShape` is not known. */
  readonly loss?: Loss | null | undefined;
}

/** How targets say what is right. */
export type TargetKind = 'binary' | 'categorical' | 'sparse_categorical';

/**
 * What the targets are, by Keras's rule: binary for one output; sparse for targets of fewer axes than the
 * output, or with a last axis of 1; else one-hot.
 */
function targetKind({ outputShape, targetShape, loss }: MetricContext): TargetKind {
  const outputs = outputShape.at(-1) ?? 1;
  if (outputs === 1) return 'binary';
  if (targetShape !== undefined) {
    const isSparse = targetShape.length < outputShape.length || targetShape.at(-1) === 1;
    return isSparse ? 'sparse_categorical' : 'categorical';
  }
  if (loss?.targets === 'labels') return 'sparse_categorical';
  // Several outputs of their own, each 0 or 1.
  return loss?.targets === 'probabilities' ? 'binary' : 'categorical';
}

/**
 * The metric that `identifier` stands for; `'accuracy'`, `'acc'`, `'crossentropy'` and `'ce'` become the
 * binary, categorical or sparse one that fits the targets, and keep the name they were given by.
 */
export function resolveMetric(identifier: MetricIdentifier, context: MetricContext): Metric {
  if (typeof identifier !== 'string') return getMetric(identifier);
  const name = identifier.toLowerCase();
  const isAccuracy = name === 'accuracy' || name === 'acc';
  if (!isAccuracy && name !== 'crossentropy' && name !== 'ce') return getMetric(identifier);
  const metric = getMetric(`${targetKind(context)}_${isAccuracy ? 'accuracy' : 'crossentropy'}`);
  metric.name = identifier;
  return metric;
}
