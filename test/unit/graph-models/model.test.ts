// Graph models of TensorFlow.js: names, weights, inner tensors, training, files, loops.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, memory, models, tensor, tidy, ValueError } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { loadGraphModel } from '../../../src/io/tfjs.js';
import { attr, floats, graphModel, ints, node, placeholder } from './files.js';
import { LOOP, NETWORK, WHILE } from './graphs.js';
import type { Graph } from './files.js';

const X = [
  [1, 2],
  [-1, 0.5],
];

/** The formula of the network. */
const scores = X.map(([a = 0, b = 0]) => {
  const z = [a - b, 2 * a - 1, 3 * a + b + 0.5].map((value) => Math.max(0, value));
  return [(z[0] ?? 0) + (z[1] ?? 0) + 2 * (z[2] ?? 0)];
});

/** What a model gives for a batch. */
const onBatch = (model: { predictOnBatch(x: never): unknown }, x: Tensor): Tensor =>
  model.predictOnBatch(x as never) as Tensor;

/** What a graph gives. */
async function given(graph: Graph, x: Tensor): Promise<Tensor> {
  const model = await loadGraphModel(graphModel(graph));
  const y = onBatch(model, x);
  model.dispose();
  return y;
}

describe('a graph model', () => {
  it('has the names of the signature, and its float arrays as weights', async () => {
    const model = await models.loadModel(graphModel(NETWORK));
    expect(model.inputs).toMatchObject([{ shape: [null, 2], dtype: 'float32' }]);
    expect(model.inputPorts?.names).toEqual(['input_1']);
    expect(model.outputPorts?.names).toEqual(['score']);
    expect(model.trainableWeights.map(({ name }) => name)).toEqual(['w', 'b', 'v']);
    expect(onBatch(model, tensor(X)).toArray()).toEqual(scores);
    model.dispose();
  });

  it('names its outputs where the file has no signature: what no node reads', async () => {
    const { nodes, constants = [] } = NETWORK;
    const model = await loadGraphModel(graphModel({ nodes, constants }));
    expect(model.outputPorts?.names).toEqual(['Identity']);
    expect(onBatch(model, tensor(X)).toArray()).toEqual(scores);
    model.dispose();
  });

  it('reads nodes in any order', async () => {
    const nodes = NETWORK.nodes.toReversed();
    const y = await given({ ...NETWORK, nodes }, tensor(X));
    expect(y.toArray()).toEqual(scores);
  });

  it('unpacks quantized shards', async () => {
    const w = {
      name: 'w',
      shape: [2, 3],
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
      quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
    };
    const constants = [w, ...(NETWORK.constants ?? []).slice(1)];
    const model = await loadGraphModel(graphModel({ ...NETWORK, constants }));
    expect(model.getWeights()[0]?.toArray()).toEqual([
      [-0.5, 0, 0.5],
      [1, 1.5, 2],
    ]);
    model.dispose();
  });

  it('gives tensors within, on which a new head stands that is trained', async () => {
    const base = await loadGraphModel(graphModel(NETWORK), { outputs: ['hidden:0'], freeze: true });
    expect(base.outputs).toMatchObject([{ shape: [null, 3] }]);
    expect(base.weights.map(({ name }) => name)).toEqual(['w', 'b']);
    const x = layers.Input([2]);
    const [features] = [base.apply(x as never)].flat();
    const head = new layers.Dense(1).apply(features as never);
    const model = new models.Model({ inputs: x, outputs: head });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const before = base.getWeights().map((weight) => weight.toArray());
    await model.fit(tensor(X), tensor([[1], [2]]), { epochs: 2, verbose: 0 });
    expect(base.getWeights().map((weight) => weight.toArray())).toEqual(before);
    expect(model.trainableWeights).toHaveLength(2);
  });

  it('is trained as a network of the same layers', async () => {
    const model = await models.loadModel(graphModel(NETWORK));
    const x = layers.Input([2]);
    const hidden = new layers.Dense(3, { activation: 'relu' }).apply(x);
    const outputs = new layers.Dense(1, { useBias: false }).apply(hidden);
    const same = new models.Model({ inputs: x, outputs });
    same.setWeights(model.getWeights());
    for (const one of [model, same]) {
      one.compile({ optimizer: 'sgd', loss: 'mse' });
      await one.fit(tensor(X) as never, tensor([[1], [2]]) as never, { epochs: 3, verbose: 0 });
    }
    const [found, expected] = [model, same].map((one) =>
      one.getWeights().flatMap((weight) => [...weight.data()]),
    );
    expected?.forEach((value, i) => {
      expect(found?.[i]).toBeCloseTo(value, 5);
    });
    expect(expected).not.toEqual((NETWORK.constants ?? []).flatMap(({ data }) => [...data]));
  });

  it('is saved as a .keras file, and predicts the same when it is loaded', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'graph-'));
    const target = path.join(folder, 'model.keras');
    const model = await models.loadModel(graphModel(NETWORK));
    await model.save(target);
    const loaded = await models.loadModel(target);
    expect(tidy(() => onBatch(loaded, tensor(X)).toArray())).toEqual(scores);
    expect(loaded.trainableWeights.map(({ name }) => name)).toEqual(['w', 'b', 'v']);
    await expect(model.save(path.join(folder, 'layers'))).rejects.toThrow(
      /holds the graph of a file.*Save the model as \.keras/,
    );
    await rm(folder, { recursive: true });
  });

  it('leaves nothing behind', async () => {
    const before = memory().tensors;
    const model = await models.loadModel(graphModel(NETWORK));
    tidy(() => onBatch(model, tensor(X)).toArray());
    model.dispose();
    expect(memory().tensors).toBe(before);
  });

  it('refuses options that it does not know, and tensors that are not there', async () => {
    await expect(loadGraphModel(graphModel(NETWORK), { outputs: ['z'] })).rejects.toThrow(
      /has no tensor 'z'. Its outputs are: score/,
    );
    await expect(loadGraphModel(graphModel(NETWORK), { output: ['z'] } as never)).rejects.toThrow(
      ValueError,
    );
    await expect(models.loadModel(graphModel(NETWORK), { quantized: 'keep' })).rejects.toThrow(
      /graph model, whose weights are unpacked/,
    );
  });
});

