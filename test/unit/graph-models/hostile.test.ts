// Graph models that lie: what they state is bounded before it costs memory or time.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { memory, models } from '../../../src/index.js';
import { attr, floats, graphModel, ints, modelJson, node, placeholder } from './files.js';
import type { Graph } from './files.js';

type Json = Readonly<Record<string, unknown>>;

const x = placeholder('x', [-1, 2]);

/** A graph with x and these nodes, of which 'y' gives the output. */
const of = (...nodes: readonly Json[]): Graph => ({
  nodes: [x, ...nodes],
  outputs: { y: 'y' },
});

/** Functions that call each other, so deep. */
const functions = (depth: number): Json[] =>
  Array.from({ length: depth }, (_, i) => ({
    signature: { name: `f${i}`, inputArg: [{ name: 'a' }], outputArg: [{ name: 'b' }] },
    nodeDef: [node('PartitionedCall', 'call', ['a'], { f: attr.func(`f${i + 1}`) })],
    ret: { b: 'call:output:0' },
  }));

const called = (name: string): Json => node('PartitionedCall', 'y', ['x'], { f: attr.func(name) });

/** A loop around a node of its body. */
const loop = (...body: readonly Json[]): Graph => ({
  nodes: [
    x,
    node('Enter', 'enter', ['x'], { frame_name: attr.s('f') }),
    node('Merge', 'merge', ['enter', 'next']),
    node('Any', 'any', ['merge']),
    node('LoopCond', 'cond', ['any']),
    node('Switch', 'switch', ['merge', 'cond']),
    ...body,
    node('Exit', 'y', ['switch']),
  ],
  outputs: { y: 'y' },
});

