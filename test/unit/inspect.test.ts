import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callbacks, data, layers, memory, metrics, ones, optimizers, Sequential, tensor, tidy, Variable, zeros } from '../../src/index.js'; // prettier-ignore
import type { Tensor, TensorLike } from '../../src/index.js';

/** What a console asks an object for. */
function ask(hook: string, object: object, ...args: unknown[]): unknown {
  const method: unknown = Reflect.get(object, Symbol.for(hook));
  return (method as (...args: unknown[]) => unknown).apply(object, args);
}

/** As Deno calls it: with its own function, then the options. */
const inspectInDeno = (object: object, options = {}): unknown =>
  ask('Deno.customInspect', object, () => '', options);

function network(): Sequential {
  return new Sequential(
    [
      new layers.Dense(8, { inputShape: [4], name: 'first' }),
      new Sequential([new layers.Dense(3, { name: 'inner' })], { name: 'block' }),
    ],
    { name: 'net' },
  );
}

const used: { dispose(): void }[] = [];
const using = <T extends { dispose(): void }>(one: T): T => {
  used.push(one);
  return one;
};
afterEach(() => {
  for (const one of used.splice(0)) one.dispose();
});

describe('what a console shows of a model', () => {
  it('is its layers with shapes and parameters, and what it is compiled with', () => {
    const model = using(network());
    const structure = [
      '<Sequential name=net, input=(None, 4), output=(None, 3), params=67>',
      '  <Dense name=first, input=(None, 4), output=(None, 8), params=40>',
      '  <Sequential name=block, input=(None, 8), output=(None, 3), params=27>',
      '    <Dense name=inner, input=(None, 8), output=(None, 3), params=27>',
    ];
    expect(inspect(model)).toBe(structure.join('\n'));
    const rmsprop = new optimizers.RMSprop({ name: 'rmsprop' });
    model.compile({
      optimizer: rmsprop,
      loss: 'mse',
      metrics: ['mae', new metrics.RootMeanSquaredError(), (y) => y],
    });
    const compiled =
      '  compiled with optimizer=<RMSprop name=rmsprop, learningRate=0.001, rho=0.9, momentum=0, epsilon=1e-7, ' +
      'centered=false, iterations=0>, loss=mean_squared_error, metrics=[mae, root_mean_squared_error, a function]';
    expect(inspect(model)).toBe([...structure, compiled].join('\n'));
    expect(inspectInDeno(model)).toBe([...structure, compiled].join('\n'));
    rmsprop.dispose();
  });

  it('is as deep as the console asks for', () => {
    const model = using(network());
    expect(inspect(model, { depth: 0 }).split('\n')).toHaveLength(3);
    expect(inspectInDeno(model, { depth: 0 })).toBe(inspect(model, { depth: 0 }));
    expect(inspect(model, { depth: null })).toBe(inspect(model));
    expect(inspect({ a: { model } }, { depth: 1 })).toContain('output=(None, 3)');
    expect(inspect({ a: { b: { model } } }, { depth: 1 })).not.toContain('<');
  });

  it('takes no memory and runs no layer', () => {
    const call = vi.fn((x: layers.Layer) => x);
    class Mine extends layers.Layer {
      override call(x: never): never {
        call(this);
        return x;
      }
    }
    const model = new Sequential([new Mine({ inputShape: [2], name: 'mine' })], { name: 'net' });
    const optimizer = new optimizers.SGD({ learningRate: new optimizers.schedules.CosineDecay(0.1, 10), name: 'sgd' }); // prettier-ignore
    model.compile({ optimizer, loss: 'mse' });
    call.mockClear();
    const before = memory();
    expect(inspect(model)).toBe(
      '<Sequential name=net, input=(None, 2), output=(None, 2), params=0>\n  <Mine name=mine, input=(None, 2), params=0>\n' +
        '  compiled with optimizer=<SGD name=sgd, learningRate=CosineDecay, momentum=0, nesterov=false, iterations=0>, ' +
        'loss=mean_squared_error, metrics=[]',
    );
    expect(memory()).toEqual(before);
    expect(call).not.toHaveBeenCalled();
  });

  it('is a name where there is nothing to describe', () => {
    expect(inspect(new layers.Flatten({ name: 'flat' }))).toBe('<Flatten name=flat, not built>');
    expect(inspectInDeno(layers.Dense.prototype)).toBe('<Dense>');
    expect(String(new layers.Flatten({ name: 'flat' }))).toBe('<Flatten name=flat, not built>');
  });
});

