// The rows of operations of linear algebra.
import * as reference from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import * as linalg from '../reference/linalg.js';
import type { Matrix } from '../reference/linalg.js';
import { NONE, RARE, of, plain, refused, row, steps } from './operation-families.js';
import { random } from './operation-spec.js';
import type { Call, OperationSpec } from './operation-spec.js';

const square = of([2, 2], [3, 1, 1, 2]);
const wholeSquare = of([2, 2], [3, 1, 1, 2], 'int32');
const batch = of([2, 2, 2], [3, 1, 1, 2, 1, -1, 0.5, 2]);
const nested = [[3, 1], [1, 2]]; // prettier-ignore
const tall = of([3, 2], [1, 2, 0, 1, -1, 0.5]);
const wide = of([2, 3], [1, 2, 0, 1, -1, 0.5]);

const CASES = [[1, 1], [3, 3], [2, 4, 4]]; // prettier-ignore

/** Matrices that are far from singular: random numbers, and more on the diagonal. */
const regular = (shape: readonly number[]): DenseArray => {
  const { data } = random(shape);
  const n = shape.at(-1) ?? 0;
  return of(shape, data.map((x, i) => x + (Math.floor((i % (n * n)) / n) === i % n ? 3 : 0)).map(Math.fround)); // prettier-ignore
};

/** Symmetric and positive definite. */
const positive = (shape: readonly number[]): DenseArray =>
  reference.map(
    linalg.perMatrix(
      random(shape),
      (a) =>
      linalg.product(a, linalg.transposed(a)).map((line, i) => line.map((x, j) => x + Number(i === j))), // prettier-ignore
    ),
    Math.fround,
  );

const ofEach = (
  input: (shape: readonly number[]) => DenseArray,
  f: (matrix: Matrix) => Matrix | number[] | number,
  ...more: readonly unknown[]
): Call[] =>
  CASES.map((shape): Call => [[input(shape), ...more], (a = NONE) => linalg.perMatrix(a, f)]);

const systems = (
  f: (matrix: Matrix, sides: Matrix) => Matrix,
  ...more: readonly unknown[]
): Call[] =>
  [
    [[3, 3], [3]],
    [
      [3, 3],
      [3, 2],
    ],
    [
      [2, 3, 3],
      [2, 3, 1],
    ],
  ].map(([matrix = [], sides = []]): Call => [
    [regular(matrix), random(sides), ...more],
    (a = NONE, b = NONE) => linalg.perSystem(a, b, f),
  ]);

/** Calls that show kinds of operands, and no numbers. */
const kinds = (operands: readonly unknown[], ...more: readonly unknown[]): Call[] =>
  plain(...operands.map((operand) => [operand, ...more]));

const squares = [square, wholeSquare, batch, nested];
const any = [...squares, tall, wide];

const turned = (a: Matrix): Matrix => linalg.transposed(a);
/** Only the lower half is read. The gradient is that of a symmetric matrix. */
const symmetric = (a: Matrix): Matrix => a.map((line, i) => line.map((x, j) => (x + (a[j]?.[i] ?? NaN)) / 2)); // prettier-ignore
const flat = (a: Matrix): number[] => a.flat();
const power = (line: readonly number[], p: number): number => line.reduce((sum, x) => sum + Math.abs(x) ** p, 0) ** (1 / p); // prettier-ignore

const MATRIX_NORMS: readonly (readonly [order: unknown, f: (a: Matrix) => number])[] = [
  ['nuc', (a) => linalg.singularValues(a).reduce((sum, s) => sum + s, 0)],
  [2, (a) => linalg.singularValues(a)[0] ?? NaN],
  [-2, (a) => linalg.singularValues(a).at(-1) ?? NaN],
  [1, (a) => Math.max(...turned(a).map((line) => power(line, 1)))],
  [-1, (a) => Math.min(...turned(a).map((line) => power(line, 1)))],
  [Infinity, (a) => Math.max(...a.map((line) => power(line, 1)))],
  [-Infinity, (a) => Math.min(...a.map((line) => power(line, 1)))],
];

const rare = (gradient: OperationSpec['gradient'], calls: readonly Call[]): OperationSpec =>
  refused(RARE, row(gradient, calls));

