import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memory, models, ValueError } from '../../../src/index.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { bitsOf, twoLayers } from '../models/networks.js';

// In a file of its own: the library is loaded once.
it('says what to install where h5wasm is missing, and takes it from where the program says', async () => {
  const [folder, model] = [await temporaryFolder(), twoLayers()];
  const path = join(folder, 'm.keras');
  const before = memory();
  models.useHdf5(() => Promise.reject(new Error('not found')));
  await expect(model.save(path)).rejects.toThrow(ValueError);
  await expect(model.saveWeights(join(folder, 'm.weights.h5'))).rejects.toThrow(
    /saveWeights: .* npm install h5wasm\. .*useHdf5/,
  );
  expect(await readdir(folder)).toEqual([]);
  expect(memory()).toEqual(before);

  models.useHdf5(() => import('h5wasm'));
  await model.save(path);
  await expect(models.loadModel(path).then(bitsOf)).resolves.toEqual(bitsOf(model));
  expect(() => {
    models.useHdf5('h5wasm' as never);
  }).toThrow(/expected a function/);
});
