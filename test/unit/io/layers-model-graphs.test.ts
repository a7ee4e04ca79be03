// Graphs in TensorFlow.js's layers-models.
import { describe, expect, it } from 'vitest';
import { Input, layers, models, random } from '../../../src/index.js';
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
    });
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

  /** A Sequential in a graph in a graph, which calls it twice and gives it; the graph inside is not trained. */
  function nested(): models.Model {
    const stack = new models.Sequential([new layers.Dense(3, { name: 'a' })], { name: 'stack' });
    const x = Input([3], { name: 'x' });
    const once = stack.apply(x);
    const inner = new models.Model({
      inputs: x,
      outputs: [stack.apply(once), new layers.Dense(2, { name: 'b' }).apply(once)],
      name: 'inner',
    });
    const y = Input([3], { name: 'y' });
    const [first, second] = inner.apply(new layers.Dense(3, { name: 'c' }).apply(y));
    inner.trainable = false;
    const [again] = inner.apply(first) as unknown as readonly [layers.SymbolicTensor];
    const last = new models.Sequential([new layers.Dense(2, { name: 'd' })], { name: 'last' });
    const outputs = [again, second, last.apply(again)] as const;
    return new models.Model({ inputs: y, outputs, name: 'outer' });
  }

  it('holds models, whose calls are counted from one and whose names do not count', async () => {
    const model = nested();
    await model.save(target);
    const { modelTopology, weightsManifest } = JSON.parse(
      new TextDecoder().decode(files.get('model.json')),
    ) as {
      modelTopology: { config: Described['config'] };
      weightsManifest: [{ weights: { name: string }[] }];
    };
    interface Described {
      name: string;
      class_name: string;
      inbound_nodes: unknown;
      config: Record<string, unknown> & { layers: Described[]; output_layers: unknown };
    }
    const { config } = modelTopology;
    const find = (name: string, { layers: all }: Described['config'] = config): Described =>
      all.find((layer) => layer.name === name) ?? expect.unreachable();
    const inner = find('inner');
    expect(inner.inbound_nodes).toEqual([[['c', 0, 0, {}]], [['inner', 1, 0, {}]]]);
    expect(find('last').inbound_nodes).toEqual([[['inner', 2, 0, {}]]]);
    expect(config.output_layers).toEqual([['inner', 2, 0], ['inner', 1, 1], ['last', 1, 0]]); // prettier-ignore
    expect(inner.config.output_layers).toEqual([['stack', 2, 0], ['b', 0, 0]]); // prettier-ignore
    expect(find('stack', inner.config).inbound_nodes).toEqual([[['x', 0, 0, {}]], [['stack', 1, 0, {}]]]); // prettier-ignore
    // TensorFlow.js knows no trainable of a model.
    expect(find('b', inner.config).config['trainable']).toBe(false);
    expect(weightsManifest[0].weights.map(({ name }) => name)).toEqual(
      ['c', 'd', 'a', 'b'].flatMap((layer) => [`${layer}/kernel`, `${layer}/bias`]),
    );
    const again = await models.loadModel(source);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect(again.trainableWeights.length).toBe(4);
    const x = random.normal([2, 3]);
    const numbers = (one: models.Model): unknown =>
      [one.predictOnBatch(x)].flat().map((output) => output.toArray());
    expect(numbers(again)).toEqual(numbers(model));
  });

  it('holds a model in a wrapper', async () => {
    const steps = new models.Sequential([new layers.Dense(3, { name: 'c' })], { name: 'steps' });
    const each = new layers.TimeDistributed(steps, { name: 'each', inputShape: [4, 3] });
    const model = new models.Sequential([each]);
    await model.save(target);
    const { modelTopology, weightsManifest } = JSON.parse(
      new TextDecoder().decode(files.get('model.json')),
    ) as { modelTopology: object; weightsManifest: [{ weights: { name: string }[] }] };
    expect(modelTopology).toMatchObject({
      config: {
        layers: [
          {
            class_name: 'TimeDistributed',
            config: {
              layer: {
                class_name: 'Sequential',
                config: {
                  name: 'steps',
                  layers: [
                    { config: { name: 'c', batch_input_shape: [null, 3], dtype: 'float32' } },
                  ],
                },
              },
            },
          },
        ],
      },
    });
    expect(weightsManifest[0].weights.map(({ name }) => name)).toEqual(['c/kernel', 'c/bias']);
    const again = await models.loadModel(source);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    const x = random.normal([2, 4, 3]);
    expect(again.predictOnBatch(x).toArray()).toEqual(model.predictOnBatch(x).toArray());
  });

  it('has one layer of a name that has weights', async () => {
    const inside = (): models.Sequential =>
      new models.Sequential([new layers.Dense(3, { name: 'a', inputShape: [3] })]);
    const x = Input([3]);
    const shared = inside();
    const around = new models.Model({ inputs: x, outputs: shared.apply(x) });
    for (const stack of [
      [inside(), inside()],
      [shared, around],
    ]) {
      const model = new models.Sequential(stack, { name: 'm' });
      await expect(model.save(target)).rejects.toThrow(
        /model 'm' has two layers called 'a' in the models inside, .* Give each layer a unique name/,
      );
    }
  });

  it('holds no operations in models either', async () => {
    const x = Input([3]);
    const inner = new models.Model({ inputs: x, outputs: new layers.Dense(3).apply(x).mul(2) });
    const model = new models.Sequential([inner], { name: 'm' });
    await expect(model.save(target)).rejects.toThrow(/model 'm' holds the operation '\w+' \(mul\)/);
  });

  it('holds no operations, and names the first', async () => {
    const x = Input([3]);
    const outputs = new layers.Dense(3).apply(x).mul(2);
    const model = new models.Model({ inputs: x, outputs, name: 'm' });
    await expect(model.save(target)).rejects.toThrow(/model 'm' holds the operation '\w+' \(mul\)/);
  });
});
