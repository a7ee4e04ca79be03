// Operators that read between pixels, and boxes, against formulas.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { memory, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { AttributeMessage, GraphMessage } from '../../../src/files/formats/onnx/schema.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { array, attribute, given, node, onnxFile, port } from './files.js';

const OPSET = 20;

const close = (found: Tensor, expected: readonly number[]): void => {
  const numbers = [...found.data()].map(Number);
  expect(numbers).toHaveLength(expected.length);
  numbers.forEach((value, i) => { expect(value).toBeCloseTo(expected[i] ?? NaN, 4); }); // prettier-ignore
};

/** A 3 × 4 image of one channel, 0 to 11. */
const image = (): Tensor =>
  tensor(
    Float32Array.from({ length: 12 }, (_, i) => i),
    { shape: [1, 1, 3, 4] },
  );

/** The image at points, x first, in the units of GridSample. */
async function sampledAt(
  points: readonly (readonly [number, number])[],
  attributes: readonly AttributeMessage[],
): Promise<Tensor> {
  const grid = array('grid', [1, 1, points.length, 2], points.flat());
  return given(
    {
      input: [port('x', [1, 1, 3, 4])],
      initializer: [grid],
      node: [node('GridSample', ['x', 'grid'], ['y'], attributes)],
      output: [port('y', [1, 1, 1, points.length])],
    },
    image(),
    OPSET,
  );
}

/** Pixels (row, column) as positions from −1 to 1 of a 3 × 4 image, in which −1 and 1 are its edges. */
const edges = (row: number, column: number): [number, number] => [
  (2 * column + 1) / 4 - 1,
  (2 * row + 1) / 3 - 1,
];

