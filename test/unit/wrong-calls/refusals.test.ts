// What calls with wrong arguments are answered with.
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../src/index.js';
import {
  arange,
  callbacks,
  data,
  DTypeError,
  eye,
  grad,
  layers,
  linspace,
  memory,
  models,
  ops,
  optimizers,
  OutOfMemoryError,
  random,
  Sequential,
  ShapeError,
  tensor,
  tidy,
  ValueError,
  Variable,
} from '../../../src/index.js';
import { writeKeras, writeKerasWeights } from '../../../src/io/keras.js';
import { writeSafetensors } from '../../../src/io/safetensors.js';
import { writeLayersModel } from '../../../src/io/tfjs.js';
import { leavingNothing, refuses } from '../refusals.js';

const untyped = (value: unknown): never => value as never;

function cyclic(): never {
  const list: unknown[] = [];
  list.push(list);
  return untyped(list);
}

function transferred(): Float32Array {
  const view = new Float32Array(2);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** A list of lists … of one list, which stands for more numbers than there are bytes. */
function shared(): never {
  let list: unknown = 1;
  for (let i = 0; i < 40; i++) list = [list, list];
  return untyped(list);
}

/** `new type(…args)`, whatever the class takes. */
const make = (type: unknown, ...args: readonly unknown[]): object =>
  new (type as new (...args: readonly unknown[]) => object)(...args);

/** Three places, the second of which nothing was ever put in. */
function gap(): unknown[] {
  const list = new Array<unknown>(3);
  list[0] = 1;
  list[2] = 3;
  return list;
}

describe('a wrong call', () => {
  const x = tensor([[1, 2, 3]]);
  refuses(
    ShapeError,
    {
      'holds itself': () => tensor(cyclic()),
      'axis Symbol(s)': () => ops.sum(x, [untyped(Symbol('s'))]),
    },
    leavingNothing,
  );
  refuses(
    OutOfMemoryError,
    {
      'larger than one block': [
        () => tensor(shared()),
        () => eye(1e5),
        () => arange(1e9),
        () => linspace(0, 1, 1e9),
      ],
    },
    leavingNothing,
  );
  refuses(
    ValueError,
    {
      '^tensor: undefined is no': () => tensor(untyped(undefined)),
      transferred: () => tensor(transferred()),
      "leakyRelu ... 'abc'": () => ops.leakyRelu(x, untyped('abc')),
      "softShrink ... 'abc'": () => ops.softShrink(x, untyped('abc')),
      "sum: axis ... 'false'": () => ops.sum(0, untyped('false')),
      "sum: keepdims must be true or false, got 'false'": () => ops.sum(0, null, untyped('false')),
      "approximate ... 'abc'": () => ops.gelu(x, untyped('abc')),
      'split: parts ... null': () => ops.split(x, untyped(null)),
      'dense: the kernel': () => ops.dense(x, untyped([[1]]), null),
      '^tidy: takes a function': () => tidy(untyped(undefined)),
      'f must be a function': () => grad(untyped(undefined)),
      '^grad: variables must be a list, got an object of class Sequential': () =>
        grad(() => x.sum(), untyped(new Sequential())),
      '^sgd: minimize(f) does not know the variables yet': () =>
        new optimizers.SGD({ name: 'sgd' }).minimize(() => x.sum()),
      '^Dense: options': () => new layers.Dense(2, untyped(null)),
      'cloneModel ... {}': () => models.cloneModel(untyped({})),
      'monitor must be a text ... got 5': () =>
        new callbacks.EarlyStopping({ monitor: untyped(5) }),
      'variables must be a list, got null': () => {
        new optimizers.SGD().build(untyped(null));
      },
      'got -1': () => random.normal([2], { seed: -1 }),
      '^Softmax: takes options in one object, ... got [-1]': () =>
        make(layers.Softmax, { foo: 1 }, [-1]),
      '^Softmax: options must be an object ... got [-1]': () =>
        make(layers.Softmax, [-1], { foo: 1 }),
      '^layers.maximum: inputs must be a list without gaps, got [undefined': () =>
        layers.maximum(untyped(new Array(10))),
      "^Add layer 'sum': input[0] ... undefined": () =>
        new layers.Add({ name: 'sum' }).apply(untyped(new Array(2))),
      'list of whole numbers': () => layers.Input(untyped(gap())),
      'must be a list without gaps, got [1, undefined, 3]': () => ops.sum(x, untyped(gap())),
      'options must be an object ... got [true]': () => new layers.ReLU().apply(x, untyped([true])),
      '^InputLayer: shape is given twice': () => layers.Input([3], untyped({ shape: [4] })),
      "^logitsOf: by must be 'softmax' or 'sigmoid', got undefined": () =>
        ops.logitsOf(x, untyped(undefined)),
    },
    leavingNothing,
  );
  refuses(
    DTypeError,
    {
      'dtype {}': () => tensor(1, { dtype: untyped({}) }),
    },
    leavingNothing,
  );

  it('of readCsv is refused', async () => {
    const file = new TextEncoder().encode('a,b\n1,2\n');
    const reading = data.readCsv(file, { label: untyped(null) });
    await expect(reading).rejects.toThrow(/^readCsv: label must be the name or number.*got null/);
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      'writeNpz',
      () => data.writeNpz('x', untyped(undefined)),
      /an object of arrays by their names/,
    ],
    ['writeNpy', () => data.writeNpy('x', untyped(undefined)), /undefined is not a number/],
    ['writeIdx', () => data.writeIdx('x', untyped(undefined)), /undefined is not a number/],
    ['writeKeras', () => writeKeras('x', untyped(undefined), {}), /description must be an object/],
    ['writeKeras', () => writeKeras('x', untyped({}), {}), /needs `model`.*got undefined/],
    [
      'writeKeras',
      () => writeKeras('x', { model: {} }, untyped(undefined)),
      /an object of arrays by their names/,
    ],
    [
      'writeKerasWeights',
      () => writeKerasWeights('x', untyped(undefined)),
      /an object of arrays by their names, such as \{ x, y \}, got undefined/,
    ],
    [
      'writeKerasWeights',
      () => writeKerasWeights('x', {}, untyped({ 'layers/d': 1 })),
      /the name of 'layers\/d' must be a text/,
    ],
    [
      'writeSafetensors',
      () => writeSafetensors('x', untyped([1])),
      /an object of arrays by their names, such as \{ x, y \}, got \[1\]/,
    ],
    [
      'writeSafetensors',
      () => writeSafetensors('x', { w: untyped(undefined) }),
      /array 'w': .*undefined is not a number/,
    ],
    [
      'writeSafetensors',
      () => writeSafetensors('x', {}, untyped({ metadata: null })),
      /metadata must be an object, got null/,
    ],
    ['writeLayersModel', () => writeLayersModel('x', untyped(undefined), {}), /model must be an/],
    ['writeLayersModel', () => writeLayersModel('x', untyped({}), {}), /needs `layers`, a list/],
  ])('of %s is refused, and nothing is written', async (name, write, message) => {
    const before = memory();
    const writing = write();
    await expect(writing).rejects.toThrow(message);
    await expect(writing).rejects.toThrow(new RegExp(`^${name}: `));
    await expect(writing).rejects.toBeInstanceOf(ValueError);
    expect(memory()).toEqual(before);
  });

  it('of a user’s own function passes on what that throws', () => {
    const own = new TypeError('my own');
    const fails = (): never => {
      throw own;
    };
    expect(() => tidy(fails)).toThrow(own);
    expect(() => grad((_: Tensor) => fails())([1])).toThrow(own);
  });
});

