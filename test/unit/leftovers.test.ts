import { describe, expect, it } from 'vitest';
import * as activations from '../../src/activations/index.js';
import * as constraints from '../../src/constraints/index.js';
import { flattenNest } from '../../src/config/index.js';
import { constraintRegistry } from '../../src/constraints/registry.js';
import '../../src/index.js';
import { initializerRegistry } from '../../src/initializers/registry.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import { lossRegistry } from '../../src/losses/registry.js';
import * as metrics from '../../src/metrics/index.js';
import { metricRegistry } from '../../src/metrics/registry.js';
import { Sequential } from '../../src/models/index.js';
import * as ops from '../../src/ops/index.js';
import { optimizerRegistry } from '../../src/optimizers/registry.js';
import * as regularizers from '../../src/regularizers/index.js';
import { memory, ones, Tensor, tensor, tidy, Variable } from '../../src/tensor/index.js';
import { examples, inputFor } from './layers/examples.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** What is in memory more after `f` than before, when what it gives is disposed. */
function leftovers(f: () => unknown): { readonly tensors: number; readonly bytes: number } {
  const before = memory();
  for (const result of flattenNest(f(), isTensor)) result.dispose();
  const after = memory();
  return { tensors: after.tensors - before.tensors, bytes: after.bytes - before.bytes };
}

/** What passes its input on gives nothing that is to be disposed. */
const notItself = (y: Tensor, x: Tensor | readonly Tensor[]): Tensor[] => (y === x ? [] : [y]);

const NOTHING = { tensors: 0, bytes: 0 };

const matrix = ops.sub(ops.oneHot([0, 1, 2], 3), 0.25);

