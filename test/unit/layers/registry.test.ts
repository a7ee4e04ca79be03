import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import * as models from '../../../src/models.js';
import * as layers from '../../../src/layers.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';

class Identity extends layers.Layer {
  static override readonly className: string = 'MyIdentity';

  override call(x: Tensor): Tensor {
    return x;
  }
}

describe('layers.serialize and deserialize', () => {
  it('are the reverse of each other', () => {
    const layer = new layers.Dense(3, { name: 'd', activation: 'relu', kernelRegularizer: 'l2' });
    const config = layers.serialize(layer);
    expect(config).toMatchObject({ module: 'keras.layers', class_name: 'Dense' });
    const json = JSON.parse(JSON.stringify(config)) as typeof config;
    expect(layers.serialize(layers.deserialize(json))).toEqual(config);
  });

  it('builds the layer that the object says the input of', () => {
    const config = {
      ...layers.serialize(new layers.Dense(3)),
      build_config: { input_shape: [null, 4] },
    };
    expect(layers.deserialize(config).countParams()).toBe(15);
  });

  it('lists the known classes for an unknown one, and says how to make it known', () => {
    const unknown = { class_name: 'Dens', config: {} };
    expect(() => layers.deserialize(unknown)).toThrow(ValueError);
    expect(() => layers.deserialize(unknown)).toThrow(
      /Unknown layer 'Dens'. Did you mean 'Dense'.*Activation, .*Dense, .*layers.registerLayer/,
    );
    expect(() => layers.deserialize('dense' as unknown as typeof unknown)).toThrow(/'dense'/);
  });

  it('finds own classes once they are registered', () => {
    const config = layers.serialize(new Identity({ name: 'mine' }));
    expect(config).toMatchObject({
      module: null,
      class_name: 'MyIdentity',
      registered_name: 'MyIdentity',
    });
    expect(() => layers.deserialize(config)).toThrow(/Unknown layer 'MyIdentity'/);
    layers.registerLayer(Identity);
    const layer = layers.deserialize(config);
    expect(layer).toBeInstanceOf(Identity);
    expect(layers.serialize(layer)).toEqual(config);
  });

  it('refuses a class without a name of its own', () => {
    class Nameless extends layers.Layer {}
    expect(() => {
      layers.registerLayer(Nameless);
    }).toThrow(/Nameless\(\) has no name.*static readonly className/);
  });
});

describe('Lambda', () => {
  it('computes its function', () => {
    const layer = new layers.Lambda((x, { training }) => (training ? x : x.mul(2)));
    expect(layer.apply([[1, 2]]).toArray()).toEqual([[2, 4]]);
    expect(layer.apply([[1, 2]], { training: true }).toArray()).toEqual([[1, 2]]);
  });

  it('takes the shape of an output sample', () => {
    const layer = new layers.Lambda((x) => x.sum(-1), { outputShape: [] });
    expect(layer.computeOutputShape([null, null])).toEqual([null]);
  });

  it('takes the shape of an output sample of several inputs, whose batch is that of the first', async () => {
    const product = new layers.Lambda(
      ([a, b]: readonly Tensor[]) => (a as Tensor).mul(b as Tensor).sum(-1),
      { outputShape: [] },
    );
    expect(product.computeOutputShape([[5, 3], [null, 3]])).toEqual([5]); // prettier-ignore
    const [x, y] = [layers.Input([3]), layers.Input([3])];
    const model = new models.Model({ inputs: [x, y], outputs: product.apply([x, y]) });
    expect(model.outputShape).toEqual([null]);
    expect((await model.predict([[[1, 2, 3]], [[4, 5, 6]]])).toArray()).toEqual([32]);
  });

  it('takes shapes of several outputs in their structure', () => {
    const both = new layers.Lambda(
      ({ a, b }: { readonly a: Tensor; readonly b: Tensor }) => ({ sum: a.add(b), first: a }),
      { outputShape: { sum: [3], first: [3] } },
    );
    expect(both.computeOutputShape({ a: [2, 3], b: [2, 3] })).toEqual({
      sum: [2, 3],
      first: [2, 3],
    });
    const { sum } = both.apply({ a: [[1, 2, 3]], b: [[1, 1, 1]] });
    expect(sum.toArray()).toEqual([[2, 3, 4]]);
    expect(() => new layers.Lambda((x) => x, { outputShape: [['a']] as never })).toThrow(
      /^Lambda: outputShape must be a list of whole numbers/,
    );
  });

  it('cannot be saved or read', () => {
    expect(() => new layers.Lambda((x) => x).getConfig()).toThrow(/cannot be saved/);
    const config = { class_name: 'Lambda', config: {} };
    expect(() => layers.deserialize(config)).toThrow(/code in files is not run/);
    expect(() => new layers.Lambda(3 as unknown as layers.LambdaFunction)).toThrow(/got 3/);
  });
});