describe('what Keras takes', () => {
  it('a Sequential by options, by layers and options, or of one layer', () => {
    const stack = (): layers.Layer[] => [new layers.Dense(2), new layers.ReLU()];
    const byOptions = new Sequential({ name: 'digits', layers: stack(), trainable: false });
    expect(byOptions.name).toBe('digits');
    expect(byOptions.trainable).toBe(false);
    expect(byOptions.layers).toHaveLength(2);
    expect(new Sequential(stack(), { name: 'second' }).layers).toHaveLength(2);
    expect(new Sequential({ name: 'empty' }).layers).toHaveLength(0);
    expect(new Sequential(new layers.Dense(2)).layers).toHaveLength(1);
    expect(() => new Sequential([], untyped({ layers: [] }))).toThrow(/unknown option 'layers'/);
    expect(() => new Sequential(untyped({ nam: 'x' }))).toThrow(/Did you mean 'name'/);
  });

  it('call without options, which means not training', () => {
    const model = new Sequential([new layers.Dropout(0.5)]);
    const x = tensor([[1, 2]]);
    const y = model.call(x);
    expect(y.toArray()).toEqual([[1, 2]]);
    expect(() => model.call(untyped([[1, 2]]))).toThrow(
      /call: expected a tensor, got \[\[1, 2\]\]/,
    );
  });

  it('a Variable of a list, with a name of its own', () => {
    const weight = new Variable([1, 2]);
    expect(weight.value.toArray()).toEqual([1, 2]);
    expect(weight.name).toMatch(/^variable(_\d+)?$/);
    weight.dispose();
  });

  it('shuffle of a list', () => {
    const shuffled = random.shuffle([1, 2, 3], { seed: 1 });
    expect([...shuffled.data()].sort()).toEqual([1, 2, 3]);
    shuffled.dispose();
  });
});

describe('numbers that are made in pieces', () => {
  it('are those of the formula across the border of a piece', () => {
    const long = arange(0, 70_000, 1);
    expect(long.dtype).toBe('int32');
    expect([...long.slice([65_534, 65_539]).data()]).toEqual([65534, 65535, 65536, 65537, 65538]);
    const line = linspace(0, 1, 65_537);
    expect(line.slice(-1).item()).toBe(1);
    expect(line.slice(65_535).item()).toBe(Math.fround(65_535 / 65_536));
    const bytes = arange(0, 3, 1, 'uint8');
    expect(bytes.toArray()).toEqual([0, 1, 2]);
    expect(() => arange(0, 300, 1, 'uint8')).toThrow(/element 256 is 256/);
    expect(eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });
});
