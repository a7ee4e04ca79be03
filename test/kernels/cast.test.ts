import { describe, expect, it } from 'vitest';
import { ElementType } from '../../assembly/codes.js';
import { blankF32, blankI32, blankU8, runKernel } from './views.js';
import type { Elements } from './views.js';
import { bools, bytes, integers } from './integers.js';
import { values } from './values.js';

const sizes = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 64, 130, 515];

const { Float32, Int32, Uint8, Bool } = {
  Float32: ElementType.Float32,
  Int32: ElementType.Int32,
  Uint8: ElementType.Uint8,
  Bool: ElementType.Bool,
};

interface Type {
  readonly code: ElementType;
  readonly name: string;
  readonly inputs: (n: number) => Elements;
  readonly blank: (n: number) => Elements;
  /** What an exact value becomes in this type. */
  readonly from: (value: number) => number;
}

const truncated = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value), low), high) + 0;

const types: readonly Type[] = [
  {
    code: Float32,
    name: 'float32',
    inputs: (n) => values(n, 400, n + 1),
    blank: blankF32,
    from: Math.fround,
  },
  {
    code: Int32,
    name: 'int32',
    inputs: (n) => integers(n, -2147483648, 2147483647, n + 1),
    blank: blankI32,
    from: (value) => truncated(value, -2147483648, 2147483647),
  },
  {
    code: Uint8,
    name: 'uint8',
    inputs: (n) => bytes(n, n + 1),
    blank: blankU8,
    from: (value) => truncated(value, 0, 255),
  },
  {
    code: Bool,
    name: 'bool',
    inputs: (n) => bools(n, 0.5, n + 1),
    blank: blankU8,
    from: (value) => (value === 0 ? 0 : 1),
  },
];

function cast(x: Elements, from: Type, to: Type): number[] {
  return runKernel('cast', to.blank(x.length), to.code, x, from.code, x.length);
}

const conversions = types.flatMap((from) =>
  types.map((to) => [from.name, to.name, from, to] as const),
);

describe('cast', () => {
  it.each(conversions)('from %s to %s at every length', (_, __, from, to) => {
    for (const n of sizes) {
      const x = from.inputs(n);
      expect(cast(x, from, to)).toEqual(Array.from(x, to.from));
    }
  });

  it.each(types.map((to) => [to.name, to] as const))('special float32 to %s', (_, to) => {
    const few = [
      NaN,
      Infinity,
      -Infinity,
      -0,
      2147483648,
      -2147483904,
      0.999,
      -0.999,
      255.5,
      256,
      -1,
      1e-45,
    ];
    // Enough for whole vectors and a rest.
    const x = Float32Array.from([...few, ...few, ...few]);
    const [from] = types;
    if (from !== undefined) expect(cast(x, from, to)).toEqual(Array.from(x, to.from));
  });

  it('rounds large int32 to the nearest even float32', () => {
    const [float, int] = types;
    const x = Int32Array.of(16777217, 16777219, -16777217, 2147483647, 33554434, 33554438);
    const rounded = [16777216, 16777220, -16777216, 2147483648, 33554432, 33554440];
    if (float !== undefined && int !== undefined) expect(cast(x, int, float)).toEqual(rounded);
  });
});

describe('fill', () => {
  it('repeats a 4-byte element', () => {
    const bits = new Int32Array(Float32Array.of(-1.5).buffer)[0] ?? 0;
    for (const n of sizes) {
      const out = runKernel('fill', blankF32(n), n, bits, 4);
      expect(out).toEqual(new Array(n).fill(-1.5));
    }
  });

  it('repeats a byte', () => {
    for (const n of sizes) {
      expect(runKernel('fill', blankU8(n), n, 200, 1)).toEqual(new Array(n).fill(200));
    }
  });
});
