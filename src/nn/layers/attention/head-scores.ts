import { ShapeError } from '../../../errors.js';
import { einsum, reshape, transpose } from '../../../engine/ops/index.js';
import { formatShape } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import type { Inputs } from './attention-layer.js';

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
   * @param shapes of the inputs
   * @param axes of the inputs over which queries look, counted from the front
   * @param heads of the query
   * @param groups heads of keys and values: neighbouring heads of the query share one
   */
  constructor(
    readonly shapes: Inputs<PartialShape>,
    readonly axes: readonly number[],
    readonly heads: number,
    readonly groups: number,
  ) {
    const { query, key } = shapes;
    const places = query.slice(0, -1).map((_, axis) => axis);
    this.#others = places.filter((axis) => !axes.includes(axis));
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
