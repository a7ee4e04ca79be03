// Values that a caller may give by mistake. They are made again for each call, since functions may dispose of what they get.
import { Tensor, tensor } from '../../../src/index.js';

/** The error that values of this table throw when they are read: a user's own error, which passes through unchanged. */
export class OwnError extends Error {}

function throwing(): never {
  throw new OwnError('from the caller’s own code');
}

function cyclicList(): unknown[] {
  const list: unknown[] = [];
  list.push(list, list);
  return list;
}

function deepList(): unknown {
  let list: unknown = 1;
  for (let i = 0; i < 100; i++) list = [list];
  return list;
}

function cyclicObject(): object {
  const object: Record<string, unknown> = { n: 1n };
  object['self'] = object;
  return object;
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function detachedView(): Float32Array {
  const view = new Float32Array(4);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** A view beyond the end of a buffer that has shrunk. */
function shrunkView(): Float32Array {
  const Resizable = ArrayBuffer as unknown as new (
    bytes: number,
    options: { readonly maxByteLength: number },
  ) => ArrayBuffer & { resize(bytes: number): void };
  const buffer = new Resizable(16, { maxByteLength: 16 });
  const view = new Float32Array(buffer, 4, 3);
  buffer.resize(4);
  return view;
}

function disposed(): unknown {
  const x = tensor([1, 2]);
  x.dispose();
  return x;
}

class Thing {
  readonly part = 1;
}

export const WRONG_VALUES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  '-1': () => -1,
  '1.5': () => 1.5,
  '2^53': () => 2 ** 53,
  '2^31': () => 2 ** 31,
  Infinity: () => Infinity,
  'an empty text': () => '',
  // Of a folder that is a file: nothing is written where it is taken for a path.
  'a text': () => 'package.json/abc',
  true: () => true,
  'an empty list': () => [],
  'a list of texts': () => ['abc', 'def'],
  'a list of null': () => [null],
  'a list of nothing': () => new Array<unknown>(10),
  'a list with a hole': () => {
    const list = new Array<unknown>(3);
    list[0] = 1;
    list[2] = 3;
    return list;
  },
  'an empty object': () => ({}),
  'an object without prototype': () => Object.create(null) as object,
  'a symbol': () => Symbol('abc'),
  'a BigInt': () => 10n,
  'a function': () => () => undefined,
  'an asynchronous function': () => async () => undefined,
  'a class': () => Thing,
  'a list that holds itself': cyclicList,
  'a deep list': deepList,
  'an object that holds itself': cyclicObject,
  'a Date': () => new Date(0),
  'a Map': () => new Map([['a', 1]]),
  'a promise': () => Promise.resolve(1),
  'a detached buffer': detached,
  'a detached view': detachedView,
  'a view beyond its buffer': shrunkView,
  'a disposed tensor': disposed,
  'an object with the prototype of a tensor': () => Object.create(Tensor.prototype) as object,
  'a scalar tensor': () => tensor(1),
  'a tensor of five axes': () => tensor([[[[[1, 2]]]]]),
  'a tensor of bool': () => tensor([true, false]),
  'a proxy': () => new Proxy({}, {}),
  'a proxy that throws': () => new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing }),
  'an object whose text throws': () => ({
    toString: throwing,
    valueOf: throwing,
    toJSON: throwing,
  }),
};
