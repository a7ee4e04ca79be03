// Rows of the operations that normalize.
import * as reference from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { mean } from '../reference/reduce.js';
import { NONE, bytes, cube, filled, of, plain, refused, row, steps, whole, x } from './operation-families.js'; // prettier-ignore
import { random } from './operation-spec.js';
import type { Call, Draws, OperationSpec, Reference } from './operation-spec.js';

const { at, build, map, reduce, reshape, zip } = reference;

const LAYERS = 'layers of the same names normalize the steps of a graph';

/** Large enough for differences to find the gradient of a few numbers that are near each other. */
const EPSILON = 0.1;

/** Weights of the lengths of the axes with length 1 on the others, as any of x's axes may be. */
const aligned = (w: DenseArray, shape: readonly number[], axes: readonly number[]): DenseArray =>
  w.shape.length === shape.length
    ? w
    : reshape(
        w,
        shape.map((n, axis) => (axes.includes(axis) ? n : 1)),
      );

/** (x − mean) / √(variance + epsilon) · gamma + beta; the mean stays where it is not `isCentred`. */
const overAxes =
  (isCentred: boolean, axes: readonly number[]): Reference =>
  (a = NONE, gamma, beta) => {
    const centred = isCentred ? zip(a, reduce(a, axes, true, mean), (p, q) => p - q) : a;
    const squares = reduce(map(centred, (v) => v * v), axes, true, mean); // prettier-ignore
    const normal = zip(centred, squares, (p, q) => p / Math.sqrt(q + EPSILON));
    const scaled = gamma ? zip(normal, aligned(gamma, a.shape, axes), (p, q) => p * q) : normal;
    return beta ? zip(scaled, aligned(beta, a.shape, axes), (p, q) => p + q) : scaled;
  };

/** Any axes of any shape, with the weights of these names: of the lengths of the axes, or with as many axes as x. */
const drawnOverAxes =
  (names: readonly string[]) =>
  (draws: Draws): Call => {
    const shape = draws.shape(1);
    const some = shape.map((_, axis) => axis).filter(() => draws.below(2) === 0);
    const axes = some.length > 0 ? some : [draws.below(shape.length)];
    const given = axes.map((axis) => (draws.below(2) === 0 ? axis : axis - shape.length));
    const weight = (): DenseArray =>
      random(
        draws.below(3) === 0
          ? shape.map((n) => (draws.below(2) === 0 ? 1 : n))
          : axes.map((axis) => shape[axis] ?? 1),
      );
    const count = draws.below(names.length + 1);
    const weights = Object.fromEntries(names.slice(0, count).map((name) => [name, weight()]));
    const axis = given.length === 1 ? given[0] : given.toReversed();
    return [
      [random(shape), { ...weights, axis, epsilon: EPSILON }],
      overAxes(names.length > 1, axes),
    ];
  };

const layerCalls = (isCentred: boolean, gamma: string, more: object): Call[] => [
  ...plain(
    [x, { [gamma]: of([4], [1, -2, 0.5, 0]), ...more, axis: -1, epsilon: 0.25 }],
    [x],
    [whole, { axis: 0 }],
    [bytes, { axis: null }],
    [cube, { axis: [2, 0], [gamma]: [[1, 2], [3, 4]] }],
    [[[1, 2, 3]], { epsilon: null, [gamma]: null }],
    [steps],
    [steps, { axis: 1 }],
    [steps, { [gamma]: filled(0.5, 2, 5, 1) }],
    [steps, { [gamma]: filled(0.5, 1, 1, 4) }],
  ), // prettier-ignore
  ...[[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]].map((axis): Call => [
    [random([2, 3, 5]), { axis, epsilon: EPSILON }],
    overAxes(isCentred, axis),
  ]),
  ...[[5], [1, 3, 1], [2, 3, 5]].map((shape): Call => [
    [random([2, 3, 5]), { [gamma]: random(shape), epsilon: EPSILON }],
    overAxes(isCentred, [2]),
  ]),
];

/** The vectors lie along `axis`. */
const batchReference =
  (axis: number): Reference =>
  (a = NONE, m = NONE, v = NONE, offset, scale) =>
    build(a.shape, (index) => {
      const place = [index[axis] ?? 0];
      const normal = (at(a, index) - at(m, place)) / Math.sqrt(at(v, place) + EPSILON);
      return normal * (scale ? at(scale, place) : 1) + (offset ? at(offset, place) : 0);
    });

const four = of([4], [1, 0.5, 2, 0]);

export const normalizationOperations: Readonly<Record<string, OperationSpec>> = {
  batchNormalization: {
    ...refused(
      LAYERS,
      row('twice', [
        ...plain(
          [x, four, of([4], [0.5, 0.25, 1, 2]), -1, { offset: four, scale: four, epsilon: 0.25 }],
          [x, four, four, 1],
          [whole, [1, 2], [1, 2], 0, { offset: null }],
          [bytes, whole.data.slice(0, 4), four, 1, { scale: [1, 2, 3, 4] }],
          [[[1, 2, 3]], [1, 2, 3], [1, 1, 1], -1],
          [steps, four, four, -1],
          [steps, [1, 2], [1, 2], 0],
        ),
        ...[0, 1, 2].map((axis): Call => {
          const vector = (low = -1): DenseArray => random([[2, 3, 5][axis] ?? 1], low);
          const options = { offset: vector(), scale: vector(), epsilon: EPSILON };
          return [
            [random([2, 3, 5]), vector(), vector(0), axis - 3, options],
            batchReference(axis),
          ];
        }),
      ]),
    ),
    draw: (draws) => {
      const shape = draws.shape(1);
      const axis = draws.below(shape.length);
      const vector = (low = -1): DenseArray => random([shape[axis] ?? 1], low);
      const options = [{}, { offset: vector() }, { offset: vector(), scale: vector() }];
      return [
        [random(shape), vector(), vector(0), axis - shape.length, { ...options[draws.below(3)], epsilon: EPSILON }], // prettier-ignore
        batchReference(axis),
      ];
    },
  },
  layerNormalization: {
    ...refused(LAYERS, row('twice', layerCalls(true, 'gamma', { beta: of([4], [0, 1, 2, -3]) }))),
    draw: drawnOverAxes(['gamma', 'beta']),
  },
  rmsNormalization: {
    ...refused(LAYERS, row('twice', layerCalls(false, 'scale', {}))),
    draw: drawnOverAxes(['scale']),
  },
};
