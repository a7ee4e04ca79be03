import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Adam, AdamW, Optimizer, RMSprop, SGD, get } from '../../../src/optimizers.js';
import { memory, tensor, Variable } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

function variable(values: readonly number[], name = 'kernel'): Variable {
  return new Variable(tensor(values), { name });
}

function expectClose(actual: Variable, expected: readonly number[]): void {
  expect(actual.value.size).toBe(expected.length);
  actual.value.data().forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? NaN, 5));
}

describe('SGD', () => {
  it('steps against the gradient', () => {
    const w = variable([1, 2, 3, 4, 5]);
    new SGD({ learningRate: 0.5 }).apply([tensor([1, 0, -1, 2, 4])], [w]);
    expectClose(w, [0.5, 2, 3.5, 3, 3]);
  });

  it.each([false, true])('keeps momentum, nesterov %s', (nesterov) => {
    const w = variable([1]);
    const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9, nesterov });
    let [expected, velocity] = [1, 0];
    for (const g of [1, 2, -1]) {
      optimizer.apply([tensor([g])], [w]);
      velocity = 0.9 * velocity - 0.1 * g;
      expected += nesterov ? 0.9 * velocity - 0.1 * g : velocity;
      expectClose(w, [expected]);
    }
  });
});

describe('RMSprop', () => {
  it('divides by the moving root mean square', () => {
    const w = variable([1]);
    const optimizer = new RMSprop({ learningRate: 0.1, rho: 0.8, epsilon: 0.01 });
    let [expected, meanSquare] = [1, 0];
    for (const g of [1, -3, 0.5]) {
      optimizer.apply([tensor([g])], [w]);
      meanSquare = 0.8 * meanSquare + 0.2 * g * g;
      expected -= (0.1 * g) / Math.sqrt(meanSquare + 0.01);
      expectClose(w, [expected]);
    }
  });
});

describe('Adam', () => {
  it.each([false, true])('follows the moments of the gradient, amsgrad %s', (amsgrad) => {
    const w = variable([1]);
    const optimizer = new Adam({
      learningRate: 0.1,
      beta1: 0.8,
      beta2: 0.5,
      epsilon: 0.01,
      amsgrad,
    });
    let [expected, m, v, largest] = [1, 0, 0, 0];
    [1, -3, 0.5, 0.1].forEach((g, i) => {
      optimizer.apply([tensor([g])], [w]);
      m = 0.8 * m + 0.2 * g;
      v = 0.5 * v + 0.5 * g * g;
      largest = Math.max(largest, v);
      const rate = (0.1 * Math.sqrt(1 - 0.5 ** (i + 1))) / (1 - 0.8 ** (i + 1));
      expected -= (rate * m) / (Math.sqrt(amsgrad ? largest : v) + 0.01);
      expectClose(w, [expected]);
    });
  });

  it('as AdamW first shrinks the weights', () => {
    const [w, decayed] = [variable([2]), variable([2])];
    new Adam({ learningRate: 0.5 }).apply([tensor([1])], [w]);
    new AdamW({ learningRate: 0.5, weightDecay: 0.1 }).apply([tensor([1])], [decayed]);
    expectClose(decayed, [w.value.item() - 2 * 0.05]);
    expect(new AdamW().getConfig()['weight_decay']).toBe(0.004);
    expect(() => new AdamW({ weightDecay: null as unknown as number })).toThrow(/use Adam/);
  });

  it("keeps moments side by side, as Keras's files do", () => {
    const [a, b] = [variable([1], 'a'), variable([1], 'b')];
    const optimizer = new Adam({ name: 'adam', amsgrad: true });
    optimizer.build([a, b]);
    expect(optimizer.variables.slice(2).map(({ name }) => name)).toEqual([
      'a_momentum',
      'a_velocity',
      'b_momentum',
      'b_velocity',
      'a_velocity_hat',
      'b_velocity_hat',
    ]);
  });
});

describe('clipping', () => {
  const gradients = (): Tensor[] => [tensor([3, 4]), tensor([0, 12])];

  it.each([
    ['clipnorm', { clipnorm: 2.5 }, [1.5, 2], [0, 2.5]],
    ['globalClipnorm', { globalClipnorm: 6.5 }, [1.5, 2], [0, 6]],
    ['clipvalue', { clipvalue: 3.5 }, [3, 3.5], [0, 3.5]],
    ['a limit that is not reached', { clipnorm: 100 }, [3, 4], [0, 12]],
  ])('%s', (_, options, first, second) => {
    const [a, b] = [variable([0, 0]), variable([0, 0])];
    new SGD({ learningRate: 1, ...options }).apply(gradients(), [a, b]);
    expectClose(
      a,
      first.map((x) => -x),
    );
    expectClose(
      b,
      second.map((x) => -x),
    );
  });

  it('lets an infinite gradient show', () => {
    const w = variable([0, 0]);
    new SGD({ clipnorm: 1 }).apply([tensor([Infinity, 1])], [w]);
    expect(w.value.data().every(Number.isNaN)).toBe(true);
  });

  it('takes one limit only', () => {
    expect(() => new SGD({ clipnorm: 1, clipvalue: 1 })).toThrow(/only one of clipnorm, clipvalue/);
  });
});

