// Operators of graph models that state sizes: what is too large is refused before a list of it is made.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { memory, models } from '../../../src/index.js';
import { attr, floats, graphModel, ints, node, placeholder } from './files.js';
import type { Graph } from './files.js';

const images = placeholder('x', [-1, 2, 2, 8]);

describe('loadModel refuses', () => {
  const graphs: Readonly<Record<string, readonly [Graph, RegExp]>> = {
    'parts of a negative number': [
      {
        nodes: [images, node('Split', 'y', ['axis', 'x'], { num_split: attr.i(-1) })],
        constants: [ints('axis', [], [3])],
        outputs: { y: 'y' },
      },
      /has no -1 equal parts/,
    ],
    'more neighbours than are added up': [
      {
        nodes: [
          placeholder('x', [1, 1, 1, 9000]),
          node('LRN', 'y', ['x'], { depth_radius: attr.i(8000) }),
        ],
        outputs: { y: 'y' },
      },
      /16000 neighbours of a channel/,
    ],
    'more classes than are possible': [
      {
        nodes: [
          placeholder('x', [2], 'DT_INT32'),
          node('OneHot', 'y', ['x', 'depth', 'on', 'off']),
        ],
        constants: [ints('depth', [], [2 ** 30]), floats('on', [], [1]), floats('off', [], [0])],
        outputs: { y: 'y' },
      },
      /1073741824 classes/,
    ],
    'a transform of more numbers than are possible': [
      {
        nodes: [images, node('RFFT', 'f', ['x', 'length']), node('Real', 'y', ['f'])],
        constants: [ints('length', [1], [2 ** 30])],
        outputs: { y: 'y' },
      },
      /a transform takes 1 to/,
    ],
    'complex numbers where an operator takes real ones': [
      {
        nodes: [images, node('RFFT', 'f', ['x']), node('Relu', 'y', ['f'])],
        outputs: { y: 'y' },
      },
      /got a list of tensors/,
    ],
    'a list of tensors as complex numbers': [
      {
        nodes: [
          placeholder('x', [3, 2]),
          node('TensorListFromTensor', 'list', ['x', 'shape']),
          node('Real', 'y', ['list']),
        ],
        constants: [ints('shape', [1], [2])],
        outputs: { y: 'y' },
      },
      /takes complex numbers/,
    ],
  };

  it.each(Object.entries(graphs))('%s', async (_, [graph, message]) => {
    const before = memory().tensors;
    const loading = models.loadModel(graphModel(graph));
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(FormatError);
    expect(memory().tensors).toBe(before);
  });
});

describe('a shape that depends on values', () => {
  const graph: Graph = {
    nodes: [placeholder('x', [2], 'DT_INT32'), node('Fill', 'y', ['x', 'one'])],
    constants: [floats('one', [], [1])],
    outputs: { y: 'y' },
  };

  it('is an error that says what to do', async () => {
    const loading = models.loadModel(graphModel(graph));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(
      /elements of inputs decide the shape of 'y', and the file does not say it\. Name a tensor before it/,
    );
  });
});
