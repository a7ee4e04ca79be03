import { ops, tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { array, fact, note, shapeOf, title } from '../terminal/page.js';

type Vector = readonly number[];
type Matrix = readonly Vector[];

/** Σ xᵢ yᵢ */
function naiveDot(x: Vector, y: Vector): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? NaN) * (y[i] ?? NaN);
  return sum;
}

/** The inner product of every row of x with y. */
function naiveMatrixVector(x: Matrix, y: Vector): number[] {
  return x.map((row) => naiveDot(row, y));
}

/** The inner product of every row of x with every column of y. */
function naiveMatrixProduct(x: Matrix, y: Matrix): number[][] {
  const columns = y[0]?.map((_, j) => y.map((row) => row[j] ?? NaN)) ?? [];
  return x.map((row) => columns.map((column) => naiveDot(row, column)));
}

/** dot for tensors of every rank. */
export function showProducts(): void {
  title('Dot products');
  note(
    'dot sums over the last axis of the first tensor and the last but one (or only) axis of the second. Those two ' +
      'must agree in length.',
  );
  tidy(() => {
    const v = tensor([1, 2, 3]);
    const w = tensor([4, -5, 6]);
    const m = tensor([
      [1, 0, 2],
      [-1, 3, 1],
    ]);
    const n = tensor([
      [3, 1],
      [2, 1],
      [1, 0],
    ]);
    array('vector · vector', v.dot(w));
    array('matrix · vector', m.dot(v));
    array('matrix · matrix', m.dot(n));
    const [vs, ws] = [v.toArray(1), w.toArray(1)];
    const [ms, ns] = [m.toArray(2), n.toArray(2)];
    const differences = [
      ops.sub(naiveDot(vs, ws), v.dot(w)),
      ops.sub(naiveMatrixVector(ms, vs), m.dot(v)),
      ops.sub(naiveMatrixProduct(ms, ns), m.dot(n)),
    ].map((x) => x.abs().max().item());
    fact('loops against library', differences.join(', '));

    console.log('');
    const cube = tensor(
      Array.from({ length: 24 }, (_, i) => i),
      { shape: [2, 3, 4] },
    );
    const shapes = (a: Tensor, b: Tensor): void => {
      fact(`${shapeOf(a)} · ${shapeOf(b)}`, shapeOf(a.dot(b)));
    };
    shapes(tensor(2), cube);
    shapes(cube, tensor([1, 1, 1, 1]));
    shapes(cube, cube.slice(0).T);
    shapes(cube, cube.transpose([0, 2, 1]));
    array('(2, 3, 4) · ones', cube.dot([1, 1, 1, 1]));
  });
}
