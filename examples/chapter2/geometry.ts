import { tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { Canvas } from '../terminal/canvas.js';
import { array, beside, indent, note, title } from '../terminal/page.js';

/** An F: no rotation or reflection leaves it as it is. One point a row. */
const LETTER = [
  [0, 0],
  [0, 2],
  [1.25, 2],
  [0, 2],
  [0, 1.1],
  [0.9, 1.1],
];

/** What operations do to points of the plane. */
export function showGeometry(): void {
  title('The geometry of tensor operations');
  note(
    'Addition puts one arrow behind the other. A rotation is a product with a matrix. An affine map is a product and ' +
      'an addition: what a Dense layer does before its activation.',
  );
  tidy(() => {
    const [a, b] = [tensor([2, 0.5]), tensor([0.75, 1.5])];
    const sum = a.add(b);
    array('a', a);
    array('b', b);
    array('a + b', sum);

    const angle = Math.PI / 3;
    const rotation = tensor([
      [Math.cos(angle), -Math.sin(angle)],
      [Math.sin(angle), Math.cos(angle)],
    ]);
    const letter = tensor(LETTER);
    // Points are rows, so the matrix stands behind them, transposed.
    const rotated = letter.dot(rotation.T);
    array('rotation by 60°', rotation);
    array('the letter F, rotated', rotated);

    const stretch = tensor([
      [1.4, 0.4],
      [0, -0.75],
    ]);
    const shift = tensor([-2.5, -0.5]);
    const moved = letter.dot(stretch.T).add(shift);
    array('W · F + b', moved);

    const drawings = [
      ['a (-), b (=), a + b (*)', drawSum(a, b, sum)],
      ['F (o), rotated (*)', drawLetters(letter, rotated)],
      ['F (o), W · F + b (*)', drawLetters(letter, moved)],
    ] as const;
    console.log('');
    console.log(
      indent(
        beside(
          drawings.map(([caption, lines]) => [caption, ...lines]),
          3,
        ),
        2,
      ),
    );
  });
}

function newCanvas(): Canvas {
  return new Canvas(23, 12, [-2.6, 2.6], [-2.6, 2.6]);
}

function coordinates(x: Tensor): [number, number] {
  const [first = NaN, second = NaN] = x.toArray(1);
  return [first, second];
}

function drawSum(a: Tensor, b: Tensor, sum: Tensor): string[] {
  const canvas = new Canvas(23, 12, [-0.25, 3], [-0.25, 3]);
  const [[ax, ay], [bx, by], [x, y]] = [coordinates(a), coordinates(b), coordinates(sum)];
  canvas.line(0, 0, ax, ay, '-');
  canvas.line(0, 0, bx, by, '=');
  canvas.line(ax, ay, x, y, '=');
  canvas.line(0, 0, x, y, '*');
  return canvas.lines();
}

function drawLetters(before: Tensor, after: Tensor): string[] {
  const canvas = newCanvas();
  for (const [points, symbol] of [
    [before, 'o'],
    [after, '*'],
  ] as const) {
    const list = points.toArray(2);
    list.forEach(([x = NaN, y = NaN], i) => {
      const [fromX = x, fromY = y] = list[Math.max(0, i - 1)] ?? [];
      canvas.line(fromX, fromY, x, y, symbol);
    });
  }
  return canvas.lines();
}
