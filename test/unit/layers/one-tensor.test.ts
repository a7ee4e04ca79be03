// Layers that take one tensor say so when they are given a list or an object of tensors.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/errors.js';
import { flattenNest } from '../../../src/config/index.js';
import { Input } from '../../../src/nn/layers/input.js';
import * as layers from '../../../src/layers.js';
import { isTensor } from '../../../src/nn/layers/core/layer-checks.js';
import { formatShape, memory, ones, tidy } from '../../../src/engine/tensor/index.js';
import type { Shape, Tensor } from '../../../src/engine/tensor/index.js';
import { inputFor, makeLayers } from '../../specs/layers.js';

/** Layers that give what they are given, whatever that is, as Keras's do. */
const PASSING = [layers.Identity, layers.ActivityRegularization];
/** Layers that take objects of images as well, or what the first layer inside takes: they have messages of their own. */
const LABELED = [layers.BaseImagePreprocessingLayer, layers.Pipeline];

const single = makeLayers().filter(
  (example): example is readonly [layers.Layer, Shape] => typeof example[1][0] === 'number',
);
const refusing = single.filter(
  ([layer]) => ![...PASSING, ...LABELED].some((Class) => layer instanceof Class),
);

describe('a layer that takes one tensor', () => {
  it.each(refusing.map(([layer, shape]) => [layer.name, layer, shape] as const))(
    'refuses lists and objects of them: %s',
    (name, layer, shape) => {
      const wasBuilt = layer.built;
      const x = inputFor(layer, shape) as Tensor;
      const symbolic = Input(shape.slice(1), { dtype: layer.readsStrings ? 'string' : 'float32' });
      const before = memory();
      const of = (given: string): string =>
        `${layer.constructor.name} layer '${name}' takes one tensor, got ${given}. `;
      const given = formatShape(shape);
      const declared = formatShape([null, ...shape.slice(1)]);
      const merge =
        'Apply the layer to each, or merge them before: layers.concatenate([a, b]), layers.add([a, b]).';
      const refuses = (call: () => unknown, message: string): void => {
        expect(call).toThrow(ShapeError);
        expect(call).toThrow(message);
      };
      const two = `a list of 2 tensors, of shapes ${given} and ${given}`;
      refuses(() => layer.apply([x, x] as never), of(two) + merge);
      refuses(() => layer.apply({ a: x, b: x } as never), of(two.replace('a list', 'an object')));
      refuses(() => layer.apply([x] as never), `${of(`a list of one tensor, of shape ${given}`)}Give the tensor itself.`); // prettier-ignore
      refuses(() => layer.apply([symbolic, symbolic] as never), of(`a list of 2 tensors, of shapes ${declared} and ${declared}`)); // prettier-ignore
      refuses(() => layer.apply({ a: symbolic } as never), of(`an object of one tensor, of shape ${declared}`)); // prettier-ignore
      refuses(() => layer.call([x, x] as never), of(two));
      refuses(() => layer.computeOutputShape([shape, shape] as never), of(two));
      refuses(() => { layer.build([shape, shape] as never); }, of(two)); // prettier-ignore
      // Nothing was made, and nothing keeps the layer from being used.
      expect(layer.built).toBe(wasBuilt);
      expect(memory()).toEqual(before);
      const [first] = tidy(() => flattenNest(layer.apply(x), isTensor).map(({ dtype }) => dtype));
      expect(first).toBe(layer.dtype);
      x.dispose();
    },
  );

  it('is none of those that pass on what they are given', () => {
    const [a, b] = [ones([2]), ones([3])];
    for (const Class of PASSING) {
      const given = new Class().apply([a, b] as never) as unknown as Tensor[];
      expect(given.map((y) => y.shape)).toEqual([[2], [3]]);
    }
  });

  it('is not a custom class unless it says so by its inputSpec', () => {
    class Sum extends layers.Layer<readonly Tensor[]> {
      static override readonly className: string = 'Sum';
      override call(tensors: readonly Tensor[]): Tensor {
        return tensors.reduce((sum, x) => sum.add(x));
      }
    }
    class One extends Sum {
      static override readonly className = 'One';
      override inputSpec = {};
    }
    const given = [ones([2]), ones([2])];
    expect(new Sum().apply(given).toArray()).toEqual([2, 2]);
    expect(new Sum().apply([Input([2]), Input([2])]).shape).toEqual([null, 2]);
    expect(() => new One({ name: 'one' }).apply(given)).toThrow(
      "One layer 'one' takes one tensor, got a list of 2 tensors, of shapes (2,) and (2,).",
    );
  });
});
