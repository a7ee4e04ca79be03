import { ShapeError, ValueError } from '../../../errors.js';
import {
  abs,
  cast,
  einsum,
  greaterEqual,
  less,
  logicalAnd,
  reshape,
  sub,
  transpose,
} from '../../../engine/ops/index.js';
import { arange, formatShape } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import type { InputMasks, Inputs } from './attention-layer.js';
import type { KeyValueCache } from '../core/key-value-cache.js';

/** Letters of the axes of inputs. */
const AXES = 'abcdefghijklmnopqrst';
// Of groups of heads, of the heads in a group, of the vectors of keys and of those of values.
const GROUP = 'x';
const HEAD = 'y';
const KEY_SIZE = 'z';
const VALUE_SIZE = 'w';

/** The scores of queries and keys for each head: [the axes that queries do not look over, heads, queries, keys]. */
export class HeadScores {
  /** Lengths of all axes. */
  readonly shape: PartialShape;
  /** The axes of the keys, counted from the end. */
  readonly keyAxes: readonly number[];
  /** Axes of the inputs over which queries do not look. */
  readonly #others: readonly number[];

  /**
   * @param shapes the shapes of the inputs
   * @param axes the axes over which queries attend, counted from the front
   * @param heads the number of heads of the query
   * @param groups the number of heads of keys and values, each shared by neighbouring heads of the query
   */
  constructor(
    readonly shapes: Inputs<PartialShape>,
    readonly axes: readonly number[],
    readonly heads: number,
    readonly groups: number,
  ) {
    const { query, key } = shapes;
    const queryAxes = query.slice(0, -1).map((_, axis) => axis);
    this.#others = queryAxes.filter((axis) => !axes.includes(axis));
    const lengths = (shape: PartialShape, of: readonly number[]): PartialShape =>
      of.map((axis) => shape[axis] ?? null);
    this.shape = [
      ...lengths(query, this.#others),
      heads,
      ...lengths(query, axes),
      ...lengths(key, axes),
    ];
    this.keyAxes = axes.map((_, i) => i - axes.length);
  }

  /** The letters of the axes of scores and, as far as they are not of vectors, of query and key. */
  get #letters(): { readonly scores: string; readonly query: string; readonly key: string } {
    const { axes, heads, groups } = this;
    const ofQuery = AXES.slice(0, this.shapes.query.length - 1);
    const ofKey = ofQuery
      .split('')
      .map((letter, axis) => (axes.includes(axis) ? letter.toUpperCase() : letter))
      .join('');
    const at = (letters: string, of: readonly number[]): string =>
      of.map((axis) => letters[axis]).join('');
    const head = heads === groups ? GROUP : `${GROUP}${HEAD}`;
    return {
      scores: `${at(ofQuery, this.#others)}${head}${at(ofQuery, axes)}${at(ofKey, axes)}`,
      query: `${ofQuery}${head}`,
      key: `${ofKey}${GROUP}`,
    };
  }

