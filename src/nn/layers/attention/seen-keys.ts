import { ValueError } from '../../../errors.js';
import { cast, logicalAnd, reshape } from '../../../engine/ops/index.js';
import { formatShape } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import type { KeyValueCache } from '../core/key-value-cache.js';
import type { InputMasks, Inputs } from './attention-layer.js';
import { HeadScores } from './head-scores.js';

/** The keys and values that the queries of a call look at. */
export interface SeenKeys {
  /** What `project` has made, of this call and of the calls before. */
  readonly keys: Tensor;
  readonly values: Tensor;
  /** Of the query, and of all these keys and values. */
  readonly masks: InputMasks;
  /** Shapes of the query, and of what all these keys and values were made of. */
  readonly shapes: Inputs<PartialShape>;
  /** The steps before the first query. */
  readonly before: number;
}

/** A call of attention. */
export interface AttentionOfCall {
  readonly layer: object;
  /** Gives the layer's name, for errors. */
  readonly label: () => string;
  readonly inputs: Inputs<Tensor>;
  readonly masks: InputMasks;
  /** Whether a query sees the keys up to its own step alone. */
  readonly isCausal: boolean;
  /** Whether a mask of scores was given. */
  readonly isMasked: boolean;
  /** Makes keys and values of the inputs. */
  readonly project: () => readonly [keys: Tensor, values: Tensor];
}

const shapesOf = ({ query, value, key }: Inputs<Tensor>): Inputs<PartialShape> => {
  return { query: query.shape, value: value.shape, key: key.shape };
};

/**
 * Keys and values of a call, and with a cache those of the steps before. Those of the query's own steps are kept: with a causal
 * mask, and where value and query are one tensor. Others are those of a sequence that does not grow, and are made once as long as
 * the same tensors come.
 *
 * @throws ValueError where a cache does not go with the call.
 */
export function seenKeys(call: AttentionOfCall, cache: KeyValueCache | null | undefined): SeenKeys {
  const { inputs, masks, project } = call;
  const shapes = shapesOf(inputs);
  if (cache === undefined || cache === null) {
    const [keys, values] = project();
    return { keys, values, masks, shapes, before: 0 };
  }
  const { query, value, key } = inputs;
  const isOwn = call.isCausal || value.id === query.id;
  if (!isOwn) {
    const [keys, values] = cache.recall(call.layer, [key, value], project);
    return { keys, values, masks, shapes, before: 0 };
  }
  requireOrder(call);
  const before = cache.length;
  const [keys, values] = project();
  const kept = cache.append(call.layer, call.label, { keys, values, mask: keyMask(call) });
  const steps = kept.keys.shape[1] ?? 0;
  return {
    ...kept,
    masks: { query: masks.query, value: kept.mask, key: null },
    shapes: {
      query: query.shape,
      value: value.shape.with(1, steps),
      key: key.shape.with(1, steps),
    },
    before,
  };
}

/** @throws ValueError unless queries see no steps that come later. */
function requireOrder({ inputs, isCausal, isMasked }: AttentionOfCall): void {
  const { query } = inputs;
  if (query.ndim !== 3) {
    throw new ValueError(
      `a cache goes with inputs (batch, steps, features), got a query of shape ${formatShape(query.shape)}. Call the model ` +
        `without the cache.`,
    );
  }
  if (isCausal || isMasked) return;
  throw new ValueError(
    `a cache needs useCausalMask: true, as steps that come later are not there yet. Give it, or an attentionMask (batch, ` +
      `queries, all keys so far); or compute what is not causal, such as an encoder, by a call without the cache.`,
  );
}

/** Which of the new keys count, bool [batch or 1, steps]; null for all. */
function keyMask({ inputs, masks }: AttentionOfCall): Tensor | null {
  const scores = new HeadScores(shapesOf(inputs), [1], 1, 1);
  const parts = (['value', 'key'] as const).flatMap((name) => {
    const mask = masks[name];
    return mask === null ? [] : [scores.ofSteps(name, cast(mask, 'bool'))];
  });
  if (parts.length === 0) return null;
  const mask = parts.reduce((a, b) => logicalAnd(a, b));
  return reshape(mask, [mask.shape[0] ?? 1, -1]);
}
