// The optimizers beside SGD, RMSprop and Adam: their steps against the rules in float64, their options and state.
import { describe, expect, it } from 'vitest';
import { deserialize, get, Nadam, schedules } from '../../../src/optimizers.js';
import type { Optimizer } from '../../../src/optimizers.js';
import { tensor, Variable } from '../../../src/engine/tensor/index.js';
import { describedClasses, families, makeExamples } from '../../specs/families.js';
import { optimizerSpecs } from '../../specs/optimizers.js';
import { made } from '../../specs/spec.js';

const optimizers = families['optimizers']?.classes ?? [];

/** Optimizers whose row has a rule, with the options of the rule. */
const cases = describedClasses.flatMap((described) => {
  const { rule } = optimizerSpecs[described.name] ?? {};
  if (described.family !== 'optimizers' || rule === undefined) return [];
  const [optimizer] = makeExamples<Optimizer>(described) as [Optimizer];
  return [[described.name, optimizer, rule.slots, rule.step] as const];
});

describe.each(cases)('%s', (name, optimizer, slots, rule) => {
  it('follows its rule', () => {
    const w = new Variable(tensor([1, -2]), { name: 'w' });
    let expected = [1, -2].map((value) => [value, ...slots.map((slot) => slot ?? value)]);
    [1, -3, 0.5, 0.1, 2].forEach((g, i) => {
      optimizer.apply([tensor([g, g / 3])], [w]);
      expected = expected.map((state, j) => rule(state, j === 0 ? g : g / 3, i + 1));
      w.value.data().forEach((value, j) => expect(value).toBeCloseTo(expected[j]?.[0] ?? NaN, 5));
    });
  });

  it('is found by its name', () => {
    expect(get(name)).toBeInstanceOf(optimizer.constructor);
    expect(get(name.toLowerCase())).toBeInstanceOf(optimizer.constructor);
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

  it.each(optimizers.map((type) => [type.className, type] as const))(
    "of %s stands in Keras's order",
    (name, type) => {
      const spec = optimizerSpecs[name];
      const [options] = made(spec?.examples[0] ?? []);
      expect(state(new type(options) as unknown as Optimizer).join(' ')).toBe(spec?.states);
    },
  );

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
