// Keys and shapes of state trees, as Keras gives them before and after a step.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layers, losses, memory, metrics, models, optimizers, tensor } from '../../src/index.js';
import { ShapeError, Tensor, ValueError } from '../../src/index.js';

interface Case {
  readonly optimizer: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly metrics: readonly string[];
  readonly layers: readonly (readonly [name: string, options: Readonly<Record<string, unknown>>])[];
  readonly before: unknown;
  readonly after: unknown;
}

/** See test/oracles/fixtures/keras-inspection.py. */
const cases = JSON.parse(
  readFileSync(new URL('../fixtures/keras-inspection/state-trees.json', import.meta.url), 'utf8'),
) as readonly Case[];

const [first] = cases as readonly [Case];

const camelCase = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function modelOf(spec: Case): models.Sequential {
  const model = new models.Sequential({ name: 'seq' });
  spec.layers.forEach(([name, config], i) => {
    const inputShape = i === 0 ? { input_shape: [3] } : {};
    model.add(layers.deserialize({ class_name: name, config: { ...config, ...inputShape } }));
  });
  const optimizer = optimizers.deserialize({ class_name: spec.optimizer, config: spec.config });
  model.compile({ optimizer, loss: losses.meanSquaredError, metrics: [...spec.metrics] as never });
  return model;
}

const shapesOf = (tree: object): unknown =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]: [string, unknown]) => [
      // Names of optimizers are counted in a program.
      key.replace(/_\d+$/, ''),
      value instanceof Tensor ? [...value.shape] : shapesOf(value as object),
    ]),
  );

const disposeAll = (tree: object): void => {
  for (const value of Object.values(tree) as unknown[]) {
    if (value instanceof Tensor) value.dispose();
    else disposeAll(value as object);
  }
};

const inCamelCase = (tree: unknown): unknown =>
  Object.fromEntries(
    Object.entries(tree as object).map(([key, value]: [string, unknown]) => [
      camelCase(key),
      value,
    ]),
  );

describe('getStateTree', () => {
  it.each(cases)('has the keys and shapes of Keras: $optimizer $config', async (spec) => {
    const model = modelOf(spec);
    // An optimizer is built with the first step here, and in Keras where it compiles a model.
    const before = await model.getStateTree();
    expect(shapesOf(before.trainableVariables)).toEqual(
      (inCamelCase(spec.before) as models.ModelState).trainableVariables,
    );
    disposeAll(before);
    model.trainOnBatch(tensor([[1, 1, 1]]), tensor([[1, 1]]));
    const count = memory().tensors;
    const after = await model.getStateTree();
    expect(shapesOf(after)).toEqual(inCamelCase(spec.after));
    disposeAll(after);
    expect(memory().tensors).toBe(count);
    model.dispose();
  });

  it('gives the numbers as arrays, and metrics in float64', async () => {
    const model = modelOf(first);
    model.trainOnBatch(tensor([[1, 1, 1]]), tensor([[0.1, 0.2]]));
    const state = await model.getStateTree({ valueFormat: 'numpy_array' });
    const [kernel] = model.getWeights();
    const { seq } = state.trainableVariables as { seq: { d: { kernel: unknown } } };
    expect(seq.d.kernel).toEqual(kernel?.toArray());
    const [loss] = model.metrics;
    expect(state.metricsVariables).toMatchObject({ loss: { total: loss?.result(), count: 1 } });
    expect(await model.getStateTree({ valueFormat: 'numpyArray' })).toEqual(state);
    const wrong = { valueFormat: 'list' } as unknown as { valueFormat: 'numpy_array' };
    await expect(model.getStateTree(wrong)).rejects.toThrow(
      /getStateTree: valueFormat must be .*'numpy_array'/,
    );
    model.dispose();
  });

  it('refuses two variables of one path, as Keras does', async () => {
    const model = modelOf({ ...first, metrics: [] });
    model.compile({ loss: 'mse', metrics: [new metrics.MeanSquaredError({ name: 'loss' })] });
    model.trainOnBatch(tensor([[1, 1, 1]]), tensor([[1, 1]]));
    await expect(model.getStateTree()).rejects.toThrow(
      /getStateTree: two variables have the path 'loss\/total'/,
    );
    model.dispose();
  });

  it('has the list that other metrics gather, and nothing of a model that is not compiled', async () => {
    const model = modelOf(first);
    model.compile({ loss: 'mse', metrics: [new metrics.AUC({ numThresholds: 3, name: 'auc' })] });
    model.trainOnBatch(tensor([[1, 1, 1]]), tensor([[1, 0]]));
    const auc = model.metrics.at(-1);
    const { metricsVariables } = await model.getStateTree({ valueFormat: 'numpy_array' });
    expect(metricsVariables).toMatchObject({ auc: { state: auc?.getState() } });
    const plain = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
    const state = await plain.getStateTree();
    expect(state).toMatchObject({ optimizerVariables: {}, metricsVariables: {} });
    disposeAll(state);
    model.dispose();
  });
});

