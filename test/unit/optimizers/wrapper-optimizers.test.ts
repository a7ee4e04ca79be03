// Optimizers that hold others: LossScaleOptimizer, and MultiOptimizer with its OptimizerMap. Their numbers are compared with
// Keras's in test/golden/optimizers.test.ts and by test/oracles/verify-with-keras.py.
import { describe, expect, it } from 'vitest';
import { optimizers, tensor, ValueError } from '../../../src/index.js';
import { Variable } from '../../../src/engine/tensor/index.js';

const { Adam, AdamW, LossScaleOptimizer, MultiOptimizer, OptimizerMap, SGD } = optimizers;

const variable = (name: string, values = [1, 2]): Variable =>
  new Variable(tensor(values), { name });
const numbers = ({ value }: Variable): number[] => [...value.data()];

describe('LossScaleOptimizer', () => {
  it('leaves out steps whose gradients are not finite, and finds the scale', () => {
    const w = variable('w');
    const inner = new SGD({ learningRate: 0.5 });
    const optimizer = new LossScaleOptimizer(inner, { initialScale: 8, dynamicGrowthSteps: 2 });
    expect(optimizer.dynamicScale).toBe(8);
    expect(optimizer.scaleLoss(tensor(3)).item()).toBe(24);
    const scales: number[] = [];
    const taken: number[][] = [];
    for (const gradient of [
      [8, 0],
      [Infinity, 0],
      [0, NaN],
      [2, 2],
      [2, 2],
      [4, 4],
    ]) {
      optimizer.apply([tensor(gradient)], [w]);
      scales.push(optimizer.dynamicScale);
      taken.push(numbers(w));
    }
    expect(scales).toEqual([8, 4, 2, 2, 4, 4]);
    // w − 0.5 · g / scale, where the step is not left out.
    expect(taken).toEqual([[0.5, 2], [0.5, 2], [0.5, 2], [0, 1.5], [-0.5, 1], [-1, 0.5]]); // prettier-ignore
    expect(optimizer.iterations).toBe(4);
    expect(inner.iterations).toBe(4);
  });

  it('has the learning rate of the optimizer inside', () => {
    const optimizer = new LossScaleOptimizer(new SGD({ learningRate: 0.5 }));
    expect(optimizer.learningRate).toBe(0.5);
    optimizer.learningRate = 0.25;
    expect(optimizer.learningRate).toBe(0.25);
    expect(optimizer.innerOptimizer.learningRate).toBe(0.25);
    optimizer.learningRate = new optimizers.schedules.ExponentialDecay(0.5, 1, 0.5);
    const w = variable('w');
    optimizer.apply([tensor([2 ** 15, 0])], [w]);
    expect(optimizer.learningRate).toBe(0.25);
    expect(numbers(w)).toEqual([0.5, 2]);
    expect(String(optimizer)).toMatch(
      /^<LossScaleOptimizer name=\S+, innerOptimizer=<SGD .*iterations=1>, initialScale=32768, dynamicGrowthSteps=2000>$/,
    );
  });

  it('scales in minimize, and leaves small gradients what they are', () => {
    const small = 2 ** -80;
    const w = variable('w', [1]);
    const loss = (): ReturnType<typeof tensor> => w.value.mul(small).mul(small).sum();
    const optimizer = new LossScaleOptimizer(new SGD({ learningRate: 1 }), {
      initialScale: 2 ** 40,
    });
    expect(optimizer.minimize(loss, [w]).item()).toBe(0);
    expect(numbers(w)).toEqual([1]);
  });

  it('keeps the scale a positive float32', () => {
    const w = variable('w');
    const step = (optimizer: optimizers.Optimizer, gradient: number): void => {
      for (let i = 0; i < 3; i++) optimizer.apply([tensor([gradient, gradient])], [w]);
    };
    const [least, greatest] = [2 ** -125, 2 ** 126].map(
      (initialScale) => new LossScaleOptimizer(new SGD(), { initialScale, dynamicGrowthSteps: 1 }),
    ) as [optimizers.LossScaleOptimizer, optimizers.LossScaleOptimizer];
    step(least, NaN);
    step(greatest, 0);
    expect([least.dynamicScale, greatest.dynamicScale]).toEqual([2 ** -126, 2 ** 127]);
    expect(numbers(w)).toEqual([1, 2]);
  });

  it('leaves weights alone whose averages have not begun', () => {
    const w = variable('w');
    const optimizer = new LossScaleOptimizer(new SGD({ useEma: true }));
    optimizer.apply([tensor([NaN, 1])], [w]);
    optimizer.finalizeVariableValues();
    expect(numbers(w)).toEqual([1, 2]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an optimizer with a factor', () => new LossScaleOptimizer(new SGD({ lossScaleFactor: 2 })), /lossScaleFactor, 2, so that gradients would be divided twice/],
    ['no optimizer', () => new LossScaleOptimizer('sgd' as never), /innerOptimizer must be an optimizer, .*got 'sgd'/],
    ['options of the optimizer inside', () => new LossScaleOptimizer(new SGD(), { clipnorm: 1 } as never), /clipnorm = 1 is not supported. Give it to the optimizer inside/],
    ['a learning rate', () => new LossScaleOptimizer(new SGD(), { learningRate: 1 } as never), /learningRate = 1 is not supported/],
    ['another one', () => new LossScaleOptimizer(new LossScaleOptimizer(new SGD())), /is a LossScaleOptimizer too, so that gradients would be divided twice/],
    ['a scale of 0', () => new LossScaleOptimizer(new SGD(), { initialScale: 0 }), /initialScale must be a finite number from 1\.175\d+e-38 to/],
    ['a scale that is infinite in float32', () => new LossScaleOptimizer(new SGD(), { initialScale: 1e60 }), /initialScale must be a finite number from/],
    ['its name alone', () => optimizers.get('lossscaleoptimizer'), /innerOptimizer must be an optimizer/],
    ['a config without it', () => optimizers.deserialize({ class_name: 'LossScaleOptimizer', config: {} }), /innerOptimizer must be/],
    ['a config of an unknown one', () => optimizers.deserialize({ class_name: 'LossScaleOptimizer', config: { inner_optimizer: { class_name: 'SGDX', config: {} } } }), /LossScaleOptimizer: innerOptimizer: .*'SGDX'/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  }); // prettier-ignore
});

describe('OptimizerMap', () => {
  const [sgd, adam, adamw] = [new SGD(), new Adam(), new AdamW()];

  it('finds paths, then patterns of whole paths, then the default', () => {
    const map = new OptimizerMap(sgd, { 'model/head/bias': adamw, '.*/head/.*': adam });
    expect(map.get('model/head/bias')).toBe(adamw);
    expect(map.get('model/head/kernel')).toBe(adam);
    expect(map.get('model/body/kernel')).toBe(sgd);
    expect(map.get('x/model/head/bias')).toBe(adam);
    expect(map.of(variable('head'))).toBe(sgd);
    expect(map.optimizers).toEqual([adamw, adam, sgd]);
    expect(new OptimizerMap(sgd).set('a|b', adam).get('b')).toBe(adam);
    expect(new OptimizerMap(sgd, { '.*(query|key)': adam }).get('a/key')).toBe(adam);
  });

  it('refuses paths that several patterns match', () => {
    const map = new OptimizerMap(sgd, { 'a.*': adam, '.*b': adamw });
    expect(() => map.get('ab')).toThrow(/variable 'ab' matches several patterns: 'a\.\*', '\.\*b'/);
  });

  it.each(['(', '(a+)+', '(?=a)', '\\d', '.*.*.*.*', 'a|b|c|d|e|f', 'a'.repeat(257), '[', '*'])(
    'refuses the pattern %s',
    (pattern) => {
      expect(() => new OptimizerMap(sgd, { [pattern]: adam })).toThrow(/optimizerMap must be paths of variables, or/);
      expect(() => new OptimizerMap(sgd).set(pattern, adam)).toThrow(/optimizerMap must be paths/);
    },
  ); // prettier-ignore

  it('ends soon with the slowest pattern, and refuses longer paths', () => {
    const map = new OptimizerMap(sgd, { '.*a.*a.*ab': adam });
    expect(map.get('a'.repeat(256))).toBe(sgd);
    expect(() => map.get('a'.repeat(257))).toThrow(/path of a variable of 257 characters/);
  });

  it('refuses a pattern twice, and optimizers with others inside', () => {
    const map = new OptimizerMap(sgd, { a: adam });
    expect(() => map.set('a', adamw)).toThrow(/pattern 'a' has an optimizer already/);
    expect(() => map.set('b', new LossScaleOptimizer(adamw))).toThrow(
      /optimizerMap 'b' must be an optimizer without others inside, got LossScaleOptimizer/,
    );
    expect(() => new OptimizerMap(new MultiOptimizer(map))).toThrow(/defaultOptimizer must be/);
    expect(() => new OptimizerMap(sgd, [adam] as never)).toThrow(/must be an object of optimizers/);
    expect(() => map.set('c', 'adam' as never)).toThrow(/must be an optimizer, such as/);
  });

  it('has one optimizer in several places again when a config is read', () => {
    const map = new OptimizerMap(adam, { a: sgd, b: adam, c: sgd, d: new SGD() });
    const config = JSON.parse(JSON.stringify(map.getConfig())) as Record<string, unknown>;
    const again = OptimizerMap.fromConfig(config);
    expect(again.get('b')).toBe(again.defaultOptimizer);
    expect(again.get('a')).toBe(again.get('c'));
    expect(again.optimizers.map(({ name }) => name)).toEqual(map.optimizers.map(({ name }) => name)); // prettier-ignore
    expect(again.getConfig()).toEqual(config);
  });

  it('takes names of properties of objects as paths', () => {
    const map = new OptimizerMap(sgd, JSON.parse('{"__proto__": {"class_name": "Adam", "config": {}}}') as never); // prettier-ignore
    expect(map.get('__proto__')).toBeInstanceOf(Adam);
    expect(map.get('constructor')).toBe(sgd);
  });
});

describe('MultiOptimizer', () => {
  const byName = (): optimizers.MultiOptimizer =>
    new MultiOptimizer(
      new OptimizerMap(new SGD({ learningRate: 0.5 }), { b: new SGD({ learningRate: 0.25 }) }),
    );

  it('lets each variable be trained by its optimizer', () => {
    const [a, b] = [variable('a'), variable('b')];
    const multi = byName();
    multi.apply([tensor([1, 1]), tensor([1, 1])], [a, b]);
    expect([numbers(a), numbers(b)]).toEqual([[0.5, 1.5], [0.75, 1.75]]); // prettier-ignore
    // In another order, and with one gradient alone.
    multi.apply([tensor([1, 1]), tensor([1, 1])], [b, a]);
    multi.apply([null, tensor([2, 2])], [b, a]);
    expect([numbers(a), numbers(b)]).toEqual([[-1, 0], [0.5, 1.5]]); // prettier-ignore
    expect(multi.iterations).toBe(3);
    expect(multi.optimizers.map(({ iterations }) => iterations)).toEqual([2, 3]);
    expect(() => multi.apply([tensor([1, 1])], [variable('c')])).toThrow(/variable 'c' is unknown/);
  });

  it('asks a function once for each variable', () => {
    const asked: string[] = [];
    const multi = new MultiOptimizer(({ name }) => {
      asked.push(name);
      return new SGD({ learningRate: name === 'a' ? 1 : 0.5 });
    });
    const [a, b] = [variable('a'), variable('b')];
    expect(multi.optimizers).toEqual([]);
    for (let i = 0; i < 2; i++) multi.apply([tensor([1, 0]), tensor([1, 0])], [a, b]);
    expect(asked).toEqual(['a', 'b']);
    expect([numbers(a), numbers(b)]).toEqual([[-1, 2], [0, 2]]); // prettier-ignore
    expect(() => multi.getConfig()).toThrow(
      /optimizerMap is a function, which a config cannot hold/,
    );
    expect(() => new MultiOptimizer(() => 'sgd' as never).build([a])).toThrow(
      /the optimizer of variable 'a' must be an optimizer/,
    );
  });

  it('leaves weights alone whose averages have not begun', () => {
    const [a, b] = [variable('a'), variable('b')];
    const multi = new MultiOptimizer(
      new OptimizerMap(new SGD({ learningRate: 0.5 }), { b: new SGD({ useEma: true }) }),
    );
    multi.apply([tensor([1, 1]), null], [a, b]);
    multi.finalizeVariableValues();
    expect([numbers(a), numbers(b)]).toEqual([[0.5, 1.5], [1, 2]]); // prettier-ignore
  });

  it('is not built by variables that it refuses', () => {
    const [a, ab] = [variable('a'), variable('ab')];
    const ofMap = new MultiOptimizer(
      new OptimizerMap(new SGD(), { 'a.*': new SGD(), '.*b': new SGD() }),
    );
    const ofFunction = new MultiOptimizer(({ name }) =>
      name === 'a' ? new SGD() : new SGD({ lossScaleFactor: 2 }),
    );
    const around = new LossScaleOptimizer(ofFunction);
    const step = (optimizer: optimizers.Optimizer) => (): void => {
      optimizer.apply([tensor([1, 1]), tensor([1, 1])], [a, ab]);
    };
    for (let i = 0; i < 2; i++) {
      expect(step(ofMap)).toThrow(/variable 'ab' matches several patterns/);
      expect(step(around)).toThrow(/has the lossScaleFactor 2/);
    }
    expect([ofMap.isBuilt, around.isBuilt, ofFunction.optimizers]).toEqual([false, false, []]);
    expect(numbers(a)).toEqual([1, 2]);
  });

  it('refuses patterns that could take long to compare', () => {
    const adam = new Adam();
    const patterns = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`.*(a|a|a|a|a).*.*${i}q`, adam]),
    );
    const w = variable('a'.repeat(250));
    const multi = new MultiOptimizer(new OptimizerMap(new SGD(), patterns));
    expect(() => multi.build([w])).toThrow(/optimizerMap has 50 patterns for 1 variables, which could take long/); // prettier-ignore
    const muon = new optimizers.Muon({ excludeLayers: Object.keys(patterns).map(() => '.*(a|a|a|a|a).*q') }); // prettier-ignore
    const many = Array.from({ length: 200 }, () => variable('a'.repeat(250)));
    expect(() => muon.build(many)).toThrow(/excludeLayers has 50 patterns for 200 variables/);
    // What programs have is far below.
    const usual = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`.*/block_${i}/.*`, adam])); // prettier-ignore
    const names = Array.from({ length: 300 }, (_, i) => variable(`model/block_${i % 50}/dense/kernel`)); // prettier-ignore
    new MultiOptimizer(new OptimizerMap(new SGD(), usual)).build(names);
  });

  it('has one factor of the loss for all', () => {
    const map = (): optimizers.OptimizerMap =>
      new OptimizerMap(new SGD({ learningRate: 0.5 }), { b: new SGD({ learningRate: 0.25 }) });
    const multi = new MultiOptimizer(map(), { lossScaleFactor: 4 });
    const [a, b] = [variable('a'), variable('b')];
    multi.apply([tensor([4, 4]), tensor([4, 4])], [a, b]);
    expect([numbers(a), numbers(b)]).toEqual([[0.5, 1.5], [0.75, 1.75]]); // prettier-ignore
    expect(multi.scaleLoss(tensor(2)).item()).toBe(8);
    const other = new OptimizerMap(new SGD({ lossScaleFactor: 2 }));
    expect(() => new MultiOptimizer(other)).toThrow(
      /has the lossScaleFactor 2, but there is one loss/,
    );
  });

  it('has no learning rate of its own', () => {
    const multi = byName();
    expect(() => multi.learningRate).toThrow(/Read or set that of each optimizer in its property/);
    expect(() => (multi.learningRate = 1)).toThrow(ValueError);
    expect(String(multi)).toMatch(/^<MultiOptimizer name=/);
  });

  it('refuses what says nothing of variables', () => {
    expect(() => new MultiOptimizer('adam' as never)).toThrow(/optimizerMap must be an optimizers\.OptimizerMap or a function/); // prettier-ignore
    expect(() => new MultiOptimizer(new OptimizerMap(new SGD()), { weightDecay: 1 } as never)).toThrow(/weightDecay = 1 is not supported/); // prettier-ignore
  });
});