describe('GridSample', () => {
  it('draws straight lines between pixels, and zeros around the image', async () => {
    const y = await sampledAt([edges(1, 2), edges(0.5, 1.25), edges(0, -0.5), edges(9, 9)], []);
    // Pixel (r, c) is 4r + c. Halfway to what is outside, half of it is left.
    close(y, [6, 3.25, 0, 0]);
    close(await sampledAt([edges(2.25, 1)], []), [0.75 * 9]);
  });

  it.each([
    ['border', [11, 0]],
    // Mirrored at the edge of the last pixel: 2.75 is 2.25, beyond the middle of the last row.
    ['reflection', [4 * 2 + 3, 4 * 0 + 0]],
  ])('reads beyond the image as its padding says: %s', async (padding, expected) => {
    const y = await sampledAt([edges(2.4, 3.3), edges(-0.3, -0.4)], [attribute('padding_mode', padding)]); // prettier-ignore
    close(y, expected);
  });

  it('mirrors at the middle of the last pixel where corners are aligned', async () => {
    const attributes = [attribute('padding_mode', 'reflection'), attribute('align_corners', 1)];
    // Row 2.5 is row 1.5, column −1 is column 1.
    const y = await sampledAt([[(2 * -1) / 3 - 1, (2 * 2.5) / 2 - 1]], attributes);
    close(y, [4 * 1.5 + 1]);
  });

  it('takes the nearest pixel, of two the even one', async () => {
    const y = await sampledAt([edges(0.5, 1.5), edges(1.6, 2.4)], [attribute('mode', 'nearest')]);
    close(y, [4 * 0 + 2, 4 * 2 + 2]);
  });

  it('draws cubic curves between four pixels', async () => {
    const y = await sampledAt([edges(1, 1.3)], [attribute('mode', 'cubic'), attribute('padding_mode', 'border')]); // prettier-ignore
    // Weights of pixels −1, 0, 1 and 2 of cubic convolution, t behind the pixel 0.
    const [a, t] = [-0.75, 0.3];
    const near = (d: number): number => (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    const weights = [a * t * (1 - t) ** 2, near(t), near(1 - t), a * (1 - t) * t ** 2];
    close(y, [weights.reduce((sum, weight, i) => sum + weight * (4 + i), 0)]);
  });

  it('reads volumes', async () => {
    const volume = tensor(
      Float32Array.from({ length: 8 }, (_, i) => i),
      { shape: [1, 1, 2, 2, 2] },
    );
    const y = await given(
      {
        input: [port('x', [1, 1, 2, 2, 2])],
        initializer: [array('grid', [1, 1, 1, 1, 3], [1, -1, 0])],
        node: [node('GridSample', ['x', 'grid'], ['y'], [attribute('align_corners', 1)])],
        output: [port('y', [1, 1, 1, 1, 1])],
      },
      volume,
      OPSET,
    );
    // x 1, y 0 and z 0.5.
    close(y, [1 + 4 * 0.5]);
  });
});

it('AffineGrid gives the places of pixels that a matrix moves', async () => {
  const graph = (aligned: number): Partial<GraphMessage> => ({
    input: [port('theta', [-1, 2, 3])],
    initializer: [array('size', [4], [1, 1, 2, 3], true)],
    node: [node('AffineGrid', ['theta', 'size'], ['y'], [attribute('align_corners', aligned)])],
    output: [port('y', [-1, 2, 3, 2])],
  });
  const theta = tensor([[[2, 0, 0.5], [0, -1, 0]]]); // prettier-ignore
  const places = (xs: number[], ys: number[]): number[] =>
    ys.flatMap((y) => xs.flatMap((x) => [2 * x + 0.5, -y]));
  close(await given(graph(1), theta, OPSET), places([-1, 0, 1], [-1, 1]));
  close(await given(graph(0), theta, OPSET), places([-2 / 3, 0, 2 / 3], [-0.5, 0.5]));
});

describe('RoiAlign', () => {
  const graph = (boxes: readonly number[], attributes: readonly AttributeMessage[]) => ({
    input: [port('x', [1, 1, 3, 4])],
    initializer: [
      array('boxes', [boxes.length / 4, 4], boxes),
      array('images', [boxes.length / 4], new Array<number>(boxes.length / 4).fill(0), true),
    ],
    node: [node('RoiAlign', ['x', 'boxes', 'images'], ['y'], attributes)],
    output: [port('y', [-1, 1, 1, 2])],
  });

  it.each([0, 2])('averages points of each part of a box: %i each way', async (ratio) => {
    const width = attribute('output_width', 2);
    const y = await given(graph([0.5, 0.5, 3.5, 2.5], [width, attribute('sampling_ratio', ratio)]), image(), OPSET); // prettier-ignore
    // Pixels stand in the middle of their squares: the box goes from 0 to 3, and from 0 to 2. The image is a plane.
    close(y, [4 * 1 + 0.75, 4 * 1 + 2.25]);
  });

  it('refuses boxes with more points than fit, without taking memory for them', async () => {
    const wrong = onnxFile(graph([0, 0, 1e9, 1e9], []), OPSET);
    const x = image();
    const before = memory().bytes;
    const model = await loadOnnx(wrong);
    expect(() => model.predictOnBatch(x as never)).toThrow(/points, and at most/);
    model.dispose();
    expect(memory().bytes).toBe(before);
  });
});

describe('DeformConv', () => {
  /** y[i] = Σ of two taps of a 1 × 2 kernel over the image, moved by (dy, dx) and times a mask. */
  const graph = (dy: number, dx: number, mask: number) => ({
    input: [port('x', [1, 1, 3, 4])],
    initializer: [
      array('w', [1, 1, 1, 2], [1, 10]),
      array('offset', [1, 4, 3, 3], [dy, dx, dy, dx].flatMap((value) => new Array<number>(9).fill(value))), // prettier-ignore
      array('b', [1], [0.5]),
      array('mask', [1, 2, 3, 3], new Array<number>(18).fill(mask)),
    ],
    node: [node('DeformConv', ['x', 'w', 'offset', 'b', 'mask'], ['y'])],
    output: [port('y', [1, 1, 3, 3])],
  });
  const pixel = (row: number, column: number): number =>
    row >= 0 && row <= 2 && column >= 0 && column <= 3 ? 4 * row + column : 0;

  it.each([
    [0, 0, 1],
    [1, -1, 1],
    [0, 0, 0.25],
  ])('sees pixels that lie (%i, %i) away, times %f', async (dy, dx, mask) => {
    const y = await given(graph(dy, dx, mask), image(), OPSET);
    const expected = [0, 1, 2].flatMap((row) =>
      [0, 1, 2].map(
        (column) =>
          0.5 + mask * (pixel(row + dy, column + dx) + 10 * pixel(row + dy, column + 1 + dx)),
      ),
    );
    close(y, expected);
  });

  it('trains kernel and bias', async () => {
    const model = await loadOnnx(onnxFile(graph(0, 0, 1), OPSET));
    expect(model.trainableWeights.map(({ name }) => name)).toEqual(['w', 'b']);
    model.dispose();
  });
});

describe('NonMaxSuppression', () => {
  const graph = (boxes: number, classes: number) => ({
    input: [port('boxes', [1, boxes, 4]), port('scores', [1, classes, boxes])],
    initializer: [array('most', [1], [2 ** 20], true), array('iou', [1], [0.5]), array('least', [1], [0.2])], // prettier-ignore
    node: [node('NonMaxSuppression', ['boxes', 'scores', 'most', 'iou', 'least'], ['y'])],
    output: [port('y', [-1, 3], 7)],
  });

  it('keeps the best of boxes that overlap', async () => {
    // The second covers 3/4 of what either covers with the first; the third lies apart; the fourth is not good enough.
    const boxes = tensor([[[0, 0, 4, 4], [0, 0, 3, 4], [5, 5, 6, 6], [8, 8, 9, 9]]]); // prettier-ignore
    const scores = tensor([[[0.5, 0.9, 0.3, 0.1], [0.9, 0.9, 0, 0.4]]]); // prettier-ignore
    const y = await given(graph(4, 2), [boxes, scores], OPSET);
    // Of equal scores the first box counts.
    expect(y.toArray()).toEqual([[0, 0, 1], [0, 0, 2], [0, 1, 0], [0, 1, 3]]); // prettier-ignore
  });

  it('refuses more comparisons than take seconds', async () => {
    const count = 2 ** 14;
    const side = Float32Array.from({ length: 4 * count }, (_, i) => Math.floor(i / 4) + (i % 4 > 1 ? 0.5 : 0)); // prettier-ignore
    const model = await loadOnnx(onnxFile(graph(count, 1), OPSET));
    const boxes = tensor(side, { shape: [1, count, 4] });
    const scores = tensor(new Float32Array(count).fill(1), { shape: [1, 1, count] });
    expect(() => model.predictOnBatch([boxes, scores] as never)).toThrow(FormatError);
    model.dispose();
  });
});
