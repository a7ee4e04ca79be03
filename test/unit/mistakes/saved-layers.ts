// Layers of classes that a file could not make again.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { layers, models, random } from '../../../src/index.js';
import type { Config, Tensor } from '../../../src/index.js';
import { expectMistakes, sequential } from './mistake.js';

export function mistakesOfSavedLayers(): void {
  describe('layers that could not be loaded again', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mistakes-'));
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    abstract class Same extends layers.Layer {
      override call(x: Tensor): Tensor {
        return x.mul(1);
      }
    }
    class Positional extends Same {
      static override readonly className: string = 'Positional';
      constructor(readonly units: number) {
        super();
      }
    }
    class Checked extends Same {
      static override readonly className: string = 'Checked';
      readonly units: number;
      constructor(units: number, options: layers.LayerOptions = {}) {
        super(options);
        if (!(units > 0)) throw new RangeError('units must be positive');
        this.units = units;
      }
    }
    class Destructured extends Same {
      static override readonly className: string = 'Destructured';
      readonly units: number;
      constructor({ units = 1, ...rest }: layers.LayerOptions & { readonly units?: number } = {}) {
        super(rest);
        this.units = units;
      }
    }
    class Named extends Destructured {
      static override readonly className: string = 'Named';
      static override readonly optionNames = ['units'];
    }
    class Written extends Destructured {
      static override readonly className: string = 'Written';
      override getConfig(): Config {
        return { ...super.getConfig(), units: this.units };
      }
    }
    class Plain extends Same {
      static override readonly className: string = 'Plain';
      calls = 0;
      readonly inside = new layers.Dropout(0.5);
      constructor(options: layers.LayerOptions = {}) {
        super(options);
        this.calls = 3;
      }
    }
    class Holder extends Same {
      static override readonly className: string = 'Holder';
      readonly inside = new Positional(3);
    }
    const save = (layer: layers.AnyLayer, file = 'm.keras', shape = [2]): Promise<void> =>
      sequential(new layers.InputLayer(shape), layer).save(path.join(folder, file));

    const makes = "loading calls new Positional(options), which makes 'units' an object";
    expectMistakes([
      [
        'an argument that is no option',
        () => save(new Positional(3)),
        [/save: Positional layer 'positional.*' could not be loaded/, makes, 'getConfig()'],
      ],
      ['the same in the format of TensorFlow.js', () => save(new Positional(3), 'folder'), [makes]],
      [
        'the same inside of a layer of the library',
        () => save(new layers.TimeDistributed(new Positional(3)), 'm.keras', [4, 2]),
        [makes],
      ],
      ['an argument that is checked', () => save(new Checked(3)), ['units must be positive']],
      [
        'an option that the config lacks',
        () => save(new Destructured({ units: 3 })),
        ["its config lacks what the constructor reads: 'units'", "optionNames = ['units']"],
      ],
    ]);

    const good: readonly [string, layers.AnyLayer][] = [
      ['an option that has its default', new Destructured()],
      ['optionNames', new Named({ units: 3 })],
      ['getConfig', new Written({ units: 3 })],
      ['options of all layers alone', new Plain()],
      ['layers that another layer makes', new Holder()],
    ];
    it.each(good)('are not those with %s', async (_, layer) => {
      await save(layer);
      const bytes = readFileSync(path.join(folder, 'm.keras'));
      const type = layer.constructor as unknown as layers.LayerClass;
      const model = await models.loadModel(new Uint8Array(bytes), {
        customObjects: { [layer.constructor.name]: type },
      });
      expect({ ...model.layers[0]?.getConfig(), name: '' }).toEqual({
        ...layer.getConfig(),
        name: '',
      });
    });

    it('are not looked for at the cost of what a program shares', async () => {
      const shared = new layers.Dense(2);
      class Sharing extends layers.Layer {
        static override readonly className = 'Sharing';
        readonly inside = shared;
        override call(x: Tensor): Tensor {
          return this.inside.apply(x);
        }
      }
      const model = sequential(new layers.InputLayer([2]), new Sharing());
      const before = model.predictOnBatch([[1, 2]]).toArray();
      await model.save(path.join(folder, 'shared.keras'));
      expect(model.predictOnBatch([[1, 2]]).toArray()).toEqual(before);
    });

    it('are looked for without a trace', async () => {
      const before = random.globalGenerator().getState();
      await save(new Plain({ name: 'without-trace' }));
      await save(new Destructured({ units: 3 })).catch(() => undefined);
      const drawn = random.globalGenerator().getState();
      // What the layers themselves draw when they are made.
      random.globalGenerator().setState(before);
      new Plain({ name: 'without-trace' });
      expect(drawn).toEqual(random.globalGenerator().getState());
    });
  });
}
