// The optimizers beside SGD, RMSprop and Adam: their steps against the rules in float64, their options and state.
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import {
  Adadelta,
  Adagrad,
  Adamax,
  Ftrl,
  get,
  Lion,
  Nadam,
  schedules,
  serialize,
  deserialize,
} from '../../../src/optimizers/index.js';
import type { Optimizer } from '../../../src/optimizers/index.js';
import { tensor, Variable } from '../../../src/tensor/index.js';
import * as rules from '../../reference/update-rules.js';
import type { UpdateRule } from '../../reference/update-rules.js';

const moments = { learningRate: 0.1, beta1: 0.8, beta2: 0.5, epsilon: 0.01 };
const ftrl = { learningRate: 0.1, learningRatePower: -0.7, beta: 0.3 };

const cases: readonly (readonly [Optimizer, readonly number[], UpdateRule])[] = [
  [new Adamax(moments), [0, 0], rules.adamaxRule(moments)],
  [new Nadam(moments), [0, 0], rules.nadamRule(moments)],
  [
    new Adagrad({ learningRate: 0.5, initialAccumulatorValue: 0.3, epsilon: 0.01 }),
    [0.3],
    rules.adagradRule({ learningRate: 0.5, epsilon: 0.01 }),
  ],
  [
    new Adadelta({ learningRate: 0.7, rho: 0.6, epsilon: 0.01 }),
    [0, 0],
    rules.adadeltaRule({ learningRate: 0.7, rho: 0.6, epsilon: 0.01 }),
  ],
  [
    new Lion({ learningRate: 0.1, beta1: 0.7, beta2: 0.4 }),
    [0],
    rules.lionRule({ learningRate: 0.1, beta1: 0.7, beta2: 0.4 }),
  ],
  [
    new Ftrl({
      ...ftrl,
      initialAccumulatorValue: 0.2,
      l1RegularizationStrength: 0.01,
      l2RegularizationStrength: 0.02,
      l2ShrinkageRegularizationStrength: 0.03,
    }),
    [0.2, 0],
    rules.ftrlRule({ ...ftrl, l1: 0.01, l2: 0.02, shrinkage: 0.03 }),
  ],
];

const nameOf = (optimizer: Optimizer): string =>
  (optimizer.constructor as typeof Optimizer).className;

describe.each(
  cases.map(([optimizer, ...rest]) => [nameOf(optimizer), optimizer, ...rest] as const),
)('%s', (name, optimizer, slots, rule) => {
  it('follows its rule', () => {
    const w = new Variable(tensor([1, -2]), { name: 'w' });
    let expected = [1, -2].map((value) => [value, ...slots]);
    [1, -3, 0.5, 0.1, 2].forEach((g, i) => {
      optimizer.apply([tensor([g, g / 3])], [w]);
      expected = expected.map((state, j) => rule(state, j === 0 ? g : g / 3, i + 1));
      w.value.data().forEach((value, j) => expect(value).toBeCloseTo(expected[j]?.[0] ?? NaN, 5));
    });
  });

  it('is found by its name and comes back from its config', () => {
    expect(get(name)).toBeInstanceOf(optimizer.constructor);
    expect(get(name.toLowerCase())).toBeInstanceOf(optimizer.constructor);
    expect(deserialize(serialize(optimizer)).getConfig()).toEqual(optimizer.getConfig());
  });

  it('takes a schedule', () => {
    const scheduled = deserialize({
      class_name: name,
      config: {
        ...optimizer.getConfig(),
        learning_rate: schedules.serialize(
          new schedules.CosineDecay(0, 3, { warmupTarget: 1, warmupSteps: 1 }),
        ),
      },
    });
    const w = new Variable(tensor([1, -2]), { name: 'w' });
    scheduled.apply([tensor([0.5, 0.5])], [w]);
    expect([...w.value.data()], 'at a learning rate of 0').toEqual([1, -2]);
    scheduled.apply([tensor([0.5, 0.5])], [w]);
    expect(w.value.data().every(Number.isFinite)).toBe(true);
    expect([...w.value.data()]).not.toEqual([1, -2]);
  });
});

describe('state', () => {
  const state = (optimizer: Optimizer): string[] => {
    const variables = ['a', 'b'].map((name) => new Variable(tensor([1]), { name }));
    optimizer.build(variables);
    return optimizer.variables.slice(2).map(({ name }) => name);
  };

  it.each<[Optimizer, readonly string[]]>([
    [new Adamax(), ['a_momentum', 'a_norm', 'b_momentum', 'b_norm']],
    [new Nadam(), ['a_momentum', 'a_velocity', 'b_momentum', 'b_velocity', 'u_product']],
    [new Adagrad(), ['a_accumulator', 'b_accumulator']],
    [new Lion(), ['a_momentum', 'b_momentum']],
    [new Ftrl(), ['a_accumulator', 'a_linear', 'b_accumulator', 'b_linear']],
  ])("stands in Keras's order, case %#", (optimizer, names) => {
    expect(state(optimizer)).toEqual(names);
  });

  it('of Nadam goes on where it was', () => {
    const run = (optimizer: Nadam, w: Variable, gs: readonly number[]): void => {
      for (const g of gs) optimizer.apply([tensor([g])], [w]);
    };
    const [whole, part] = [1, 1].map((x) => new Variable(tensor([x]), { name: 'w' }));
    if (whole === undefined || part === undefined) throw new Error('no variables');
    run(new Nadam(), whole, [1, 2, 3]);
    const [before, after] = [new Nadam(), new Nadam()];
    run(before, part, [1, 2]);
    after.build([part]);
    before.variables.forEach((value, i) => after.variables[i]?.assign(value.value));
    run(after, part, [3]);
    expect(part.value.item()).toBe(whole.value.item());
  });
});

describe('options out of range', () => {
  it.each<[() => Optimizer, RegExp]>([
    [() => new Adamax({ beta1: 1 }), /Adamax: beta1/],
    [() => new Nadam({ beta2: 1 }), /Nadam: beta2/],
    [() => new Adagrad({ initialAccumulatorValue: -1 }), /Adagrad: initialAccumulatorValue/],
    [() => new Adadelta({ rho: 2 }), /Adadelta: rho/],
    [() => new Lion({ beta1: 0 }), /Lion: beta1/],
    [() => new Ftrl({ learningRatePower: 0.5 }), /Ftrl: learningRatePower/],
    [() => new Ftrl({ l1RegularizationStrength: -1 }), /Ftrl: l1RegularizationStrength/],
    [() => new Ftrl({ bta: 1 } as object), /Did you mean 'beta'/],
  ])('case %#', (make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});
