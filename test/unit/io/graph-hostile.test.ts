// Graphs in files from unknown authors: whatever is wrong is said, with the layer, the node and the input.
import { expect, describe, it, vi } from 'vitest';
import { FormatError, Input, layers, memory, models, Sequential } from '../../../src/index.js';
import { parseTopology } from '../../../src/files/formats/keras/topology.js';
import { TensorCount } from '../../../src/nn/saving/tensor-count.js';
import { Runtime } from '../../../src/engine/runtime/runtime.js';
import { at, fine, input, layer, model, refuses } from './graph-json.js';
import type { Json } from './graph-json.js';

describe('a graph in a file', () => {
  it('is read if it is whole', () => {
    expect(models.modelFromJSON(model(fine)).layers.map(({ name }) => name)).toEqual(['x', 'y']);
  });

  it('may not name layers, nodes or outputs that are not there', () => {
    refuses(
      model([input('x'), layer('y', at('z'))]),
      /node 0 of layer 'y', input 0, names layer 'z', which is not in the model/,
    );
    refuses(
      model([input('x'), layer('y', at('x'), at('x', 1))]),
      /node 1 of layer 'y', input 0, names output 0 of node 1 of layer 'x', which has 1 node\./,
    );
    for (const bad of [-1, 7, 2 ** 60]) {
      refuses(model([input('x'), layer('y', at('x', bad))]), /names .*node|keras_history/);
      refuses(model([input('x'), layer('y', at('x', 0, bad))]), /output|keras_history/);
    }
    refuses(
      model([input('x'), layer('y', at('x', 0, 1))]),
      /node 0 of layer 'y' reads output 1 of node 0 of layer 'x', which gives 1/,
    );
    refuses(model(fine, { output_layers: ['z', 0, 0] }), /output_layers names layer 'z'/);
    refuses(
      model(fine, { output_layers: [['y', 1, 0]] }),
      /output_layers names output 0 of node 1/,
    );
    refuses(model(fine, { input_layers: [['x', 0, 1]] }), /input_layers names layer 'x'/);
  });

  it('is refused with layer and node where a layer refuses its config or what it is called with', () => {
    const says = (layers: readonly unknown[], message: RegExp, further: Json = {}): void => {
      const before = memory();
      expect(() => models.modelFromJSON(model(layers, further))).toThrow(message);
      expect(memory()).toEqual(before);
    };
    const y = (className: string, config: Json, x: unknown): Json => {
      return { ...layer('y', x), class_name: className, config: { name: 'y', ...config } };
    };
    const x = at('x');
    says([input('x'), y('Dense', { units: -2 }, x)], /^layer 'y': Dense: units must be .* got -2/);
    says([input('x'), y('Fancy', {}, x)], /^layer 'y': Unknown layer 'Fancy'/);
    const second = { ...layer('y', x, [x, x]) };
    says([input('x'), second], /^node 1 of layer 'y': ReLU layer 'y' takes one tensor, got a list of 2/); // prettier-ignore
    says([input('x'), layer('y', { a: x })], /^node 0 of layer 'y': .* got an object of one tensor/); // prettier-ignore
    says([input('x'), y('Add', {}, x)], /^node 0 of layer 'y': Add layer 'y' takes a list of at least two tensors, got one/); // prettier-ignore
    const other = { ...input('z'), config: { batch_shape: [null, 4], name: 'z' } };
    const both = { input_layers: [['x', 0, 0], ['z', 0, 0]] }; // prettier-ignore
    says([input('x'), other, y('Add', {}, [x, at('z')])], /^node 0 of layer 'y': .*\(None, 3\) and \(None, 4\) do not merge/, both); // prettier-ignore
    const call = (args: unknown[], kwargs: Json): Json => ({ ...layer('y'), inbound_nodes: [{ args, kwargs }] }); // prettier-ignore
    says([input('x'), call([x, x], {})], /^node 0 of layer 'y': the file calls the layer with 2 arguments, but it takes 1/); // prettier-ignore
    says([input('x'), call([x], { foo: 3 })], /^node 0 of layer 'y': .*unknown option 'foo'/);
  });

  it('counts calls of a model inside from 1', () => {
    const inner = { ...model(fine), name: 'y', inbound_nodes: [{ args: [at('x')], kwargs: {} }] };
    const outer = (node: number): Json => model([input('x'), inner], { output_layers: ['y', node, 0] }); // prettier-ignore
    expect(models.modelFromJSON(outer(1)).outputs).toHaveLength(1);
    refuses(outer(0), /node 0 of layer 'y' is read, but calls of a model are counted from 1/);
    refuses(outer(2), /output_layers names output 0 of node 1 of layer 'y', which has 1 node/);
  });

  it('has names that differ, and a name for each layer', () => {
    refuses(model([...fine, layer('y', at('x'))]), /two layers are called 'y'/);
    refuses(
      model([input('x'), { class_name: 'ReLU', config: {}, inbound_nodes: [] }]),
      /layer 1 \(ReLU\) has no name/,
    );
    for (const name of ['__proto__', 'constructor', 'toString']) {
      refuses(model([input('x'), layer('y', at(name))]), new RegExp(`names layer '${name}'`));
    }
  });

  it('takes its inputs from layers of the class InputLayer', () => {
    refuses(
      model(fine, { input_layers: ['y', 0, 0] }),
      /input_layers names layer 'y', which is 'ReLU'/,
    );
    refuses(
      model([{ ...input('x'), inbound_nodes: [{ args: [at('y')], kwargs: {} }] }, fine[1]]),
      /the InputLayer 'x' is called 1 times/,
    );
    refuses(model([input('x'), layer('y')]), /layer 'y' is called with nothing/);
    refuses(model([input('x'), layer('y', 3)]), /node 0 of layer 'y' reads no tensor/);
    const others = [input('x'), input('z'), layer('y', at('z'))];
    expect(() => models.modelFromJSON(model(others))).toThrow(/need the input 'z'/);
  });

  it('may not go round in a circle', () => {
    refuses(
      model([input('x'), layer('a', at('b')), layer('b', at('a')), layer('y', at('x'))]),
      /wait for each other.*node 0 of layer 'a', node 0 of layer 'b'/,
    );
    refuses(model([input('x'), layer('y', at('y'))]), /wait for each other.*layer 'y'/);
    // The calls of one layer are counted in their order, so the first cannot need the second.
    refuses(
      model([input('x'), layer('y', at('y', 1), at('x'))]),
      /wait for each other.*node 0 of layer 'y', node 1 of layer 'y'/,
    );
  });

  it('may list layers in any order', () => {
    const json = model([layer('y', at('a')), layer('a', at('x')), input('x')]);
    expect(models.modelFromJSON(json).layers.map(({ name }) => name)).toEqual(['x', 'a', 'y']);
  });

  it('has inputs, outputs and nodes of the right form', () => {
    for (const ports of [undefined, null, [], {}, 3, 'x', [['x', 0]], [['x', 0, 0.5]], [[]]]) {
      refuses(model(fine, { input_layers: ports }), /input_layers/);
      refuses(model(fine, { output_layers: ports }), /output_layers/);
    }
    for (const nodes of [3, 'x', {}, [null], [3], [{}], [{ args: {} }], [[]], [[['x', 0]]]]) {
      refuses(model([input('x'), { ...layer('y'), inbound_nodes: nodes }]), /layer 'y'/);
    }
    refuses(model([3]), /no list of layers/);
  });

  it('is of bounded size: a million calls, and models in models that call each other again and again', () => {
    const many = Array.from({ length: 2 ** 17 }, () => at('x'));
    expect(() => parseTopology(model([input('x'), layer('y', ...many)]), 'file')).toThrow(
      /file: has 131073 calls of layers; at most 65536/,
    );
    const layersToo = [input('x'), ...Array.from({ length: 2 ** 17 }, (_, i) => layer(`${i}`, 0))];
    expect(() => parseTopology(model(layersToo), 'file')).toThrow(/at most 65536/);
    // Each calls the one before a hundred times: 100⁶ calls in a text of 100 kB.
    let inner = layer('a', at('x'));
    for (let depth = 0; depth < 6; depth++) {
      const nodes = Array.from({ length: 100 }, (_, i) => ({
        args: [i === 0 ? at('x') : at('a', i - 1)],
        kwargs: {},
      }));
      const called = { ...inner, name: 'a', inbound_nodes: nodes };
      inner = model([input('x'), called], { output_layers: ['a', 99, 0], name: 'a' });
    }
    expect(() => parseTopology(inner, 'file')).toThrow(FormatError);
    expect(() => parseTopology(inner, 'file')).toThrow(/calls of layers; at most 65536/);
    let deep = model(fine);
    for (let depth = 0; depth < 1000; depth++) {
      deep = model([input('x'), { ...deep, name: 'y', inbound_nodes: [{ args: [at('x')] }] }]);
    }
    expect(() => parseTopology(deep, 'file')).toThrow(
      /models and layers are nested more than 16 deep/,
    );
  });

  it('has tensors of at most 64 axes', () => {
    const ones = (count: number): number[] => new Array<number>(count).fill(1);
    const reshaped = { ...layer('y', at('x')), class_name: 'Reshape' };
    const to = (count: number): Json => ({
      ...reshaped,
      config: { name: 'y', target_shape: [3, ...ones(count)] },
    });
    expect(models.modelFromJSON(model([input('x'), to(62)])).outputs[0]?.shape).toHaveLength(64);
    expect(() => models.modelFromJSON(model([input('x'), to(63)]))).toThrow(
      /layer 'y': a shape may have at most 64 axes, got \(None, 3, 1/,
    );
    const wide = { ...input('x'), config: { batch_shape: ones(65), name: 'x' } };
    expect(() => models.modelFromJSON(model([wide, layer('y', at('x'))]))).toThrow(/'x': a shape may have at most 64 axes/); // prettier-ignore
  });

  it('gives a bounded number of tensors, those in models inside at each call of the model', () => {
    const made = (count: number): Sequential => {
      const model = new Sequential();
      return tensors.ofModel((of) => {
        of(new layers.ReLU(), count);
        return model;
      });
    };
    const tensors = new TensorCount('file');
    const inside = made(2 ** 16);
    const outer = (calls: number): Sequential =>
      tensors.ofModel((of) => {
        for (let i = 0; i < calls; i++) of(inside, 1);
        return new Sequential();
      });
    // 2¹⁶ each: when it is made, and when it is called.
    outer(2);
    made(2 ** 16 - 2);
    expect(() => made(1)).toThrow('file: its calls of layers give more than 262144 tensors');
    expect(() => outer(1)).toThrow(FormatError);
    const split = {
      module: 'keras.src.ops.numpy',
      class_name: 'Split',
      config: { name: 'y', indices_or_sections: 80_000, axis: 1 },
      name: 'y',
      inbound_nodes: [{ args: [at('x')], kwargs: {} }],
    };
    const longer = { ...input('x'), config: { batch_shape: [null, 80_000], name: 'x' } };
    expect(() => models.modelFromJSON(model([longer, split]))).toThrow(
      /split: parts must be at most 65536, got 80000/,
    );
  });

  it('has calls that read a bounded number of tensors', () => {
    const reads = Array.from({ length: 2 ** 16 + 1 }, () => at('x'));
    const sum = { ...layer('y', reads), class_name: 'Add' };
    refuses(model([input('x'), sum]), /node 0 of layer 'y' reads 65537 tensors; at most 65536/);
  });

  it('is not computed to find out its shapes', () => {
    const run = vi.spyOn(Runtime.prototype, 'run');
    const { reserved } = memory();
    const of = (module: string, className: string, config: Json, ...args: unknown[]): Json =>
      model([
        { ...input('x'), config: { batch_shape: [null, 4000, 4000, 1], name: 'x' } },
        {
          module: `keras.src.ops.${module}`,
          class_name: className,
          config: { name: 'y', ...config },
          name: 'y',
          inbound_nodes: [{ args, kwargs: {} }],
        },
      ]);
    const pooled = models.modelFromJSON(
      of('nn', 'MaxPool', { pool_size: [3000, 3000], strides: [1, 1], padding: 'valid', data_format: 'channels_last' }, at('x')), // prettier-ignore
    );
    expect(pooled.outputs[0]?.shape).toEqual([null, 1001, 1001, 1]);
    const twenty = Array.from({ length: 20 }, () => at('x'));
    const stacked = of('numpy', 'Stack', { axis: 1 }, twenty);
    expect(() => models.modelFromJSON(stacked)).toThrow(
      /, 4000, 4000, 1\) and 12 more: .*2\.384 GiB/,
    );
    expect(run).not.toHaveBeenCalled();
    expect(memory().reserved).toBe(reserved);
    run.mockRestore();
  });

  it('reads a long chain without recursion', () => {
    const chain = Array.from({ length: 5000 }, (_, i) =>
      layer(i === 4999 ? 'y' : `r${i}`, at(i === 0 ? 'x' : `r${i - 1}`)),
    );
    const { graph } = parseTopology(model([input('x'), ...chain.reverse()]), 'file');
    expect(graph?.calls).toHaveLength(5001);
  });

  it('holds operations that are known, with arguments that they have', () => {
    const operation = (className: string, config: Json, args: unknown[]): Json => ({
      module: 'keras.src.ops.numpy',
      class_name: className,
      config: { name: 'y', ...config },
      name: 'y',
      inbound_nodes: [{ args, kwargs: {} }],
    });
    const of = (json: Json): Json => model([input('x'), json]);
    expect(() => models.modelFromJSON(of(operation('Nothing', {}, [at('x')])))).toThrow(
      /no operation here for Keras's keras\.src\.ops\.numpy\.Nothing/,
    );
    expect(() => models.modelFromJSON(of(operation('Exp', { evil: 1 }, [at('x')])))).toThrow(
      /'evil', which is unknown/,
    );
    expect(() =>
      models.modelFromJSON(of(operation('Reshape', { newshape: [-7] }, [at('x')]))),
    ).toThrow(/y|Reshape/);
    const huge: [className: string, config: Json, message: RegExp][] = [
      ['OneHot', { num_classes: 1e8 }, /oneHot: 100000000 classes: A tensor of shape \(2, 3, 100000000\), float32, takes/],
      ['OneHot', { num_classes: 1e18 }, /oneHot: classes must be at most .*, got 1000000000000000000/],
      ['Tile', { repeats: [1, 1e8] }, /tile: repeats \(1, 100000000\): A tensor of shape \(2, 300000000\)/],
      ['Tile', { repeats: [1e9, 1e9] }, /tile: repeats/],
      ['Pad', { pad_width: [[0, 0], [0, 2.6e8]], mode: 'constant' }, /pad: widths .*260000000.*A tensor of shape/],
      ['BroadcastTo', { shape: [1e8, 1, 3] }, /does not broadcast to \(100000000, 1, 3\)/],
    ]; // prettier-ignore
    const { reserved } = memory();
    for (const [className, config, message] of huge) {
      const module = className === 'OneHot' ? { module: 'keras.src.ops.nn' } : {};
      const json = of({ ...operation(className, config, [at('x')]), ...module });
      const reading = (): unknown => models.modelFromJSON(json);
      expect(reading).toThrow(/^node 0 of layer 'y': operation 'y' of symbolic \(None, 3\): /);
      expect(reading).toThrow(message);
    }
    expect(memory().reserved - reserved).toBe(0);
    const add = models.modelFromJSON(of(operation('Add', {}, [at('x'), 1])));
    expect(add.predictOnBatch([[1, 2, 3]]).toArray()).toEqual([[2, 3, 4]]);
  });
});

