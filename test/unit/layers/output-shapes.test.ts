// What layers say of the shapes of their outputs: what they give, and nothing is computed to find out.
import { describe, expect, it, vi } from 'vitest';
import { flattenNest } from '../../../src/config/index.js';
import { Layer } from '../../../src/layers.js';
import { isShape } from '../../../src/nn/layers/core/symbolic-tensor.js';
import { Runtime } from '../../../src/engine/runtime/runtime.js';
import { Tensor, tidy } from '../../../src/engine/tensor/index.js';
import { inputFor, makeLayers } from '../../specs/layers.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const table = makeLayers().map(
  ([layer, shape], i) => [`${i} ${layer.name}`, layer, shape] as const,
);

describe('the shape of the output of a layer', () => {
  it.each(table)('is known before anything is computed: %s', (_, layer, shape) => {
    const run = vi.spyOn(Runtime.prototype, 'run');
    try {
      layer.build(shape);
      run.mockClear();
      const shapes = flattenNest(layer.computeOutputShape(shape), isShape);
      expect(run).not.toHaveBeenCalled();
      tidy(() => {
        const outputs = flattenNest(layer.apply(inputFor(layer, shape)), isTensor);
        expect(shapes).toEqual(outputs.map((y) => y.shape));
      });
    } finally {
      run.mockRestore();
    }
  });

  it('is found by a call on zeros for a class of your own, which may read values', () => {
    class Read extends Layer {
      static override readonly className = 'ReadsValues';
      seen: number[] = [];
      override call(x: Tensor): Tensor {
        this.seen.push(...x.data());
        return x.max().item() > 0 ? x : x.reshape([x.shape[0] ?? 0, 2, -1]);
      }
    }
    const layer = new Read();
    expect(layer.computeOutputShape([null, 4])).toEqual([null, 2, 2]);
    expect(new Set(layer.seen)).toEqual(new Set([0]));
  });
});

describe('more than 64 axes', () => {
  it.each(table)('are refused: %s', (_, layer, shape) => {
    const ones = Array.from({ length: 65 }, () => 1);
    const given = typeof shape[0] === 'number' ? ones : shape.map(() => ones);
    expect(() => void layer.computeOutputShape(given)).toThrow(/a shape may have at most 64 axes/);
  });
});