export const linalgOperations: Readonly<Record<string, OperationSpec>> = {
  cholesky: rare('twice', [
    ...kinds([square, wholeSquare, of([1, 2, 2], [3, 1, 1, 2]), nested], true),
    ...ofEach(positive, (a) => linalg.cholesky(symmetric(a)), false),
    ...ofEach(positive, (a) => turned(linalg.cholesky(symmetric(a))), true),
  ]),
  choleskyInverse: rare('twice', [
    ...kinds(squares, true),
    ...ofEach(regular, (a) => linalg.inverse(linalg.product(linalg.half(a, true), turned(linalg.half(a, true)))), false), // prettier-ignore
    ...ofEach(regular, (a) => linalg.inverse(linalg.product(turned(linalg.half(a, false)), linalg.half(a, false))), true), // prettier-ignore
  ]),
  det: rare('twice', [...kinds(squares), ...ofEach(regular, linalg.determinant)]),
  slogdet: rare('none', kinds(squares)),
  logdet: rare('twice', [
    ...kinds([square, wholeSquare, nested]),
    ...ofEach(positive, (a) => Math.log(linalg.determinant(symmetric(a)))),
  ]),
  inv: rare('twice', [...kinds(squares), ...ofEach(regular, linalg.inverse)]),
  solve: rare('twice', [
    ...kinds([square, wholeSquare, nested], of([2, 1], [1, 2])),
    ...kinds([square], [1, 2]),
    ...kinds(
      [batch],
      [
        [1, 2],
        [3, 4],
      ],
    ),
    ...systems(linalg.solve),
  ]),
  solveTriangular: rare('twice', [
    ...kinds([square, wholeSquare, nested], of([2, 1], [1, 2]), true),
    ...systems((a, b) => linalg.solve(linalg.half(a, false), b)),
    ...systems((a, b) => linalg.solve(linalg.half(a, true), b), true),
  ]),
  luFactor: rare('twice', [...kinds(squares), ...ofEach(regular, (a) => linalg.lu(a).factors)]),
  qr: rare('twice', [
    ...kinds(squares, 'complete'),
    [[regular([4, 3])], (a = NONE) => linalg.perMatrix(a, (m) => linalg.orthonormal(m, 3))],
    [
      [regular([3, 3]), 'complete'],
      (a = NONE) => linalg.perMatrix(a, (m) => linalg.orthonormal(m, 3)),
    ],
  ]),
  eigh: rare('twice', [...kinds(squares), ...ofEach(positive, (a) => linalg.eigenvalues(symmetric(a)))]), // prettier-ignore
  svd: rare('twice', [
    ...kinds(squares, true, true),
    ...[[3, 3], [4, 2], [2, 2, 4]].map((shape): Call => [[random(shape), false, false], (a = NONE) => linalg.perMatrix(a, linalg.singularValues)]), // prettier-ignore
  ]),
  pinv: rare('twice', [
    ...kinds(any, 1e-6),
    ...[[3, 3], [4, 2], [2, 2, 4]].map((shape): Call => [[random(shape)], (a = NONE) => linalg.perMatrix(a, linalg.pseudoInverse)]), // prettier-ignore
  ]),
  lstsq: rare('twice', [
    ...kinds([square, wholeSquare, wide, nested], of([2, 1], [1, 2]), 1e-6),
    ...kinds(
      [batch],
      [
        [1, 2],
        [3, 4],
      ],
    ),
    [
      [random([4, 2]), random([4, 3])],
      (a = NONE, b = NONE) => of([2, 3], linalg.product(linalg.pseudoInverse(rowsOf(a)), rowsOf(b)).flat()), // prettier-ignore
    ],
    [
      [random([4, 2]), random([4])],
      (a = NONE, b = NONE) => of([2], linalg.product(linalg.pseudoInverse(rowsOf(a)), b.data.map((v) => [v])).flat()), // prettier-ignore
    ],
  ]),
  matrixRank: rare('none', [...kinds(any, 0.1)]),
  matrixPower: rare('twice', [
    ...kinds(squares, 3),
    ...kinds([square], 0),
    ...ofEach(regular, (a) => linalg.product(a, linalg.product(a, linalg.product(a, linalg.product(a, a)))), 5), // prettier-ignore
    ...ofEach(regular, (a) => linalg.product(linalg.inverse(a), linalg.inverse(a)), -2),
  ]),
  norm: rare('twice', [
    ...kinds([square, wholeSquare, nested], 'fro', null, true),
    ...plain([[3, 4], 3], [batch, null, [0, 1]], [batch, 1, -1]),
    ...ofEach(random, (a) => power(flat(a), 2)).slice(0, 2),
    ...[1, 2, 3].map((p): Call => [[random([2, 3, 2]), p, 1], (a = NONE) => reference.reduce(a, [1], false, (line) => power(line, p))]), // prettier-ignore
    [[random([2, 3]), Infinity, 1], (a = NONE) => reference.reduce(a, [1], false, (line) => Math.max(...line.map(Math.abs)))], // prettier-ignore
    [[random([2, 3]), -Infinity, 1], (a = NONE) => reference.reduce(a, [1], false, (line) => Math.min(...line.map(Math.abs)))], // prettier-ignore
    ...MATRIX_NORMS.map(([order, f]): Call => [[random([2, 3, 4]), order, [1, 2]], (a = NONE) => linalg.perMatrix(a, f)]), // prettier-ignore
    ...MATRIX_NORMS.map(([order, f]): Call => [[random([2, 3, 4]), order, [2, 1]], (a = NONE) => linalg.perMatrix(reference.transpose(a, [0, 2, 1]), f)]), // prettier-ignore
  ]),
  normalize: row('twice', [
    ...plain([tall, 0, 3, 1e-3], [tall], [steps], [steps, 1], [wholeSquare], [[1, 2]], [0.5]),
    ...[1, 2, 3].map((p): Call => [[random([2, 3]), 1, p], (a = NONE) => reference.alongAxis(a, 1, (line) => line.map((v) => v / power(line, p)))]), // prettier-ignore
  ]),
};

const rowsOf = ({ shape, data }: DenseArray): Matrix => {
  const [n = 0, m = 0] = shape;
  return Array.from({ length: n }, (_, i) => data.slice(i * m, (i + 1) * m));
};
