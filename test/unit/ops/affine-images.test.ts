// Images that are moved along straight lines, in all sizes and directions: what is computed four pixels at a time, what is copied
// and what lies at borders and beyond agree with a reference in float64.
import { describe, expect, it } from 'vitest';
import { ops } from '../../../src/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { moved } from '../../reference/images.js';
import { at, build } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';

/** Numbers without a pattern from 0 to 1, the same ones each time. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 48271 + 11) % 2147483647;
    yield state / 2147483647;
  }
}

const MODES = ['constant', 'nearest', 'wrap', 'mirror', 'reflect'] as const;

/** Transforms: along axes, back, far away, of no extent, and any. */
const KINDS: readonly ((next: () => number) => number[])[] = [
  (next) => [1, 0, next() * 4 - 2, 0, 1, next() * 4 - 2],
  (next) => [-1, 0, next() * 9, 0, 1, 0],
  (next) => [next() * 3 - 1.5, 0, next() * 6 - 3, 0, next() * 3 - 1.5, next() * 6 - 3],
  (next) => [0, 0, next() * 6, 0, 0, next() * 6],
  (next) => [next() * 2 - 1, next() * 2 - 1, next() * 9, next() * 2 - 1, next() * 2 - 1, next() * 9],
  (next) => [next() * 40 - 20, next() - 0.5, next() * 90 - 45, next() - 0.5, next() * 40 - 20, next() * 90 - 45],
]; // prettier-ignore

const rounded = Math.fround;

describe.each([1, 3, 4])('images of %i channels', (channels) => {
  it.each(MODES)('are moved like the reference: %s', (fillMode) => {
    const stream = numbers(channels * 7 + fillMode.length);
    const next = (): number => stream.next().value;
    for (let trial = 0; trial < 120; trial++) {
      const shape = [2, 1 + Math.floor(next() * 9), 1 + Math.floor(next() * 13), channels];
      const images: DenseArray = build(shape, () => rounded(next()));
      const kind = KINDS[trial % KINDS.length];
      const transform = (kind?.(next) ?? []).map(rounded);
      const [a0 = 0, a1 = 0, a2 = 0, b0 = 0, b1 = 0, b2 = 0] = transform;
      const place = (x: number, y: number): [number, number] => [a0 * x + a1 * y + a2, b0 * x + b1 * y + b2]; // prettier-ignore
      const expected = moved(images, place, fillMode, 0.25);
      const x = tensor(Float32Array.from(images.data)).reshape(shape);
      const given = [...transform, 0, 0];
      const smooth = ops.image.affineTransform(x, given, { fillMode, fillValue: 0.25 }).data();
      const worst = Math.max(...[...smooth].map((value, i) => Math.abs(value - (expected.data[i] ?? NaN)))); // prettier-ignore
      // A place is rounded to float32: the further away, the coarser.
      expect(worst, `${String(shape)}: ${String(transform)}`).toBeLessThan(2e-4);
      const options = { fillMode, fillValue: 0.25, interpolation: 'nearest' } as const;
      const nearest = ops.image.affineTransform(x, given, options).data();
      const halves = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5); // prettier-ignore
      const isNearHalf = (value: number): boolean => Math.abs(Math.abs(value % 1) - 0.5) < 1e-4;
      const copied = moved(images, (i, j) => place(i, j).map(halves) as [number, number], fillMode, 0.25); // prettier-ignore
      let pixel = 0;
      for (const index of indices(shape)) {
        const isTie = place(index[2] ?? 0, index[1] ?? 0).some(isNearHalf);
        if (!isTie) expect(nearest[pixel], String(transform)).toBe(at(copied, index));
        pixel++;
      }
    }
  });
});

/** All indices of an array of that shape, in order. */
function* indices([n = 0, ...rest]: readonly number[]): Generator<number[]> {
  for (let i = 0; i < n; i++) {
    if (rest.length === 0) yield [i];
    else for (const more of indices(rest)) yield [i, ...more];
  }
}

it('takes transforms that are not numbers, or lead out of all bounds, without a trap', () => {
  const x = tensor([[[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]]]]).reshape([1, 3, 1, 3]);
  for (const number of [NaN, Infinity, -Infinity, 3e38, -3e38]) {
    for (let i = 0; i < 6; i++) {
      const transform = [1, 0, 0, 0, 1, 0, 0, 0].with(i, number);
      for (const interpolation of ['nearest', 'bilinear'] as const) {
        for (const fillMode of MODES) {
          const moved = ops.image.affineTransform(x, transform, { fillMode, interpolation });
          expect(moved.shape).toEqual([1, 3, 1, 3]);
        }
      }
    }
  }
});

it('the gradient flows to the shifts of channels where these are 0', () => {
  // Each channel is the plane 2x + 3y, so lines between pixels are exact: channel i rises by 3i with c₀ and by 2i with c₁.
  const plane = Array.from({ length: 4 * 4 * 3 }, (_, n) => 2 * (Math.floor(n / 3) % 4) + 3 * Math.floor(n / 12)); // prettier-ignore
  const images = tensor(plane, { shape: [1, 4, 4, 3] });
  const inner = (y: Tensor): Tensor => ops.sum(y.slice(0, [0, 3], [0, 3]));
  const slopes = (dataFormat: 'channels_first' | 'channels_last'): number[] => {
    const isFirst = dataFormat === 'channels_first';
    const given = isFirst ? images.transpose([0, 3, 1, 2]) : images;
    const f = (transform: Tensor): Tensor => {
      const moved = ops.image.affineTransform(given, transform, { dataFormat });
      return inner(isFirst ? moved.transpose([0, 2, 3, 1]) : moved);
    };
    return [
      ...ops
        .grad(f)(tensor([1, 0, 0.25, 0, 1, 0.25, 0, 0]))
        .data(),
    ].slice(6);
  };
  for (const format of ['channels_last', 'channels_first'] as const) {
    const [downwards, right] = slopes(format);
    expect(downwards).toBeCloseTo(9 * 3 * (0 + 1 + 2), 3);
    expect(right).toBeCloseTo(9 * 2 * (0 + 1 + 2), 3);
  }
});

it('takes the coordinates of each axis as a list of tensors', () => {
  // Elements (0, 1) and (1, 2).
  const numbers = ops.image.mapCoordinates([[1, 2, 3], [4, 5, 6]], [tensor([0, 1]), tensor([1, 2])], 1); // prettier-ignore
  expect(numbers.toArray()).toEqual([2, 6]);
});
