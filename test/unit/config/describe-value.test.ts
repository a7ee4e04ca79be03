import { describe, expect, it } from 'vitest';
import { describeValue, printable } from '../../../src/config/describe-value.js';
import { tensor, ValueError, Variable } from '../../../src/index.js';

/** Longer than any description, however hostile the value. */
const LONGEST = 1000;

function nested(depth: number): unknown {
  let list: unknown = [];
  for (let i = 0; i < depth; i++) list = [list];
  return list;
}

describe('a value in a message', () => {
  class Thing {
    readonly part = 1;
  }
  it.each<[unknown, string]>([
    ['relu', "'relu'"],
    [undefined, 'undefined'],
    [null, 'null'],
    [NaN, 'NaN'],
    [-1.5, '-1.5'],
    [true, 'true'],
    [7n, '7n'],
    [Symbol('mark'), 'Symbol(mark)'],
    [Math.max, 'max()'],
    [() => 1, 'a function'],
    [[1, ['a', null]], "[1, ['a', null]]"],
    [{ a: 1, b: { c: 'x' } }, "{ a: 1, b: { c: 'x' } }"],
    [{}, '{}'],
    [Object.create(null), '{}'],
    [{ a: 1n }, '{ a: 1n }'],
    [new Thing(), 'an object of class Thing'],
    [new Date(0), 'an object of class Date'],
    [new Float32Array(3), 'a Float32Array of length 3'],
  ])('%o', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('tells a tensor and a variable by shape and dtype', () => {
    const x = tensor([[1, 2]]);
    expect(describeValue(x)).toBe('a tensor of shape [1, 2] and dtype float32');
    expect(describeValue(new Variable(x))).toBe('a variable of shape [1, 2] and dtype float32');
    x.dispose();
  });
});

describe('a hostile value', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic, cyclic);
  const self: Record<string, unknown> = {};
  self['self'] = self;
  const fails = (): never => {
    throw new TypeError('from a getter');
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  it.each<[string, unknown]>([
    ['a list that holds itself', cyclic],
    ['an object that holds itself', self],
    ['100,000 nested lists', nested(100_000)],
    ['a list of a million', new Array(1_000_000).fill(7)],
    ['a wide and deep list', JSON.parse(`[${'['.repeat(50)}${']'.repeat(50)}]`)],
    ['a text of a million letters', 'x'.repeat(1_000_000)],
    ['a long BigInt', 1n << 100_000_000n],
    ['a name of a million letters', { ['k'.repeat(1_000_000)]: 1 }],
    ['a symbol of a million letters', Symbol('s'.repeat(1_000_000))],
    [
      'a getter that throws',
      {
        get a() {
          return fails();
        },
      },
    ],
    ['methods that throw', { toString: fails, toJSON: fails, valueOf: fails }],
    ['a proxy that throws', new Proxy({}, { get: fails, has: fails, ownKeys: fails })],
    ['a revoked proxy', proxy],
    ['a shape that holds itself', { shape: cyclic, dtype: 'float32' }],
  ])('is described shortly: %s', (_, value) => {
    const text = describeValue(value);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThan(LONGEST);
  });
});

describe('what a terminal would act on', () => {
  const hostile = 'a\x1b[31mb\x9b2Jc\x1b]0;title\x07d\r\ne\u202Ef\u2066g\0\x7f';

  it('is left out of texts', () => {
    expect(printable(hostile)).toBe('abc]0;titledefg');
    expect(describeValue(hostile)).toBe("'abc]0;titledefg'");
    expect(describeValue({ [hostile]: [hostile] })).toBe(
      "{ abc]0;titledefg: ['abc]0;titledefg'] }",
    );
  });

  it('is left out of every error, whose lines stay', () => {
    expect(new ValueError(`${hostile}!\nsecond line`).message).toBe(
      'abc]0;titled\nefg!\nsecond line',
    );
    expect(new ValueError('x'.repeat(1_000_000)).message.length).toBeLessThan(10_000);
  });
});