  /** The heads of a tensor, in groups where keys and values have fewer. @param axis that of the heads */
  #grouped(x: Tensor, axis: number): Tensor {
    const { heads, groups } = this;
    if (heads === groups) return x;
    return reshape(x, [
      ...x.shape.slice(0, axis),
      groups,
      heads / groups,
      ...x.shape.slice(axis + 1),
    ]);
  }

  /** The heads of a tensor whose heads are in groups. @param axis that of the groups */
  #ungrouped(x: Tensor, axis: number): Tensor {
    const { heads, groups } = this;
    if (heads === groups) return x;
    return reshape(x, [...x.shape.slice(0, axis), heads, ...x.shape.slice(axis + 2)]);
  }

  /** Products of queries and keys. @param query [the axes of the input, heads, size] */
  of(query: Tensor, key: Tensor): Tensor {
    const letters = this.#letters;
    const equation = `${letters.query}${KEY_SIZE},${letters.key}${KEY_SIZE}->${letters.scores}`;
    const scores = einsum(equation, this.#grouped(query, query.ndim - 2), key);
    return this.#ungrouped(scores, this.#others.length);
  }

  /** Sums of values, weighted by scores: [the axes of the query, heads, size]. */
  weighted(weights: Tensor, value: Tensor): Tensor {
    const letters = this.#letters;
    const equation = `${letters.scores},${letters.key}${VALUE_SIZE}->${letters.query}${VALUE_SIZE}`;
    const sums = einsum(equation, this.#grouped(weights, this.#others.length), value);
    return this.#ungrouped(sums, this.shapes.query.length - 1);
  }

  /** A mask of the steps of an input, as one of scores. @throws ShapeError unless it has an element for each step. */
  ofSteps(name: keyof Inputs<unknown>, mask: Tensor): Tensor {
    const shape = this.shapes[name];
    const wanted = shape.slice(0, -1);
    const fits =
      mask.ndim === wanted.length &&
      mask.shape.every((length, axis) => length === 1 || length === wanted[axis]);
    if (!fits) {
      throw new ShapeError(
        `the mask of the ${name} must have an element for each step, that is shape ${formatShape(wanted)} for a ${name} ` +
          `of shape ${formatShape(shape)}, got shape ${formatShape(mask.shape)}.`,
      );
    }
    const { axes } = this;
    const others = this.#others;
    const lengths = (of: readonly number[]): number[] => of.map((axis) => mask.shape[axis] ?? 1);
    const ones = axes.map(() => 1);
    const steps = name === 'query' ? [...lengths(axes), ...ones] : [...ones, ...lengths(axes)];
    return reshape(transpose(mask, [...others, ...axes]), [...lengths(others), 1, ...steps]);
  }

  /**
   * A mask's shape with axes of length 1, those of heads among them, that it leaves out.
   *
   * @throws ShapeError for a mask that does not broadcast to the scores.
   */
  attentionMaskShape(given: PartialShape): PartialShape {
    const { shape } = this;
    const steps = 2 * this.axes.length;
    const missing = shape.length - given.length;
    const full =
      missing < 0 || given.length < steps
        ? undefined
        : [
            ...given.slice(0, given.length - steps),
            ...new Array<number>(missing).fill(1),
            ...given.slice(given.length - steps),
          ];
    const fits = (length: number | null, axis: number): boolean =>
      length === null || length === 1 || shape[axis] === null || length === shape[axis];
    if (full?.every(fits) === true) return full;
    throw new ShapeError(
      `attentionMask, of shape ${formatShape(given)}, does not fit the scores, of shape ${formatShape(shape)}, which is ` +
        `(batch, heads, queries, keys). Give a mask (batch, queries, keys), in which lengths may be 1 and the batch be left ` +
        `out, or one with heads.`,
    );
  }

  /** Numbers of queries and of keys, where they lie along one axis. @throws ShapeError where they lie along several. */
  steps(name: string): readonly [queries: number, keys: number] {
    const [axis, ...more] = this.axes;
    if (axis !== undefined && more.length === 0) {
      return [this.shapes.query[axis] ?? 0, this.shapes.key[axis] ?? 0];
    }
    throw new ShapeError(
      `${name} needs steps in an order, but queries look over ${this.axes.length} axes. Give an attentionMask, or one axis ` +
        `as attentionAxes.`,
    );
  }
}

// Masks of scores [queries, keys].

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
interface ScoresMask {
  readonly masks: InputMasks;
  readonly attentionMask: Tensor | null;
  /** Whether a query sees only the keys up to its own step. */
  readonly isCausal: boolean;
  readonly slidingWindow: number | null;
  /** The steps before the first query. */
  readonly before: number;
}

/** Which scores count, with an axis for each of the scores; null for all. */
export function maskOfScores(scores: HeadScores, given: ScoresMask): Tensor | null {
  const { masks, attentionMask, before } = given;
  const copied: Tensor[] = [];
  const addSteps = (name: keyof InputMasks): void => {
    const mask = masks[name];
    if (mask !== null) copied.push(scores.ofSteps(name, cast(mask, 'bool')));
  };
  addSteps('query');
  addSteps('value');
  addSteps('key');
  if (given.isCausal) copied.push(causalMask(...scores.steps('useCausalMask'), before));
  if (given.slidingWindow !== null) {
    copied.push(windowMask(...scores.steps('slidingWindow'), given.slidingWindow, before));
  }
  if (attentionMask !== null) {
    const shape = scores.attentionMaskShape(attentionMask.shape) as number[];
    copied.push(reshape(cast(attentionMask, 'bool'), shape));
  }
  if (copied.length === 0) return null;
  const mask = copied.reduce((a, b) => logicalAnd(a, b));
  const missing = scores.shape.length - mask.ndim;
  return reshape(mask, [...new Array<number>(missing).fill(1), ...mask.shape]);
}

/** The keys and values that the queries of a call look at. */
interface SeenKeys {
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
  /** Whether a query sees only the keys up to its own step. */
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
  const cached = cache.append(call.layer, call.label, { keys, values, mask: keyMask(call) });
  const steps = cached.keys.shape[1] ?? 0;
  return {
    ...cached,
    masks: { query: masks.query, value: cached.mask, key: null },
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
      `a cache needs inputs (batch, steps, features), got a query of shape ${formatShape(query.shape)}. Call the model ` +
        `without the cache.`,
    );
  }
  if (isCausal || isMasked) return;
  throw new ValueError(
    `a cache needs useCausalMask: true, as later steps do not exist yet. Give it, or an attentionMask (batch, ` +
      `queries, all keys so far); or compute what is not causal, such as an encoder, by a call without the cache.`,
  );
}

/** Which of the new keys count, bool [batch or 1, steps]; null for all. */
function keyMask({ inputs, masks }: AttentionOfCall): Tensor | null {
  const scores = new HeadScores(shapesOf(inputs), [1], 1, 1);
  const projected = (['value', 'key'] as const).flatMap((name) => {
    const mask = masks[name];
    return mask === null ? [] : [scores.ofSteps(name, cast(mask, 'bool'))];
  });
  if (projected.length === 0) return null;
  const mask = projected.reduce((a, b) => logicalAnd(a, b));
  return reshape(mask, [mask.shape[0] ?? 1, -1]);
}
