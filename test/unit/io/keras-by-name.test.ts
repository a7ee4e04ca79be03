import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, Sequential } from '../../../src/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, twoLayers } from '../models/networks.js';

async function file(model: Sequential): Promise<string> {
  const path = join(await temporaryFolder(), 'w.weights.h5');
  await model.saveWeights(path);
  return path;
}

describe('weights in .weights.h5 by name', () => {
  function named(first = 'a'): Sequential {
    return new Sequential([
      new layers.Dense(4, { name: first, inputShape: [3] }),
      new layers.Dense(2, { name: 'b' }),
    ]);
  }

  it('go to those layers that are called as in the file', async () => {
    const from = named();
    const path = await file(from);
    const to = named('other');
    const before = bitsOf(to);
    await to.loadWeights(path, { byName: true });
    expect(bitsOf(to)).toEqual([...before.slice(0, 2), ...bitsOf(from).slice(2)]);
    await expect(twoLayers().loadWeights(path, { byName: true })).rejects.toThrow(
      /layers with weights \(a, b\) are not those of the model/,
    );
  });

  it('go, of several layers of that name, to the one in the same place, else to none', async () => {
    const inner = (name: string): Sequential =>
      new Sequential([new layers.Dense(3, { name: 'a', inputShape: [3] })], { name });
    const pair = (): Sequential => {
      const model = new Sequential([inner('first'), inner('second')]);
      model.build([null, 3]);
      return model;
    };
    const [from, to] = [pair(), pair()];
    const path = await file(from);
    await to.loadWeights(path, { byName: true });
    expect(bitsOf(to)).toEqual(bitsOf(from));
    const one = new Sequential([new layers.Dense(3, { name: 'a', inputShape: [3] })]);
    await expect(one.loadWeights(path, { byName: true })).rejects.toThrow(
      /2 of its layers are called 'a' \(layers\/sequential\/layers\/dense, /,
    );
  });
});