describe('outside of tidy nothing is left but the result', () => {
  it.each(examples.map(([layer, shape]) => [layer.name, layer, shape] as const))(
    'of a layer: %s',
    (_, layer, shape) => {
      const x = inputFor(layer, shape);
      layer.build(shape);
      // What the layer adds to the loss lives on beside its result, as `losses()` gives it.
      const apply = (input: unknown, training: boolean): Tensor => {
        const y = layer.apply(input, { training }) as Tensor;
        for (const loss of layer.losses()) loss.dispose();
        return y;
      };
      for (const training of [false, true]) {
        expect(leftovers(() => notItself(apply(x, training), x))).toEqual(NOTHING);
      }
      const tensors = [x].flat();
      const lists = tensors.map((one) => one.toArray());
      const list = Array.isArray(x) ? lists : lists[0];
      expect(leftovers(() => apply(list, false))).toEqual(NOTHING);
      for (const one of tensors) one.dispose();
      layer.dispose();
    },
  );

  it('of a layer that is built on the way, but its weights', () => {
    const dense = new layers.Dense(2, { activation: 'softmax', activityRegularizer: 'l2' });
    const x = ones([4, 3]);
    const y = dense.apply(x);
    // The penalty of the output lives on, as `losses()` gives it.
    expect(dense.losses().map((loss) => loss.isDisposed)).toEqual([false]);
    for (const t of [x, y, ...dense.losses()]) t.dispose();
    expect(
      leftovers(() => {
        dense.dispose();
      }),
    ).toEqual({ tensors: -2, bytes: -32 });
  });

  it('of a layer that fails', () => {
    class Failing extends layers.Layer {
      static override readonly className = 'Failing';
      override call(x: Tensor): Tensor {
        throw new Error(String(x.add(1).mul(2).shape));
      }
    }
    const x = ones([2]);
    expect(
      leftovers(() => {
        expect(() => new Failing().apply(x)).toThrow('2');
      }),
    ).toEqual(NOTHING);
    x.dispose();
  });

  it('of a model in a model', () => {
    const inner = new Sequential([new layers.Dense(3), new layers.BatchNormalization()]);
    const model = new Sequential([layers.Input([3]), inner, new layers.LayerNormalization()]);
    expect(leftovers(() => model.apply(matrix))).toEqual(NOTHING);
    model.dispose();
  });

  it.each([...constraintRegistry.classes].map((type) => [type.className, type] as const))(
    'of %s',
    (_, type) => {
      const constraint = type.fromConfig({});
      expect(leftovers(() => constraint.call(matrix))).toEqual(NOTHING);
    },
  );

  it('of a constraint or a regularizer by a function, and by a class field', () => {
    const f = (w: Tensor): Tensor => w.add(1).mul(2);
    expect(leftovers(() => constraints.get(f)?.call(matrix))).toEqual(NOTHING);
    expect(leftovers(() => regularizers.get((w) => w.add(1).sum())?.call(matrix))).toEqual(NOTHING);
    class Field extends constraints.Constraint {
      override call = f;
    }
    expect(tidy(() => new Field().call(matrix).shape)).toEqual([3, 3]);
  });

  it.each(['l1', 'l2', 'l1_l2', 'orthogonal_regularizer'])('of %s', (name) => {
    expect(leftovers(() => regularizers.get(name)?.call(matrix))).toEqual(NOTHING);
  });

  it.each([...initializerRegistry.classes].map((type) => [type.className, type] as const))(
    'of %s',
    (_, type) => {
      const initializer = type.fromConfig({});
      const dtypes = type.className === 'Orthogonal' ? ['float32'] : ['float32', 'int32'];
      for (const dtype of dtypes as ('float32' | 'int32')[]) {
        expect(leftovers(() => initializer.apply([3, 2], dtype))).toEqual(NOTHING);
      }
    },
  );

  it.each([...lossRegistry.classes].map((type) => [type.className, type] as const))(
    'of the loss %s',
    (_, type) => {
      // Regions are one by default, and no sample has a loss of its own.
      const regions = /^(Dice|Tversky)$/.test(type.className) ? { axis: -1 } : {};
      const loss = type.fromConfig(regions);
      const yPred = tensor([
        [0.5, 0.5],
        [0.25, 0.75],
      ]);
      const yTrue =
        loss.targets === 'labels'
          ? [0, 1]
          : [
              [1, 0],
              [0, 1],
            ];
      const given = tensor(yTrue);
      expect(leftovers(() => loss.apply(yTrue, yPred, [1, 2]))).toEqual(NOTHING);
      expect(leftovers(() => loss.call(given, yPred))).toEqual(NOTHING);
      given.dispose();
      yPred.dispose();
    },
  );

  it.each([...metricRegistry.classes].map((type) => [type.className, type] as const))(
    'of the metric %s',
    (name, type) => {
      const metric = type.fromConfig({});
      const yPred = [
        [0.5, 0.5],
        [0.25, 0.75],
      ];
      const yTrue = name.startsWith('Sparse')
        ? [0, 1]
        : [
            [1, 0],
            [0, 1],
          ];
      expect(
        leftovers(() => {
          metric.updateState(yTrue, yPred, ['Mean', 'Sum'].includes(name) ? undefined : [1, 2]);
          metric.result();
          metric.resetState();
        }),
      ).toEqual(NOTHING);
    },
  );

  const functions = Object.entries({ ...losses, ...metrics }).filter(
    ([name, f]) =>
      typeof f === 'function' &&
      /^[a-z]/.test(name) &&
      !/^(de)?serialize|^get|^register/.test(name),
  ) as unknown as readonly [string, (yTrue: number[] | number[][], yPred: number[][]) => Tensor][];
  it.each(functions)('of the function %s', (name, f) => {
    const yTrue = name.startsWith('sparse')
      ? [0, 1]
      : [
          [1, 0],
          [0, 1],
        ];
    expect(
      leftovers(() =>
        f(yTrue, [
          [0.5, 0.5],
          [0.25, 0.75],
        ]),
      ),
    ).toEqual(NOTHING);
  });

  const named = Object.entries(activations).filter(
    ([name]) => !/^(de)?serialize|^get/.test(name),
  ) as unknown as readonly [string, (x: Tensor, ...more: number[]) => Tensor][];
  it.each(named)('of the activation %s', (name, f) => {
    const x = ones([2, 4]);
    const call = (): Tensor => (name === 'threshold' ? f(x, 1, 1) : f(x));
    expect(leftovers(() => notItself(call(), x))).toEqual(NOTHING);
    x.dispose();
  });

  it.each([...optimizerRegistry.classes].map((type) => [type.className, type] as const))(
    'of %s',
    (_, type) => {
      const weight = new Variable(ones([2, 3]), { name: 'w' });
      const gradient = ones([2, 3]);
      const made = leftovers(() => {
        const optimizer = type.fromConfig({ use_ema: true, gradient_accumulation_steps: 2 });
        optimizer.build([weight]);
        for (let i = 0; i < 3; i++) optimizer.apply([gradient]);
        optimizer.dispose();
      });
      expect(made).toEqual(NOTHING);
      weight.dispose();
      gradient.dispose();
    },
  );
});