describe('calls in the words of Keras 2', () => {
  const older = (name: string, ...nodes: readonly unknown[]): Json => ({
    class_name: 'ReLU',
    config: { name },
    name,
    inbound_nodes: nodes,
  });
  const olderInput = (name: string): Json => ({
    class_name: 'InputLayer',
    config: { batch_input_shape: [null, 3], name },
    name,
    inbound_nodes: [],
  });

  it('are read, one input and output as such', () => {
    const json = model([olderInput('x'), older('y', [['x', 0, 0, {}]])], {
      input_layers: [['x', 0, 0]],
      output_layers: [['y', 0, 0]],
    });
    const loaded = models.modelFromJSON(json);
    expect(loaded.predictOnBatch([[-1, 2, 3]]).toArray()).toEqual([[0, 2, 3]]);
  });

  it('count calls of a model from one', () => {
    const inner = model([olderInput('x'), older('y', [['x', 0, 0, {}]])], { name: 'inner' });
    const calls = [[['x', 0, 0, {}]], [['inner', 1, 0, {}]]];
    const json = model(
      [
        olderInput('x'),
        { ...inner, name: 'inner', inbound_nodes: calls },
        older('y', [['inner', 2, 0, {}]]),
      ],
      { input_layers: [['x', 0, 0]], output_layers: [['y', 0, 0]] },
    );
    expect(
      models
        .modelFromJSON(json)
        .predictOnBatch([[-1, 2, 3]])
        .toArray(),
    ).toEqual([[0, 2, 3]]);
  });

  it('are refused if they are damaged', () => {
    refuses(model([olderInput('x'), older('y', [['x', 0]])]), /node 0 of layer 'y': an input is/);
    refuses(model([olderInput('x'), older('y', [['x', 0, 0, 3]])]), /its arguments are 3/);
    refuses(model([olderInput('x'), older('y', [['z', 0, 0, {}]])]), /names layer 'z'/);
  });
});

