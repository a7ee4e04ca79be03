// What every optimizer does in training: repeated steps give the bits of steps that run, a file goes on where it was saved,
// gradients of several steps make one update, and moving averages follow the weights.
import { describe, expect, it } from 'vitest';
import { layers, models, random, tensor } from '../../../src/index.js';
import type { optimizers } from '../../../src/index.js';
import { Variable } from '../../../src/engine/tensor/index.js';
import { describedClasses } from '../../specs/families.js';
import { made } from '../../specs/spec.js';
import { repeatedSteps, withoutRepetition } from '../models/repeated.js';

const rows = describedClasses.filter(({ family }) => family === 'optimizers');
const simple = rows.filter(({ name }) => !/^(LossScale|Multi)/.test(name));

/** The optimizer of a row with additional options. */
const make = (
  { type, spec }: (typeof rows)[number],
  further: object = {},
): optimizers.Optimizer => {
  const args = made(spec.examples[0] ?? []);
  const options = { ...(args[(type.facts.positional ?? []).length] ?? {}), ...further };
  return new type(...args.slice(0, (type.facts.positional ?? []).length), options) as never;
};

const x = random.normal([12, 6], { seed: 3 });
const y = random.normal([12, 2], { seed: 4 });

function network(optimizer: optimizers.Optimizer): models.Sequential {
  const seeded = (seed: number) => ({ kernelInitializer: { class_name: 'GlorotUniform', config: { seed } } }); // prettier-ignore
  const model = new models.Sequential(
    [
      new layers.Dense(7, { activation: 'tanh', inputShape: [6], name: 'a', ...seeded(1) }),
      new layers.Dense(2, { name: 'b', ...seeded(2) }),
    ],
    { name: 'model' },
  );
  model.compile({ optimizer, loss: 'mse' });
  return model;
}

const bits = (variables: readonly Variable[]): number[][] =>
  variables.map(({ value }) => [...value.data()]);

const bitsOf = (model: models.Model): number[][] =>
  bits([...model.weights, ...(model.optimizer?.variables ?? [])]);

const steps = (model: models.Model, count: number): void => {
  for (let i = 0; i < count; i++) model.trainOnBatch(x, y);
};

describe.each(rows)('$name', (row) => {
  it('takes the same steps where they are repeated', () => {
    const [repeated, plain] = [network(make(row)), network(make(row))];
    withoutRepetition(plain);
    for (const model of [repeated, plain]) steps(model, 8);
    expect(repeatedSteps(repeated)).toBe(1);
    expect(repeatedSteps(plain)).toBe(0);
    expect(bitsOf(repeated)).toEqual(bitsOf(plain));
  });

  it('goes on out of a file', async () => {
    const model = network(make(row));
    steps(model, 4);
    let bytes = new Uint8Array();
    const write = (_: string, all: Uint8Array<ArrayBuffer>): void => void (bytes = all.slice());
    await model.save({ write }, { format: 'keras' });
    const again = await models.loadModel(bytes);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    for (const each of [model, again]) steps(each, 4);
    expect(bitsOf(again)).toEqual(bitsOf(model));
  });
});

describe.each(simple)('$name', (row) => {
  /** A matrix and a vector, and their gradients in step `i`. */
  const variables = (): Variable[] => [
    new Variable(random.normal([5, 4], { seed: 5 }), { name: 'w' }),
    new Variable(random.normal([4], { seed: 6 }), { name: 'b' }),
  ];
  const gradients = (i: number) => [
    random.normal([5, 4], { seed: 10 + i }),
    random.normal([4], { seed: 20 + i }),
  ];

  it('makes one update of the mean gradient of several steps', () => {
    const [several, single] = [variables(), variables()];
    const accumulating = make(row, { gradientAccumulationSteps: 2 });
    const plain = make(row);
    for (let i = 0; i < 6; i++) {
      const before = bits(several);
      accumulating.apply(gradients(i), several);
      if (i % 2 === 0) expect(bits(several), 'between two updates').toEqual(before);
      else {
        const last = gradients(i - 1);
        const means = gradients(i).map((each, j) => each.add(last[j] ?? 0).div(2));
        plain.apply(means, single);
        expect(bits(several)).toEqual(bits(single));
      }
    }
    expect(accumulating.iterations).toBe(3);
  });

  it('keeps moving averages of the weights', () => {
    const [weights, same] = [variables(), variables()];
    const momentum = 0.75;
    const averaging = make(row, { useEma: true, emaMomentum: momentum });
    const plain = make(row);
    let expected: number[][] = [];
    for (let i = 0; i < 4; i++) {
      averaging.apply(gradients(i), weights);
      plain.apply(gradients(i), same);
      expect(bits(weights), 'weights are those without averages').toEqual(bits(same));
      const now = bits(weights);
      expected =
        i === 0
          ? now
          : expected.map((list, j) =>
              list.map((at, k) => momentum * at + (1 - momentum) * (now[j]?.[k] ?? NaN)),
            );
    }
    averaging.finalizeVariableValues();
    bits(weights).forEach((list, j) => {
      list.forEach((at, k) => expect(at).toBeCloseTo(expected[j]?.[k] ?? NaN, 5));
    });
  });

  it('leaves weights alone that have no gradient', () => {
    const weights = variables();
    const optimizer = make(row);
    optimizer.apply([gradients(0)[0] ?? null, null], weights);
    expect([...(weights[1]?.value.data() ?? [])]).toEqual([
      ...random.normal([4], { seed: 6 }).data(),
    ]);
    expect(bits(weights)[0]).not.toEqual([...random.normal([5, 4], { seed: 5 }).data()]);
  });

  it('scales gradients back', () => {
    // A power of two changes no bits.
    const [scaled, plain] = [make(row, { lossScaleFactor: 64 }), make(row)];
    const [weights, same] = [variables(), variables()];
    for (let i = 0; i < 3; i++) {
      scaled.apply(gradients(i).map((each) => scaled.scaleLoss(each)), weights); // prettier-ignore
      plain.apply(gradients(i), same);
    }
    expect(bits(weights)).toEqual(bits(same));
    expect(scaled.scaleLoss(tensor(2)).item()).toBe(128);
  });
});
