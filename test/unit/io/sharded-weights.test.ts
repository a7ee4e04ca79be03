// Weights in several files, as Keras's `save_weights` writes them with `max_shard_size`.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DatasetError, FormatError, models, ValueError } from '../../../src/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf } from '../models/networks.js';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));
const files = join(fixtures, 'keras-files');
const index = join(files, 'sharded.weights.json');

/** The model whose weights they are. */
const load = async (): Promise<models.Model> =>
  models.loadModel(join(fixtures, 'models/keras-graphs/nested_shared.keras'), { compile: false });

/** A folder with the index of other contents, and the shards. */
async function folderWith(change: (text: string) => string): Promise<string> {
  const folder = await temporaryFolder();
  const text = await readFile(index, 'utf8');
  for (const name of new Set(text.match(/sharded_\d+\.weights\.h5/g))) {
    await copyFile(join(files, name), join(folder, name));
  }
  await writeFile(join(folder, 'w.weights.json'), change(text));
  return join(folder, 'w.weights.json');
}

describe('loadWeights of sharded weights', () => {
  it('finds all of them beside the file that lists them', async () => {
    const [model, other] = [await load(), await load()];
    for (const { value } of other.weights) value.data().fill(0);
    await other.loadWeights(index);
    expect(bitsOf(other)).toEqual(bitsOf(model));
    expect(await readFile(index, 'utf8')).toMatch(/sharded_0000[1-9]/);
  });

  it('needs a path or URL', async () => {
    const model = await load();
    const bytes = Uint8Array.from(await readFile(index));
    await expect(model.loadWeights(bytes)).rejects.toThrow(ValueError);
    await expect(model.loadWeights(bytes)).rejects.toThrow(/Give its path or URL/);
  });

  it('changes nothing if a file is missing, is none, or lies elsewhere', async () => {
    const model = await load();
    const before = bitsOf(model);
    const cases: [(text: string) => string, new (...args: never[]) => Error, RegExp][] = [
      [(text) => text.replaceAll('sharded_00001', 'nothing'), DatasetError, /nothing/],
      [
        (text) => text.replaceAll('sharded_00001', '../x'),
        FormatError,
        /the name of a file next to/,
      ],
      [
        (text) => text.replaceAll('sharded_00001.weights.h5', 'w.weights.json'),
        FormatError,
        /is no HDF5 file/,
      ],
      [() => '{"weight_map": {"a": 3}}', FormatError, /weight_map names 3/],
      [() => '{"weight_map": []}', FormatError, /has no weight_map/],
      [() => '{}', FormatError, /has no weight_map/],
      [() => '{"weight_map": {}}', ValueError, /layers with weights/],
    ];
    for (const [change, type, message] of cases) {
      const file = await folderWith(change);
      await expect(model.loadWeights(file)).rejects.toThrow(type);
      await expect(model.loadWeights(file)).rejects.toThrow(message);
    }
    await expect(model.loadWeights(index, { maxBytes: 2000 })).rejects.toThrow(/maxBytes|bytes/);
    expect(bitsOf(model)).toEqual(before);
  });
});
