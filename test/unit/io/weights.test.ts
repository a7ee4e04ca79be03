import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { data, layers, models, ones, tensor, zeros } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { ByteSink } from '../../../src/files/locations/target.js';
import { DatasetError, FormatError, ShapeError, ValueError } from '../../../src/errors.js';
import { parseSafetensors } from '../../../src/files/formats/safetensors.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, twoLayers } from '../models/networks.js';

/** Layers a (3 → width) and b (width → 2). */
function named(width = 4): models.Sequential {
  return new models.Sequential([
    new layers.Dense(width, { name: 'a', inputShape: [3] }),
    new layers.Dense(2, { name: 'b' }),
  ]);
}

/** The bytes of the weights as safetensors. */
async function bytesOf(model: models.Model): Promise<Uint8Array> {
  let bytes = new Uint8Array();
  const sink: ByteSink = { write: (_, written) => (bytes = written) };
  await model.saveWeights(sink);
  return bytes;
}

describe('a class that computes in call, whose parts are built', () => {
  class Pair extends models.Model {
    readonly first = new layers.Dense(4, { name: 'first' });
    readonly drop = new layers.Dropout(0.5);
    readonly second = new layers.Dense(2, { name: 'second' });
    override call(x: Tensor, options: layers.CallOptions): Tensor {
      return this.second.apply(this.drop.apply(this.first.apply(x), options));
    }
  }

  it.each(['safetensors', 'npz', 'h5'] as const)('takes weights: %s', async (format) => {
    const path = join(await temporaryFolder(), 'w');
    const given = new Pair();
    const expected = given.apply(ones([1, 3])).toArray();
    await given.saveWeights(path, { format });
    const model = new Pair();
    await expect(model.loadWeights(path, { format })).rejects.toThrow(/is not built/);
    model.first.build([null, 3]);
    const half = bitsOf(model);
    await expect(model.loadWeights(path, { format })).rejects.toThrow(
      /Model 'pair_\d+' is not built, so weights may be missing: call build/,
    );
    expect(bitsOf(model)).toEqual(half);
    model.second.build([null, 4]);
    await model.loadWeights(path, { format });
    expect(model.apply(ones([1, 3])).toArray()).toEqual(expected);
  });
});

describe('maxBytes', () => {
  it.each(['safetensors', 'npz', 'h5'] as const)(
    'limits what loadWeights reads: %s',
    async (format) => {
      const path = join(await temporaryFolder(), 'w');
      await named().saveWeights(path, { format });
      const { size } = await stat(path);
      const model = named();
      await model.loadWeights(path, { format, maxBytes: size });
      for (const source of [
        path,
        new Uint8Array(await readFile(path)),
        new Blob([await readFile(path)]),
      ]) {
        const before = bitsOf(model);
        const loading = model.loadWeights(source, { format, maxBytes: size - 1 });
        await expect(loading).rejects.toThrow(FormatError);
        await expect(model.loadWeights(source, { format, maxBytes: size - 1 })).rejects.toThrow(
          new RegExp(`the ${size - 1} bytes that are allowed.*maxBytes`),
        );
        expect(bitsOf(model)).toEqual(before);
      }
      await expect(model.loadWeights(path, { format, maxBytes: -1 })).rejects.toThrow(ValueError);
    },
  );

  it('limits what an archive inflates to', async () => {
    let npz = new Uint8Array();
    const arrays = { kernel: zeros([300, 40]), bias: zeros([40]) };
    await data.writeNpz({ write: (_, bytes) => (npz = bytes) }, arrays, { compress: true });
    const model = new models.Sequential([new layers.Dense(40, { inputShape: [300] })]);
    await model.loadWeights(npz);
    expect(npz.length).toBeLessThan(2000);
    await expect(model.loadWeights(npz, { maxBytes: 40_000 })).rejects.toThrow(
      /inflates to 48\d+ bytes; allowed are 40000/,
    );
  });
});