describe('what all optimizers share', () => {
  it('shrinks weights by weightDecay, but for those left out', () => {
    const [kernel, bias] = [variable([2]), variable([2], 'bias')];
    const optimizer = new SGD({ learningRate: 0.5, weightDecay: 0.1 });
    optimizer.excludeFromWeightDecay({ names: ['bias'] });
    optimizer.apply([tensor([1]), tensor([1])], [kernel, bias]);
    expectClose(kernel, [2 * 0.95 - 0.5]);
    expectClose(bias, [1.5]);
    expect(() => optimizer.excludeFromWeightDecay({ names: ['x'] })).toThrow(/before/);
  });

  it('accumulates gradients over steps', () => {
    const w = variable([0]);
    const optimizer = new SGD({ learningRate: 1, gradientAccumulationSteps: 3 });
    const seen = [1, 2, 6, 3].map((g) => {
      optimizer.apply([tensor([g])], [w]);
      return [w.value.item(), optimizer.iterations];
    });
    expect(seen).toEqual([
      [0, 0],
      [0, 0],
      [-3, 1],
      [-3, 1],
    ]);
  });

  it('keeps moving averages, which replace the weights at the end', () => {
    const w = variable([1]);
    const optimizer = new SGD({ learningRate: 1, useEma: true, emaMomentum: 0.75 });
    for (const g of [-1, -2]) optimizer.apply([tensor([g])], [w]);
    expectClose(w, [4]);
    optimizer.finalizeVariableValues();
    expectClose(w, [0.75 * 2 + 0.25 * 4]);
  });

  it('brings weights back to their constraint', () => {
    const w = variable([0.5, 2]);
    w.constraint = (x) => x.relu();
    new SGD({ learningRate: 1 }).apply([tensor([1, 1])], [w]);
    expectClose(w, [0, 1]);
  });

  it('leaves a variable alone whose gradient is null', () => {
    const [a, b] = [variable([1]), variable([1])];
    new SGD({ learningRate: 1 }).apply([null, tensor([1])], [a, b]);
    expectClose(a, [1]);
    expectClose(b, [0]);
  });

  it('has a learning rate that can be set', () => {
    const w = variable([0]);
    const optimizer = new SGD();
    expect(optimizer.learningRate).toBe(Math.fround(0.01));
    optimizer.learningRate = 2;
    optimizer.apply([tensor([1])], [w]);
    expectClose(w, [-2]);
  });

  it("lists its state in Keras's order and names", () => {
    const w = variable([0, 0]);
    w.path = 'dense/kernel';
    const optimizer = new RMSprop({ name: 'rmsprop', momentum: 0.9, centered: true });
    optimizer.build([w]);
    expect(optimizer.variables.map(({ path }) => path)).toEqual([
      'rmsprop/iteration',
      'rmsprop/learning_rate',
      'rmsprop/dense_kernel_velocity',
      'rmsprop/dense_kernel_momentum',
      'rmsprop/dense_kernel_average_gradient',
    ]);
    optimizer.apply([tensor([1, 2])]);
    expect(optimizer.variables[0]?.value.item()).toBe(1);
  });

  it('goes on from state that was loaded', () => {
    const run = (optimizer: SGD, w: Variable, gs: readonly number[]): void => {
      for (const g of gs) optimizer.apply([tensor([g])], [w]);
    };
    const [whole, first, second] = [variable([1]), variable([1]), variable([1])];
    const options = { learningRate: 0.1, momentum: 0.9 };
    run(new SGD(options), whole, [1, 2, 3]);
    const [before, after] = [new SGD(options), new SGD(options)];
    run(before, first, [1, 2]);
    second.assign(first.value);
    after.build([second]);
    before.variables.forEach((state, i) => after.variables[i]?.assign(state.value));
    run(after, second, [3]);
    expect(second.value.item()).toBe(whole.value.item());
    expect(after.iterations).toBe(3);
  });

  it('makes no tensors that stay', () => {
    const w = variable([1, 2]);
    const g = tensor([1, 1]);
    const all = [
      new SGD({ momentum: 0.9, globalClipnorm: 1, weightDecay: 0.1 }),
      new RMSprop({ useEma: true, gradientAccumulationSteps: 2, clipnorm: 1 }),
    ];
    for (const optimizer of all) optimizer.apply([g], [w]);
    const before = memory().tensors;
    for (const optimizer of all) {
      optimizer.apply([g], [w]);
      optimizer.learningRate = 0.1;
    }
    expect(memory().tensors).toBe(before);
    const states = all.reduce((count, { variables }) => count + variables.length, 0);
    for (const optimizer of all) optimizer.dispose();
    expect(memory().tensors).toBe(before - states);
  });
});

