// Files of ONNX that lie: what they state is bounded before it costs memory or time.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { memory } from '../../../src/index.js';
import type { GraphMessage } from '../../../src/files/formats/onnx/schema.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { array, attribute, node, onnxFile, port } from './files.js';

const relu = node('Relu', ['x'], ['y']);

/** Branches within branches. */
function nested(depth: number): Partial<GraphMessage> {
  let graph: Partial<GraphMessage> = {
    node: [node('Relu', ['x'], ['z'])],
    output: [port('z', [2])],
  };
  for (let i = 0; i < depth; i++) {
    const branches = [attribute('then_branch', graph), attribute('else_branch', graph)];
    graph = {
      node: [node('If', ['c'], ['z'], branches.slice(0, i === 0 ? 2 : 1))],
      output: [port('z', [2])],
    };
  }
  return graph;
}

/** An array whose elements are said to lie in another file. */
const beside = (location: string): Partial<GraphMessage> => ({
  initializer: [
    {
      ...array('w', [2, 2], []),
      floatData: undefined,
      dataLocation: 1,
      externalData: [{ key: 'location', value: location }],
    },
  ],
  node: [node('MatMul', ['x', 'w'], ['y'])],
});

describe('loadOnnx refuses', () => {
  const files: Readonly<Record<string, readonly [Partial<GraphMessage>, RegExp]>> = {
    'a circle of nodes': [
      { node: [node('Relu', ['b'], ['a']), node('Relu', ['a'], ['b']), relu] },
      /in a circle/,
    ],
    'a tensor that nothing gives': [
      { node: [node('Add', ['x', 'none'], ['y'])] },
      /'none', which nothing gives/,
    ],
    'an output that nothing gives': [{ node: [] }, /nothing gives the output 'y'/],
    'a name that two nodes give': [{ node: [relu, relu] }, /'y' is given twice/],
    'operators that are missing, all of them': [
      { node: [node('Foo', ['x'], ['a']), node('Bar', ['a'], ['b']), node('Foo', ['b'], ['y'])] },
      /2 of its operators are not supported: Foo \(2 times\), Bar\./,
    ],
    'an array with too few elements': [
      { initializer: [array('w', [2, 2], [1])], node: [node('MatMul', ['x', 'w'], ['y'])] },
      /has 1 elements, but its shape says 4/,
    ],
    'an array of a size that no memory has': [
      {
        initializer: [array('w', [2 ** 31, 2 ** 31], [1])],
        node: [node('MatMul', ['x', 'w'], ['y'])],
      },
      /too large/,
    ],
    'data beside a file that has no folder': [beside('w.bin'), /the option externalData/],
    'data outside of the folder': [
      beside('../../etc/passwd'),
      /no name of a file within the folder/,
    ],
    'data outside of the folder, by an escape': [
      beside('%2e%2e/x'),
      /no name of a file within the folder/,
    ],
    'data outside of the folder, by an escape of an escape': [
      beside('%252e%252e/x'),
      /no name of a file within the folder/,
    ],
    'data outside of the folder, by a tab that URLs drop': [
      beside('.\t./x'),
      /no name of a file within the folder/,
    ],
    'data outside of the folder, by a space that Windows drops': [
      beside('.. /x'),
      /no name of a file within the folder/,
    ],
    'data at a root': [beside('/etc/passwd'), /no name of a file within the folder/],
    'data at a URL': [beside('https://example.org/w'), /no name of a file within the folder/],
    'graphs that stand too deep': [
      {
        initializer: [array('c', [], [1], true)],
        node: [node('If', ['c'], ['y'], [attribute('then_branch', nested(40))])],
      },
      /at most 16/,
    ],
    'a shape that elements of an input decide': [
      {
        input: [port('x', [2, 1]), port('axes', [1], 7)],
        node: [node('Squeeze', ['x', 'axes'], ['y'])],
        output: [{ name: 'y', type: undefined }],
      },
      /elements of inputs decide the shape of 'y'/,
    ],
    'shapes that do not fit': [
      {
        initializer: [array('w', [3, 2], [1, 2, 3, 4, 5, 6])],
        node: [node('MatMul', ['x', 'w'], ['y'])],
        output: [{ name: 'y', type: undefined }],
      },
      /MatMul/,
    ],
  };

  it.each(Object.entries(files))('%s', async (_, [graph, message]) => {
    const before = memory().tensors;
    const loading = loadOnnx(onnxFile(graph));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(message);
    expect(memory().tensors).toBe(before);
  });

  it('a million nodes', async () => {
    const many = Array.from({ length: 140_000 }, (_, i) =>
      node('Relu', [i === 0 ? 'x' : `t${i}`], [`t${i + 1}`]),
    );
    await expect(loadOnnx(onnxFile({ node: many }))).rejects.toThrow(/more than 131072/);
  });

  it('nodes in reverse, without taking the square of their number', async () => {
    const count = 20_000;
    const reversed = Array.from({ length: count }, (_, i) =>
      node('Relu', [i === count - 1 ? 'x' : `t${i + 1}`], [i === 0 ? 'y' : `t${i}`]),
    );
    await expect(loadOnnx(onnxFile({ node: reversed }))).rejects.toThrow(/in no order/);
  });

  it.each([6, 29])('version %i of the operators', async (opset) => {
    await expect(loadOnnx(onnxFile({ node: [relu] }, opset))).rejects.toThrow(/7 to 28 are read/);
  });
});

