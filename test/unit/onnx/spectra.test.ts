// Fourier transforms, windows of pooling and attention, caches and bits, against formulas.
import { describe, expect, it } from 'vitest';
import { tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { AttributeMessage, GraphMessage } from '../../../src/files/formats/onnx/schema.js';
import { array, attribute, given, node, port } from './files.js';

const close = (found: Tensor | undefined, expected: readonly number[]): void => {
  const numbers = [...(found?.data() ?? [])].map(Number);
  expect(numbers).toHaveLength(expected.length);
  numbers.forEach((value, i) => { expect(value).toBeCloseTo(expected[i] ?? NaN, 4); }); // prettier-ignore
};

/** A graph of one node over x and arrays. */
const single = (
  op: string,
  [shape, ...arrays]: readonly [readonly number[], ...(readonly number[] | number)[]],
  attributes: readonly AttributeMessage[],
  rank: number,
): Partial<GraphMessage> => ({
  input: [port('x', shape)],
  initializer: arrays.map((data, i) =>
    typeof data === 'number'
      ? array(`a${i}`, [], [data], true)
      : array(`a${i}`, [data.length], data),
  ),
  node: [node(op, ['x', ...arrays.map((_, i) => `a${i}`)], ['y'], attributes)],
  output: [port('y', new Array<number>(rank).fill(-1))],
});

const signal = [1, -2, 3, 0.5, -1, 4];

/** Σⱼ x[j] · e^(−2πi · jk / n), as pairs. */
const transform = (x: readonly number[], n: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => {
    const sum = (f: (angle: number) => number): number =>
      x.slice(0, n).reduce((all, value, j) => all + value * f((2 * Math.PI * j * k) / n), 0);
    return [sum(Math.cos), -sum(Math.sin)];
  }).flat();

describe('DFT', () => {
  const x = tensor(signal, { shape: [1, 6, 1] });

  it.each([
    [6, 0, 6],
    [6, 1, 4],
    // Padded with zeros, and cut.
    [8, 0, 8],
    [5, 1, 3],
  ])('transforms %i real numbers; one half: %i', async (n, oneSided, count) => {
    const graph = single('DFT', [[-1, 6, 1], n, 1], [attribute('onesided', oneSided)], 3);
    const y = await given(graph, x, 20);
    expect(y.shape).toEqual([1, count, 2]);
    close(y, transform(signal, n, count));
  });

  it.each([0, 1])('is undone by its inverse; one half: %i', async (oneSided) => {
    const [half, whole] = [attribute('onesided', oneSided), oneSided === 1 ? 1 : 2];
    const y = await given(
      {
        input: [port('x', [-1, 6, 1])],
        node: [
          node('DFT', ['x'], ['z'], [half]),
          node('DFT', ['z'], ['y'], [half, attribute('inverse', 1)]),
        ],
        output: [port('y', [-1, 6, whole])],
      },
      x,
      20,
    );
    close(y, whole === 1 ? signal : signal.flatMap((value) => [value, 0]));
  });
});

it('STFT transforms pieces of a signal, times a window', async () => {
  const window = [0.5, 1, 1, 0.5];
  const graph = single('STFT', [[-1, 6, 1], 2, window], [], 4);
  const y = await given(graph, tensor(signal, { shape: [1, 6, 1] }), 17);
  const pieces = [0, 2].map((from) => window.map((weight, i) => weight * (signal[from + i] ?? 0)));
  close(
    y,
    pieces.flatMap((piece) => transform(piece, 4, 3)),
  );
});

it('MelWeightMatrix has triangles that rise to 1 and fall', async () => {
  const whole = ['bands', 'n', 'rate'].map((name, i) => array(name, [], [[3, 32, 8000][i] ?? 0], true)); // prettier-ignore
  const y = await given(
    {
      input: [port('x', [-1])],
      initializer: [...whole, array('low', [], [0]), array('high', [], [4000])],
      node: [
        node('MelWeightMatrix', ['bands', 'n', 'rate', 'low', 'high'], ['w']),
        node('Add', ['w', 'x'], ['y']),
      ],
      output: [port('y', [17, 3])],
    },
    tensor([0]),
    17,
  );
  // Corners of the triangles: bins of 0, 429.2, 858.5, 1287.7 and 1716.9 mel.
  const mel = 2595 * Math.log10(1 + 4000 / 700);
  const bins = [0, 1, 2, 3, 4].map((i) =>
    Math.floor((33 * 700 * (10 ** ((i * mel) / 5 / 2595) - 1)) / 8000),
  );
  const expected = Array.from({ length: 17 }, (_, row) =>
    [0, 1, 2].map((band) => {
      const [left = 0, centre = 0, right = 0] = bins.slice(band, band + 3);
      if (row < left || row > right) return 0;
      return row <= centre ? (row - left) / (centre - left) : (right - row) / (right - centre);
    }),
  );
  close(y, expected.flat());
});

describe('where the largest numbers stand', () => {
  // prettier-ignore
  const x = [
    1, 9, 2, 8,
    7, 3, 6, 4,
    5, 0, 11, 10,
  ];
  const graph = (attributes: readonly AttributeMessage[]): Partial<GraphMessage> => ({
    input: [port('x', [1, 1, 3, 4])],
    node: [node('MaxPool', ['x'], ['y', 'at'], [attribute('kernel_shape', [2, 2]), ...attributes])],
    output: [port('y', [1, 1, -1, -1]), port('at', [1, 1, -1, -1], 7)],
  });

  it.each([
    [0, [1, 1, 3, 4, 10, 10]],
    // Columns first: row 0 and column 1 come after three rows of column 0.
    [1, [3, 3, 9, 1, 8, 8]],
  ])('are counted through the image: columns first %i', async (order, expected) => {
    const attributes = [attribute('storage_order', order)];
    const [y, at] = await given<Tensor[]>(graph(attributes), tensor(x, { shape: [1, 1, 3, 4] }));
    close(y, [9, 9, 8, 7, 11, 11]);
    expect([...(at?.data() ?? [])]).toEqual(expected);
  });

  it('are put back there by MaxUnpool', async () => {
    const strides = attribute('strides', [2, 2]);
    const y = await given(
      {
        input: [port('x', [1, 1, 4, 4])],
        node: [
          node('MaxPool', ['x'], ['p', 'at'], [attribute('kernel_shape', [2, 2]), strides]),
          node('MaxUnpool', ['p', 'at'], ['y'], [attribute('kernel_shape', [2, 2]), strides]),
        ],
        output: [port('y', [1, 1, 4, 4])],
      },
      tensor([...x, 12, 13, 14, 15], { shape: [1, 1, 4, 4] }),
    );
    // prettier-ignore
    close(y, [
      0, 9, 0, 8,
      0, 0, 0, 0,
      0, 0, 0, 0,
      0, 13, 0, 15,
    ]);
  });
});

it.each([
  ['linear', [0, 1, 7, 8]],
  ['circular', [8, 1, 2, 7]],
])('TensorScatter writes into a cache: %s', async (mode, expected) => {
  const y = await given(
    {
      input: [port('x', [1, 1, 4, 1])],
      initializer: [array('new', [1, 1, 2, 1], [7, 8]), array('at', [1], [mode === 'linear' ? 2 : 3], true)], // prettier-ignore
      node: [node('TensorScatter', ['x', 'new', 'at'], ['y'], [attribute('mode', mode)])],
      output: [port('y', [1, 1, 4, 1])],
    },
    tensor([0, 1, 2, 3], { shape: [1, 1, 4, 1] }),
    24,
  );
  close(y, expected);
});

it('CausalConvWithState looks back into the state, and gives the next one', async () => {
  const [y, state] = await given<Tensor[]>(
    {
      input: [port('x', [1, 2, 3])],
      initializer: [
        array('w', [2, 1, 3], [1, 10, 100, 2, 20, 200]),
        array('b', [2], [0.5, -0.5]),
        array('before', [1, 2, 2], [7, 8, 9, 4]),
      ],
      node: [node('CausalConvWithState', ['x', 'w', 'b', 'before'], ['y', 'state'])],
      output: [port('y', [1, 2, 3]), port('state', [1, 2, 2])],
    },
    tensor([[[1, 2, 3], [4, 5, 6]]]), // prettier-ignore
    27,
  );
  close(y, [187.5, 218.5, 321.5, 897.5, 1087.5, 1307.5]);
  close(state, [2, 3, 5, 6]);
});

it('Attention sees keys within a window alone', async () => {
  // Equal scores: the mean of the values that are seen.
  const y = await given(
    {
      input: [port('q', [1, 1, 4, 1])],
      initializer: [array('k', [1, 1, 5, 1], [0, 0, 0, 0, 0]), array('v', [1, 1, 5, 1], [1, 2, 4, 8, 16])], // prettier-ignore
      node: [node('Attention', ['q', 'k', 'v'], ['y'], [attribute('left_window_size', 1), attribute('right_window_size', 2)])], // prettier-ignore
      output: [port('y', [1, 1, 4, 1])],
    },
    tensor([1, 1, 1, 1], { shape: [1, 1, 4, 1] }),
    28,
  );
  close(y, [7 / 3, 15 / 4, 30 / 4, 28 / 3]);
});

it('BitCast sees the bits of floats as whole numbers', async () => {
  const graph = single('BitCast', [[-1]], [attribute('to', 6)], 1);
  const y = await given({ ...graph, output: [port('y', [-1], 6)] }, tensor([1, -2]), 26);
  expect(y.dtype).toBe('int32');
  expect(y.toArray()).toEqual([0x3f800000, 0xc0000000 | 0]);
});

it('Multinomial draws classes that have a chance', async () => {
  const graph = single('Multinomial', [[-1, 3]], [attribute('sample_size', 5)], 2);
  const y = await given({ ...graph, output: [port('y', [-1, 5], 6)] }, tensor([[-1e9, 0, -1e9]]));
  expect(y.toArray()).toEqual([[1, 1, 1, 1, 1]]);
});