describe('a scale of the loss', () => {
  it('is taken out of the gradients', () => {
    const [w, scaled] = [variable([1, 2]), variable([1, 2])];
    const optimizer = new SGD({ learningRate: 0.5, lossScaleFactor: 8 });
    new SGD({ learningRate: 0.5 }).apply([tensor([1, -3])], [w]);
    optimizer.apply([tensor([8, -24])], [scaled]);
    expect([...scaled.value.data()]).toEqual([...w.value.data()]);
    expect(optimizer.scaleLoss(tensor(3)).item()).toBe(24);
    // What computes gradients itself scales them.
    expect(optimizer.minimize(() => scaled.value.sum(), [scaled]).item()).toBe(4);
    expect([...scaled.value.data()]).toEqual([0, 3]);
  });
});

describe('bad input', () => {
  it.each([
    ['NaN', NaN],
    ['negative', -0.1],
    ['infinite', Infinity],
    ['text', '0.1' as unknown as number],
  ])('a learning rate that is %s', (_, learningRate) => {
    expect(() => new SGD({ learningRate })).toThrow(ValueError);
    expect(() => new SGD({ learningRate })).toThrow(/SGD: learningRate must be/);
    const optimizer = new SGD();
    expect(() => (optimizer.learningRate = learningRate)).toThrow(ValueError);
  });

  it('a scale of the loss that is none', () => {
    expect(() => new SGD({ lossScaleFactor: -1 })).toThrow(
      /lossScaleFactor must be a finite number above 0/,
    );
  });

  it('gradients and variables that do not belong together', () => {
    const [a, b] = [variable([1, 2]), variable([1])];
    const optimizer = new SGD();
    expect(() => optimizer.apply([tensor([1])])).toThrow(/Call build/);
    optimizer.build([a]);
    expect(() => optimizer.apply([tensor([1, 2]), tensor([1])])).toThrow(
      /2 gradients.*1 variables/,
    );
    expect(() => optimizer.apply([tensor([1])], [b])).toThrow(/'kernel' is unknown/);
    expect(() => optimizer.apply([null])).toThrow(/no gradient/);
    expect(() => optimizer.apply([tensor([1, 2, 3])])).toThrow(ShapeError);
    expect(() => optimizer.apply([tensor([1, 2, 3])])).toThrow(/\(2,\).*\(3,\)/);
    expectClose(a, [1, 2]);
  });
});

describe('optimizers by name', () => {
  it.each([
    ['rmsprop', RMSprop],
    ['RMSprop', RMSprop],
    ['rms_prop', RMSprop],
    ['RMSProp', RMSprop],
    ['rm_sprop', RMSprop],
    ['adam', Adam],
    ['AdamW', AdamW],
    ['adamw', AdamW],
    ['sgd', SGD],
    ['SGD', SGD],
  ])('%s', (name, type) => expect(get(name)).toBeInstanceOf(type));

  it('suggests the nearest name', () => {
    expect(() => get('rmsprob')).toThrow(/optimizer 'rmsprob'. Did you mean/);
  });
});

it('an own optimizer is a class of ops', () => {
  class SignDescent extends Optimizer {
    static override readonly className = 'SignDescent';
    constructor(options = {}) {
      super(options, 0.1);
    }
    protected override updateStep(gradient: Tensor, target: Variable, learningRate: number): void {
      target.assign(target.value.sub(gradient.sign().mul(learningRate)));
    }
  }
  const w = variable([1, 1]);
  new SignDescent().apply([tensor([5, -3])], [w]);
  expectClose(w, [0.9, 1.1]);
});

describe('keys that older versions of Keras wrote', () => {
  it.each([
    ['jit_compile', [true, false, 'auto'], ['no', 1]],
    ['is_legacy_optimizer', [false], [true, 'auto']],
    ['decay', [0], [0.5, true]],
  ] as [string, unknown[], unknown[]][])(
    '%s is read where it changes nothing',
    (key, read, refused) => {
      const plain = SGD.fromConfig({ name: 'sgd' }).getConfig();
      for (const value of read) {
        expect(SGD.fromConfig({ name: 'sgd', [key]: value }).getConfig()).toEqual(plain);
      }
      for (const value of refused) {
        const reading = (): unknown => SGD.fromConfig({ [key]: value });
        expect(reading).toThrow(ValueError);
        expect(reading).toThrow(new RegExp(`^SGD: .*${key}`));
      }
    },
  );
});
