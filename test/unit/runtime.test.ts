import { describe, expect, it } from 'vitest';
import {
  arange,
  backendInfo,
  configure,
  memory,
  ones,
  OutOfMemoryError,
  random,
  tidy,
  ValueError,
  zeros,
} from '../../src/index.js';
import type { RuntimeOptions } from '../../src/index.js';
import { emptyTensor } from '../../src/engine/tensor/index.js';

const emptyModule = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

// The tests of this file run in order: first those for which no tensor may exist yet.
describe('configure, before the first tensor', () => {
  it.each<[RuntimeOptions, RegExp]>([
    [{ threads: 0 }, /threads must be 'auto' or a whole number from 1 to 254, got 0/],
    [{ threads: 255 }, /threads .*255/],
    [{ threads: -2 }, /threads .*-2/],
    [{ threads: 1.5 }, /threads .*1\.5/],
    [{ threads: NaN }, /threads .*NaN/],
    [{ threads: 'all' as 'auto' }, /threads .*all/],
    [{ relaxedSimd: 'yes' as unknown as boolean }, /relaxedSimd must be true or false, got 'yes'/],
    [{ maxMemory: 2 ** 20 - 1 }, /maxMemory must be between 1048576 \(1 MiB\).*got 1048575/],
    [{ maxMemory: 2 ** 32 + 1 }, /maxMemory .*4294967296 \(4 GiB\).*got 4294967297/],
    [{ maxMemory: NaN }, /maxMemory .*NaN/],
    [{ maxMemory: '1GB' as unknown as number }, /maxMemory .*1GB/],
    [
      { wasmModule: 'lanegrad.wasm' },
      /wasmModule must be a WebAssembly\.Module of a file in lanegrad\/wasm/,
    ],
    [{ wasmModule: emptyModule }, /wasmModule must be a WebAssembly\.Module of a file/],
    [{ wasmModule: emptyModule, relaxedSimd: true }, /Give one of the two/],
    [{ maxMemroy: 2 ** 30 } as RuntimeOptions, /unknown option 'maxMemroy'.*'maxMemory'/],
  ])('refuses %j', (options, message) => {
    expect(() => configure(options)).toThrow(ValueError);
    expect(() => configure(options)).toThrow(message);
  });

  it('accepts settings within range', async () => {
    await expect(
      configure({ threads: 'auto', relaxedSimd: false, maxMemory: 2 ** 32 }),
    ).resolves.toBeUndefined();
    await expect(configure({ threads: 1 })).resolves.toBeUndefined();
    await expect(configure({})).resolves.toBeUndefined();
  });
});

describe('backendInfo', () => {
  it('says what is used and why', () => {
    const info = backendInfo();
    expect(info.simd).toBe(true);
    expect(info.relaxedSimd).toBe(false);
    expect(info.threads).toBeGreaterThanOrEqual(1);
    expect(info.reason).toMatch(/\w/);
  });
});

describe('linear memory', () => {
  it('grows on demand, and tensors keep their values when it does', () => {
    const x = arange(1000, undefined, 1, 'float32');
    const before = memory().reserved;
    const big = ones([2 ** 22]);
    expect(memory().reserved).toBeGreaterThanOrEqual(before + 2 ** 24);
    expect(x.sum().item()).toBe(499_500);
    expect(x.toArray()).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(big.sum().item()).toBe(2 ** 22);
    big.dispose();
  });

  it('stops growing when blocks of one size come and go', () => {
    const use = (): void => ones([2 ** 22]).dispose();
    // The allocator may pass over a free block of just that size, once.
    use();
    use();
    const { reserved } = memory();
    for (let i = 0; i < 20; i++) use();
    expect(memory().reserved).toBe(reserved);
  });

  it('has no tensor of more than 1 GiB, and says so', () => {
    const before = memory();
    for (const make of [
      () => zeros([2 ** 28]),
      () => zeros([2 ** 30 + 1], 'uint8'),
      () => random.normal([2 ** 15, 2 ** 14]),
      () => zeros([2 ** 20, 2 ** 20]),
    ]) {
      expect(make).toThrow(OutOfMemoryError);
      expect(make).toThrow(/A tensor of .* is larger than one block .*Work on parts of it/);
    }
    expect(memory()).toEqual(before);
  });

  it('works above 2 GiB, where pointers no longer fit an int32', () => {
    // Pages that are never touched take no memory of the machine.
    const fillers = [1, 2, 3].map(() => emptyTensor([900 * 2 ** 20], 'uint8'));
    // Nor may there be holes below that small tensors fit into.
    for (const bytes of [2 ** 20, 2 ** 14, 2 ** 10, 64, 16]) {
      let filler;
      do {
        filler = emptyTensor([bytes], 'uint8');
        fillers.push(filler);
      } while (filler.pointer < 2 ** 31);
    }
    expect(memory().reserved).toBeGreaterThan(2.5 * 2 ** 30);
    tidy(() => {
      const x = arange(6, undefined, 1, 'float32').reshape([2, 3]);
      expect(x.pointer).toBeGreaterThan(2 ** 31);
      expect(x.add(x).toArray()).toEqual([
        [0, 2, 4],
        [6, 8, 10],
      ]);
      expect(x.matmul(x.T).toArray()).toEqual([
        [5, 14],
        [14, 50],
      ]);
      expect(x.slice(':', '::-1').toArray()).toEqual([
        [2, 1, 0],
        [5, 4, 3],
      ]);
      expect(x.sum(0).toArray()).toEqual([3, 5, 7]);
      expect(x.argmax(1).toArray()).toEqual([2, 2]);
      expect(x.gather([-1]).toArray()).toEqual([[3, 4, 5]]);
      expect(x.less(3).all(1).toArray()).toEqual([true, false]);
      expect(x.astype('uint8').sum().item()).toBe(15);
      expect(x.softmax().sum(1).toArray()).toEqual([1, 1]);
      expect(x.slice(1, 1).item()).toBe(4);
      expect(x.toString()).toBe('[[0. 1. 2.]\n [3. 4. 5.]]');
      const seeded = { seed: 1 };
      expect(random.uniform([9], seeded).sum().item()).toBeGreaterThan(0);
    });
    for (const filler of fillers) filler.dispose();
  });
});

describe('configure, after the first tensor', () => {
  it('refuses another limit, accepts what changes nothing', () => {
    expect(() => configure({ maxMemory: 2 ** 30 })).toThrow(ValueError);
    expect(() => configure({ maxMemory: 2 ** 30 })).toThrow(/before the first tensor is made/);
    void configure({ threads: 'auto' });
  });
});
