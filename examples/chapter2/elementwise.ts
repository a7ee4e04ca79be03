import { ops, random, tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { array, describe, fact, note, title } from '../terminal/page.js';

type Matrix = number[][];

const toMatrix = (x: Tensor): Matrix => x.toArray(2);

/** max(x, 0) of every element, by two loops. */
function naiveRelu(x: Matrix): Matrix {
  const out = x.map((row) => [...row]);
  for (const row of out) {
    for (let j = 0; j < row.length; j++) row[j] = Math.max(row[j] ?? NaN, 0);
  }
  return out;
}

/** x + y of two matrices of one shape. */
function naiveAdd(x: Matrix, y: Matrix): Matrix {
  const out = x.map((row) => [...row]);
  for (const [i, row] of out.entries()) {
    for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? NaN) + (y[i]?.[j] ?? NaN);
  }
  return out;
}

/** x + y, where the vector y is added to every row of the matrix x. */
function naiveAddVector(x: Matrix, y: readonly number[]): Matrix {
  return x.map((row) => row.map((value, j) => value + (y[j] ?? NaN)));
}

/** The largest difference between two results. */
function difference(naive: Matrix, fast: Tensor): string {
  return String(tensor(naive).sub(fast).abs().max().item());
}

/** Operations on one element after the other, written out and as the library does them. */
export function showElementwise(): void {
  title('Element by element, and broadcasting');
  note('relu and addition as loops over rows and columns, beside the operations of the library:');
  tidy(() => {
    const x = tensor([
      [1.5, -2, 0.25],
      [-0.5, 3, -4],
    ]);
    const y = tensor([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    array('x', x);
    array('relu(x)', ops.relu(x));
    array('x + y', x.add(y));
    fact('relu, loops against library', difference(naiveRelu(toMatrix(x)), ops.relu(x)));
    fact('x + y, loops against library', difference(naiveAdd(toMatrix(x), toMatrix(y)), x.add(y)));
    compareTimes();

    console.log('');
    const row = tensor([10, 20, 30]);
    array('x + row: the row is repeated', x.add(row));
    array('x + column: the column is', x.add(tensor([[100], [200]])));
    const byHand = naiveAddVector(toMatrix(x), row.toArray(1));
    fact('x + row, loops against library', difference(byHand, x.add(row)));
    const many = random.normal([64, 3, 32, 10], { seed: 1 });
    const few = random.normal([32, 10], { seed: 2 });
    fact('maximum of both', `${describe(many)} with ${describe(few)}`);
    fact('', `gives ${describe(ops.maximum(many, few))}`);
  });
}

/** On larger matrices the difference is one of speed. */
function compareTimes(): void {
  const x = random.normal([512, 784], { seed: 3 });
  const y = random.normal([512, 784], { seed: 4 });
  const [p, q] = [toMatrix(x), toMatrix(y)];
  const time = <T>(f: () => T): [T, string] => {
    const started = performance.now();
    const result = f();
    return [result, (performance.now() - started).toFixed(1)];
  };
  // The loops add in float64; made a tensor, their sums are rounded to float32 as the library's are.
  const [naive, slow] = time(() => naiveRelu(naiveAdd(p, q)));
  const [fast, quick] = time(() => ops.relu(x.add(y)));
  fact('relu(x + y) of (512, 784)', `loops ${slow} ms, library ${quick} ms`);
  fact('', `largest difference ${difference(naive, fast)}`);
}
