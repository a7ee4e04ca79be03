// A class of one's own that holds layers and has no build: as in Keras, building it builds the layers inside.
import { beforeEach, describe, expect, it } from 'vitest';
import { Input, layers, memory, models, tensor } from 'lanegrad';
import type { PartialShape, Tensor } from 'lanegrad';
import { resetNames } from '../../../src/config/index.js';

beforeEach(resetNames);

/** x + dense(x). It says its output shape, so that nothing has to run for it. */
class Residual extends layers.Layer {
  static override readonly className: string = 'Residual';
  static override readonly optionNames: readonly string[] = ['units'];
  readonly units: number;
  readonly dense;
  calls = 0;

  constructor({ units, ...options }: layers.LayerOptions & { readonly units: number }) {
    super(options, ['units']);
    this.units = units;
    this.dense = new layers.Dense(units, { name: 'inner' });
  }

  override call(x: Tensor): Tensor {
    this.calls++;
    return x.add(this.dense.apply(x));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** The same, but zeros do not suit it. */
class Picky extends Residual {
  static override readonly className: string = 'Picky';

  override call(x: Tensor): Tensor {
    if (x.sum().item() === 0) throw new Error('only zeros');
    return super.call(x);
  }
}

// 3 · 3 + 3
const PARAMS = 12;

describe('layers inside a layer without build are built', () => {
  it('in a graph', () => {
    const before = memory().tensors;
    const x = Input([null, 3]);
    const layer = new Residual({ units: 3 });
    const model = new models.Model({ inputs: x, outputs: layer.apply(x) });
    expect(model.countParams()).toBe(PARAMS);
    // Kernel and bias, and nothing of the trial.
    expect(memory().tensors).toBe(before + 2);
    expect(layer.weights.map(({ path }) => path)).toEqual([
      'residual/inner/kernel',
      'residual/inner/bias',
    ]);
  });

  it('in a Sequential, also within other layers', () => {
    const model = new models.Sequential([
      layers.Input({ shape: [4, 3] }),
      new layers.TimeDistributed(new Residual({ units: 3 })),
      new Residual({ units: 3 }),
    ]);
    expect(model.countParams()).toBe(2 * PARAMS);
  });

  it('by build', () => {
    const layer = new Residual({ units: 3 });
    layer.build([null, 3]);
    expect(layer.countParams()).toBe(PARAMS);
  });

  it('by the first batch, which runs once', () => {
    const layer = new Residual({ units: 3 });
    layer.apply([[1, 2, 3]]);
    expect([layer.countParams(), layer.calls]).toEqual([PARAMS, 1]);
  });

  it('by the first batch where zeros do not suit the layer', () => {
    const x = Input([3]);
    const model = new models.Model({ inputs: x, outputs: new Picky({ units: 3 }).apply(x) });
    expect(model.countParams()).toBe(0);
    model.predictOnBatch([[1, 2, 3]]);
    expect(model.countParams()).toBe(PARAMS);
  });

  it('so that files with their weights are read', async () => {
    const x = Input([null, 3]);
    const model = new models.Model({ inputs: x, outputs: new Residual({ units: 3 }).apply(x) });
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    const again = await models.loadModel(bytes, { customObjects: { Residual } });
    const batch = tensor([[[1, 2, 3]]]);
    expect(again.predictOnBatch(batch).toArray()).toEqual(model.predictOnBatch(batch).toArray());
  });
});
