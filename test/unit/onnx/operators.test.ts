// What operators give, in files of one or two nodes.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { array, attribute, given, node, onnxFile, port } from './files.js';

/** Whole numbers of both signs. */
const wave = (...shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => ((i * 7) % 11) - 5),
    { shape },
  );
};

/** Σₖ xᵢₖ · yₖⱼ of matrices in rows. */
const product = (x: number[][], y: number[][]): number[][] =>
  x.map((row) =>
    (y[0] ?? []).map((_, j) => row.reduce((sum, a, k) => sum + a * (y[k]?.[j] ?? 0), 0)),
  );

const relu = (rows: number[][]): number[][] => rows.map((row) => row.map((a) => Math.max(a, 0)));

describe('an activation behind a product', () => {
  it.each([
    ['Relu', (a: number) => Math.max(a, 0)],
    ['Tanh', Math.tanh],
  ])('%s follows products of stacks of matrices', async (op, compute) => {
    const [x, y] = [wave(2, 3, 4), wave(2, 4, 5)];
    const result = await given(
      {
        input: [port('x', [-1, 3, 4]), port('w', [-1, 4, 5])],
        node: [node('MatMul', ['x', 'w'], ['p']), node(op, ['p'], ['y'])],
        output: [port('y', [-1, 3, 5])],
      },
      [x, y],
    );
    const stacks = [x.toArray() as number[][][], y.toArray() as number[][][]] as const;
    const expected = stacks[0].flatMap((matrix, i) => product(matrix, stacks[1][i] ?? []).flat());
    expect(expected.some((value) => value < 0)).toBe(true);
    expect(result.shape).toEqual([2, 3, 5]);
    const found = result.data();
    expected.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(compute(value), 6);
    });
  });

  it('follows products with a vector', async () => {
    const x = wave(2, 3);
    const result = await given(
      {
        input: [port('x', [-1, 3])],
        initializer: [array('w', [3], [1, -2, 3])],
        node: [node('MatMul', ['x', 'w'], ['p']), node('Relu', ['p'], ['y'])],
        output: [port('y', [-1])],
      },
      x,
    );
    const expected = relu(product(x.toArray() as number[][], [[1], [-2], [3]])).flat();
    expect(result.toArray()).toEqual(expected);
  });

  it.each(['MatMul', 'Gemm'])('follows %s of whole numbers', async (op) => {
    const x = [[1, -2], [-3, 4]]; // prettier-ignore
    const w = [[5, -6], [7, 8]]; // prettier-ignore
    const result = await given(
      {
        input: [port('x', [-1, 2], 7)],
        initializer: [array('w', [2, 2], w.flat(), true)],
        node: [node(op, ['x', 'w'], ['p']), node('Relu', ['p'], ['y'])],
        output: [port('y', [-1, 2], 7)],
      },
      tensor(x, { dtype: 'int32' }),
    );
    expect(result.dtype).toBe('int32');
    expect(result.toArray()).toEqual(relu(product(x, w)));
  });

  it('is not what an attribute of a file says', async () => {
    const graph = {
      input: [port('x', [-1, 2])],
      initializer: [array('w', [2, 1], [1, 1])],
      node: [node('MatMul', ['x', 'w'], ['y'], [attribute('fused activation', 'relu')])],
      output: [port('y', [-1, 1])],
    };
    const y = await given(graph, tensor([[-3, 1]]));
    expect(y.toArray()).toEqual([[-2]]);
  });
});

describe('a setting that an operator does not know is listed as unsupported', () => {
  it.each([
    ['Resize', 'mode', 'area'],
    ['Resize', 'coordinate_transformation_mode', 'half'],
    ['Resize', 'nearest_mode', 'constructor'],
    ['Resize', 'keep_aspect_ratio_policy', 'crop'],
    ['Conv', 'auto_pad', 'SAME'],
    ['ConvTranspose', 'auto_pad', 'SAME'],
    ['AveragePool', 'auto_pad', 'SAME'],
    ['MaxPool', 'auto_pad', 'SAME'],
    ['LpPool', 'auto_pad', 'SAME'],
    ['ConvInteger', 'auto_pad', 'SAME'],
    ['QLinearConv', 'auto_pad', 'SAME'],
    ['Pad', 'mode', 'mirror'],
    ['DepthToSpace', 'mode', 'RCD'],
    ['SpaceToDepth', 'mode', 'RCD'],
    ['BitShift', 'direction', 'left'],
    ['Gelu', 'approximate', 'sigmoid'],
    ['NegativeLogLikelihoodLoss', 'reduction', 'max'],
    ['SoftmaxCrossEntropyLoss', 'reduction', 'max'],
    ['ScatterElements', 'reduction', 'constructor'],
    ['ScatterND', 'reduction', 'toString'],
    ['LSTM', 'direction', 'backward'],
  ])('%s with %s %s', async (op, name, value) => {
    const graph = { node: [node(op, ['x'], ['y'], [attribute(name, value)])] };
    const loading = loadOnnx(onnxFile(graph));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(
      `1 of its operators are not supported: ${op} (${name} '${value}').`,
    );
  });

  it('an activation of a recurrent operator', async () => {
    const activations = attribute('activations', ['Tanh', 'constructor', 'Tanh']);
    const graph = { node: [node('LSTM', ['x'], ['y'], [activations])] };
    await expect(loadOnnx(onnxFile(graph))).rejects.toThrow("LSTM (activation 'constructor')");
  });

  it('a shift without a direction', async () => {
    const graph = { node: [node('BitShift', ['x', 'x'], ['y'])] };
    await expect(loadOnnx(onnxFile(graph))).rejects.toThrow('BitShift (without a direction)');
  });
});