describe('loadOnnx makes nothing large that a file asks for', () => {
  it('a constant of a size that is computed', async () => {
    const before = memory().bytes;
    const graph = {
      initializer: [array('shape', [2], [2 ** 14, 2 ** 13], true)],
      node: [
        node('ConstantOfShape', ['shape'], ['big']),
        node('ReduceMean', ['big'], ['m']),
        node('Add', ['x', 'm'], ['y']),
      ],
    };
    const model = await loadOnnx(onnxFile(graph));
    expect(memory().bytes - before).toBeLessThan(2 ** 20);
    expect(model.outputs).toMatchObject([{ shape: [null, 2] }]);
    model.dispose();
  });

  /** A graph over images, or sequences, whose output has a shape that the file says. */
  const over = (
    shape: readonly number[],
    nodes: GraphMessage['node'],
    arrays: GraphMessage['initializer'] = [],
  ) => ({
    input: [port('x', shape)],
    initializer: arrays,
    node: nodes,
    output: [
      port(
        'y',
        shape.map(() => -1),
      ),
    ],
  });

  it.each([
    [
      'a picture that becomes two thousand million pixels high',
      over(
        [1, 1, 2, 2],
        [node('Resize', ['x', '', 'scales'], ['y'], [attribute('mode', 'linear')])],
        [array('scales', [4], [1, 1, 2 ** 30, 1])],
      ),
    ],
    [
      'a sequence of which each number is the sum of a million',
      over(
        [1, 1, 2 ** 20],
        [
          node(
            'Resize',
            ['x', '', '', 'sizes'],
            ['y'],
            [attribute('mode', 'linear'), attribute('antialias', 1)],
          ),
        ],
        [array('sizes', [3], [1, 1, 1], true)],
      ),
    ],
    [
      'means over windows of a hundred million padded positions',
      over(
        [1, 1, 4],
        [
          node(
            'AveragePool',
            ['x'],
            ['y'],
            [attribute('kernel_shape', [2]), attribute('pads', [0, 1e8])],
          ),
        ],
      ),
    ],
    [
      'an axis that is mirrored a hundred million times',
      over(
        [1, 1, 4],
        [
          node(
            'Pad',
            ['x'],
            ['y'],
            [attribute('mode', 'reflect'), attribute('pads', [0, 0, 0, 0, 0, 1e8])],
          ),
        ],
      ),
    ],
    [
      'indices of a hundred million axes',
      {
        ...over([2, 2], [node('GatherND', ['x', 'at'], ['y'])]),
        input: [port('x', [2, 2]), port('at', [2, 1e8], 7)],
      },
    ],
    [
      'more parts than are taken',
      over([1, 4], [node('Split', ['x'], ['y'], [attribute('num_outputs', 1e9)])]),
    ],
    [
      'a sequence of a hundred million steps, one by one',
      over(
        [1e8, 1, 1],
        [
          node(
            'RNN',
            ['x', 'w', 'r'],
            ['y'],
            [attribute('hidden_size', 1), attribute('activations', ['Softsign'])],
          ),
        ],
        [array('w', [1, 1, 1], [1]), array('r', [1, 1, 1], [1])],
      ),
    ],
    [
      'neighbours of a hundred million channels',
      over([1, 1, 2, 2], [node('LRN', ['x'], ['y'], [attribute('size', 1e8)])]),
    ],
  ] as const)('%s', async (_, graph) => {
    const host = process.memoryUsage().arrayBuffers;
    const before = memory().bytes;
    const model = await loadOnnx(onnxFile(graph, 18));
    expect(process.memoryUsage().arrayBuffers - host).toBeLessThan(2 ** 24);
    expect(memory().bytes - before).toBeLessThan(2 ** 20);
    model.dispose();
  });

  it('a loop that does not end', async () => {
    const body: Partial<GraphMessage> = {
      input: [port('i', [], 7), port('goes', [], 9), port('s', [-1, 2])],
      node: [node('Identity', ['goes'], ['on']), node('Relu', ['s'], ['t'])],
      output: [port('on', [], 9), port('t', [-1, 2])],
    };
    const graph = { node: [node('Loop', ['', '', 'x'], ['y'], [attribute('body', body)])] };
    const model = await loadOnnx(onnxFile(graph));
    expect(model.outputs).toMatchObject([{ shape: [null, 2] }]);
    model.dispose();
  });
});
