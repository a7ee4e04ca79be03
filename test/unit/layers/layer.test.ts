import { beforeEach, describe, expect, it } from 'vitest';
import { resetNames } from '../../../src/config/index.js';
import { DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { Input } from '../../../src/nn/layers/input.js';
import { abs, mul, sum } from '../../../src/engine/ops/index.js';
import { memory } from '../../../src/engine/tensor/memory.js';
import { tensor } from '../../../src/engine/tensor/create.js';
import { tidy } from '../../../src/engine/tensor/scope.js';
import type { PartialShape } from '../../../src/engine/tensor/shape.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';
import type { Variable } from '../../../src/engine/tensor/variable.js';
import { expectAllClose, expectNumberClose } from '../../golden/cases.js';

beforeEach(resetNames);

/** x · factor, one factor a feature; counts in a weight that is not trained. */
class Scale extends layers.Layer {
  static override readonly className: string = 'Scale';
  factor: Variable | undefined;
  calls: Variable | undefined;
  builds = 0;

  override build(inputShape: PartialShape): void {
    this.builds++;
    this.calls = this.addWeight('calls', [], { initializer: 'zeros', trainable: false });
    this.factor = this.addWeight('factor', [inputShape.at(-1) ?? null], {
      initializer: 'ones',
      regularizer: 'l2',
      constraint: 'non_neg',
    });
  }

  override call(x: Tensor): Tensor {
    if (this.factor === undefined) throw new Error('not built');
    return mul(x, this.factor.value);
  }
}

/** Two layers, one after another. */
class Block extends layers.Layer {
  static override readonly className: string = 'Block';
  first = new layers.Dense(3, { name: 'first', kernelInitializer: 'ones' });
  rest = [new Scale({ name: 'second' })];

  override call(x: Tensor): Tensor {
    return this.rest.reduce((y, layer) => layer.apply(y), this.first.apply(x));
  }
}

describe('names of layers', () => {
  it('count as in Keras', () => {
    const names = [new Scale(), new Scale(), new layers.ReLU()].map((layer) => layer.name);
    expect(names).toEqual(['scale', 'scale_1', 're_lu']);
  });

  it('a class without a className goes by its own name', () => {
    class Nameless extends layers.Layer {}
    expect(new Nameless().name).toBe('nameless');
  });

  it('refuses what cannot be a name', () => {
    expect(() => new Scale({ name: 'a/b' })).toThrow(/Scale: name .* got 'a\/b'/);
    expect(() => new Scale({ name: '' })).toThrow(ValueError);
    for (const name of ['a\0b', '\ud800', 'a\udc00']) {
      expect(() => new Scale({ name })).toThrow(ValueError);
    }
    expect(new Scale({ name: '重み 😀' }).name).toBe('重み 😀');
  });
});

describe('building a layer', () => {
  it('happens at the first apply, once', () => {
    const layer = new Scale();
    expect(layer.built).toBe(false);
    expect(layer.weights).toEqual([]);
    layer.apply([[1, 2]]);
    layer.apply([
      [1, 2],
      [3, 4],
    ]);
    expect(layer.builds).toBe(1);
    expect(layer.inputShape).toEqual([null, 2]);
    expect(layer.outputShape).toEqual([null, 2]);
  });

  it('can be asked for, and again for the same samples', () => {
    const layer = new Scale();
    layer.build([null, 3]);
    layer.build([8, 3]);
    expect(layer.builds).toBe(1);
    expect(() => {
      layer.build([null, 4]);
    }).toThrow(/Scale layer 'scale' was built for .*\(None, 3\).*\(None, 4\)/);
  });

  it('puts the weights that are trained first', () => {
    const layer = new Scale();
    layer.build([null, 2]);
    expect(layer.weights.map((w) => w.name)).toEqual(['factor', 'calls']);
    expect(layer.trainableWeights.map((w) => w.name)).toEqual(['factor']);
    expect(layer.nonTrainableWeights.map((w) => w.name)).toEqual(['calls']);
    expect(layer.countParams()).toBe(3);
  });

  it('refuses to count weights before', () => {
    expect(() => new Scale().countParams()).toThrow(/Scale layer 'scale' is not built/);
  });

  it('gives each weight its path, regularizer and constraint', () => {
    const layer = new Scale({ name: 'mine' });
    layer.build([null, 2]);
    expect(layer.factor?.path).toBe('mine/factor');
    expectNumberClose(layer.factor?.regularizer?.(tensor([3, 4])).item() ?? NaN, 0.25);
    expect(layer.factor?.constraint?.(tensor([-1, 1])).toArray()).toEqual([0, 1]);
  });

  it('survives a surrounding tidy', () => {
    const layer = new Scale();
    tidy(() => layer.apply([[1, 2]]));
    expect(layer.factor?.value.toArray()).toEqual([1, 1]);
  });

  it('leaves nothing behind when it fails', () => {
    const before = memory().tensors;
    const layer = new layers.Dense(2, { biasInitializer: () => [1, 2, 3] });
    expect(() => layer.apply([[1, 2]])).toThrow(/gave values of shape \(3,\)/);
    expect(layer.built).toBe(false);
    expect(layer.weights).toEqual([]);
    expect(() => layer.apply([[1, 2]])).toThrow(/gave values of shape/);
    expect(memory().tensors).toBe(before);
  });

  it('refuses a weight of unknown shape or taken name', () => {
    const layer = new Scale();
    expect(() => {
      layer.build([null, null]);
    }).toThrow(/weight 'factor' of shape \(None,\)/);
    const other = new layers.Layer();
    other.addWeight('w', [2]);
    expect(() => other.addWeight('w', [2])).toThrow(/has a weight 'w' already/);
  });
});

describe('applying a layer', () => {
  it('takes nested arrays', () => {
    expect(new Scale().apply([[1, 2]]).toArray()).toEqual([[1, 2]]);
  });

  it('passes training on, false unless given', () => {
    const seen: boolean[] = [];
    const layer = new layers.Lambda((x, { training }) => {
      seen.push(training);
      return x;
    });
    layer.apply([1]);
    layer.apply([1], { training: true });
    expect(seen).toEqual([false, true]);
    expect(() => layer.apply([1], { trainig: true } as object)).toThrow(/Did you mean 'training'/);
  });

  it('names itself where its input is none', () => {
    const layer = new Scale({ name: 's' });
    const call =
      (x: unknown, ...more: unknown[]) =>
      () =>
        (layer.apply as (...given: unknown[]) => unknown).call(layer, x, ...more);
    for (const bad of [null, undefined, 'text', new Scale()]) {
      expect(call(bad)).toThrow(ValueError);
      expect(call(bad)).toThrow(/^Scale layer 's': input: /);
    }
    expect(call({ a: tensor([1]), b: 'text' })).toThrow(/^Scale layer 's': input\.b: .*'text'/);
    expect(call({ a: { b: null } })).toThrow(/^Scale layer 's': input\.a\.b: .*null/);
    // Several arguments, where Keras has several as well, are a list here.
    const [x, symbolic] = [tensor([1]), Input([1])];
    for (const second of [x, symbolic]) {
      expect(call(x, second)).toThrow(
        /^Scale layer 's': apply takes the input as one argument.*apply\(\[a, b\]\)/,
      );
    }
    expect(call(symbolic, symbolic)).toThrow(/got a second tensor/);
  });

  it('takes an object in which numbers and arrays stand for tensors', () => {
    class Sum extends layers.Layer<{ readonly a: Tensor; readonly b: { readonly c: Tensor } }> {
      static override readonly className = 'SumOfParts';
      override call({ a, b }: { readonly a: Tensor; readonly b: { readonly c: Tensor } }): Tensor {
        return a.add(b.c);
      }
    }
    const layer = new Sum();
    expect(layer.apply({ a: [1, 2], b: { c: [10, 20] } }).toArray()).toEqual([11, 22]);
    expect(layer.apply({ a: tensor([1, 2]), b: { c: [10, 20] } }).toArray()).toEqual([11, 22]);
  });

  it('checks rank, axes and dtype before it computes', () => {
    const layer = new Scale({ name: 's' });
    layer.inputSpec = { ndim: 2, axes: { [-1]: 3 }, dtype: 'float32' };
    expect(() => layer.apply([1, 2])).toThrow(ShapeError);
    expect(() => layer.apply([1, 2])).toThrow(/'s' takes input of 2 axes.*\(2,\).*lack axis -1/);
    expect(() => layer.apply([[[1]]])).toThrow(/Reshape or Flatten/);
    expect(() => layer.apply([[1, 2]])).toThrow(/axis -1 must have length 3/);
    const integers = tensor([[1, 2, 3]], { dtype: 'int32' });
    expect(() => layer.apply(integers)).toThrow(DTypeError);
    expect(() => layer.apply(integers)).toThrow(/takes float32, got int32 .*astype\('float32'\)/);
  });

  it('names itself in the errors of its operations, and keeps their class', () => {
    const layer = new layers.Lambda((x) => mul(x, tensor([1, 2, 3])), { name: 'bad' });
    expect(() => layer.apply([1, 2])).toThrow(ShapeError);
    expect(() => layer.apply([1, 2])).toThrow(/^Lambda layer 'bad': mul: /);
  });

  it('refuses a call that returns no tensor, and a class without call', () => {
    const layer = new layers.Lambda(() => 3 as unknown as Tensor);
    expect(() => layer.apply([1])).toThrow(/call\(\) must return a tensor, it returned 3/);
    expect(() => new layers.Layer().apply([1])).toThrow(/has no call\(\)/);
  });

  it('finds the output shape of a custom layer by a trial', () => {
    const layer = new layers.Lambda((x) => sum(x, -1));
    expect(layer.computeOutputShape([null, 4, 5])).toEqual([null, 4]);
    expect(layer.computeOutputShape([null, null, 5])).toEqual([null, null]);
    expect(new Scale().computeOutputShape([null, 3])).toEqual([null, 3]);
  });
});

describe('layers inside a layer', () => {
  it('give it their weights, under its path', () => {
    const block = new Block({ name: 'block' });
    const y = block.apply([[1, 2]]);
    expect(y.toArray()).toEqual([[3, 3, 3]]);
    expect(block.weights.map((w) => w.path)).toEqual([
      'block/first/kernel',
      'block/first/bias',
      'block/second/factor',
      'block/second/calls',
    ]);
    expect(block.trainableWeights.length).toBe(3);
    expect(block.countParams()).toBe(2 * 3 + 3 + 3 + 1);
  });

  it('add their losses', () => {
    const block = new Block();
    block.apply([[1, 2]]);
    const [penalty, ...more] = block.losses();
    expect(more).toEqual([]);
    expectNumberClose(penalty?.item() ?? NaN, 0.03);
  });

  it('follow its trainable', () => {
    const block = new Block();
    block.apply([[1, 2]]);
    block.trainable = false;
    expect(block.first.trainable).toBe(false);
    expect(block.trainableWeights).toEqual([]);
    expect(block.nonTrainableWeights.length).toBe(4);
    expect(block.losses()).toEqual([]);
    block.trainable = true;
    expect(block.trainableWeights.length).toBe(3);
  });

  it('are named from outside in when they fail', () => {
    const block = new Block({ name: 'outer' });
    block.apply([[1, 2]]);
    expect(() => block.apply([[1, 2, 3]])).toThrow(/^Block layer 'outer': Dense layer 'first' got/);
  });
});

describe('weights of a layer', () => {
  it('are read as copies and written in place', () => {
    const layer = new Scale();
    layer.build([null, 2]);
    const before = layer.getWeights();
    layer.setWeights([[2, 3], 1]);
    expect(before[0]?.toArray()).toEqual([1, 1]);
    expect(layer.apply([[1, 1]]).toArray()).toEqual([[2, 3]]);
  });

  it('change all or none', () => {
    const layer = new Scale({ name: 's' });
    layer.build([null, 2]);
    expect(() => {
      layer.setWeights([[2, 3], [1]]);
    }).toThrow(/weight 'calls', which has shape \(\)/);
    expect(() => {
      layer.setWeights([[2, 3], tensor(1, { dtype: 'int32' })]);
    }).toThrow(/got shape \(\), int32, for weight 'calls'/);
    expect(layer.factor?.value.toArray()).toEqual([1, 1]);
    expect(() => {
      layer.setWeights([[2, 3]]);
    }).toThrow(/1 values, but the layer has 2 weights \(factor \(2,\), calls \(\)\)/);
    expect(() => {
      new Scale().setWeights([1]);
    }).toThrow(/not built/);
  });

  it('give their memory back', () => {
    const before = memory().tensors;
    const layer = new Scale();
    layer.build([null, 2]);
    expect(memory().tensors).toBe(before + 2);
    layer.dispose();
    expect(memory().tensors).toBe(before);
  });
});

describe('losses of a layer', () => {
  it('hold the activity penalty of the last apply, divided by the batch size', () => {
    const layer = new layers.ReLU({ activityRegularizer: 'l1' });
    const batch = [
      [1, -2],
      [3, 0],
    ];
    layer.apply([[100, 100]]);
    layer.apply(batch);
    const [loss, ...more] = layer.losses();
    expect(more).toEqual([]);
    expectNumberClose(loss?.item() ?? NaN, (0.01 * 4) / 2);
    layer.clearLosses();
    expect(layer.losses()).toEqual([]);
  });

  it('hold what call adds', () => {
    class Sparse extends layers.Layer {
      override call(x: Tensor): Tensor {
        this.addLoss(sum(abs(x)));
        return x;
      }
    }
    const layer = new Sparse();
    layer.apply([1, -2]);
    expectAllClose(
      layer.losses().map((loss) => loss.item()),
      [3],
    );
  });
});

describe('options of all layers', () => {
  it('refuse unknown ones and suggest the nearest', () => {
    expect(() => new layers.Dense(3, { activaton: 'relu' } as object)).toThrow(
      /Dense: unknown option 'activaton'. Did you mean 'activation'/,
    );
    expect(() => new Scale({ units: 3 } as object)).toThrow(/Scale: unknown option 'units'/);
  });

  it('inputShape is the shape of a sample', () => {
    expect(new Scale({ inputShape: [4] }).batchInputShape).toEqual([null, 4]);
    expect(new Scale({ inputShape: [4], batchSize: 8 }).batchInputShape).toEqual([8, 4]);
    expect(new Scale({ batchInputShape: [null, null, 2] }).batchInputShape).toEqual([
      null,
      null,
      2,
    ]);
    expect(new Scale().batchInputShape).toBeUndefined();
  });

  it('refuse shapes that are none', () => {
    const number = 784 as unknown as number[];
    expect(() => new Scale({ inputShape: number })).toThrow(/Write inputShape: \[784\]/);
    expect(() => new Scale({ inputShape: [0] })).toThrow(ValueError);
    expect(() => new Scale({ inputShape: [1], batchInputShape: [1, 1] })).toThrow(/not both/);
    expect(() => new Scale({ batchSize: 3 })).toThrow(/batchSize also needs inputShape/);
  });

  it('dtype can only be float32', () => {
    expect(new Scale({ dtype: 'float32' }).dtype).toBe('float32');
    expect(() => new Scale({ dtype: 'float16' })).toThrow(/'float16' is not supported/);
  });

  it('trainable: false makes all weights count as not trainable', () => {
    const layer = new Scale({ trainable: false });
    layer.build([null, 2]);
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.nonTrainableWeights.length).toBe(2);
    expect(() => new Scale({ trainable: 1 as unknown as boolean })).toThrow(/trainable .* got 1/);
  });

  it('stand in the config', () => {
    const layer = new Scale({ trainable: false, activityRegularizer: 'l2' });
    expect(layer.getConfig()).toEqual({
      name: 'scale',
      trainable: false,
      dtype: {
        module: 'keras',
        class_name: 'DTypePolicy',
        config: { name: 'float32' },
        registered_name: null,
      },
      activity_regularizer: {
        module: 'keras.regularizers',
        class_name: 'L2',
        config: { l2: 0.01 },
        registered_name: null,
      },
    });
    expect(Scale.fromConfig(layer.getConfig()).getConfig()).toEqual(layer.getConfig());
  });
});
