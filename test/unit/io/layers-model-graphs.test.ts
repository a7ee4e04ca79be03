// Graphs in TensorFlow.js's layers-models.
import { describe, expect, it } from 'vitest';
import { Input, layers, models } from '../../../src/index.js';
import { bitsOf } from '../models/networks.js';

describe('a functional model in the format of TensorFlow.js', () => {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const target = {
    write: (name: string, bytes: Uint8Array<ArrayBuffer>) => files.set(name, bytes),
  };
  const source = { read: (name: string) => files.get(name) ?? new Uint8Array() };

  /** Two inputs, a shared layer, and two outputs. */
  function branches(): models.Model {
    const [a, b] = [Input([3], { name: 'a' }), Input([3], { name: 'b' })];
    const shared = new layers.Dense(3, { name: 'shared' });
    const sum = new layers.Add({ name: 'sum' }).apply([shared.apply(a), shared.apply(b)]);
    const outputs = [sum, new layers.Dense(2, { name: 'out' }).apply(sum)] as const;
    return new models.Model({
      inputs: [a, b],
      outputs,
      name: 'branches',
    }) as unknown as models.Model;
  }

  it('is written in the words of Keras 2, and is the same again', async () => {
    const model = branches();
    await model.save(target);
    const { modelTopology } = JSON.parse(new TextDecoder().decode(files.get('model.json'))) as {
      modelTopology: { class_name: string; config: Record<string, unknown> };
    };
    expect(modelTopology.class_name).toBe('Functional');
    expect(modelTopology.config['input_layers']).toEqual([['a', 0, 0], ['b', 0, 0]]); // prettier-ignore
    expect(modelTopology.config['output_layers']).toEqual([['sum', 0, 0], ['out', 0, 0]]); // prettier-ignore
    const described = modelTopology.config['layers'] as { name: string; inbound_nodes: unknown }[];
    expect(described.map(({ name, inbound_nodes: nodes }) => [name, nodes])).toEqual([
      ['a', []],
      ['b', []],
      ['shared', [[['a', 0, 0, {}]], [['b', 0, 0, {}]]]],
      ['sum', [[['shared', 0, 0, {}], ['shared', 1, 0, {}]]]], // prettier-ignore
      ['out', [[['sum', 0, 0, {}]]]],
    ]);
    const again = await models.loadModel(source);
    // Initializers have other names there.
    const callsOf = (one: models.Model): unknown => {
      const { layers: all, input_layers: inputs, output_layers: outputs } = one.getConfig();
      const nodes = (all as { name: string; inbound_nodes: unknown }[]).map((layer) => [
        layer.name,
        layer.inbound_nodes,
      ]);
      return [nodes, inputs, outputs];
    };
    expect(callsOf(again)).toEqual(callsOf(model));
    expect(bitsOf(again)).toEqual(bitsOf(model));
  });

  it('holds no operations, and names the first', async () => {
    const x = Input([3]);
    const outputs = new layers.Dense(3).apply(x).mul(2);
    const model = new models.Model({ inputs: x, outputs, name: 'm' });
    await expect(model.save(target)).rejects.toThrow(/model 'm' holds the operation '\w+' \(mul\)/);
  });
});