describe('loadModel refuses a graph model with', () => {
  const files: Readonly<Record<string, readonly [Graph, RegExp]>> = {
    'a circle of nodes': [of(node('Relu', 'y', ['b']), node('Relu', 'b', ['y'])), /in a circle/],
    'a tensor that nothing gives': [of(node('AddV2', 'y', ['x', 'z'])), /'z', which nothing gives/],
    'an output that nothing gives': [{ nodes: [x], outputs: { y: 'z' } }, /'z', which nothing/],
    'two nodes of one name': [of(node('Relu', 'y', ['x']), node('Relu', 'y', ['x'])), /two nodes/],
    'operators that are missing, all of them': [
      of(node('Foo', 'a', ['x']), node('Bar', 'b', ['a']), node('Foo', 'y', ['b'])),
      /2 of its operators are not supported: Foo \(2 times\), Bar\./,
    ],
    'operators that have names of prototypes': [
      of(node('__proto__', 'a', ['x']), node('constructor', 'y', ['a'])),
      /not supported: __proto__, constructor/,
    ],
    'an activation that is not known': [
      of(node('_FusedMatMul', 'y', ['x', 'x'], { fused_ops: attr.texts('BiasAdd', 'toString') })),
      /_FusedMatMul \(with 'toString'\)/,
    ],
    'an output of a number that no node has': [
      of(node('Relu', 'y', ['x:99999999'])),
      /at most 4096 outputs/,
    ],
    'a constant without numbers': [
      of(node('Const', 'c'), node('AddV2', 'y', ['x', 'c'])),
      /Const \(of texts/,
    ],
    'an attribute that is no number': [
      of(node('Softmax', 'y', ['x'], { axis: { i: 'much' } })),
      /attribute 'axis' of the node 'y' must be a number, got 'much'/,
    ],
    'an attribute that is no base64': [
      of(node('Relu', 'y', ['x'], { a: { s: '%' } })),
      /must be a text in base64/,
    ],
    'an array that says too much': [
      of(
        node('Const', 'c', [], {
          value: {
            tensor: {
              dtype: 'DT_FLOAT',
              tensorShape: { dim: [{ size: '2147483647' }] },
              floatVal: [1],
            },
          },
        }),
        node('AddV2', 'y', ['x', 'c']),
      ),
      /too large|lists 1 elements/,
    ],
    'a shape that is none': [
      { outputs: { y: 'x' }, nodes: [node('Placeholder', 'x', [], { shape: attr.shape(-5) })] },
      /has a length of '-5'/,
    ],
    'functions that call themselves': [
      {
        ...of(called('f0')),
        functions: [
          ...functions(1),
          { ...functions(2)[1], ret: {} },
          {
            signature: { name: 'f1', inputArg: [{ name: 'a' }], outputArg: [{ name: 'b' }] },
            nodeDef: [node('PartitionedCall', 'call', ['a'], { f: attr.func('f0') })],
            ret: { b: 'call:output:0' },
          },
        ],
      },
      /calls itself/,
    ],
    'functions that stand too deep': [
      { ...of(called('f0')), functions: functions(40) },
      /deeper than 16/,
    ],
    'a function that is missing': [
      of(called('none')),
      /PartitionedCall \(without its function none\)/,
    ],
    'a loop without an end': [loop(), /'next'|belongs to no loop/],
    'a loop that reads itself': [
      loop(node('Relu', 'r', ['merge']), node('NextIteration', 'next', ['r'])),
      /belongs to no loop|nothing gives|circle/,
    ],
    'shapes that do not fit': [
      { ...of(node('MatMul', 'y', ['x', 'w'])), constants: [floats('w', [3, 1], [1, 2, 3])] },
      /MatMul/,
    ],
  };

  it.each(Object.entries(files))('%s', async (_, [graph, message]) => {
    const before = memory().tensors;
    const loading = models.loadModel(graphModel(graph));
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(FormatError);
    expect(memory().tensors).toBe(before);
  });

  it.each([
    ['no topology', { format: 'graph-model', weightsManifest: [] }, /modelTopology must be/],
    [
      'no nodes',
      { format: 'graph-model', modelTopology: {}, weightsManifest: [] },
      /list of nodes/,
    ],
    [
      'no manifest',
      { format: 'graph-model', modelTopology: { node: [x] } },
      /weightsManifest must be a list/,
    ],
    [
      'a node that is no object',
      { format: 'graph-model', modelTopology: { node: [7] }, weightsManifest: [] },
      /a node needs a name and an op/,
    ],
  ])('%s', async (_, json, message) => {
    const loading = models.loadModel(graphModel({ nodes: [] }, json));
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(FormatError);
  });

  it('a million nodes', async () => {
    const nodes = Array.from({ length: 140_000 }, (_, i) => ({ name: `n${i}`, op: 'NoOp' }));
    await expect(models.loadModel(graphModel({ nodes }))).rejects.toThrow(/at most 131072/);
  });
});

describe('loadModel makes nothing large that a graph asks for', () => {
  it('a constant of a size that is computed', async () => {
    const before = memory().bytes;
    const graph = {
      ...of(
        node('Fill', 'big', ['shape', 'one']),
        node('Mean', 'm', ['big', 'axes']),
        node('AddV2', 'y', ['x', 'm']),
      ),
      constants: [
        ints('shape', [2], [2 ** 14, 2 ** 13]),
        floats('one', [], [1]),
        ints('axes', [2], [0, 1]),
      ],
    };
    const model = await models.loadModel(graphModel(graph));
    expect(memory().bytes - before).toBeLessThan(2 ** 20);
    expect(model.outputs).toMatchObject([{ shape: [null, 2] }]);
    model.dispose();
  });

  it('a long chain of nodes that stand in reverse', async () => {
    const count = 20_000;
    const nodes = Array.from({ length: count }, (_, i) =>
      node('Relu', `n${i}`, [i === count - 1 ? 'x' : `n${i + 1}`]),
    );
    const json = modelJson({ nodes: [...nodes, x], outputs: { y: 'n19999' } });
    const model = await models.loadModel(graphModel({ nodes: [] }, json));
    expect(model.outputs).toMatchObject([{ shape: [null, 2] }]);
    model.dispose();
  });
});
