// `models.Model` as a type takes every model; as a class it knows what its inputs and outputs are.
import { expect, expectTypeOf, it } from 'vitest';
import { Input, layers, models, Sequential } from 'lanegrad';
import type { Tensor } from 'lanegrad';

const [image, meta] = [Input([2]), Input([1])];
const digit = new layers.Dense(3).apply(image);
const typed = new models.Model({ inputs: { image, meta }, outputs: { digit, meta } });
const listed = new models.Model({ inputs: [image, meta], outputs: [digit] });

class Own extends models.Model {
  override trainStep(batch: models.StepBatch): models.StepLogs {
    expectTypeOf(this.apply(batch.x)).toEqualTypeOf<Tensor>();
    return super.trainStep(batch);
  }
}

it('takes a Sequential, models of several inputs and outputs, and subclasses as a parameter', () => {
  const count = (model: models.Model): number => model.countParams();
  const own = new Own({ inputs: image, outputs: digit });
  const stack = new Sequential([new layers.Dense(3, { inputShape: [2] })]);
  const all: readonly models.Model[] = [typed, listed, own, stack];
  expect(all.map(count)).toEqual([9, 9, 9, 9]);
  expect(all.every((model) => model instanceof models.Model)).toBe(true);
  expectTypeOf<Awaited<ReturnType<models.Model['predict']>>>().toEqualTypeOf<Tensor>();
});

it('has the structures of its inputs and outputs where it is made', async () => {
  const x = { image: [[1, 2]], meta: [[3]] };
  const outputs = await typed.predict(x, { verbose: 0 });
  expectTypeOf(outputs).toEqualTypeOf<{ readonly digit: Tensor; readonly meta: Tensor }>();
  expect(outputs.meta.toArray(2)).toEqual([[3]]);
  expectTypeOf(typed.apply(x).digit).toEqualTypeOf<Tensor>();
  expectTypeOf(listed.apply([image, meta])).toEqualTypeOf<readonly [layers.SymbolicTensor]>();
});

it('takes strings in apply, as in predict', () => {
  const lookup = new layers.StringLookup({ vocabulary: ['a', 'b'] });
  const model = new Sequential([Input([], { dtype: 'string' }), lookup]);
  expect(model.apply(['b', 'c']).toArray(1)).toEqual([2, 0]);
  expectTypeOf(model.apply(['b'])).toEqualTypeOf<Tensor>();
});

it('predicts one row of a table', async () => {
  const [age, job] = [Input([1], { name: 'age' }), Input([], { dtype: 'string', name: 'job' })];
  const code = new layers.StringLookup({ vocabulary: ['clerk', 'smith'] }).apply(job);
  const model = new models.Model({ inputs: { age, job }, outputs: { age, code } });
  const one = await model.predict({ age: 31, job: 'smith' }, { verbose: 0 });
  expect([one.age.toArray(2), one.code.toArray(1)]).toEqual([[[31]], [2]]);
  await expect(model.predict({ age: [31], job: 'smith' }, { verbose: 0 })).rejects.toThrow(
    "predict: x 'job' must be a tensor, nested arrays or a typed array, got 'smith'.",
  );
});
