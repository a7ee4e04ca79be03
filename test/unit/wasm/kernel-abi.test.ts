// The ABI of the kernels, which the build reads from their sources and writes in TypeScript.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { interfaceFiles, sideModules, readKernels } from '../../../scripts/build/kernel-abi.mjs';
import { MAX_ARGUMENTS } from '../../../src/engine/runtime/control.js';
import { isInPlace, workOf } from '../../../src/engine/runtime/pool/pool.js';

const root = new URL('../../../', import.meta.url);

function exportsOf(name: string): Record<string, (...args: number[]) => number> {
  const module = new WebAssembly.Module(readFileSync(new URL(`build/lanegrad.${name}.wasm`, root)));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  return new WebAssembly.Instance(module, { env: { memory } }).exports as never;
}

describe('the ABI of the kernels', () => {
  it.each(Object.entries(interfaceFiles))('is written to %s as the sources say', (file, textOf) => {
    expect(readFileSync(new URL(file, root), 'utf8')).toBe(textOf(readKernels()));
  });

  it.each([...sideModules.map((name) => [name, [name]] as const), ['simd', sideModules] as const])(
    'names the kernels that the binary %s exports, each with as many arguments',
    (binary, of) => {
      const kernels = readKernels().filter(({ module }) => of.includes(module));
      const functions = Object.entries(exportsOf(binary)).filter(
        ([, f]) => typeof f === 'function',
      );
      expect(
        kernels.map(({ name, isSplit, parameters }) => [name, (isSplit ? 2 : 0) + parameters.length]).sort(), // prettier-ignore
      ).toEqual(functions.map(([name, f]) => [name, f.length]).sort());
    },
  );
});

it('has no more arguments of a shared call than threads hand over', () => {
  const shared = readKernels().filter(({ isSplit }) => isSplit);
  expect(
    shared.filter(({ parameters }) => parameters.length > MAX_ARGUMENTS).map(({ name }) => name),
  ).toEqual([]);
});

describe('the cost of a call', () => {
  const memory = Int32Array.of(0, 0, 3, 20, 30, 40);

  it('is nanoseconds for each unit, a product of arguments', () => {
    // c, a, packed, bias, m, n, k, lda, ldc, transposed, activation, scratch
    const args = [1, 2, 3, 0, 50, 60, 70, 70, 60, 0, 0, 4];
    expect(workOf('gemm', args, memory)).toBeCloseTo(0.05 * 50 * 60 * 70);
  });

  it('counts the elements of a layout', () => {
    expect(workOf('binaryF32', [1, 2, 3, 8, 0], memory)).toBeCloseTo(0.3 * 20 * 30 * 40);
  });
});

it('knows which kernels read what they write', () => {
  expect(isInPlace('adam', [1, 2, 3])).toBe(true);
  expect(isInPlace('fill', [1, 2, 3])).toBe(false);
});

describe('a kernel that says too little of itself', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-abi-'));
  mkdirSync(path.join(folder, 'assembly'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const parameters = 'thread: i32, threads: i32, out: usize, x: usize, n: i32';
  const read = (doc: string, list = parameters): string[] => {
    const source = `${doc}\nexport function negate(${list}): void {}\n`;
    writeFileSync(path.join(folder, 'assembly/negate.ts'), source);
    return readKernels(folder).map(({ name, module }) => `${module}: ${name}`);
  };

  it.each([
    ['/** out = -x. */', /assembly\/negate\.ts: negate: threads share it.*"@cost 0\.3 n"/],
    ['/**\n * out = -x.\n * @cost 0.3 m\n */', /names m, which is not a parameter/],
    ['/**\n * out = -x.\n * @cost 0.3 x\n */', /write size\(x\) if x is a layout/],
    ['/**\n * out = -x.\n * @cost 0.3 size(n)\n */', /n if it is a number/],
    ['/**\n * out = -x.\n * @cost n\n */', /is not "@cost <nanoseconds> <product>"/],
    [
      '/**\n * out = -x.\n * @cost 0.3 n\n * @inplace\n */',
      /no tag @inplace: use @module, @cost, @inPlace/,
    ],
    [
      '/**\n * out = -x.\n * @cost 0.3 n\n * @module window\n */',
      /no module window: use core or windows/,
    ],
    ['// out = -x.', /"@internal" if it is no kernel/],
  ])('is refused: %s', (doc, message) => {
    expect(() => {
      read(doc);
    }).toThrow(message);
  });

  it('is refused if it has a type that JavaScript does not, or tags of another kind of kernel', () => {
    const doc = '/**\n * out = -x.\n * @cost 0.3 n\n */';
    expect(() => {
      read(doc, `${parameters}, p: v128`);
    }).toThrow(/p is a v128, which cannot cross to JavaScript/);
    expect(() => {
      read(doc, 'out: usize, n: i32');
    }).toThrow(/@cost is for kernels whose arguments begin with \(thread, threads\)/);
  });

  it('is one if its tags say so', () => {
    expect(read('/**\n * out = -x.\n * @cost 0.3 n\n */')).toEqual(['core: negate']);
    expect(read('/**\n * Bytes.\n * @module windows\n */', 'n: i32')).toEqual(['windows: negate']);
    expect(read('/**\n * out = -x.\n * @internal\n */')).toEqual([]);
    expect(read('/** Bytes. */', 'n: i32')).toEqual([]);
  });

  it('is refused if another file has a kernel of its name', () => {
    const other = path.join(folder, 'assembly/other.ts');
    const doc = '/**\n * out = -x.\n * @cost 0.3 n\n */';
    writeFileSync(other, `${doc}\nexport function negate(${parameters}): void {}\n`);
    expect(() => read(doc)).toThrow(
      'assembly/other.ts: negate: assembly/negate.ts has a kernel of that name.',
    );
    rmSync(other);
  });
});
