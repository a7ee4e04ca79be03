import { describe, expect, it } from 'vitest';
import * as activations from '../../src/activations.js';
import * as constraints from '../../src/constraints.js';
import { classNameOf, flattenNest } from '../../src/config/index.js';
import '../../src/index.js';
import { initializerRegistry } from '../../src/nn/initializers/registry.js';
import type * as initializers from '../../src/initializers.js';
import * as layers from '../../src/layers.js';
import * as losses from '../../src/losses.js';
import * as metrics from '../../src/metrics.js';
import { Sequential } from '../../src/models.js';
import * as ops from '../../src/engine/ops/index.js';
import type * as optimizers from '../../src/optimizers.js';
import * as regularizers from '../../src/regularizers.js';
import { memory, ones, Tensor, tensor, tidy, Variable } from '../../src/engine/tensor/index.js';
import { batches } from '../specs/batches.js';
import type { Batch, Case } from '../specs/batches.js';
import { describedClasses } from '../specs/families.js';
import { inputFor, makeLayers } from '../specs/layers.js';
import { lossSpecs } from '../specs/losses.js';
import { metricSpecs } from '../specs/metrics.js';
import { made } from '../specs/spec.js';

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

const WEIGHTS = [1, 2, 1, 1, 2, 3];

/** The targets and predictions of an example of a loss or a metric. */
function batchOf(
  specs: Readonly<Record<string, { readonly cases: readonly Case[] }>>,
  of: object,
  example: number,
): Mutable {
  // prettier-ignore
  const { className } = of.constructor as typeof losses.Loss;
  return batches[specs[className]?.cases[example]?.[0] ?? 'bits'] as Batch as never;
}
interface Mutable {
  readonly yTrue: number[][];
  readonly yPred: number[][];
}

const NOTHING = { tensors: 0, bytes: 0 };

const matrix = ops.sub(ops.oneHot([0, 1, 2], 3), 0.25);

describe('outside of tidy nothing is left but the result', () => {
  it.each(makeLayers().map(([layer, shape]) => [layer.name, layer, shape] as const))(
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

  it('of a constraint or a regularizer by a function, and by a class field', () => {
    const f = (w: Tensor): Tensor => w.add(1).mul(2);
    expect(leftovers(() => constraints.get(f)?.call(matrix))).toEqual(NOTHING);
    expect(leftovers(() => regularizers.get((w) => w.add(1).sum())?.call(matrix))).toEqual(NOTHING);
    class Field extends constraints.Constraint {
      override call = f;
    }
    expect(tidy(() => new Field().call(matrix).shape)).toEqual([3, 3]);
  });

  /** The shape of a weight that any initializer makes; only STFT asks for three axes. */
  const weightShape = (className: string): number[] => (className === 'STFT' ? [3, 1, 2] : [3, 2]);

  /** What is done with an object of each family. */
  const uses: Readonly<Record<string, (made: never, example: number) => unknown>> = {
    constraints: (constraint: constraints.Constraint) => constraint.call(matrix),
    initializers: (initializer: initializers.Initializer) =>
      initializer.apply(weightShape(classNameOf(initializer))),
    losses: (loss: losses.Loss, example) => {
      const { yTrue, yPred } = batchOf(lossSpecs, loss, example);
      const [t, p] = [tensor(yTrue), tensor(yPred)];
      return [loss.apply(yTrue, yPred, WEIGHTS), loss.call(t, p), t, p];
    },
    metrics: (metric: metrics.Metric, example) => {
      const { yTrue, yPred } = batchOf(metricSpecs, metric, example);
      const takesValues = metric instanceof metrics.Mean || metric instanceof metrics.Sum;
      if (takesValues) metric.updateState(yPred, WEIGHTS);
      else metric.updateState(yTrue, yPred, WEIGHTS);
      metric.result();
      metric.resetState();
      return [];
    },
    optimizers: (optimizer: optimizers.Optimizer) => {
      const weight = new Variable(ones([2, 3]), { name: 'w' });
      const gradient = ones([2, 3]);
      optimizer.build([weight]);
      for (let i = 0; i < 3; i++) optimizer.apply([gradient]);
      for (const each of [optimizer, weight, gradient]) each.dispose();
      return [];
    },
    regularizers: (regularizer: regularizers.Regularizer) => regularizer.call(matrix),
  };

  const others = describedClasses.filter(({ family }) => family in uses);
  it.each(others)('of $family: $name', (described) => {
    const { family, type, spec } = described;
    // Optimizers that hold others have such options inside.
    const isSimple = family === 'optimizers' && (type.facts.positional ?? []).length === 0;
    const further = isSimple ? [[{ useEma: true, gradientAccumulationSteps: 2 }]] : [];
    [...spec.examples.map(made), ...further].forEach((args, example) => {
      expect(leftovers(() => uses[family]?.(new type(...args) as never, example))).toEqual(NOTHING);
    });
  });

  it.each([...initializerRegistry.classes].filter(({ className }) => className !== 'Orthogonal'))(
    'of $className, int32',
    (type) => {
      expect(
        leftovers(() => type.fromConfig({}).apply(weightShape(type.className), 'int32')),
      ).toEqual(NOTHING);
    },
  );

  const functions = Object.entries({ ...losses, ...metrics }).filter(
    ([name, f]) =>
      typeof f === 'function' &&
      /^[a-z]/.test(name) &&
      !/^(de)?serialize|^get|^register/.test(name),
  ) as unknown as readonly [string, (yTrue: unknown, yPred: unknown) => Tensor][];
  it.each(functions)('of the function %s', (name, f) => {
    const rows = [
      [1, 0],
      [0, 1],
    ];
    const takesLabels = /^(sparse|circle|categoricalGeneralized)/.test(name);
    const yPred = [
      [0.5, 0.5],
      [0.25, 0.75],
    ];
    expect(
      // Rows of labels, and of each sample the steps.
      leftovers(() =>
        name === 'ctc' ? f(rows, [yPred, yPred]) : f(takesLabels ? [0, 1] : rows, yPred),
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
});
