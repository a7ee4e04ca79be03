// What the jax-js contenders share: its Wasm device, whose arrays are reference-counted (`x.ref` to use x again).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as jax from '@jax-js/jax';

const folder = path.dirname(fileURLToPath(import.meta.url));

export async function startJax() {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const file = path.join(folder, 'node_modules/@jax-js/jax/package.json');
  return { jax, version: JSON.parse(readFileSync(file, 'utf8')).version };
}

/** n × n products of two given matrices: run() resolves when the result is there. */
export async function makeSquareProduct(n, a, b) {
  const { jax, version } = await startJax();
  const { numpy: np } = jax;
  const left = np.array(a).reshape([n, n]);
  const right = np.array(b).reshape([n, n]);
  return {
    version,
    /** Milliseconds of one product. */
    time: async () => {
      const started = performance.now();
      const product = await jax.blockUntilReady(np.matmul(left.ref, right.ref));
      const elapsed = performance.now() - started;
      product.dispose();
      return elapsed;
    },
    values: () => np.matmul(left.ref, right.ref).dataSync(),
  };
}
