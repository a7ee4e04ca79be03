// Models of graphs: what lies between inputs and outputs, and how it runs.
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Input } from '../../../src/nn/layers/input.js';
import * as layers from '../../../src/layers.js';
import { cloneModel, loadModel, Model, Sequential } from '../../../src/models.js';
import { memory, ones, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../src/engine/tensor/index.js';
import { Both, Scale, Sum, x12 } from './graph-layers.js';

describe('symbolic tensors', () => {
  it('know shape, dtype and the layer that makes them', () => {
    const x = Input([28, 28], { dtype: 'uint8', name: 'image' });
    expect(x.shape).toEqual([null, 28, 28]);
    expect(x.dtype).toBe('uint8');
    expect(x.ndim).toBe(3);
    expect(String(x)).toBe("SymbolicTensor(shape=(None, 28, 28), dtype=uint8, of layer 'image')");
    const y = new layers.Flatten().apply(x);
    expect(y.shape).toEqual([null, 784]);
    expect(new layers.Dense(3, { name: 'top' }).apply(y).shape).toEqual([null, 3]);
  });

  it('build layers, and are checked like tensors', () => {
    const dense = new layers.Dense(3, { name: 'narrow' });
    dense.apply(Input([4]));
    expect(dense.built).toBe(true);
    expect(dense.weights.map(({ path }) => path)).toEqual(['narrow/kernel', 'narrow/bias']);
    expect(() => dense.apply(Input([5]))).toThrow(ShapeError);
    expect(() => dense.apply(Input([5]))).toThrow(/Dense layer 'narrow' got input.*\(None, 5\)/);
    expect(() => new layers.Conv2D(1, 3).apply(Input([5]))).toThrow(/4 axes.*\(None, 5\)/);
  });

  it('are what a layer was applied to and gives', () => {
    const layer = new Scale(2, 'twice');
    expect(() => layer.output).toThrow(/'twice' has no symbolic output: it is in no graph/);
    const x = Input([2]);
    const y = layer.apply(x);
    expect(layer.input).toBe(x);
    expect(layer.output).toBe(y);
    const z = layer.apply(y);
    expect(() => layer.output).toThrow(/called 2 times in graphs.*getOutputAt\(index\)/);
    expect(layer.getOutputAt(1)).toBe(z);
    expect(layer.getInputAt(1)).toBe(y);
    expect(() => layer.getOutputAt(2)).toThrow(/got index 2, but the layer was called 2 times/);
  });

  it('are not mixed with data', () => {
    const x = Input([2]);
    expect(() => new Sum().apply([x, 'one'] as unknown as readonly Tensor[])).toThrow(ValueError);
    expect(() => new Sum().apply([x, 'one'] as unknown as readonly Tensor[])).toThrow(
      /input\[1\] must be a symbolic tensor/,
    );
    expect(() => new Scale(1).apply(x12(), { mask: x })).toThrow(/the mask is a symbolic tensor/);
  });
});

describe('a model of a graph', () => {
  it('computes what lies between inputs and outputs', () => {
    const a = Input([2], { name: 'a' });
    const b = Input([2], { name: 'b' });
    const sum = new Sum({ name: 'total' }).apply([new Scale(2, 'twice').apply(a), b]);
    const model = new Model({
      inputs: { a, b },
      outputs: { sum, back: new Scale(-1, 'negative').apply(sum) },
    });
    const { sum: forth, back } = model.apply({ a: x12(), b: ones([1, 2]) });
    expect(forth.toArray()).toEqual([[3, 5]]);
    expect(back.toArray()).toEqual([[-3, -5]]);
    expect(model.inputNames).toEqual(['a', 'b']);
    expect(model.outputNames).toEqual(['back', 'sum']);
    expect(model.inputs).toEqual([a, b]);
    expect(model.input).toEqual({ a, b });
    expect(model.layers.map(({ name }) => name)).toEqual(['a', 'twice', 'b', 'total', 'negative']);
    expect(model.inputShape).toEqual({ a: [null, 2], b: [null, 2] });
    expect(model.computeOutputShape({ a: [7, 2], b: [7, 2] })).toEqual({
      back: [7, 2],
      sum: [7, 2],
    });
  });

  it('knows the shapes of operations whose arguments are lists of numbers', () => {
    const x = Input([4, 3]);
    const model = new Model({
      inputs: x,
      outputs: [x.sum(1), x.slice(':', [1, 3]), x.reshape([-1, 12]), x.add([1, 2, 3]).softmax(1)],
    });
    const shapes = [
      [5, 3],
      [5, 2, 3],
      [5, 12],
      [5, 4, 3],
    ];
    expect(model.computeOutputShape([5, 4, 3])).toEqual(shapes);
    const inner = model.apply(Input([4, 3]));
    expect(inner.map(({ shape }) => shape)).toEqual(shapes.map(([, ...rest]) => [null, ...rest]));
  });

  it('frees the tensors among the arguments of its operations, also those of models inside', () => {
    const before = memory();
    const own = tensor([1, 2, 3]);
    const x = Input([3]);
    const inner = new Model({ inputs: x, outputs: x.add(own) });
    const y = Input([3]);
    const model = new Model({ inputs: y, outputs: inner.apply(y).mul(own) });
    cloneModel(model).dispose();
    model.dispose();
    own.dispose();
    expect(memory()).toEqual(before);
  });

  it('shares layers, and their weights once', () => {
    const shared = new Scale(3);
    const a = Input([2]);
    const b = Input([2]);
    const model = new Model({
      inputs: [a, b],
      outputs: new Sum().apply([shared.apply(a), shared.apply(b)]),
    });
    expect(model.apply([x12(), x12()]).toArray()).toEqual([[6, 12]]);
    expect(model.weights).toHaveLength(1);
    expect(model.countParams()).toBe(1);
  });

  it('stands in other models, and may be called twice', () => {
    const x = Input([2]);
    const inner = new Model({ inputs: x, outputs: new Scale(2).apply(x), name: 'inner' });
    const chain = new Sequential([new Scale(5)], { name: 'chain' });
    const y = Input([2]);
    const outer = new Model({
      inputs: y,
      outputs: chain.apply(inner.apply(inner.apply(y))),
    });
    expect(outer.apply(x12()).toArray()).toEqual([[20, 40]]);
    expect(outer.weights).toHaveLength(2);
    expect(outer.layers.map(({ name }) => name)).toEqual([y.node.layer.name, 'inner', 'chain']);
    const stack = new Sequential([Input([2]), inner, new Scale(-1)]);
    expect(stack.apply(x12()).toArray()).toEqual([[-2, -4]]);
  });

  it('gives each output to others, even where two are one tensor, or one was computed from the other', () => {
    const x = Input([2]);
    const logits = new Scale(2).apply(x);
    const probabilities = new layers.Softmax().apply(logits);
    const inner = new Model({ inputs: x, outputs: [logits, logits, probabilities] });
    const y = Input([2]);
    // The first and the last output are freed before the second is read.
    const [, second] = inner.apply(y);
    const outer = new Model({ inputs: y, outputs: new Scale(3).apply(new Scale(1).apply(second)) });
    expect(outer.apply(x12()).toArray()).toEqual([[6, 12]]);
    const [first, , last] = inner.apply(y);
    const sum = new Sum().apply([new Scale(1).apply(last), first]);
    expect(new Model({ inputs: y, outputs: sum }).apply(tensor([[1, 1]])).toArray()).toEqual([
      [2.5, 2.5],
    ]);
  });

  it('is cut out of another one, with the same layers', () => {
    const x = Input([2]);
    const [first, second] = [new Scale(2), new Scale(3)];
    const middle = first.apply(x);
    const y = second.apply(middle);
    const head = new Model({ inputs: x, outputs: middle });
    const tail = new Model({ inputs: middle, outputs: y });
    expect(head.apply(x12()).toArray()).toEqual([[2, 4]]);
    expect(tail.apply(x12()).toArray()).toEqual([[3, 6]]);
    expect(tail.weights).toEqual(second.weights);
    // The way in is a call that belongs to the cut model alone.
    expect(second.output).toBe(y);
  });

  it('is cut out of a Sequential by the outputs of its layers', () => {
    const model = new Sequential([new Scale(2), new Scale(3, 'three'), new Scale(7)]);
    model.build([null, 2]);
    const cut = new Model({ inputs: model.inputs, outputs: model.getLayer('three').output });
    expect(cut.apply([x12()]).toArray()).toEqual([[6, 12]]);
    const { output } = model.getLayer('three');
    model.add(new Scale(11, 'eleven'));
    expect(model.getLayer('three').output).toBe(output);
    const all = new Model({ inputs: model.inputs, outputs: model.getLayer('eleven').output });
    expect(all.apply([x12()]).toArray()).toEqual([[462, 924]]);
  });

  it('takes layers of several outputs', () => {
    const x = Input([2]);
    const { plus, minus } = new Both().apply(x);
    const model = new Model({ inputs: x, outputs: [minus, plus, x] });
    expect(model.apply(x12()).map((y) => y.toArray())).toEqual([[[-1, -2]], [[1, 2]], [[1, 2]]]);
  });

  it('takes arrays in place of tensors', () => {
    const [a, b] = [Input([2], { name: 'a' }), Input([2], { name: 'b' })];
    const outputs = new Sum().apply([a, b]);
    const numbers = Float32Array.of(3, 4);
    const list = new Model({ inputs: [a, b], outputs });
    expect(list.apply([[[1, 2]], [[3, 4]]]).toArray()).toEqual([[4, 6]]);
    expect(list.apply([x12(), [numbers]]).toArray()).toEqual([[4, 6]]);
    const named = new Model({ inputs: { a, b }, outputs });
    expect(named.apply({ a: [[1, 2]], b: [[3, 4]] }).toArray()).toEqual([[4, 6]]);
    expect(named.apply({ a: x12(), b: [numbers] }).toArray()).toEqual([[4, 6]]);
    expect(new Both().apply([1, 2]).minus.toArray()).toEqual([-1, -2]);
  });

  it('takes inputs as Keras does: lists, objects by name, and one tensor for a list of one', () => {
    const a = Input([2], { name: 'a' });
    const b = Input([2], { name: 'b' });
    const model = new Model({ inputs: [a, b], outputs: new Sum().apply([a, b]) });
    const byName = { b: ones([1, 2]), a: x12() } as unknown as readonly [Tensor, Tensor];
    expect(model.apply(byName).toArray()).toEqual([[2, 3]]);
    const single = new Model({ inputs: [a], outputs: new Scale(2).apply(a) });
    expect(single.apply([x12()]).toArray()).toEqual([[2, 4]]);
  });

  it('frees in a call what no later layer needs', () => {
    const x = Input([1000]);
    let y = new Scale(1).apply(x);
    const widest: number[] = [];
    class Look extends Scale {
      static override readonly className = 'Look';

      override call(z: Tensor): Tensor {
        widest.push(memory().bytes);
        return super.call(z);
      }
    }
    for (let i = 0; i < 20; i++) y = new Look(1).apply(y);
    const model = new Model({ inputs: x, outputs: y });
    const data = ones([100, 1000]);
    tidy(() => model.apply(data));
    const bytes = 400_000;
    expect(Math.max(...widest) - Math.min(...widest)).toBeLessThan(1.5 * bytes);
  });

  it('gives the bits of a Sequential of the same layers', async () => {
    const make = (): layers.Layer[] => [
      new layers.Dense(5, { activation: 'relu', kernelInitializer: 'ones' }),
      new layers.Dense(3, { activation: 'softmax', kernelInitializer: 'ones' }),
    ];
    const [first, second] = make();
    if (first === undefined || second === undefined) expect.fail();
    const x = Input([2]);
    const graph = new Model({ inputs: x, outputs: second.apply(first.apply(x)) });
    const chain = new Sequential([Input([2]), ...make()]);
    const data = tensor([
      [1, 2],
      [3, 4],
      [5, -6],
      [-7, 8],
    ]);
    const labels = tensor([0, 1, 2, 0], { dtype: 'int32' });
    const histories = [];
    for (const model of [graph, chain]) {
      model.compile({
        optimizer: 'adam',
        loss: 'sparse_categorical_crossentropy',
        metrics: ['accuracy'],
      });
      const { history } = await model.fit(data, labels, { epochs: 3, verbose: 0, shuffle: false });
      histories.push({ ...history, weights: model.getWeights().map((w) => [...w.data()]) });
    }
    expect(histories[0]).toEqual(histories[1]);
  });
});

describe('named arguments of a custom layer', () => {
  interface Modulation {
    readonly scale?: Tensor;
    readonly times?: number;
  }

  /** dense(x) · scale, repeated `times` times. It needs both. */
  class Modulated extends layers.Layer<Tensor, Tensor, Modulation> {
    static override readonly className: string = 'Modulated';
    override readonly callArguments = ['scale', 'times'];
    readonly dense = new layers.Dense(2, { kernelInitializer: 'ones', name: 'inner' });

    override call(x: Tensor, { scale, times }: layers.CallOptions & Modulation): Tensor {
      if (scale === undefined || times === undefined) throw new Error('no arguments');
      return this.dense.apply(x).mul(scale).tile([1, times]);
    }
  }

  const seen: unknown[] = [];

  /** The same, but it says its shape. */
  class Saying extends Modulated {
    static override readonly className = 'Saying';
    override computeOutputShape(
      [batch = null]: PartialShape,
      named: { readonly scale?: layers.TensorSpec; readonly times?: number } = {},
    ): PartialShape {
      seen.push(named.scale?.shape);
      return [batch, 2 * (named.times ?? 1)];
    }
  }

  /** x · [2, 3] by [5, 6], twice: (x₀ + x₁) · [5, 6]. */
  const expected = [[15, 18, 15, 18]];
  const network = (layer: Modulated): Model => {
    const [x, scale] = [Input([2]), Input([2])];
    const y = layer.apply(x, { scale, times: 2 });
    expect(y.shape).toEqual([null, 4]);
    return new Model({ inputs: [x, scale] as never, outputs: y });
  };

  it.each([
    ['Modulated', Modulated],
    ['Saying', Saying],
  ])('reach shapes, builds, summary and runs of a graph: %s', (_, Class) => {
    const before = memory().tensors;
    const model = network(new Class());
    // Kernel and bias of the layer inside.
    expect(model.countParams()).toBe(6);
    expect(memory().tensors).toBe(before + 2);
    expect(model.outputShape).toEqual([null, 4]);
    expect(model.computeOutputShape([[7, 2], [7, 2]] as never)).toEqual([7, 4]); // prettier-ignore
    const printed: string[] = [];
    model.summary({ printFn: (text) => printed.push(text) });
    expect(printed.join('')).toMatch(new RegExp(`${Class.className}\\) .*\\(None, 4\\)`));
    for (let i = 0; i < 8; i++) {
      const y = tidy(() => model.predictOnBatch([[[1, 2]], [[5, 6]]] as never).toArray()); // prettier-ignore
      expect(y).toEqual(expected);
    }
  });

  it('are told to a computeOutputShape', () => {
    seen.length = 0;
    network(new Saying());
    expect(seen).toEqual([[null, 2]]);
  });

  it('may be tensors and tensor-likes in a graph', () => {
    const x = Input([2]);
    const y = new Modulated().apply(x, { scale: tensor([5, 6]), times: 2 });
    const model = new Model({ inputs: x, outputs: y });
    expect(model.predictOnBatch([[1, 2]]).toArray()).toEqual(expected);
  });

  it('are in the summary of a subclass that computes in call', () => {
    class Own extends Model {
      readonly modulated = new Modulated();
      override call(x: Tensor): Tensor {
        return this.modulated.apply(x, { scale: tensor([5, 6]), times: 2 });
      }
    }
    const model = new Own();
    model.predictOnBatch([[1, 2]]);
    const printed: string[] = [];
    model.summary({ printFn: (text) => printed.push(text) });
    expect(printed.join('')).toMatch(/Modulated\) .*\(None, 4\)/);
    expect(model.modulated.outputShape).toEqual([null, 4]);
  });

  it('go into a file and back', async () => {
    const model = network(new Modulated());
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    const again = await loadModel(bytes, { customObjects: { Modulated } });
    expect(again.predictOnBatch([[[1, 2]], [[5, 6]]]).toArray()).toEqual(expected); // prettier-ignore
  });
});
