// Writes the cases into a folder, for Keras: a .keras file, a .weights.h5 file, and what Keras must come to; and HDF5 for h5py.
//   npx tsx scripts/verify_with_keras/write.ts FOLDER
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor } from '../../src/index.js';
import { utils } from '../../src/index.js';
import { allCases } from './cases.js';
import { writeHdf5Case } from './hdf5.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say into which folder.');

const array = (x: Tensor): object => ({ shape: x.shape, dtype: x.dtype, data: [...x.data()] });
/** In the same batches as Keras will. */
const training = { batchSize: 7, shuffle: false, verbose: 0 } as const;

utils.setRandomSeed(1);
const written: object[] = [];
for (const [i, { name, model, x, y, resumes }] of (await allCases()).entries()) {
  const file = String(i).padStart(3, '0');
  // Epochs of three steps: accumulating optimizers are in the middle of one.
  await model.fit(x, y, { ...training, epochs: 2 });
  await model.save(path.join(folder, `${file}.keras`));
  await model.saveWeights(path.join(folder, `${file}.weights.h5`));
  const predict = array(await model.predict(x, { verbose: 0 }));
  const { history } = await model.fit(x, y, { ...training, epochs: 1 });
  const after = array(await model.predict(x, { verbose: 0 }));
  written.push({ name, file, resumes, x: array(x), y: array(y), predict, history, after });
}
await writeFile(path.join(folder, 'cases.json'), JSON.stringify(written));
await writeHdf5Case(folder);
