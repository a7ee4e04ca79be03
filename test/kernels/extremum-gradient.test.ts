import { describe, expect, it } from 'vitest';
import { outputF32, runKernel } from './guarded.js';

type Shape = readonly [outer: number, length: number, inner: number];

const shapes: readonly Shape[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 33].map((length): Shape => [3, length, 1]),
  ...[2, 3, 4, 5, 15, 16, 17, 31, 64, 70].map((inner): Shape => [2, 9, inner]),
  [1, 1, 20],
  [40, 3, 2],
  [0, 5, 3],
  [3, 5, 0],
];

describe.each(shapes)('extremumGradient of [%d, %d, %d]', (outer, length, inner) => {
  const x = Float32Array.from({ length: outer * length * inner }, (_, i) => ((i * 7) % 11) - 8);
  const groups = Array.from({ length: outer * inner }, (_, i) => {
    const first = Math.floor(i / inner) * length * inner + (i % inner);
    return Array.from({ length }, (_, l) => first + l * inner);
  });
  const best = Float32Array.from(groups, (group) => Math.max(...group.map((i) => x[i] ?? NaN)));
  const dy = Float32Array.from(best, (_, i) => i - 3.5);

  it.each([0, 1])('shares dy among equals; through a relu: %d', (rectified) => {
    const [dx] = runKernel('extremumGradient', outputF32(x.length), dy, x, best, outer, length, inner, rectified); // prettier-ignore
    const wanted = new Float32Array(x.length);
    groups.forEach((group, g) => {
      const hits = group.filter((i) => x[i] === best[g]);
      for (const i of hits) {
        if (rectified === 0 || (x[i] ?? 0) > 0) wanted[i] = (dy[g] ?? NaN) / hits.length;
      }
    });
    // −0 counts as 0.
    expect(Array.from(dx ?? [], (v) => v + 0)).toEqual(Array.from(wanted, (v) => v + 0));
  });
});
