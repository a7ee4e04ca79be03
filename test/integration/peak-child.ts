// Reads a file, or writes one, and reports the most bytes that were held for it: those of reachable arrays, and those together with
// tensors. It looks whenever something large is about to be made or copied.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { data, layers, memory, Sequential } from '../../src/index.js';
import { readSafetensors } from '../../src/io/safetensors.js';

const [, , format = '', path = ''] = process.argv;
const LARGE = 1 << 20;
let before = Infinity;

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

const held = (): number => process.memoryUsage().arrayBuffers;
const peak = { arrays: 0, all: 0 };
const look = (more: number): void => {
  // The second waits until the first has given back all memory.
  collect();
  collect();
  const arrays = held() + more - before;
  peak.arrays = Math.max(peak.arrays, arrays);
  peak.all = Math.max(peak.all, arrays + memory().bytes);
};

for (const name of ['Uint8Array', 'Float32Array', 'Int32Array', 'Float64Array'] as const) {
  const Real = globalThis[name];
  const construct = (target: object, args: unknown[], newTarget: () => void): object => {
    const [first] = args;
    const count = ArrayBuffer.isView(first) ? (first as Uint8Array).length : first;
    const bytes = typeof count === 'number' ? count * Real.BYTES_PER_ELEMENT : 0;
    if (bytes >= LARGE) look(bytes);
    return Reflect.construct(target as () => void, args, newTarget) as object;
  };
  Object.assign(globalThis, { [name]: new Proxy(Real, { construct }) });
}

/** Looks at what is held before a method copies something large. */
function watch(prototype: object, method: 'slice' | 'set', isNew: boolean): void {
  const real = Reflect.get(prototype, method) as (...args: unknown[]) => unknown;
  Object.assign(prototype, {
    [method](this: ArrayLike<number> & { byteLength: number }, ...args: unknown[]) {
      const [first] = args;
      const bytes = isNew ? this.byteLength : ArrayBuffer.isView(first) ? first.byteLength : 0;
      if (bytes >= LARGE) look(isNew ? bytes : 0);
      return real.apply(this, args);
    },
  });
}
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
watch(typedArray, 'slice', true);
watch(typedArray, 'set', false);
watch(ArrayBuffer.prototype, 'slice', true);

const readers: Readonly<Record<string, () => Promise<unknown>>> = {
  npz: () => data.readNpz(path),
  npy: () => data.readNpy(path),
  idx: () => data.readIdx(path),
  csv: () => data.readCsv(path, { header: false }),
  safetensors: () => readSafetensors(path),
};

/** A model of 2²² numbers. */
const model =
  path === '' ? new Sequential([new layers.Dense(2048, { inputShape: [2047] })]) : undefined;
const target = { write: () => undefined };
const writers: Readonly<Record<string, () => Promise<unknown> | undefined>> = {
  keras: () => model?.save(target, { format: 'keras' }),
  h5: () => model?.saveWeights(target, { format: 'h5' }),
  safetensors: () => model?.saveWeights(target, { format: 'safetensors' }),
};

collect();
before = held();
await (path === '' ? writers : readers)[format]?.();
look(0);
process.stdout.write(JSON.stringify(peak));