describe('setStateTree', () => {
  const step = (model: models.Sequential): number[] =>
    model.trainOnBatch(tensor([[1, 2, 3]]), tensor([[0.1, 0.2]]));

  /** A model that was trained for a step, and one of the same layers with slots. */
  function twoModels(): [models.Sequential, models.Sequential] {
    const [one, other] = [modelOf(first), modelOf(first)];
    step(one);
    other.trainOnBatch(tensor([[3, 1, 2]]), tensor([[1, -1]]));
    return [one, other];
  }

  /** The tree with the name that the optimizer of a model has. */
  const renamed = (state: models.ModelState<unknown>, model: models.Sequential): never => {
    const [slots] = Object.values(state.optimizerVariables);
    return { ...state, optimizerVariables: { [model.optimizer?.name ?? '']: slots } } as never;
  };

  it.each(['backend_tensor', 'numpy_array'] as const)(
    'goes on as the other model does, from %s',
    async (valueFormat) => {
      const [one, other] = twoModels();
      const state = await one.getStateTree({ valueFormat });
      const tree = renamed(state, other);
      const text =
        valueFormat === 'numpy_array' ? (JSON.parse(JSON.stringify(tree)) as never) : tree;
      const { tensors } = memory();
      await other.setStateTree(text);
      expect(memory().tensors).toBe(tensors);
      for (let i = 0; i < 3; i++) expect(step(other)).toEqual(step(one));
      expect(other.optimizer?.iterations).toBe(4);
      if (valueFormat === 'backend_tensor') disposeAll(state);
      one.dispose();
      other.dispose();
    },
  );

  it('takes a part, and the keys of Keras', async () => {
    const [one] = twoModels();
    await one.setStateTree({
      trainable_variables: { seq: { d: { bias: [7, 8] } } },
      metrics_variables: { loss: { count: 5 } },
    });
    expect(one.getWeights()[1]?.toArray()).toEqual([7, 8]);
    const { metricsVariables } = await one.getStateTree({ valueFormat: 'numpy_array' });
    expect(metricsVariables).toMatchObject({ loss: { count: 5 } });
    one.dispose();
  });

  it('refuses hostile and wrong trees before anything is changed', async () => {
    const [one] = twoModels();
    const before = JSON.stringify(await one.getStateTree({ valueFormat: 'numpy_array' }));
    const good = { seq: { d: { bias: [7, 8] } } };
    const circle: Record<string, unknown> = {};
    circle['a'] = circle['b'] = circle;
    const refused: [unknown, new (...args: never[]) => Error, RegExp][] = [
      [null, ValueError, /setStateTree: the tree must be an object, got null/],
      [{ weights: good }, ValueError, /the tree has 'weights'; expected trainableVariables, /],
      [{ trainableVariables: [1] }, ValueError, /trainableVariables must be an object/],
      [
        { trainableVariables: { ...good, x: 1 } },
        ValueError,
        /have no 'x'; they are seq\/d\/kernel, seq\/d\/bias/,
      ],
      [
        { trainableVariables: { seq: { d: { bias: [7, 8], kernel: [[1]] } } } },
        ShapeError,
        /'seq\/d\/kernel' has shape \(3, 2\)/,
      ],
      [
        { trainableVariables: { seq: { d: { bias: 'text' } } } },
        ValueError,
        /setStateTree: trainableVariables: 'seq\/d\/bias': /,
      ],
      [
        { trainableVariables: JSON.parse('{"__proto__": {"d": 1}}') as object },
        ValueError,
        /have no '__proto__\/d'/,
      ],
      [
        { trainableVariables: circle },
        ValueError,
        /nests deeper than 64 objects|more than 1000000 values/,
      ],
      [
        { trainableVariables: good, optimizerVariables: { adam: { nothing: 1 } } },
        ValueError,
        /optimizer\.build\(model\.trainableWeights\)/,
      ],
      [
        { trainableVariables: good, metricsVariables: { loss: { total: [1, 2] } } },
        ShapeError,
        /'loss\/total' has shape \(\)/,
      ],
      [
        { trainableVariables: good, metricsVariables: { loss: { total: 'x' } } },
        ValueError,
        /'loss\/total'/,
      ],
    ];
    const { tensors } = memory();
    for (const [tree, type, message] of refused) {
      const setting = one.setStateTree(tree as never);
      await expect(setting, String(message)).rejects.toThrow(type);
      await expect(setting).rejects.toThrow(message);
    }
    expect(memory().tensors).toBe(tensors);
    expect(JSON.stringify(await one.getStateTree({ valueFormat: 'numpy_array' }))).toBe(before);
    one.dispose();
  });

  it('changes nothing if a metric of your own refuses its numbers', async () => {
    class Refusing extends metrics.Mean {
      override setState(): void {
        throw new ValueError('refused');
      }
    }
    const model = modelOf({ ...first, metrics: [] });
    class Own extends models.Sequential {
      readonly seen = new Refusing({ name: 'seen' });
    }
    const own = new Own([new layers.Dense(1, { inputShape: [1] })]);
    own.compile({ loss: 'mse' });
    own.trainOnBatch(tensor([[1]]), tensor([[1]]));
    const state = await own.getStateTree({ valueFormat: 'numpy_array' });
    await expect(
      own.setStateTree({ metricsVariables: { loss: { total: 9 }, seen: { total: 1 } } }),
    ).rejects.toThrow('refused');
    expect(await own.getStateTree({ valueFormat: 'numpy_array' })).toEqual(state);
    own.dispose();
    model.dispose();
  });
});
