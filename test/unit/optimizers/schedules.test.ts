import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { schedules, SGD } from '../../../src/optimizers.js';
import { memory, tensor, Variable } from '../../../src/engine/tensor/index.js';

const {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  LearningRateSchedule,
  PiecewiseConstantDecay,
  PolynomialDecay,
} = schedules;

describe('values by their formulas', () => {
  it.each<[string, schedules.LearningRateSchedule, Readonly<Record<number, number>>]>([
    ['exponential', new ExponentialDecay(0.5, 10, 0.25), { 5: 0.25, 10: 0.125, 25: 0.5 / 32 }],
    [
      'exponential in stairs',
      new ExponentialDecay(0.5, 10, 0.25, { staircase: true }),
      { 9: 0.5, 10: 0.125, 19: 0.125 },
    ],
    [
      'inverse time in stairs',
      new InverseTimeDecay(1, 4, 0.5, { staircase: true }),
      { 3: 1, 4: 1 / 1.5, 8: 0.5 },
    ],
    ['piecewise', new PiecewiseConstantDecay([2, 4], [3, 2, 1]), { 2: 3, 3: 2, 4: 2, 5: 1 }],
    ['piecewise of one piece', new PiecewiseConstantDecay([], [7]), { 0: 7, 9: 7 }],
    [
      'polynomial',
      new PolynomialDecay(1.5, 10, { endLearningRate: 0.5, power: 2 }),
      { 0: 1.5, 5: 0.75, 10: 0.5, 11: 0.5 },
    ],
    [
      'polynomial in cycles',
      new PolynomialDecay(1, 10, { endLearningRate: 0, cycle: true }),
      { 0: 1, 10: 0, 15: 0.25, 20: 0, 24: 0.2 },
    ],
    [
      'cosine with a warm-up',
      new CosineDecay(1, 4, { warmupTarget: 3, warmupSteps: 2, alpha: 0.5 }),
      { 0: 1, 1: 2, 2: 3, 4: 2.25, 6: 1.5, 9: 1.5 },
    ],
    [
      'restarts of one length',
      new CosineDecayRestarts(2, 4, { tMul: 1, mMul: 0.5 }),
      { 0: 2, 2: 1, 4: 1, 6: 0.5, 8: 0.5 },
    ],
    [
      'restarts that grow',
      new CosineDecayRestarts(1, 2, { tMul: 3 }),
      { 0: 1, 1: 0.5, 2: 1, 5: 0.5, 8: 1, 26: 1, 80: 1, 242: 1 },
    ],
  ])('%s', (_, schedule, points) => {
    for (const [step, value] of Object.entries(points)) {
      expect(schedule.call(Number(step)), `step ${step}`).toBeCloseTo(value, 12);
    }
  });
});

describe('an optimizer with a schedule', () => {
  const halves = (): schedules.LearningRateSchedule =>
    new PiecewiseConstantDecay([0, 1], [1, 0.5, 0.25]);

  it('asks it before each step', () => {
    const w = new Variable(tensor([0]), { name: 'w' });
    const optimizer = new SGD({ learningRate: halves() });
    const seen = [1, 1, 1].map((g) => {
      const rate = optimizer.learningRate;
      optimizer.apply([tensor([g])], [w]);
      return [rate, w.value.item()];
    });
    expect(seen).toEqual([
      [1, -1],
      [0.5, -1.5],
      [0.25, -1.75],
    ]);
  });

  it("has no variable of the learning rate, as in Keras's files", () => {
    const optimizer = new SGD({ learningRate: halves() });
    expect(optimizer.variables.map(({ name }) => name)).toEqual(['iteration']);
  });

  it('counts each call, also where several make one update', () => {
    const w = new Variable(tensor([0]), { name: 'w' });
    const optimizer = new SGD({ learningRate: halves(), gradientAccumulationSteps: 2 });
    for (const g of [1, 3]) optimizer.apply([tensor([g])], [w]);
    expect(w.value.item()).toBe(-2 * 0.5);
    expect(optimizer.iterations).toBe(1);
  });

  it('cannot be set to a number, but to another schedule', () => {
    const optimizer = new SGD({ learningRate: halves(), name: 'mine' });
    expect(() => (optimizer.learningRate = 0.5)).toThrow(ValueError);
    expect(() => (optimizer.learningRate = 0.5)).toThrow(
      /mine: the learning rate comes from a schedule \(PiecewiseConstantDecay\).*0\.5/,
    );
    optimizer.learningRate = new ExponentialDecay(8, 1, 0.5);
    expect(optimizer.learningRate).toBe(8);
  });

  it('can be given one in place of a number', () => {
    const optimizer = new SGD({ learningRate: 0.5 });
    expect(optimizer.variables).toHaveLength(2);
    const before = memory().tensors;
    optimizer.learningRate = halves();
    expect(memory().tensors).toBe(before - 1);
    expect(optimizer.variables.map(({ name }) => name)).toEqual(['iteration']);
  });

  it('takes one of your own', () => {
    class Thirds extends LearningRateSchedule {
      static override readonly className = 'Thirds';
      override call(step: number): number {
        return 3 ** -step;
      }
      override getConfig(): Readonly<Record<string, unknown>> {
        return {};
      }
      static fromConfig(): Thirds {
        return new Thirds();
      }
    }
    const optimizer = new SGD({ learningRate: new Thirds() });
    const config = optimizer.getConfig();
    expect(config['learning_rate']).toEqual({
      module: null,
      class_name: 'Thirds',
      config: {},
      registered_name: 'Thirds',
    });
    expect(() => SGD.fromConfig(config)).toThrow(/'Thirds'.*registerSchedule/);
    schedules.registerSchedule(Thirds);
    expect(SGD.fromConfig(config).learningRate).toBe(1);
    expect(SGD.fromConfig(config).getConfig()).toEqual(config);
  });

  it('does not take what is not a number', () => {
    class Broken extends LearningRateSchedule {
      static override readonly className = 'Broken';
      override call(): number {
        return NaN;
      }
    }
    const optimizer = new SGD({ learningRate: new Broken() });
    expect(() => optimizer.learningRate).toThrow(/Broken: call\(step\) must be a finite number/);
    expect(() => optimizer.getConfig()).toThrow(/Broken has no getConfig/);
  });
});

describe('bad arguments', () => {
  it.each<[() => unknown, RegExp]>([
    [() => new PiecewiseConstantDecay([1, 2], [1, 2]), /2 values for 2 boundaries/],
    [() => new PiecewiseConstantDecay([2, 2], [1, 2, 3]), /boundaries must rise/],
    [() => new PiecewiseConstantDecay([1], ['x'] as never), /values\[0\]/],
    [() => new PiecewiseConstantDecay(1 as never, [1]), /boundaries must be a list/],
    [() => new CosineDecay(1, 10, { name: '' }), /CosineDecay: name/],
    [() => schedules.deserialize({ class_name: 'CosinDecay', config: {} }), /Did you mean/],
    [() => schedules.deserialize('CosineDecay' as never), /got 'CosineDecay'/],
    [() => new SGD({ learningRate: { rate: 1 } as never }), /SGD: learningRate/],
  ])('case %#', (make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});
