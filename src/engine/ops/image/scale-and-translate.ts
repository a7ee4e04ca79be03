import { describeValue } from '../../../config/describe-value.js';
import { checkBoolean, isListOf, MAX_LENGTH, oneOf } from '../../../config/index.js';
import { sever } from '../../autodiff/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  decideBy,
  formatShape,
  normalizeAxis,
  requireRoom,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import { Tensor } from '../../tensor/index.js';
import type { Shape, TensorLike } from '../../tensor/index.js';
import { ownResult } from '../neural/logits.js';
import { toFloat } from '../elementwise/operands.js';
import { alongBand } from './filters.js';
import { likeImages, requireSides } from './images.js';
import { resampling } from './interpolation.js';
import type { WeightedInterpolation } from './interpolation.js';

/** Keras's names of the interpolations with weights. */
const METHODS = {
  linear: 'bilinear',
  bilinear: 'bilinear',
  trilinear: 'bilinear',
  cubic: 'bicubic',
  bicubic: 'bicubic',
  tricubic: 'bicubic',
  lanczos3: 'lanczos3',
  lanczos5: 'lanczos5',
} as const satisfies Readonly<Record<string, WeightedInterpolation>>;

/** The name of an interpolation of `scaleAndTranslate`. */
export type ScaleMethod = keyof typeof METHODS;

/**
 * Scales and moves an array along the axes `spatialDims`: position p, counted from the edge of the first element, moves to p ·
 * scale + translation, with a scale and a translation for each of these axes. Elements beyond the array are 0. The dtype is that
 * of the array; integers are rounded. No gradient flows to scale and translation.
 *
 * @keras = scaleAndTranslate
 * @param images an array of any rank
 * @param outputShape shape of the result; axes that are not in `spatialDims` have the lengths of the array
 * @param scale the factor by which each axis of `spatialDims` is stretched: a vector without 0
 * @param translation how far elements move along each axis of `spatialDims`, in elements of the result, as a vector
 * @param spatialDims the axes to scale and move, each once; negative ones count from the end
 * @param method the interpolation: `'linear'`, `'cubic'`, `'lanczos3'` or `'lanczos5'`, or one of their aliases
 * @param antialias whether to widen the filter along axes that become shorter. Default true
 * @throws ShapeError unless the result has the same number of axes and the other axes have the same lengths; ValueError for
 * invalid scales or an unknown method.
 * @example ops.image.scaleAndTranslate([1, 2], [4], [2], [0], [0], 'linear', false) // [1, 1.25, 1.75, 2]
 */
export function scaleAndTranslate(
  images: TensorLike,
  outputShape: Shape,
  scale: TensorLike,
  translation: TensorLike,
  spatialDims: readonly number[],
  method: ScaleMethod,
  antialias = true,
): Tensor {
  return scoped(() => {
    const op = 'scaleAndTranslate';
    const names = Object.keys(METHODS) as ScaleMethod[];
    const interpolation = METHODS[oneOf(op, 'method', method, names)];
    checkBoolean(op, 'antialias', antialias);
    const input = toTensor(images);
    const axes = axesOf(op, spatialDims, input);
    const isLength = (length: unknown): boolean =>
      Number.isInteger(length) && Number(length) >= 0 && Number(length) <= MAX_LENGTH;
    const isOther = (length: number, axis: number): boolean =>
      !axes.includes(axis) && length !== input.shape[axis];
    if (
      !isListOf(outputShape, isLength) ||
      outputShape.length !== input.ndim ||
      outputShape.some(isOther)
    ) {
      throw new ShapeError(
        `${op}: the outputShape must be a list of ${input.ndim} lengths, with those of ${formatShape(input.shape)} but along ` +
          `the axes ${formatShape(axes)}, got ${describeValue(outputShape)}.`,
      );
    }
    requireRoom(outputShape, 'float32', op);
    const scales = numbersOf(op, 'scale', scale, axes.length);
    const moves = numbersOf(op, 'translation', translation, axes.length);
    const moved = axes.reduce((x, axis, i) => {
      const [length, outLength] = [x.shape[axis] ?? 0, outputShape[axis] ?? 0];
      requireSides(op, [length, outLength]);
      const [by, to] = [scales[i] ?? 1, moves[i] ?? 0];
      return alongBand(op, x, axis, outLength, () =>
        resampling({ length, outLength, scale: by, translation: to, interpolation, antialias }),
      );
    }, toFloat(input));
    const out = likeImages(moved, input.dtype);
    sever(
      op,
      [scale, translation].filter((x) => x instanceof Tensor),
      out,
    );
    return ownResult(out, images);
  });
}

/** The axes, each once, from 0 on. */
function axesOf(op: string, spatialDims: readonly number[], { ndim }: Tensor): number[] {
  if (!isListOf(spatialDims, Number.isInteger)) {
    throw new ValueError(
      `${op}: spatialDims must be a list of axes, got ${describeValue(spatialDims)}.`,
    );
  }
  const axes = spatialDims.map((axis) => normalizeAxis(op, axis, ndim));
  if (new Set(axes).size === axes.length) return axes;
  throw new ValueError(`${op}: spatialDims ${formatShape(spatialDims)} name an axis twice.`);
}

/** The elements of a list of `count` finite numbers; scales are not 0. They decide about the weights. */
function numbersOf(op: string, name: string, value: TensorLike, count: number): number[] {
  const list = toFloat(value);
  if (list.ndim !== 1 || list.size !== count) {
    throw new ShapeError(
      `${op}: ${name} must be a list of one number for each of the ${count} axes of spatialDims, got shape ` +
        `${formatShape(list.shape)}.`,
    );
  }
  // As text, since a step that is repeated compares what was decided.
  const usual = new Array<number>(count).fill(1).join();
  const text = decideBy(list, (all) => [...all].join(), usual);
  const numbers = text === '' ? [] : text.split(',').map(Number);
  const isGood = (n: number): boolean => Number.isFinite(n) && (name !== 'scale' || n !== 0);
  if (numbers.every(isGood)) return numbers;
  throw new ValueError(
    `${op}: ${name} must hold finite numbers${name === 'scale' ? ' other than 0' : ''}, got ${text}.`,
  );
}
