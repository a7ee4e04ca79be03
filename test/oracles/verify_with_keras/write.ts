// Writes the cases into a folder, for Keras: a .keras file, a .weights.h5 file, and the results that Keras has to reproduce; and HDF5 for h5py.
//   npx tsx test/oracles/verify_with_keras/write.ts FOLDER [PART OF NAMES]
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mapNest } from '../../../src/config/index.js';
import type { Tensor } from '../../../src/index.js';
import { layers, utils } from '../../../src/index.js';
import { defaultTraining } from '../../../src/files/formats/keras/topology.js';
import { classesOf, isTensor } from './case.js';
import { allCases } from './cases.js';
import { writeApplications } from './applications.js';
import { writeHdf5Case } from './hdf5.js';
import { savedByKeras, savedByReleases } from './saved-by-keras.js';

const [folder, part = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say into which folder.');

const array = (x: Tensor): object => ({ shape: x.shape, dtype: x.dtype, data: [...x.data()] });
const arrays = (nest: unknown): unknown => mapNest(nest, isTensor, array);
/** In the same batches as Keras will. */
const training = { batchSize: 7, shuffle: false, verbose: 0 } as const;

utils.setRandomSeed(1);
const written: object[] = [];
const cases = [...(await allCases()), ...(await savedByKeras()), ...(await savedByReleases())];
for (const [i, { name, model, x, y, sampleWeight, resumes, draws, quantized }] of cases.entries()) {
  if (!name.includes(part)) continue;
  const file = String(i).padStart(3, '0');
  const fit = async (epochs: number): Promise<unknown> => {
    const weights = sampleWeight === undefined ? {} : { sampleWeight };
    const run = await model.fit(x, y as never, { ...training, ...weights, epochs });
    return run.history;
  };
  // Epochs of three steps: accumulating optimizers are in the middle of one.
  if (y !== undefined) await fit(2);
  if (quantized !== undefined) await model.quantize(quantized);
  await model.save(path.join(folder, `${file}.keras`));
  await model.saveWeights(path.join(folder, `${file}.weights.h5`));
  const predict = draws === true ? undefined : arrays(await model.predict(x, { verbose: 0 }));
  const given = { x: arrays(x), y: arrays(y), sample_weight: arrays(sampleWeight) };
  const isTrained = resumes && y !== undefined;
  const history = isTrained ? await fit(1) : undefined;
  const after = isTrained ? arrays(await model.predict(x, { verbose: 0 })) : undefined;
  written.push({ name, file, ...given, quantized, predict, history, after });
}
await writeFile(path.join(folder, 'cases.json'), JSON.stringify(written));
const defaults = classesOf(layers, layers.Layer).map(([, type]) => {
  const { className = '' } = type as { readonly className?: string };
  return [className, defaultTraining(className) ?? null];
});
await writeFile(
  path.join(folder, 'defaults-of-training.json'),
  JSON.stringify(Object.fromEntries(defaults)),
);
await writeHdf5Case(folder);
await writeApplications(folder, part);