describe('control flow', () => {
  const x = (): Tensor => tensor([[1, -2]]);

  it('runs loops of Enter, Merge, LoopCond, Switch, NextIteration and Exit', async () => {
    expect((await given(LOOP, x())).toArray()).toEqual([[8, -16]]);
  });

  it('runs While with functions', async () => {
    expect((await given(WHILE, x())).toArray()).toEqual([[5, 2]]);
  });

  it.each([
    [1, [[0.5, -1]]],
    [0, [[2, -4]]],
  ])('takes one branch of Switch and Merge: %i', async (condition, expected) => {
    const graph: Graph = {
      nodes: [
        placeholder('x', [-1, 2]),
        node('Switch', 'switch', ['x', 'condition']),
        node('Mul', 'no', ['switch', 'two']),
        node('RealDiv', 'yes', ['switch:1', 'two']),
        node('Merge', 'merge', ['no', 'yes']),
      ],
      constants: [
        floats('two', [], [2]),
        { name: 'condition', shape: [], data: Uint8Array.of(condition), dtype: 'bool' },
      ],
      outputs: { y: 'merge' },
    };
    expect((await given(graph, x())).toArray()).toEqual(expected);
  });

  it('keeps lists of tensors', async () => {
    const type = { element_dtype: attr.type('DT_FLOAT') };
    const graph: Graph = {
      nodes: [
        placeholder('x', [3, 2]),
        node('TensorListFromTensor', 'list', ['x', 'shape'], type),
        node('TensorListGetItem', 'first', ['list', 'zero', 'shape'], type),
        node('TensorListSetItem', 'set', ['list', 'two', 'first'], type),
        node('TensorListStack', 'stack', ['set', 'shape'], type),
      ],
      constants: [ints('zero', [], [0]), ints('two', [], [2]), ints('shape', [1], [2])],
      outputs: { y: 'stack' },
    };
    const y = await given(graph, tensor([[1, 2], [3, 4], [5, 6]])); // prettier-ignore
    expect(y.toArray()).toEqual([[1, 2], [3, 4], [1, 2]]); // prettier-ignore
  });
});