describe('saveWeights and loadWeights', () => {
  it.each(['w.safetensors', 'w.npz', 'W.NPZ'])('%s keeps every bit', async (name) => {
    const path = join(await temporaryFolder(), 'deep', name);
    const [from, to] = [twoLayers(1), twoLayers(2)];
    await from.saveWeights(path);
    expect(bitsOf(to)).not.toEqual(bitsOf(from));
    // Layers are called dense_2 … here, dense … there: by structure it does not matter.
    await to.loadWeights(path);
    expect(bitsOf(to)).toEqual(bitsOf(from));
  });

  it('names weights by their paths', async () => {
    const model = named();
    const { arrays } = parseSafetensors(new Uint8Array(await bytesOf(model)));
    expect([...arrays.keys()]).toEqual(model.weights.map(({ path }) => path));
    expect([...arrays.keys()].map((path) => path.replace(/^[^/]*\//, ''))).toEqual([
      'a/kernel',
      'a/bias',
      'b/kernel',
      'b/bias',
    ]);
  });

  it('says the name of the file to an object, and takes the format from the option', async () => {
    const names: string[] = [];
    const sink = { write: (name: string) => names.push(name) };
    const model = twoLayers();
    await model.saveWeights(sink);
    await model.saveWeights(sink, { format: 'npz' });
    expect(names).toEqual([`${model.name}.weights.safetensors`, `${model.name}.weights.npz`]);
  });

  it('recognizes the format of bytes', async () => {
    const [from, to] = [twoLayers(1), twoLayers(2)];
    let npz = new Uint8Array();
    await from.saveWeights({ write: (_, bytes) => (npz = bytes) }, { format: 'npz' });
    await to.loadWeights(npz);
    expect(bitsOf(to)).toEqual(bitsOf(from));
  });

  it('replaces the old file in one step and leaves nothing beside it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'w.npz');
    await writeFile(path, 'old');
    await twoLayers().saveWeights(path);
    expect(await readdir(folder)).toEqual(['w.npz']);
    expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK');
  });

  it('loads by name what is there, and leaves the rest alone', async () => {
    const from = named();
    const to = new models.Sequential([
      new layers.Dense(4, { name: 'a', inputShape: [3] }),
      new layers.Dense(5, { name: 'c' }),
    ]);
    const before = bitsOf(to);
    await to.loadWeights(await bytesOf(from), { byName: true });
    expect(bitsOf(to)).toEqual([...bitsOf(from).slice(0, 2), ...before.slice(2)]);
    const stranger = twoLayers();
    await expect(stranger.loadWeights(await bytesOf(from), { byName: true })).rejects.toThrow(
      /none of its arrays/,
    );
  });

  it('changes nothing if one weight does not fit, unless it is to be skipped', async () => {
    const from = named(4);
    const to = named(5);
    const before = bitsOf(to);
    await expect(to.loadWeights(await bytesOf(from))).rejects.toThrow(ShapeError);
    expect(bitsOf(to)).toEqual(before);
    await to.loadWeights(await bytesOf(from), { skipMismatch: true });
    // Only b's bias has one shape in both.
    expect(bitsOf(to)).toEqual([...before.slice(0, 3), bitsOf(from)[3]]);
  });

  it('says so if there are more or fewer weights', async () => {
    const one = new models.Sequential([new layers.Dense(4, { inputShape: [3] })]);
    await expect(one.loadWeights(await bytesOf(named()))).rejects.toThrow(
      /holds 4 arrays .* the model has 2 weights/,
    );
  });

  it('skips what is missing by names, so that what follows does not move', async () => {
    // In order, a's bias would become beta, which has its shape.
    const from = named(3);
    const more = new models.Sequential([
      new layers.BatchNormalization({ inputShape: [3] }),
      new layers.Dense(3, { name: 'a' }),
      new layers.Dense(2, { name: 'b' }),
    ]);
    const before = bitsOf(more);
    await more.loadWeights(await bytesOf(from), { skipMismatch: true });
    expect(bitsOf(more)).toEqual([...before.slice(0, 4), ...bitsOf(from)]);
    const fewer = new models.Sequential([
      new layers.Dense(3, { name: 'a', inputShape: [3], useBias: false }),
      new layers.Dense(2, { name: 'b' }),
    ]);
    await fewer.loadWeights(await bytesOf(from), { skipMismatch: true });
    const [kernel, , ...rest] = bitsOf(from);
    expect(bitsOf(fewer)).toEqual([kernel, ...rest]);
  });

  it('skips by order where names tell nothing, as far as kernels are kernels', async () => {
    const from = named();
    const to = new models.Sequential([
      new layers.Dense(4, { name: 'x', inputShape: [3] }),
      new layers.BatchNormalization({ name: 'y' }),
    ]);
    const before = bitsOf(to);
    await to.loadWeights(await bytesOf(from), { skipMismatch: true });
    expect(bitsOf(to)).toEqual([...bitsOf(from).slice(0, 2), ...before.slice(2)]);
  });

  it('by name: takes none of several that may be meant', async () => {
    const inner = (name: string): models.Sequential =>
      new models.Sequential([new layers.Dense(3, { name: 'a', inputShape: [3] })], { name });
    const from = new models.Sequential([inner('first'), inner('second')]);
    from.build([null, 3]);
    const one = new models.Sequential([new layers.Dense(3, { name: 'a', inputShape: [3] })]);
    const before = bitsOf(one);
    await expect(one.loadWeights(await bytesOf(from), { byName: true })).rejects.toThrow(
      /weight '.*a\/kernel' may be any of its arrays first\/a\/kernel, second\/a\/kernel/,
    );
    expect(bitsOf(one)).toEqual(before);
  });

  it('says where and why nothing could be written', async () => {
    const folder = join(await temporaryFolder(), 'w.npz');
    await mkdir(folder);
    await expect(twoLayers().saveWeights(folder)).rejects.toThrow(
      `saveWeights: cannot write '${folder}': EISDIR`,
    );
    await expect(twoLayers().saveWeights(folder)).rejects.toThrow(ValueError);
    expect(await readdir(join(folder, '..'))).toEqual(['w.npz']);
  });

  it('takes weights that NumPy wrote', async () => {
    const model = new models.Sequential([new layers.Dense(2, { inputShape: [1] })]);
    let npz = new Uint8Array();
    const arrays = { kernel: [[3, 4]], bias: tensor([5, 6]) };
    await data.writeNpz({ write: (_, bytes) => (npz = bytes) }, arrays);
    await model.loadWeights(npz);
    expect(model.predictOnBatch([[2]]).toArray()).toEqual([[11, 14]]);
  });

  it('lists what is supported', async () => {
    const model = twoLayers();
    const supported = /supported are 'safetensors' .*, 'npz' .* and 'h5'/;
    for (const path of ['m.keras', 'm.h5', 'model.json', 'weights']) {
      await expect(model.saveWeights(path)).rejects.toThrow(supported);
    }
    for (const path of ['model.json', 'weights']) {
      await expect(model.loadWeights(path)).rejects.toThrow(supported);
    }
  });

  it('refuses what it cannot do', async () => {
    const model = twoLayers();
    const unknown = { format: 'npy' } as never;
    await expect(model.saveWeights('w.npz', unknown)).rejects.toThrow(ValueError);
    await expect(model.saveWeights('w.npz', { replace: true } as never)).rejects.toThrow(
      /unknown option 'replace'/,
    );
    await expect(model.loadWeights('missing.npz')).rejects.toThrow(DatasetError);
    await expect(model.loadWeights(new Uint8Array(20))).rejects.toThrow(FormatError);
    const unbuilt = new models.Sequential([new layers.Dense(1)]);
    await expect(unbuilt.saveWeights('w.npz')).rejects.toThrow(/not built/);
  });
});
