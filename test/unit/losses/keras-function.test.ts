import { expect, test } from 'vitest';
import { losses, metrics } from '../../../src/core.js';
import { isKerasFunction } from '../../../src/nn/losses/keras-function.js';

const REGISTRY = ['deserialize', 'get', 'register', 'serialize'];

/** The functions of a namespace that a model can be compiled with. */
function functionsOf(namespace: object): [string, { readonly name: string }][] {
  const exported: [string, unknown][] = Object.entries(namespace);
  return exported.filter(
    (entry): entry is [string, { readonly name: string }] =>
      typeof entry[1] === 'function' && /^[a-z]/.test(entry[0]) && !REGISTRY.includes(entry[0]),
  );
}

test.each([...functionsOf(losses), ...functionsOf(metrics)])(
  '%s is known to be Keras’s and has its name',
  (name, f) => {
    expect(isKerasFunction(f)).toBe(true);
    expect(f.name).toBe(name);
  },
);

test('a custom function is not Keras’s', () => {
  expect(isKerasFunction(() => 0)).toBe(false);
});