describe('what a graph cannot say in a file', () => {
  it('is refused: an operation that Keras does not have, and a mask that is left out on purpose', () => {
    const x = Input([3]);
    const y = new layers.Dense(2, { name: 'd' }).apply(x, { mask: null });
    const withMask = new models.Model({ inputs: x, outputs: y });
    expect(() => withMask.getConfig()).toThrow(/Layer 'd': a call with mask: null/);
  });
});

describe('models inside of layers in a file', () => {
  const around = (inside: Json, count = 1): Json =>
    model([
      input('x'),
      {
        module: 'keras.layers',
        class_name: 'TimeDistributed',
        config: { name: 'y', layer: inside },
        name: 'y',
        inbound_nodes: Array.from({ length: count }, () => ({ args: [at('x')], kwargs: {} })),
      },
    ]);

  it('count among the calls of layers', () => {
    const chain = (count: number): Json[] => [
      input('x'),
      ...Array.from({ length: count }, (_, i) =>
        layer(i === count - 1 ? 'y' : `l${i}`, at(i === 0 ? 'x' : `l${i - 1}`)),
      ),
    ];
    refuses(around(model(chain(300)), 300), /has 9\d{4} calls of layers; at most 65536 are read/);
  });

  it('may not stand in each other without end', () => {
    let deep: Json = { class_name: 'Sequential', config: { name: 's', layers: [] } };
    for (let i = 0; i < 20; i++) {
      const wrapper = { class_name: 'TimeDistributed', config: { name: `w${i}`, layer: deep } };
      deep = { class_name: 'Sequential', config: { name: `s${i}`, layers: [wrapper] } };
    }
    refuses(around(deep), /models and layers are nested more than 16 deep/);
  });

  it('share the count of tensors with the model around them', () => {
    const tensors = new TensorCount('net');
    const inner = new Sequential([Input([3]), new layers.Dense(2)]);
    tensors.ofModel((count) => {
      count(inner, 200_000);
      return inner;
    });
    const wrapper = new layers.TimeDistributed(inner);
    expect(() =>
      tensors.ofModel((count) => {
        count(wrapper, 1);
        return wrapper;
      }),
    ).toThrow(/its calls of layers give more than 262144 tensors/);
  });
});