describe('what a console shows of other objects', () => {
  it('is the losses of a history, the ends of long lists', async () => {
    const model = using(new Sequential([new layers.Dense(1, { inputShape: [1] })]));
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const history = await model.fit([[1]], [[1]], { epochs: 2, verbose: 0 });
    expect(inspect(history)).toMatch(/^<History epochs=2>\n {2}loss: [\d.e-]+, [\d.e-]+$/);
    const long = new callbacks.History();
    for (const epoch of Array(9).keys()) long.onEpochEnd(epoch, { loss: (9 - epoch) / 3 });
    expect(inspect(long)).toBe(
      '<History epochs=9>\n  loss: 3, 2.6667, 2.3333, …, 1, 0.66667, 0.33333',
    );
    expect(inspectInDeno(long)).toBe(inspect(long));
    model.optimizer?.dispose();
  });

  it('is the size of a data set, if it is known', () => {
    expect(inspect(data.Dataset.fromTensors(zeros([5, 2])).batch(2))).toBe('<Dataset size=3>');
    expect(inspect(data.Dataset.fromGenerator(() => []))).toBe('<Dataset size=unknown>');
  });

  it('is the path and the elements of a variable', () => {
    const variable = using(new Variable(tensor([[1, 2], [3, 4]]), { name: 'kernel' })); // prettier-ignore
    const name = '<Variable path=kernel, shape=(2, 2), dtype=float32>';
    expect(inspect(variable)).toBe(`${name}\n  [[1. 2.]\n   [3. 4.]]`);
    variable.dispose();
    expect(inspect(variable)).toBe(name);
  });

  it('is the elements of a tensor, or its shape where the tensor lies deep', () => {
    const x = using(tensor([[1, 2], [3, 4]])); // prettier-ignore
    const text = 'Tensor([[1. 2.]\n        [3. 4.]], shape=(2, 2), dtype=float32)';
    expect(inspect(x)).toBe(text);
    expect(inspectInDeno(x)).toBe(text);
    expect(ask('nodejs.util.inspect.custom', x, -1, {})).toBe(
      'Tensor(shape=(2, 2), dtype=float32)',
    );
    x.dispose();
    expect(inspect(x)).toBe('Tensor(disposed, shape=(2, 2), dtype=float32)');
  });
});

describe('a tensor as data', () => {
  it('is its elements in JSON, where NaN and infinities are null', () => {
    const x = using(tensor([[1, NaN], [Infinity, 2]])); // prettier-ignore
    expect(JSON.stringify({ x })).toBe('{"x":[[1,null],[null,2]]}');
    expect(x.toJSON()).toEqual([[1, NaN], [Infinity, 2]]); // prettier-ignore
    expect(JSON.stringify([tensor(3), tensor([true, false])])).toBe('[3,[true,false]]');
    const copy = using(tensor(JSON.parse(JSON.stringify(ones([2, 2]))) as TensorLike));
    expect(copy.toArray()).toEqual([[1, 1], [1, 1]]); // prettier-ignore
  });

  it('is refused after it was disposed', () => {
    const x = tensor([1]);
    x.dispose();
    expect(() => JSON.stringify({ x })).toThrow('This tensor of shape (1,), float32, was disposed');
  });

  it('cannot be cloned or sent to a worker, whatever frees it', () => {
    const expected = /lanegrad Tensor: send its data\(\) and shape instead/;
    const { port1 } = new MessageChannel();
    const refuse = (x: Tensor): void => {
      expect(() => structuredClone(x)).toThrow(expected);
      expect(() => structuredClone({ batch: [x] })).toThrow(expected);
      expect(() => {
        port1.postMessage(x);
      }).toThrow(expected);
    };
    refuse(using(tensor([1, 2])));
    tidy(() => {
      refuse(tensor([1, 2]));
    });
    const variable = using(new Variable(tensor([1, 2]), { name: 'kernel' }));
    expect(() => structuredClone(variable)).toThrow(expected);
    port1.close();
  });
});

describe('print() shows in a page what other consoles show by themselves', () => {
  it.each([
    ['a tensor', tensor([[1, 2], [3, 4]]), 'Tensor([[1. 2.]\n        [3. 4.]], shape=(2, 2), dtype=float32)'], // prettier-ignore
    ['a tensor that is disposed', disposed(), 'Tensor(disposed, shape=(1,), dtype=float32)'],
    ['the result of fit', historyOf(), '<History epochs=2>\n  loss: 2, 1'],
  ])('of %s', (_, object, text) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    object.print();
    expect(log.mock.calls).toEqual([[text]]);
    log.mockRestore();
    expect(inspect(object)).toBe(text);
  });

  function disposed(): Tensor {
    const x = tensor([1]);
    x.dispose();
    return x;
  }

  function historyOf(): callbacks.History {
    const history = new callbacks.History();
    [2, 1].forEach((loss, epoch) => {
      history.onEpochEnd(epoch, { loss });
    });
    return history;
  }
});
