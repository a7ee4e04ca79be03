import { expect, test } from 'vitest';
import { losses, metrics } from '../../../src/core.js';
import { isKerasFunction } from '../../../src/config/keras-function.js';

const REGISTRY = ['deserialize', 'get', 'register', 'serialize'];

/** The functions of a namespace that a model can be compiled with. */
function functionsOf(namespace: object): [string, { readonly name: string }][] {
  return Object.entries(namespace).filter(
    ([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) && !REGISTRY.includes(name),
  );
}

test.each([...functionsOf(losses), ...functionsOf(metrics)])(
  '%s is known to be Keras’s and has its name',
  (name, f) => {
    expect(isKerasFunction(f)).toBe(true);
    expect(f.name).toBe(name);
  },
);

test('a function of one’s own is not Keras’s', () => {
  expect(isKerasFunction(() => 0)).toBe(false);
});
